"""The one document every report is a pure function of (`results.json`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tf_docker_check.model.blame import Blame, CellBase
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.finding import Finding, Noise
from tf_docker_check.model.image import EngineInfo, Image
from tf_docker_check.model.observation import BuildResult, Check, Exit, Facts
from tf_docker_check.model.prediction import PredictionSummary
from tf_docker_check.model.recipe import Excluded
from tf_docker_check.model.status import Status

SCHEMA_VERSION = 2


@dataclass(frozen=True)
class CellResult:
    """The result of one cell."""

    id: str
    cell: Cell
    status: Status
    gpu: str = "off"  # the promise: off | static | require
    reason: str = ""  # why skipped or errored; one line of what failed
    findings: tuple[Finding, ...] = ()
    build: BuildResult | None = None
    image: Image | None = None
    checks: tuple[Check, ...] = ()
    exit: Exit | None = None
    facts: Facts = field(default_factory=dict)
    output: str = ""  # tail of what the container printed, made safe, bounded
    seconds: float = 0.0
    reproduce: str = ""  # plain docker, with digests
    known: str = ""  # the known failure this is, in words
    attempt: int = 1
    predicted: PredictionSummary | None = None  # what was foretold for the host it ran on
    base: CellBase = field(default_factory=CellBase)
    blame: Blame | None = None  # of a failure, where its cause lies; None: not known
    limits: Mapping[str, str] = field(default_factory=dict)  # run options of the configuration, as written
    noise: tuple[Noise, ...] = ()  # harmless messages that were printed, each once, without its line


@dataclass(frozen=True)
class RunInfo:
    """Where, when and by what the results were made."""

    tool: str = ""  # version of tf-docker-check
    started: str = ""  # RFC 3339, UTC
    seconds: float = 0.0
    project: str = ""
    commit: str = ""
    run_id: str = ""


@dataclass(frozen=True)
class Results:
    """One run, or several merged."""

    schema: int = SCHEMA_VERSION
    run: RunInfo = RunInfo()
    engines: tuple[EngineInfo, ...] = ()
    cells: tuple[CellResult, ...] = ()
    excluded: tuple[Excluded, ...] = ()
    notes: tuple[str, ...] = ()
