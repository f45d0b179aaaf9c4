"""How the runner cuts a process's output into lines: Runner.Sdk/ProcessInvoker.cs, StreamReader.ReadLine."""

from __future__ import annotations

import re


def lines(data: bytes | str) -> list[str]:
    """Lines end at LF, CR LF and lone CR; what follows the last end is a line where there is any."""
    text = data.decode("utf-8", "replace") if isinstance(data, bytes) else data
    found = re.split(r"\r\n|\n|\r", text)
    return found[:-1] if found[-1] == "" else found
