"""The text of a regression's issue: title, body and comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.image.reference import Reference
from tf_docker_check.model.text import one_line
from tf_docker_check.nightly.issue_values import IssueAction, IssueMemory, IssuePolicy, NextAction
from tf_docker_check.nightly.night import Record
from tf_docker_check.nightly.night_report import Regression
from tf_docker_check.nightly.report import describe_bisection
from tf_docker_check.report.changes import changes_table
from tf_docker_check.report.escape import block, code, prose

COMMANDS = 8000
"""Characters of commands that have room in an issue."""

_STATUS = re.compile(r"\A<!-- status -->.*?<!-- /status -->\s*", re.DOTALL)


def title(regression: Regression) -> str:
    """Return a line such as ``TensorFlow image regression: official-gpu@gpu cudnn-mismatch (libcudnn.so.8)``."""
    return one_line(f"TensorFlow image regression: {regression.signature.words}", 250)


def body(regression: Regression, memory: IssueMemory, policy: IssuePolicy, url: str = "") -> str:
    """Return the body for a current failure; *url* is the address of the nightly run."""
    table = changes_table(regression.changes)
    parts = [
        status(memory, policy),
        "\n".join([*_facts(regression), *([f"- last seen in [this run]({url})"] if url else [])]),
        *([f"### What to do\n\n{prose(regression.remedy, 1500)}"] if regression.remedy else []),
        *_pin(regression, memory),
        *([f"### What changed since it was good\n\n{table}"] if table else []),
        *(
            [f"### Which of it\n\n{bisection}"]
            if (bisection := describe_bisection(regression.bisected))
            else []
        ),
        *(
            [f"### To see it again\n\n{block(regression.reproduce[:8000], 'sh')}"]
            if regression.reproduce
            else []
        ),
        *_history(regression.history),
        *(prose(note) for note in regression.notes),
    ]
    return "\n\n".join(parts)


def with_new_status(text: str, memory: IssueMemory, policy: IssuePolicy) -> str:
    """Return *text*, made by `body`, with a new status, for nights without the failure."""
    return f"{status(memory, policy)}\n\n{_STATUS.sub('', text)}"


def comment(step: NextAction, regression: Regression | None) -> str:
    """Return the comment on a change, a relapse or the end; empty if none is needed."""
    memory = step.memory
    if memory is None or step.step not in {IssueAction.COMMENT, IssueAction.REOPEN, IssueAction.CLOSE}:
        return ""
    cells = ", ".join(map(code, memory.cells[:20]))
    if step.step is IssueAction.CLOSE:
        fixed = f" with {code(memory.now)}" if memory.now else ""
        return f"Good for {memory.good_nights} nights in a row{fixed}: {cells}."
    lead = "It is back" if step.step is IssueAction.REOPEN else "Changed in this night"
    sentence = f"{lead} ({prose(step.why)}): {cells} at {code(memory.now) or 'no digest'}."
    return " ".join(filter(None, [sentence, describe_bisection(regression.bisected) if regression else ""]))


def status(memory: IssueMemory, policy: IssuePolicy) -> str:
    """Return the block that is updated every night."""
    if memory.good_nights:
        state = f"**Good for {memory.good_nights} of {policy.close_after} nights**, last {code(memory.when)}."
    else:
        state = f"**Failing**, last seen {code(memory.when)} (night {memory.run})."
    points = "\n".join(
        f"- {name}: {code(point.digest) or 'no digest'}, {code(point.when)}"
        for name, point in (("last good", memory.last_good), ("first bad", memory.first_bad))
        if point.when
    )
    return "\n\n".join(filter(None, ["<!-- status -->", state, points, "<!-- /status -->"]))


def _facts(regression: Regression) -> Iterator[str]:
    cause = code(regression.signature.cause) or "not known"
    yield f"### {prose(regression.title or regression.signature.words)}\n"
    yield f"- cells: {', '.join(map(code, regression.cells[:20]))}"
    yield f"- cause: {cause}{f', {regression.confidence}' if regression.confidence else ''}"
    yield f"- image: {code(regression.image)} at {code(regression.digest) or 'no digest'}"
    yield from (f"- {prose(text)}" for text in regression.evidence)


def _reproduce(commands: str) -> Iterator[str]:
    """Return the commands in full or not at all: cut off, they could end inside a quotation."""
    if commands and len(commands) <= COMMANDS:
        yield f"### To reproduce\n\n{block(commands, 'sh')}"
    elif commands:
        yield "### To reproduce\n\nThe commands are too long for an issue; the results of the run have them."


def _pin(regression: Regression, memory: IssueMemory) -> Iterator[str]:
    good, image = memory.last_good.digest, Reference.try_parse(regression.image)
    if good and good != regression.digest and image:
        yield f"### Until then\n\n{block(f'FROM {image.pinned(good)}', 'dockerfile')}"


def _history(records: tuple[Record, ...]) -> Iterator[str]:
    if records:
        rows = [
            f"| {code(record.when)} | {record.run} | {code(record.digest[:19])} | {prose(record.result)} "
            f"| {prose(record.cause)} | {prose(record.tensorflow)} | {prose(record.python)} |"
            for record in records
        ]
        head = ["| when | night | digest | result | cause | TensorFlow | Python |", "|" + " --- |" * 7]
        yield "### Nights\n\n" + "\n".join([*head, *rows])
