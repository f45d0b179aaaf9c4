"""Give a cell whose tag has vanished that cause, with what is left of the tag."""

from __future__ import annotations

from dataclasses import replace

from tf_docker_check.model.finding import Confidence, Evidence, Finding
from tf_docker_check.model.results import CellResult
from tf_docker_check.model.status import Status
from tf_docker_check.resources.knowledge import causes
from tf_docker_check.upstream.tags import Tag, TagState

CAUSE = "tag-vanished"
_PULLS = {True: "it still pulls", False: "it was removed too", None: "whether it still pulls is not known"}


def with_vanished_tag(cell: CellResult, tag: Tag | None) -> CellResult:
    """Return *cell* with the cause `tag-vanished` if the *tag* it stands on has vanished."""
    if tag is None or tag.moved is not TagState.VANISHED or cell.status is not Status.FAILED:
        return cell
    cause = causes()[CAUSE]
    gone = Evidence(f"{tag.reference} is gone: {tag.why}")
    left = Evidence(f"its last image was {tag.before}; {_PULLS[tag.pulls]}")
    finding = Finding(CAUSE, cause.title, Confidence.CONFIRMED, (gone, left), cause.remedies[0].text)
    return replace(cell, findings=(finding, *cell.findings), reason=gone.text)
