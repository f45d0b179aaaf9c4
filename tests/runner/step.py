"""What a step's output does: OutputManager.cs, ActionCommandManager.cs, ExecutionContext.cs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runner import matchers
from runner.masks import forms, masked
from runner.output import lines
from runner.syntax import Command, parse

MOST_ISSUES = 10  # of a kind that are kept
MESSAGE = 4096  # characters
KINDS = ("error", "warning", "notice")


@dataclass(frozen=True)
class Issue:
    """An annotation; `by` is the matcher's owner where a matcher made it, or "runner"."""

    kind: str
    message: str
    properties: Mapping[str, str] = field(default_factory=dict)
    by: str = ""


@dataclass
class Step:
    """A step under way. `commands` are those that took effect, in order; `log` is what people read."""

    workspace: Path
    hidden: set[str] = field(default_factory=set)
    matchers: list[matchers.Matcher] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    outputs: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    failed: bool = False
    echo: bool = False
    stop_token: str = ""

    @property
    def text(self) -> str:
        return "\n".join(self.log)

    def count(self, kind: str) -> int:
        return sum(issue.kind == kind for issue in self.issues)


def read(step: Step, line: str) -> None:
    """Take one line of the step's output: a command, a problem, or text."""
    if _obeyed(step, line) or _matched(step, line):
        return
    say(step, line)


def commands(output: str) -> list[tuple[str, Mapping[str, str], str]]:
    """The commands in a step's *output* that take effect, but for those that stop commands."""
    step = Step(Path("nowhere"))
    for line in lines(output):
        read(step, line)
    return [(each.name, each.properties, each.data) for each in step.commands if each.name != "stop-commands"]


def say(step: Step, line: str) -> None:
    step.log.append(masked(line, step.hidden))


def hide(step: Step, secret: str) -> None:
    step.hidden |= forms(secret)


def report(step: Step, issue: Issue) -> None:
    """Keep an annotation, masked and cut, while there is room for its kind; log it in any case."""
    message = masked(issue.message, step.hidden)[:MESSAGE]
    if step.count(issue.kind) < MOST_ISSUES:
        step.issues.append(Issue(issue.kind, message, issue.properties, issue.by))
    step.log.append(f"##[{issue.kind}]{message}")


def refuse(step: Step, why: str) -> None:
    """Something the runner could not carry out: an error, and the step fails."""
    report(step, Issue("error", why, by="runner"))
    step.failed = True


def _obeyed(step: Step, line: str) -> bool:
    told = parse(line, {*_EFFECTS, "stop-commands", *filter(None, [step.stop_token])})
    if told is None:
        return False
    if step.stop_token:
        return _resumed(step, told, line)
    step.commands.append(told)
    if told.name == "stop-commands":
        _stop(step, told, line)
    else:
        if step.echo:
            say(step, line)
        _EFFECTS[told.name](step, told)
    return True


def _resumed(step: Step, told: Command, line: str) -> bool:
    if told.name != step.stop_token:
        return False
    step.stop_token = ""
    say(step, line)
    return True


def _stop(step: Step, told: Command, line: str) -> None:
    token = told.data.lower()
    if not token or token in {*_EFFECTS, "stop-commands", "pause-logging"}:
        refuse(step, "Invalid stop-commands token")
    else:
        step.stop_token = token
        say(step, line)


def _matched(step: Step, line: str) -> bool:
    for matcher in step.matchers:
        problem = matcher.match(matchers.bare(line))
        if problem:
            for other in step.matchers:
                if other is not matcher:
                    other.seen.clear()
            severity = problem["severity"].lower()
            kind = severity if severity in {"warning", "notice"} else "error"
            report(step, Issue(kind, problem.get("message", ""), problem, matcher.owner))
            return True
    return False


def _issue(step: Step, told: Command) -> None:
    report(step, Issue(told.name, told.data, told.properties))


def _mask(step: Step, told: Command) -> None:
    if not told.data.strip():
        report(step, Issue("warning", "Can't add secret mask for empty string", by="runner"))
        return
    for secret in {told.data, *told.data.replace("\r", "\n").split("\n")}:
        hide(step, secret)


def _add_matcher(step: Step, told: Command) -> None:
    try:
        added = matchers.load((step.workspace / told.data).read_text())
    except (OSError, ValueError, KeyError, TypeError, json.JSONDecodeError) as error:
        refuse(step, f"Unable to process command 'add-matcher' successfully. {error}")
        return
    owners = {matcher.owner for matcher in added}
    step.matchers = [*added, *(old for old in step.matchers if old.owner not in owners)]


def _remove_matcher(step: Step, told: Command) -> None:
    owner = told.properties.get("owner", "")
    step.matchers = [matcher for matcher in step.matchers if matcher.owner != owner]


def _set_output(step: Step, told: Command) -> None:
    step.outputs[told.properties.get("name", "")] = told.data


def _save_state(step: Step, told: Command) -> None:
    step.state[told.properties.get("name", "")] = told.data


def _disabled(step: Step, told: Command) -> None:
    refuse(step, f"The `{told.name}` command is disabled.")


def _echo(step: Step, told: Command) -> None:
    step.echo = told.data.strip().lower() == "on"


def _show(step: Step, told: Command) -> None:
    say(step, f"##[{told.name}]{told.data}")


_EFFECTS: Mapping[str, Callable[[Step, Command], None]] = {
    **dict.fromkeys(KINDS, _issue),
    "add-mask": _mask,
    "add-matcher": _add_matcher,
    "remove-matcher": _remove_matcher,
    "set-output": _set_output,
    "save-state": _save_state,
    "set-env": _disabled,
    "add-path": _disabled,
    "internal-set-repo-path": _disabled,
    "echo": _echo,
    "group": _show,
    "endgroup": _show,
    "debug": _show,
}
