"""Predictions as text for people: a row for each image, a column for each host, then the reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from tf_docker_check.model.prediction import Judgement, Prediction, Source, Verdict
from tf_docker_check.model.text import columns, one_line

NAMED = 4
"""Images that are named for one reason; of more, the number is told."""

_ON_CPU = "gpu-image-on-cpu-host"
_ORDER = (Verdict.FAILS, Verdict.UNKNOWN, Verdict.DEGRADED)


class Named(Protocol):
    """What a row is about: a cell, or an image that was looked into."""

    @property
    def image_id(self) -> str: ...


Forecast = Sequence[tuple[Named, Sequence[Prediction]]]


def predict_table(forecast: Forecast, hosts: Sequence[str], *, why: bool = False) -> str:
    """The verdicts, the reasons with their remedies, and the sum of it.

    With *why* also every other judgement and remark, and the rows of the catalog each rests on.
    """
    rows = [("IMAGE", *map(one_line, hosts))]
    rows += [(one_line(cell.image_id), *map(_word, predictions)) for cell, predictions in forecast]
    lines = [*columns(rows), "", *_reasons(forecast, why=why)]
    if why:
        lines += [*_all_well(forecast), *_remarks(forecast)]
    return "\n".join([*lines, _sum(forecast, len(hosts))])


def _word(prediction: Prediction) -> str:
    if prediction.verdict is Verdict.WORKS:
        return "works"
    first = prediction.judgements[0]
    return f"{prediction.verdict}: {first.cause or first.rule}"


def _reasons(forecast: Forecast, *, why: bool) -> Iterator[str]:
    """Each judgement once with the images and hosts it is about; without *why* only those that decide."""
    about: dict[Judgement, list[str]] = {}
    deciding: set[Judgement] = set()
    for cell, predictions in forecast:
        for prediction in predictions:
            for number, judgement in enumerate(prediction.judgements if why else _deciding(prediction)):
                about.setdefault(judgement, []).append(f"{cell.image_id}@{prediction.host}")
                if number == 0:
                    deciding.add(judgement)
    for judgement in sorted(about, key=lambda one: (one not in deciding, _ORDER.index(one.verdict))):
        yield f"{_certainty(judgement)}: {one_line(_names(about[judgement]))}"
        yield f"  {one_line(judgement.reason, 500)}"
        if judgement.remedy:
            yield f"  do:  {one_line(judgement.remedy)}"
        if why:
            yield f"  rule {judgement.rule}, which rests on:"
            yield from _rows(judgement.sources)
        yield ""


def _deciding(prediction: Prediction) -> Sequence[Judgement]:
    """What decides, and what the image does without the GPU that it is meant for."""
    first, rest = prediction.judgements[:1], prediction.judgements[1:]
    return (*first, *(one for one in rest if one.cause == _ON_CPU))


def _certainty(judgement: Judgement) -> str:
    if judgement.verdict is Verdict.UNKNOWN:
        return "unknown"
    sure = all(row.verified for row in judgement.sources)
    return f"{judgement.verdict} ({'sure' if sure else 'likely'})"


def _all_well(forecast: Forecast) -> Iterator[str]:
    about: dict[tuple[Source, ...], list[str]] = {}
    for cell, predictions in forecast:
        for prediction in predictions:
            if prediction.verdict is Verdict.WORKS:
                about.setdefault(prediction.sources, []).append(f"{cell.image_id}@{prediction.host}")
    for sources, names in about.items():
        sure = "sure" if all(row.verified for row in sources) else "likely"
        yield f"works ({sure}): {one_line(_names(names))}"
        yield "  no rule speaks against it, by:"
        yield from _rows(sources)
        yield ""


def _remarks(forecast: Forecast) -> Iterator[str]:
    about: dict[tuple[str, str], dict[str, None]] = {}
    for cell, predictions in forecast:
        for prediction in predictions:
            for remark in prediction.remarks:
                about.setdefault((remark.text, remark.remedy), {})[cell.image_id] = None
    for (text, remedy), names in about.items():
        yield f"note: {one_line(_names(list(names)))}"
        yield f"  {one_line(text, 500)}"
        yield f"  do:  {one_line(remedy)}"
        yield ""


def _rows(sources: Iterable[Source]) -> Iterator[str]:
    for row in sources:
        mark = "verified" if row.verified else "not verified"
        yield f"    {one_line(row.row)} ({mark}): {one_line(row.source)}"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _sum(forecast: Forecast, hosts: int) -> str:
    counts = Counter(str(prediction.verdict) for _, predictions in forecast for prediction in predictions)
    parts = [f"{counts[verdict]} {verdict}" for verdict in map(str, Verdict) if counts[verdict]]
    machines = "1 host" if hosts == 1 else f"{hosts} hosts"
    images = "1 image" if len(forecast) == 1 else f"{len(forecast)} images"
    return f"{images} on {machines}: {', '.join(parts) or 'nothing to predict'}"
