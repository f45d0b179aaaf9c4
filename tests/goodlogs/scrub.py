"""Take out of a log what belongs to the machine it was made on."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Callable
from pathlib import Path

LONGEST = 400_000  # bytes kept of one log: its beginning and its end
_SOURCE = re.compile(rb"(https?://)[\w.:@-]+(?=/)")
_OURS = (b"github.com", b"docs.", b"www.", b"localhost", b"127.0.0.1", b"0.0.0.0", b"tensorflow.org")


def scrubber(python: Path, scratch: Path) -> Callable[[bytes], bytes]:
    """Return a function that replaces the machine's folders, its name, and hosts of packages."""
    folders = {
        str(scratch): "/app",
        str(python.parent.parent.resolve()): "/opt/venv",
        str(python.parent.parent): "/opt/venv",
        str(Path(__file__).parents[2]): "/src",
        sys.base_prefix: "/usr/local",
        str(Path.home()): "/root",
    }
    known = {socket.gethostname(): "host", **({os.environ["USER"]: "user"} if os.environ.get("USER") else {})}
    words = {name: new for name, new in known.items() if len(name) > 4}
    pairs = [(old.encode(), new.encode()) for old, new in {**folders, **words}.items() if len(old) > 4]

    def scrub(text: bytes) -> bytes:
        for old, new in sorted(pairs, key=lambda pair: -len(pair[0])):
            text = text.replace(old, new)
        text = _SOURCE.sub(lambda match: match[0] if _public(match[0]) else match[1] + b"index.example", text)
        return re.sub(rb"(?:file://)?/opt/(?:pypi|wheels)[\w-]*", b"https://index.example", text)

    return scrub


def _public(address: bytes) -> bool:
    return any(name in address for name in _OURS)


def trim(text: bytes) -> bytes:
    """Return *text* without its middle where it is too long."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return text[: text.rfind(b"\n", 0, half) + 1] + text[text.find(b"\n", len(text) - half) + 1 :]
