"""CUDA's stub of the driver library on the path of the loader."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.source import Edit, Span
from tf_docker_check.dockerfile.stage import Setting, Stage
from tf_docker_check.lint.issue import Remark

_FOLDER = re.compile(r"[^\s:\"'=]+")
_CONF = re.compile(r"[\"']?\s*(?:>{1,2}|\|\s*(?:sudo\s+)?tee(?:\s+-a)?)\s*(?P<file>\S*ld\.so\.conf\S*)")
_MESSAGE = "puts CUDA's stub of libcuda.so where the loader finds it before the driver's own"
_REMEDY = "take it off: stubs are for linking only (LIBRARY_PATH); the real library comes with --gpus all"


def on_loader_path(stage: Stage) -> Iterator[Remark]:
    """TFD035."""
    if not stage.ships:
        return
    for setting in stage.settings:
        if setting.name == "LD_LIBRARY_PATH" and (span := _folder(setting)):
            yield Remark(span, f"LD_LIBRARY_PATH {_MESSAGE}", _REMEDY, _taken_off(setting, span))
    taken_away = {
        text for command in stage.commands if command.name in ("rm", "unlink") for text in command.texts
    }
    for command in stage.commands:
        if (made := _made(stage, command)) and made not in taken_away and not _put_back(stage, command):
            word = next(word for word in command.words if "/stubs" in word.text)
            yield Remark(Span(stage.source, word.start, word.end), f"this {_MESSAGE}", _REMEDY)


def _put_back(stage: Stage, command: Command) -> bool:
    """Whether a later ``ldconfig`` makes the cache anew that *command*, an ``ldconfig FOLDER``, made."""
    later = list(stage.commands)
    later = later[later.index(command) + 1 :]
    return command.name == "ldconfig" and any(_is_plain_ldconfig(one) for one in later)


def _is_plain_ldconfig(command: Command) -> bool:
    return command.name == "ldconfig" and all(text.startswith("-") for text in command.texts[1:])


def _folder(setting: Setting) -> Span | None:
    """The folder of stubs in the value."""
    source, start = setting.span.source, setting.span.start
    folders = (match for match in _FOLDER.finditer(setting.span.text) if "/stubs" in match.group())
    return next((Span(source, start + match.start(), start + match.end()) for match in folders), None)


def _made(stage: Stage, command: Command) -> str:
    """The file or variable by which *command* makes the loader look at the stubs; empty where it does not."""
    if not any("/stubs" in word.text for word in command.words):
        return ""
    last = command.words[-1]
    if command.name == "export":
        return "LD_LIBRARY_PATH" if last.text.startswith("LD_LIBRARY_PATH=") else ""
    if command.name in ("ln", "cp"):
        return last.text if "/stubs" not in last.text and "libcuda." in command.words[-2].text else ""
    if command.name == "ldconfig":
        return last.text
    conf = _CONF.match(stage.source.text, last.end)
    return conf["file"] if conf else ""


def _taken_off(setting: Setting, span: Span) -> tuple[Edit, ...]:
    """The value without that folder and one colon; nothing where it is the only folder."""
    text = setting.span.source.text
    if text[span.end : span.end + 1] == ":":
        return (Edit(Span(span.source, span.start, span.end + 1), ""),)
    if text[span.start - 1] == ":":
        return (Edit(Span(span.source, span.start - 1, span.end), ""),)
    return ()
