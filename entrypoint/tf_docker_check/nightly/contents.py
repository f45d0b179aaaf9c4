"""Compare images with their tags, using what the checks found in them; nothing is pulled."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from tf_docker_check.image.reference import Reference
from tf_docker_check.inspection.labels import find_mismatches, find_unsupported
from tf_docker_check.inspection.system import describe_release
from tf_docker_check.model.inspection import CudaGap, Inspection, Interpreter, TensorFlowBuild
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.text import one_line

MOST = 50
_LIBRARY = "gpu.library."


def describe_mismatches(
    cells: Iterable[CellResult], bases: Mapping[str, str], as_is: Collection[str], today: str
) -> tuple[str, ...]:
    """Return one line for each thing that is wrong with an image, such as a -gpu tag without cuDNN.

    `bases`: the image that a cell stands on, by the cell's id. `as_is`: ids of cells that check this image
    unmodified; in other cells the user's layers may be the reason. `today` is YYYY-MM-DD.
    """
    problems: dict[tuple[str, str], str] = {}
    for cell in cells:
        base = bases.get(cell.id, "")
        for problem in _describe(cell, base if cell.id in as_is else "", today) if base else ():
            problems.setdefault((base, problem), f"{base} (seen in {cell.id}): {problem}")
    return tuple(problems.values())[:MOST]


def _describe(cell: CellResult, tag: str, today: str) -> Iterator[str]:
    image = _inspection_of(cell)
    reference = Reference.try_parse(tag) if "tensorflow.distributions" in cell.facts else None
    for mismatch in (*find_mismatches(image, reference), *find_unsupported(image, today)):
        yield f"{mismatch.label}, and it is {mismatch.content}: {mismatch.why}"


def _inspection_of(cell: CellResult) -> Inspection:
    """Return an inspection as far as the checks looked into the image."""
    family, version, name, python = (
        _word(cell, fact) for fact in ("os.id", "os.version", "os.name", "python.version")
    )
    return Inspection(
        labels=cell.image.labels if cell.image else (),
        os=describe_release(family, version, name) if family else None,
        pythons=(Interpreter(_word(cell, "python.executable"), python),) if python else (),
        tensorflow=tuple(_tensorflow(cell)),
        cuda_gaps=tuple(_gaps(cell)),
    )


def _tensorflow(cell: CellResult) -> Iterator[TensorFlowBuild]:
    distributions, cuda = cell.facts.get("tensorflow.distributions"), cell.facts.get("tensorflow.cuda_build")
    if isinstance(distributions, Mapping):
        for name, version in distributions.items():
            yield TensorFlowBuild(
                one_line(name, 100), one_line(str(version), 100), "", cuda if isinstance(cuda, bool) else None
            )


def _gaps(cell: CellResult) -> Iterator[CudaGap]:
    for fact, library in cell.facts.items():
        if fact.startswith(_LIBRARY) and isinstance(library, Mapping) and not library.get("path"):
            yield CudaGap(one_line(fact.removeprefix(_LIBRARY), 100), "is not where TensorFlow looks")


def _word(cell: CellResult, fact: str) -> str:
    value = cell.facts.get(fact)
    return one_line(value, 100) if isinstance(value, str) else ""
