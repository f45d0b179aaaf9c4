r"""Our scan against `grep -E -c` with the same patterns on the same generated log.

Usage: python -m bench.explain [MEGABYTES]

The patterns are written in RE2's syntax. grep gets them translated: ``(?:`` becomes ``(``, ``\d``
becomes ``[0-9]``, the one ``(?i:`` group is dropped, and a gap such as ``.{0,80}`` becomes ``.*``,
because grep needs minutes for counted gaps. grep runs in the C locale, its fastest.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tf_docker_check.diagnose.explain import explain
from tf_docker_check.diagnose.scan import search_terms

ORDINARY = (
    "2024-06-28T00:03:{s:02d}.{n:07d}Z #12 {s}.{n} Collecting package-{n}==1.{s}.0",
    "2024-06-28T00:03:{s:02d}.{n:07d}Z   Downloading package_{n}-1.0-py3-none-any.whl (12.{s} MB)",
    "Epoch {s}/100 - loss: 0.{n} - accuracy: 0.{n} - val_loss: 1.{n}",
    "2024-06-28 00:03:{s:02d}.{n}: I tensorflow/core/common_runtime/executor.cc:{n}] step {n} took {s} ms",
    "drwxr-xr-x 1 root root {n} Jun 28 00:{s:02d} /usr/lib/python3.11/site-packages/module_{n}/__init__.py",
    "[{n}] GET /v1/models/model_{s}:predict 200 {n} bytes in {s} ms",
)


def log(size: int) -> bytes:
    """About *size* bytes of a long CI log; one line in two hundred is one that we look for."""
    pick = random.Random(7)
    lines = [message for sought in search_terms() for message in sought.look.matches]
    found: list[str] = []
    length = 0
    while length < size:
        if pick.random() < 0.005:
            line = pick.choice(lines)
        else:
            line = pick.choice(ORDINARY).format(s=pick.randrange(60), n=pick.randrange(10**6))
        found.append(line)
        length += len(line) + 1
    return ("\n".join(found) + "\n").encode()


def translated(pattern: str) -> str:
    """*pattern* as grep -E understands it."""
    plain = pattern.replace("(?:", "(").replace("(?i:", "(").replace(r"\d", "[0-9]")
    return re.sub(r"\.\{\d+,\d*\}", ".*", plain)


def seconds(path: Path, patterns: Path) -> tuple[float, float]:
    """How long we take, and grep."""
    started = time.perf_counter()
    explain(path)
    ours = time.perf_counter() - started
    started = time.perf_counter()
    command = ["timeout", "300", "grep", "-E", "-c", "-f", str(patterns), str(path)]
    subprocess.run(command, env={**os.environ, "LC_ALL": "C"}, check=False, stdout=subprocess.PIPE)
    return ours, time.perf_counter() - started


def main() -> int:
    megabytes = int(sys.argv[1] if len(sys.argv) > 1 else 100)
    ours, grep = measure(megabytes)
    print(f"{len(search_terms())} patterns, {megabytes} MB")
    print(f"explain  {megabytes / ours:7.0f} MB/s")
    print(f"grep -E  {megabytes / grep:7.0f} MB/s")
    print(f"ratio    {grep / ours:7.2f}")
    return 0


def measure(megabytes: int) -> tuple[float, float]:
    """Seconds of ours and of grep's over a log of that size."""
    with tempfile.TemporaryDirectory() as folder:
        path, patterns = Path(folder, "ci.log"), Path(folder, "patterns")
        path.write_bytes(log(megabytes * 10**6))
        patterns.write_text("\n".join(translated(one.look.pattern) for one in search_terms()) + "\n")
        explain(b"")  # what is compiled once is not the scan
        return seconds(path, patterns)


if __name__ == "__main__":
    raise SystemExit(main())
