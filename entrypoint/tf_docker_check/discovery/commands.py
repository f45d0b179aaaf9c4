"""Find ``docker build`` commands in makefiles, scripts, workflows and READMEs, as far as their words are plain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from tf_docker_check.discovery.build import Build, build_at
from tf_docker_check.discovery.files import Files
from tf_docker_check.dockerfile.blocks import split_commands
from tf_docker_check.dockerfile.shell import blanked
from tf_docker_check.dockerfile.source import Source, Span

MOST = 50
"""Commands of one file."""

_BUILD = re.compile(
    r"(?:\bcd[ \t]+(?P<folder>[\w./-]+)[ \t]*(?:&&|;)[ \t\\\n]*)?"
    r"\b(?P<command>(?:docker|podman|nvidia-docker|buildah|nerdctl)(?:[ \t]+(?:buildx|image|builder))?"
    r"[ \t]+(?:build|bud))[ \t]+(?P<words>(?:[^\n\\]|\\.){1,2000})",
    re.DOTALL,
)
_RUN_WITH_GPU = re.compile(
    r"\b(?:docker|podman|nerdctl)(?:[ \t]+container)?[ \t]+run[ \t]+"
    r"(?P<words>(?:[^\n\\]|\\.)*?(?:--gpus\b|--runtime[= ]nvidia\b|nvidia\.com/gpu)(?:[^\n\\]|\\.)*)"
    r"|\bnvidia-docker[ \t]+run[ \t]+(?P<old>(?:[^\n\\]|\\.)*)",
    re.DOTALL,
)
_PROJECT = re.compile(r"\"?\$[({]?(?:PWD|CURDIR|pwd|GITHUB_WORKSPACE|CI_PROJECT_DIR)[)}]?\"?(?=/|$)")
_OPTIONS = {
    "-t": "tag",
    "--tag": "tag",
    "-f": "file",
    "--file": "file",
    "--build-arg": "argument",
    "--target": "target",
}
_SWITCHES = re.compile(
    r"--(?:no-cache|pull|push|load|rm|force-rm|quiet|squash|compress|debug|no-trunc|check)|-[qD]"
)


def read_commands(source: Source, files: Files) -> Iterator[Build]:
    """Yield the builds of the commands in a text."""
    if " build" not in source.text and " bud" not in source.text:
        return
    with_gpu = list(_words_run_with_gpu(source.text))
    for number, match in enumerate(_BUILD.finditer(source.text)):
        if number == MOST:
            return
        commands = split_commands(blanked(match["words"]))
        words = [_PROJECT.sub(".", word) for word in commands[0].texts] if commands else []
        span = Span(source, match.start("command"), match.end("command"))
        if build := _build(files, source.path, match["folder"] or ".", words, span):
            tags = _split(words)[0].get("tag", ())
            yield replace(build, gpu=any(tag in run for tag in tags for run in with_gpu))


def _words_run_with_gpu(text: str) -> Iterator[frozenset[str]]:
    """Yield the words of each command that runs a container with a GPU."""
    for number, match in enumerate(_RUN_WITH_GPU.finditer(text)):
        if number == MOST:
            return
        yield frozenset((match["words"] or match["old"]).replace("\\\n", " ").split())


def _build(files: Files, file: Path, folder: str, words: Sequence[str], span: Span) -> Build | None:
    """Return the build of one command, run where its Dockerfile is found: in the project's folder or the file's own."""
    options, context = _split(words)
    arguments = dict(text.partition("=")[::2] for text in options.get("argument", ()) if "=" in text)
    dockerfile = options.get("file", [""])[-1]
    for base in dict.fromkeys((files.root_of(file), file.parent)):
        build = build_at(
            files,
            base / folder,
            context,
            dockerfile or None,
            target=options.get("target", [""])[-1],
            arguments={name: value for name, value in arguments.items() if "$" not in value},
            named_by=span,
        )
        if build:
            return build
    return None


def _split(words: Sequence[str]) -> tuple[dict[str, list[str]], str]:
    """Split the words into options with their values, and the context: the last of the other words."""
    options: dict[str, list[str]] = {}
    context = ""
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if not word.startswith("-") or word == "-":
            context = word
        elif not _SWITCHES.fullmatch(word):
            value = value if equals else word[2:] if word[:2] == "-f" and len(word) > 2 else next(rest, "")
            kind = _OPTIONS.get(name if equals else word if word[:2] != "-f" else "-f", "")
            options.setdefault(kind, []).append(value)
    return options, context
