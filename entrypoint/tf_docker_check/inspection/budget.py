"""Limits on what one image may cost.

Archives can lie about sizes; these limits do not depend on what an archive says.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from tf_docker_check.errors import CannotJudge

SECONDS = 900.0
MAX_ENTRIES = 2_000_000  # files of all layers; the largest CUDA images have about 150,000
MAX_UNPACKED = 256 * 1024**3  # bytes of all layers
FREE_UNPACKED = 4 * 1024**3  # below this no ratio counts
MAX_RATIO = 100  # unpacked : packed of one layer; deflate reaches 1030 on zeros, real layers 10
MAX_KEPT = 768 * 1024**2  # bytes of file contents kept at one time


class TooMuch(CannotJudge):
    """An image exceeds a limit."""


@dataclass
class Budget:
    """What is left for one inspection. Thread-safe."""

    seconds: float = SECONDS
    entries: int = MAX_ENTRIES
    unpacked: int = MAX_UNPACKED
    kept: int = MAX_KEPT
    clock: Callable[[], float] = time.monotonic
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _until: float = 0.0

    def __post_init__(self) -> None:
        self._until = self.clock() + self.seconds

    def count_file(self) -> None:
        """Count one more file."""
        with self._lock:
            self.entries -= 1
        if self.entries < 0:
            raise TooMuch("the image holds too many files", why=f"more than {MAX_ENTRIES}")

    def keep(self, size: int) -> None:
        """Count *size* bytes of a file that are kept in memory."""
        with self._lock:
            self.kept -= size
        if self.kept < 0:
            raise TooMuch("the image's package data is too large", why=f"more than {MAX_KEPT} bytes")

    def release(self, size: int) -> None:
        """Give back *size* bytes that are no longer in memory."""
        with self._lock:
            self.kept += size

    def stop(self) -> None:
        """Make every other reader of this image fail at its next piece."""
        self._until = float("-inf")

    def spend(self, size: int) -> None:
        """Count *size* unpacked bytes, and check the time."""
        with self._lock:
            self.unpacked -= size
        if self.unpacked < 0:
            raise TooMuch("the image is too large", why=f"more than {MAX_UNPACKED >> 30} GiB unpacked")
        if self.clock() > self._until:
            raise TooMuch(
                "reading the image took too long",
                why=f"more than {self.seconds:.0f} s",
                remedy="give it more time with --timeout, or ask for less with --quick",
            )

    def meter(self, chunks: Iterator[bytes], packed: Callable[[], int]) -> Iterator[bytes]:
        """Yield *chunks* and count them; *packed* returns how many stored bytes they were unpacked from."""
        total = 0
        for chunk in chunks:
            total += len(chunk)
            self.spend(len(chunk))
            if total > FREE_UNPACKED and total > MAX_RATIO * max(packed(), 1):
                raise TooMuch(
                    "a layer unpacks to far more than any real one",
                    why=f"{total >> 30} GiB from {packed() >> 20} MiB",
                )
            yield chunk
