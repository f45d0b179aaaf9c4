"""`inspect` against syft, of the same image in one run: seconds and peak memory.

Usage: python -m bench.inspect_image IMAGE [SYFT]

IMAGE is a tar by `docker save`, or a reference to a registry on loopback.
SYFT is the program; `pip install '.[bench]'` brings it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

ROUNDS = 3
Spent = tuple[float, float]
"""Seconds, and megabytes at the peak."""


def main(image: str, syft: str) -> int:
    middle = measure(image, syft)
    for name, (seconds, megabytes) in middle.items():
        print(f"{seconds:8.2f} s {megabytes:6.0f} MB  {name}")
    print(f"{middle['syft'][0] / middle['inspect'][0]:8.2f}    times as fast as syft (aim: 1)")
    print(f"{middle['syft'][1] / middle['inspect'][1]:8.2f}    of our memory is what syft takes")
    return 0


def measure(image: str, syft: str, rounds: int = ROUNDS) -> dict[str, Spent]:
    """The medians of `inspect`, `inspect --quick` and syft."""
    is_file = Path(image).is_file()
    name = image if is_file else f"registry://{image}"
    ours = (sys.executable, "-m", "tf_docker_check", "inspect", name, "--json")
    theirs = (syft, "-q", f"{'docker-archive' if is_file else 'registry'}:{image}", "-o", "json")
    quiet = {**os.environ, "SYFT_REGISTRY_INSECURE_USE_HTTP": "true", "SYFT_CHECK_FOR_APP_UPDATE": "false"}
    taken: dict[str, list[Spent]] = {"inspect": [], "inspect --quick": [], "syft": []}
    for _ in range(rounds):  # in turns, so that the machine's moods hit all alike
        taken["inspect"].append(spent(ours, quiet))
        taken["inspect --quick"].append(spent((*ours, "--quick"), quiet))
        taken["syft"].append(spent(theirs, quiet))
    return {
        name: (median(seconds for seconds, _ in runs), median(megabytes for _, megabytes in runs))
        for name, runs in taken.items()
    }


def spent(command: Sequence[str], environment: Mapping[str, str]) -> Spent:
    """What *command* takes; it must end well."""
    started = time.monotonic()
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} ended with {process.returncode}")
    return time.monotonic() - started, usage.ru_maxrss / 1024


if __name__ == "__main__":
    program = sys.argv[2] if len(sys.argv) > 2 else shutil.which("syft")
    if len(sys.argv) < 2 or not program:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], program))
