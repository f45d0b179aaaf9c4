"""A regression as an issue: its title, what people read in it, what is said in comments."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.model.nightly import Memory, Next, Policy, Record, Regression, Step
from tf_docker_check.model.text import one_line
from tf_docker_check.report.escape import block, code, prose
from tf_docker_check.report.night import bisected, changes

COMMANDS = 8000
"""Characters of commands that have room in an issue."""

_STATUS = re.compile(r"\A<!-- status -->.*?<!-- /status -->\s*", re.DOTALL)


def title(found: Regression) -> str:
    """One line such as ``TensorFlow image regression: official-gpu@gpu cudnn-mismatch (libcudnn.so.8)``."""
    return one_line(f"TensorFlow image regression: {found.signature.words}", 250)


def body(found: Regression, memory: Memory, policy: Policy, url: str = "") -> str:
    """All there is to say of a failure that is there; *url* is where the night's run is seen."""
    table = changes(found.changes)
    parts = [
        status(memory, policy),
        "\n".join([*_facts(found), *([f"- seen last in [this night]({url})"] if url else [])]),
        *([f"### What to do\n\n{prose(found.remedy, 1500)}"] if found.remedy else []),
        *_pin(found, memory),
        *([f"### What changed since it was good\n\n{table}"] if table else []),
        *([f"### Which of it\n\n{said}"] if (said := bisected(found.bisected)) else []),
        *_again(found.reproduce),
        *_history(found.history),
        *(prose(note) for note in found.notes),
    ]
    return "\n\n".join(parts)


def restated(text: str, memory: Memory, policy: Policy) -> str:
    """*text*, as `body` made it, with its state as it is now: for nights without the failure."""
    return f"{status(memory, policy)}\n\n{_STATUS.sub('', text)}"


def comment(step: Next, found: Regression | None) -> str:
    """What is said beside the edit, of a change, a relapse or the end; empty where nothing is to be said."""
    memory = step.memory
    if memory is None or step.step not in {Step.COMMENT, Step.REOPEN, Step.CLOSE}:
        return ""
    cells = ", ".join(map(code, memory.cells[:20]))
    if step.step is Step.CLOSE:
        fixed = f" with {code(memory.now)}" if memory.now else ""
        return f"Good for {memory.good_nights} nights in a row{fixed}: {cells}."
    lead = "It is back" if step.step is Step.REOPEN else "Changed tonight"
    said = f"{lead} ({prose(step.why)}): {cells} at {code(memory.now) or 'no digest'}."
    return " ".join(filter(None, [said, bisected(found.bisected) if found else ""]))


def status(memory: Memory, policy: Policy) -> str:
    """The block that is edited every night."""
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


def _facts(found: Regression) -> Iterator[str]:
    cause = code(found.signature.cause) or "not known"
    yield f"### {prose(found.title or found.signature.words)}\n"
    yield f"- cells: {', '.join(map(code, found.cells[:20]))}"
    yield f"- cause: {cause}{f', {found.confidence}' if found.confidence else ''}"
    yield f"- image: {code(found.image)} at {code(found.digest) or 'no digest'}"
    yield from (f"- {prose(text)}" for text in found.evidence)


def _again(commands: str) -> Iterator[str]:
    """Whole or not at all: what is cut off may end inside a quotation."""
    if commands and len(commands) <= COMMANDS:
        yield f"### To see it again\n\n{block(commands, 'sh')}"
    elif commands:
        yield "### To see it again\n\nThe commands are too long for an issue; the night's results have them."


def _pin(found: Regression, memory: Memory) -> Iterator[str]:
    good = memory.last_good.digest
    if good and good != found.digest and found.image:
        folder, slash, last = found.image.partition("@")[0].rpartition("/")
        line = f"FROM {folder}{slash}{last.partition(':')[0]}@{good}"
        yield f"### Until then\n\n{block(line, 'dockerfile')}"


def _history(records: tuple[Record, ...]) -> Iterator[str]:
    if records:
        rows = [
            f"| {code(each.when)} | {each.run} | {code(each.digest[:19])} | {prose(each.result)} "
            f"| {prose(each.cause)} | {prose(each.tensorflow)} | {prose(each.python)} |"
            for each in records
        ]
        head = ["| when | night | digest | result | cause | TensorFlow | Python |", "|" + " --- |" * 7]
        yield "### Nights\n\n" + "\n".join([*head, *rows])
