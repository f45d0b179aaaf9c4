"""What each command does: ActionCommandManager.cs."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runner import matchers
from runner.step import Issue, Step, hide, refuse, report, say
from runner.syntax import Command


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
    except (OSError, ValueError, KeyError, TypeError) as error:
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


EFFECTS: Mapping[str, Callable[[Step, Command], None]] = {
    **dict.fromkeys(("error", "warning", "notice"), _issue),
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
