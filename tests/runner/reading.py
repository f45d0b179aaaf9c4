"""How a step's output is read: OutputManager.cs, and what may stop commands in ActionCommandManager.cs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runner import matchers
from runner.effects import EFFECTS
from runner.output import lines
from runner.step import Issue, Step, refuse, report, say
from runner.syntax import Command, parse

STOP = "stop-commands"


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
    return [(each.name, each.properties, each.data) for each in step.commands if each.name != STOP]


def _obeyed(step: Step, line: str) -> bool:
    told = parse(line, {*EFFECTS, STOP, *filter(None, [step.stop_token])})
    if told is None:
        return False
    if step.stop_token:
        return _resumed(step, told, line)
    step.commands.append(told)
    if told.name == STOP:
        _stop(step, told, line)
    else:
        if step.echo:
            say(step, line)
        EFFECTS[told.name](step, told)
    return True


def _resumed(step: Step, told: Command, line: str) -> bool:
    if told.name != step.stop_token:
        return False
    step.stop_token = ""
    say(step, line)
    return True


def _stop(step: Step, told: Command, line: str) -> None:
    token = told.data.lower()
    if not token or token in {*EFFECTS, STOP, "pause-logging"}:
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
