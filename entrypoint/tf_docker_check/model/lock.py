"""Which images and packages pull requests are checked with, however upstream moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

LOCK_VERSION = 1


@dataclass(frozen=True)
class LockedImage:
    """`digest`: what the tag answered, an index's where it names one; `platforms`: the images behind it."""

    digest: str
    platforms: Mapping[str, str] = field(default_factory=dict)  # linux/amd64: sha256:…


@dataclass(frozen=True)
class LockedPackages:
    """What pip made of the requirements `asked`, on one platform: versions by normalised name."""

    asked: tuple[str, ...]
    platform: str
    installed: Mapping[str, str]


@dataclass(frozen=True)
class Lock:
    """The lock file. Images by reference as the user writes it, packages by ``slim/tf2.21.0/py3.12``."""

    version: int = LOCK_VERSION
    images: Mapping[str, LockedImage] = field(default_factory=dict)
    packages: Mapping[str, LockedPackages] = field(default_factory=dict)

    @property
    def counts(self) -> str:
        """What is locked, in words."""
        images, packages = len(self.images), len(self.packages)
        return f"{images} image{'s' * (images != 1)}, the packages of {packages} image{'s' * (packages != 1)}"

    def digest(self, reference: str, platform: str) -> str:
        """The locked digest of the image *reference*; empty where it is not locked."""
        locked = self.images.get(reference)
        return (locked.platforms.get(platform) or locked.digest) if locked else ""

    def versions(self, image_id: str, requirements: tuple[str, ...], platform: str) -> tuple[str, ...]:
        """Return *requirements* pinned to the locked set; unchanged where no lock fits."""
        locked = self.packages.get(image_id)
        if locked is None or (locked.asked, locked.platform) != (requirements, platform):
            return requirements
        exact = (f"{name}=={version}" for name, version in sorted(locked.installed.items()))
        return tuple(dict.fromkeys((*requirements, *exact)))
