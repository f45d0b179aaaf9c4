"""Which images the lab can make in place of published ones, and what those have that ours lack."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field

from tf_docker_check.engine import labels


@dataclass(frozen=True)
class StandIn:
    """Either Debian's own Python of a `suite`, or `pip install` of `requirements` on another stand-in."""

    reference: str  # the published image, as users write it
    differs: str  # what the published image has and this has not
    suite: str = ""
    base: str = ""
    requirements: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """Its own name in the engine, which no registry can ever answer for."""
        return f"stand-in.invalid/{self.reference}"

    @property
    def labels(self) -> dict[str, str]:
        """What it says of itself."""
        return {
            labels.STAND_IN: "true",
            f"{labels.STAND_IN}.for": self.reference,
            f"{labels.STAND_IN}.differs": self.differs,
        }

    def recipe(self, certificates: bytes = b"") -> str:
        """A hash that changes when the image has to be made again."""
        told = repr(
            (sorted(asdict(self).items()), self.base and BY_REFERENCE[self.base].recipe(certificates))
        )
        return hashlib.sha256(told.encode() + certificates).hexdigest()[:16]


OFFICIAL_DIFFERS = "Debian instead of Ubuntu 22.04; no Jupyter, no bash banner"

ALL = (
    StandIn(
        "python:3.11-slim",
        differs="Debian 12 and its own Python 3.11, instead of Debian 13 and a Python built from source",
        suite="bookworm",
    ),
    StandIn(
        "python:3.13-slim",
        differs="Debian's own Python 3.13 instead of one built from source",
        suite="trixie",
    ),
    StandIn(
        "tensorflow/tensorflow:2.21.0",
        differs=OFFICIAL_DIFFERS,
        base="python:3.11-slim",
        requirements=("tensorflow-cpu==2.21.0",),
    ),
    StandIn(
        "tensorflow/tensorflow:2.21.0-gpu",
        differs=f"{OFFICIAL_DIFFERS}; no CUDA 12.3 and cuDNN 8.9 libraries, only the wheel built for CUDA",
        base="python:3.11-slim",
        requirements=("tensorflow==2.21.0",),
        environment={"NVIDIA_VISIBLE_DEVICES": "all", "NVIDIA_DRIVER_CAPABILITIES": "compute,utility"},
    ),
)

BY_REFERENCE = {stand_in.reference: stand_in for stand_in in ALL}
