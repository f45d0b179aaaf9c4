"""The configuration after validation: what the user asked for, defaults filled in.

`config/` makes these from defaults, file and inputs; nothing else does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum

from tf_docker_check.model.lock import Lock


class Gpu(str, Enum):
    """What a cell promises about a GPU."""

    OFF = "off"  # CPU only: GPU messages are harmless
    STATIC = "static"  # judge GPU readiness without a GPU
    REQUIRE = "require"  # no GPU seen is a failure

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Secret:
    """A BuildKit secret: from an environment variable or from a file."""

    id: str
    env: str = ""
    file: str = ""


@dataclass(frozen=True)
class UserDockerfile:
    """The user's own Dockerfile and how they build it. Paths are relative to the project."""

    path: str
    context: str = "."
    target: str = ""
    build_args: tuple[tuple[str, str], ...] = ()
    secrets: tuple[Secret, ...] = ()


@dataclass(frozen=True)
class Strategy:
    """A way to get TensorFlow into an image.

    `image` is a template over ``{tensorflow}`` and ``{python}``. With `install` (pip
    requirements, templates too) the recipe `recipe` installs them on it; without, the image is
    taken as it is. With `dockerfile` the user's Dockerfile is built: on its own FROM where `on`
    is empty, else on the image that strategy `on` yields.
    """

    name: str
    image: str = ""
    install: tuple[str, ...] = ()
    recipe: str = "image"
    dockerfile: UserDockerfile | None = None
    on: str = ""
    tensorflow: tuple[str, ...] = ()  # version specs; empty: the configuration's
    python: tuple[str, ...] = ()
    gpu: bool | None = None  # whether a GPU is to be used; None: what it stands on decides


@dataclass(frozen=True)
class Runner:
    """A host that containers run on. `docker_host` empty: this machine's engine.

    `gpu` None: nobody says; GPU readiness is judged if no runner has a say.
    """

    name: str
    runs_on: tuple[str, ...] = ("ubuntu-latest",)
    gpu: Gpu | None = None
    docker_host: str = ""


@dataclass(frozen=True)
class FleetHost:
    """A machine that predictions are asked for. What is empty or 0 is as in the profile, else not known.

    `gpu`: a model, ``sm_86``, or ``none``; `cpu`: flags as in /proc/cpuinfo, or ``no-avx``; `driver`
    and `toolkit` (NVIDIA's for containers): a version or ``none``; `disk` (free) and `memory` in gigabytes.
    """

    name: str
    profile: str = ""
    architecture: str = ""
    cpu: tuple[str, ...] = ()
    gpu: str = ""
    gpus: int = 0
    driver: str = ""
    engine: str = ""
    runc: str = ""
    toolkit: str = ""
    qemu: str = ""  # what emulates other architectures
    disk: float = 0
    memory: float = 0
    kernel: str = ""
    os: str = ""


@dataclass(frozen=True)
class RunOptions:
    """How tested containers are started, in docker's terms."""

    shm_size: str = "64m"  # docker's own default
    memory: str = ""
    network: str = "none"
    read_only: bool = False
    user: str = ""
    environment: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Checks:
    """Which rungs of the ladder run, and the user's own commands after them."""

    profile: str = "standard"  # quick | standard | full
    disable: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    run_options: RunOptions = RunOptions()
    enable: tuple[str, ...] = ()  # beyond the profile
    distributed_peer: str = ""  # image of the second worker; empty: the cell's own
    distributed_commands: tuple[str, ...] = ()  # each run as two workers with TF_CONFIG


@dataclass(frozen=True)
class KnownFailure:
    """A failure somebody owns until a date; `cell` is a pattern over cell ids."""

    cell: str
    cause: str
    until: date
    owner: str = ""
    reason: str = ""


@dataclass(frozen=True)
class BuildSettings:
    """What every build gets."""

    ca_bundle: str = ""  # PEM file that pip and friends inside builds shall trust
    index_url: str = ""
    extra_index_urls: tuple[str, ...] = ()
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()


@dataclass(frozen=True)
class Limits:
    """Bounds on our own work. 0 means: taken from this machine."""

    max_cells: int = 40
    parallel: int = 0
    build_seconds: int = 1800
    check_seconds: int = 600
    disk_reserve_gb: float = 2.0


@dataclass(frozen=True)
class NightlySettings:
    """The configuration's `nightly`."""

    tags: tuple[str, ...] = ()  # references watched beside those of the matrix
    confirm_runs: int = 1  # repetitions of a failure, each with a fresh pull
    close_after: int = 3
    infrastructure_nights: int = 3
    bisect: bool = True
    bisect_minutes: float = 60
    issue_labels: tuple[str, ...] = ("tf-docker-check",)
    propose: bool = True  # an update of the lock, where all is green


@dataclass(frozen=True)
class Config:
    """Everything a run is told."""

    strategies: tuple[Strategy, ...]
    runners: tuple[Runner, ...] = (Runner("cpu"),)
    tensorflow: tuple[str, ...] = ("latest",)
    python: tuple[str, ...] = ("auto",)
    platform: str = "linux/amd64"
    include: tuple[str, ...] = ()  # cell patterns; empty: all
    exclude: tuple[str, ...] = ()
    timeouts: tuple[tuple[str, int], ...] = ()  # (cell pattern, seconds), last match wins
    checks: Checks = Checks()
    mirrors: tuple[tuple[str, str], ...] = ()  # (reference prefix, mirror prefix)
    build: BuildSettings = BuildSettings()
    limits: Limits = Limits()
    known_failures: tuple[KnownFailure, ...] = ()
    fleet: tuple[FleetHost, ...] = ()
    fail_on: str = "new"  # new | any | error | never
    control: bool = True  # check what users' images stand on, to tell whose fault a failure is
    notes: tuple[str, ...] = field(default=())  # what was picked for the user, to be said aloud
    bases: tuple[Strategy, ...] = ()  # what others stand on (`on`) and that is not checked itself
    selected: tuple[str, ...] = ()  # strategies named by inputs, of those that detection finds
    dockerfile: UserDockerfile | None = None  # named by inputs while no strategy is; for detection
    requirements: tuple[str, ...] = ()  # what the project asks pip for; TensorFlow `auto` goes by it
    nightly: NightlySettings = field(default_factory=NightlySettings)
    lock: Lock = field(default_factory=Lock)  # empty: images and packages are taken as they are now

    @property
    def known(self) -> tuple[Strategy, ...]:
        """Every strategy that a cell or an `on` can name, checked itself or not."""
        return (*self.strategies, *self.bases)
