"""Pull base images: each once, through the configured mirrors; local copies if no registry has them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tf_docker_check.engine.protocol import Engine, Progress
from tf_docker_check.engine.registry_trouble import PullLimit
from tf_docker_check.errors import CheckError, ImageNotFound, RegistryError
from tf_docker_check.image.reference import Reference
from tf_docker_check.model.image import Image


@dataclass(frozen=True)
class PulledBase:
    """A base image as pulled, or the pull's error; both: a local copy is used after the error."""

    reference: str  # what was pulled: after mirrors
    image: Image | None = None
    error: CheckError | None = None
    seconds: float = 0.0

    @property
    def pinned(self) -> str:
        """Return the reference that names exactly this image to a builder or to `docker run`."""
        if self.image is None or not self.image.digest:
            return self.reference
        reference = Reference.try_parse(self.reference)
        return str(reference.pinned(self.image.digest)) if reference else self.reference


@dataclass
class BasePuller:
    """Pulls base images, each once. Thread-safe; a second request for the same image waits for the first."""

    engine: Engine
    mirrored: Callable[[str], str]
    platform: str = ""
    timeout: float = 1800.0  # seconds for one pull
    clock: Callable[[], float] = time.monotonic
    allows_again: Callable[[str], bool] = lambda _: False
    """Waits as long as the registry of a reference asks for; whether it then answers."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _locks: dict[str, threading.Lock] = field(default_factory=dict)
    _known: dict[str, PulledBase] = field(default_factory=dict)

    def get(self, reference: str, progress: Progress | None = None) -> PulledBase:
        """Return the base of *reference* (as users write it); pulled once, errors are values."""
        with self._lock:
            lock = self._locks.setdefault(reference, threading.Lock())
        with lock:
            if reference not in self._known:
                self._known[reference] = self._pull(reference, progress)
            return self._known[reference]

    @property
    def pulled(self) -> tuple[PulledBase, ...]:
        """Return every base that was requested so far."""
        return tuple(self._known.values())

    def _pull(self, reference: str, progress: Progress | None) -> PulledBase:
        target, started = self.mirrored(reference), self.clock()
        try:
            image = self._pull_when_allowed(target, progress)
            return PulledBase(target, image, seconds=self.clock() - started)
        except (ImageNotFound, RegistryError) as error:
            return self._find_local(target, reference, error, self.clock() - started)

    def _pull_when_allowed(self, target: str, progress: Progress | None) -> Image:
        """Pull *target*; try again if its registry allows it after the time that it asks to wait."""
        try:
            return self.engine.pull(target, self.platform, progress, self.timeout)
        except PullLimit:
            if not self.allows_again(target):
                raise
            return self.engine.pull(target, self.platform, progress, self.timeout)

    def _find_local(self, target: str, reference: str, error: CheckError, seconds: float) -> PulledBase:
        """Return a local image of that name; if the registry lacks the tag, only one without digest."""
        for name in dict.fromkeys((target, reference)):
            image = self.engine.inspect(name)
            if image and not (image.digest and isinstance(error, ImageNotFound)):
                return PulledBase(name, image, error, seconds)
        return PulledBase(target, error=error, seconds=seconds)


def base_notes(bases: Sequence[PulledBase]) -> tuple[str, ...]:
    """Return notes on bases that are local copies or stand-ins."""
    local: dict[str, list[str]] = {}
    for base in bases:
        if base.image and base.error:
            local.setdefault(base.error.why or base.error.what, []).append(base.reference)
    lines = [
        f"local copies, as no registry gave them: {', '.join(names)} ({why})" for why, names in local.items()
    ]
    stand_ins = [base.reference for base in bases if base.image and base.image.stand_in]
    if stand_ins:
        lines.append(f"stand-ins, not the published images: {', '.join(sorted(stand_ins))}")
    return tuple(lines)
