"""From a configuration to cells: strategies × TensorFlow × Python × runners."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tf_docker_check.errors import UsageError
from tf_docker_check.image.base_image import known
from tf_docker_check.matrix.possible import why_impossible
from tf_docker_check.matrix.pythons import resolve_pythons
from tf_docker_check.matrix.selector import Pattern, first_match, unmatched_patterns
from tf_docker_check.matrix.versions import Resolved, resolve
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Config, Gpu, Runner, Strategy
from tf_docker_check.model.lineage import lineage, promises_gpu
from tf_docker_check.model.recipe import Excluded
from tf_docker_check.model.template import PYTHON, TENSORFLOW, requirements, uses
from tf_docker_check.requirements.requirement import Target, tensorflow_requirements
from tf_docker_check.resources.images import published
from tf_docker_check.resources.tensorflow import by_version, is_older, newest_final
from tf_docker_check.rules.published import never_published

ARCHITECTURES = {"linux/amd64": "x86_64", "linux/arm64": "aarch64"}


@dataclass(frozen=True)
class Expansion:
    """The cells to plan, those left out with the reason, and remarks for the user."""

    cells: tuple[Cell, ...]
    excluded: tuple[Excluded, ...] = ()
    notes: tuple[str, ...] = ()


def expand(config: Config, project_requirements: Sequence[str] = ()) -> Expansion:
    """Every cell that *config* asks for, possible or excluded with the reason.

    *project_requirements*, lines as in requirements.txt, are what the version `auto` goes by.
    UsageError for versions that do not exist, for patterns of which none names a cell, and above
    ``max-cells``.
    """
    verdicts: dict[Cell, Excluded | None] = {}
    notes: list[str] = []
    for strategy in config.strategies:
        line = lineage(strategy, config.known)
        resolved = _versions(line, config, project_requirements)
        notes += resolved.notes
        for cell in _cells(strategy, line, resolved.versions, config):
            verdicts.setdefault(cell, _verdict(cell, line, config))
        for cell in _cells(strategy, line, resolved.without_image, config):
            verdicts.setdefault(cell, Excluded(cell, _why_unpublished(cell), "tag-not-found"))
    cells = tuple(cell for cell, excluded in verdicts.items() if excluded is None)
    notes += [
        f"the cell pattern {pattern!r} matches nothing"
        for pattern in unmatched_patterns(
            (*config.include, *config.exclude, *(p for p, _ in config.timeouts)), tuple(verdicts)
        )
    ]
    if not verdicts and notes:
        raise UsageError("there is nothing to check", why="; ".join(dict.fromkeys(notes)))
    _refuse_none_such(config.include, tuple(verdicts))
    _refuse_too_many(cells, config.limits.max_cells)
    return Expansion(cells, tuple(filter(None, verdicts.values())), tuple(dict.fromkeys(notes)))


def architecture(platform: str) -> str:
    """The machine name of an OCI platform: ``x86_64`` of ``linux/amd64``."""
    return ARCHITECTURES.get(platform.lower(), platform.rpartition("/")[2])


def _versions(line: Sequence[Strategy], config: Config, project: Sequence[str]) -> Resolved:
    """TensorFlow versions of a strategy; one empty version where nothing names any."""
    own = next((part.tensorflow for part in line if part.tensorflow), ())
    base = line[-1].image
    named = next((part.python for part in line if part.python), config.python)
    pythons = [python for python in named if python[:1].isdigit()]
    if any(uses(part, TENSORFLOW) for part in line):
        from_image = known(base.replace(TENSORFLOW, "0")).is_official and TENSORFLOW in base
        return resolve(own or config.tensorflow, project, published if from_image else None, pythons)
    if own:
        return resolve(own, project, pythons=pythons)
    lines = (text for part in line for text in part.install)
    pins = [one.pin for one in tensorflow_requirements(lines)]
    return Resolved((known(base).promised_tensorflow or next(filter(None, pins), ""),))


def _cells(
    strategy: Strategy, line: Sequence[Strategy], versions: Sequence[str], config: Config
) -> Iterator[Cell]:
    for tensorflow in versions:
        cell = Cell(strategy.name, tensorflow, "", "")
        for python in _pythons(cell, line, config):
            for runner in config.runners:
                yield replace(cell, python=python, runner=runner.name)


def _pythons(cell: Cell, line: Sequence[Strategy], config: Config) -> Sequence[str]:
    if not any(uses(part, PYTHON) for part in line):
        return ("",)
    specs = next((part.python for part in line if part.python), config.python)
    release = by_version().get(cell.tensorflow)
    if release is None and cell.tensorflow and is_older(cell.tensorflow) and set(specs) <= {"auto", "all"}:
        return ()  # which Pythons it has wheels for is not known
    release = release or newest_final()
    machine = architecture(config.platform)
    lines = (text for part in line for text in requirements(part, cell))
    installs = tensorflow_requirements(lines, Target(architecture=machine))
    with_cuda = any(install.with_cuda for install in installs)
    possible = release.pythons_on(machine, with_cuda=with_cuda) or release.pythons
    return resolve_pythons(specs, possible)


def _verdict(cell: Cell, line: Sequence[Strategy], config: Config) -> Excluded | None:
    if pattern := first_match(config.exclude, cell):
        return Excluded(cell, f"ruled out by `exclude: {pattern}`")
    included = first_match(config.include, cell)
    if config.include and not included:
        return Excluded(cell, "not selected by `include` (`--cell`)")
    if impossible := why_impossible(cell, line, architecture(config.platform)):
        reason = "; ".join(filter(None, (impossible.reason, impossible.remedy)))
        return Excluded(cell, reason, impossible.cause)
    runner = next(runner for runner in config.runners if runner.name == cell.runner)
    if _wastes_gpu(cell, runner, line, config):
        hint = f"an `include` pattern that ends in @{runner.name} overrides this"
        return Excluded(cell, f"CPU-only TensorFlow on a GPU runner ({hint})")
    return None


def _wastes_gpu(cell: Cell, runner: Runner, line: Sequence[Strategy], config: Config) -> bool:
    """A GPU runner is not spent on a TensorFlow that cannot use it, unless its name is asked for."""
    if runner.gpu is not Gpu.REQUIRE or promises_gpu(line):
        return False
    naming = (text for text in config.include if Pattern(text).names_runner(runner.name))
    return not first_match(tuple(naming), cell)


def _why_unpublished(cell: Cell) -> str:
    release = cell.tensorflow
    if published(release) is False:
        return never_published(release)
    return f"whether tensorflow/tensorflow has an image of {release} is not known; name that version to try"


def _refuse_none_such(include: Sequence[str], cells: Sequence[Cell]) -> None:
    if not include or len(unmatched_patterns(include, cells)) < len(include):
        return
    some = ", ".join(cell.id for cell in cells[:3])
    more = f" and {len(cells) - 3} more" if len(cells) > 3 else ""
    raise UsageError(
        f"no cell matches {' or '.join(map(repr, include)):.200}",
        why=f"there are {some}{more}" if cells else "there are no cells",
        remedy="`tf-docker-check plan` lists them all",
    )


def _refuse_too_many(cells: Sequence[Cell], most: int) -> None:
    if len(cells) <= most:
        return
    counts = Counter(cell.strategy for cell in cells)
    raise UsageError(
        f"the matrix has {len(cells)} cells, and max-cells is {most}",
        why="; ".join(f"{name}: {count}" for name, count in counts.items()),
        remedy="name fewer versions, Pythons or runners, exclude cells by pattern, or raise matrix.max-cells",
    )
