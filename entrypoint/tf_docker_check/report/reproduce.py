"""Make shell commands that reproduce a failure with docker alone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tf_docker_check.dockerfile.rewrite import rewrite
from tf_docker_check.dockerfile.stage import base_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.engine.protocol import MOST_PROCESSES
from tf_docker_check.model.config import Gpu, RunOptions, Secret, UserDockerfile
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.model.redact import looks_secret
from tf_docker_check.report.shell import CannotBeShown, line, print_command, script

CELL, PARENT = "tf-docker-check-cell", "tf-docker-check-parent"  # the tags that the commands give
_NEEDS_BUILDKIT = re.compile(
    r"^\s*(RUN|COPY|ADD)\b.*(--(mount|link|chmod|network|security|parents)|<<)", re.MULTILINE | re.IGNORECASE
)
_REFERENCE = re.compile(r"[A-Za-z0-9\[][A-Za-z0-9._:/@\[\]-]*")


@dataclass(frozen=True)
class Build:
    """What the build of a cell got in addition to its recipe.

    `text` is the Dockerfile that was built, empty if a user's was not read; `copied` if it differs from the
    user's file. `contexts` are the images that replaced others by name. `ignores`: there is a
    ``NAME.dockerignore`` next to the user's Dockerfile. `secrets` are those of the recipe and ours; `private`
    are values that must not be shown.
    """

    text: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    secrets: tuple[Secret, ...] = ()
    copied: bool = False
    contexts: Mapping[str, str] = field(default_factory=dict)
    ignores: bool = False
    private: Collection[str] = ()


@dataclass(frozen=True)
class Start:
    """What is started in the image: *program* with *arguments*."""

    program: str
    arguments: tuple[str, ...] = ()
    options: RunOptions = field(default_factory=RunOptions)
    gpu: Gpu = Gpu.OFF


def command(recipe: Recipe, base: str, build: Build, start: Start | None = None) -> str:
    """Return shell lines that build *recipe* on *base* (a reference with digest) and *start* something in it.

    Without a *start*, the build or pull itself fails. A variable or argument that looks secret is taken from
    the environment of whoever runs this. If the lines cannot be shown as they have to be run, `not_shown`
    replaces them.
    """
    try:
        return script(_commands(recipe, base, build, start))
    except CannotBeShown as error:
        return not_shown(str(error))


def not_shown(why: str) -> str:
    """Return a shell comment in place of commands. *why* is our text, never untrusted."""
    return f"# no commands are shown: {why}"


def _commands(recipe: Recipe, base: str, build: Build, start: Start | None) -> Iterator[str]:
    if not _REFERENCE.fullmatch(base) and (base or not recipe.user):
        raise CannotBeShown("the name of the base image is invalid")
    builds = tuple(_builds(recipe, base, build))
    if any(command.needs_buildkit for command in builds):
        yield "export DOCKER_BUILDKIT=1"  # what docker 23 and later do unasked
    for command in builds:
        yield from command.lines
    if not builds and start is None:
        yield line("docker", "pull", "--platform", recipe.platform, base)
    if start:
        yield _run(CELL if builds else base, start, build)


@dataclass(frozen=True)
class _Step:
    lines: tuple[str, ...]
    needs_buildkit: bool


def _builds(recipe: Recipe, base: str, build: Build) -> Iterator[_Step]:
    if recipe.parent and recipe.parent.builds:
        yield _own_build(PARENT, recipe.parent, recipe.parent.text, base, build)
        base = PARENT
    if recipe.user and build.text:
        yield _user_build(recipe, recipe.user, base, build)
    elif recipe.text:
        yield _own_build(CELL, recipe, build.text or recipe.text, base, build)


def _own_build(tag: str, recipe: Recipe, text: str, base: str, build: Build) -> _Step:
    """Return the build of a Dockerfile that we wrote, which needs no context."""
    text = rewrite(text, {recipe.base: base}, build.arguments)
    words = _build(tag, recipe, build.arguments, build.secrets, build)
    return _Step((_pipe(text, line(*words, "-"), build),), _buildkit(text, build.secrets))


def _user_build(recipe: Recipe, user: UserDockerfile, base: str, build: Build) -> _Step:
    """Return the build of the user's Dockerfile on *base*.

    The base is replaced as in the cell: by build argument, by named context, or in a copy.
    """
    given = {**build.arguments, **dict(user.build_args)}
    secrets = tuple(dict.fromkeys((*user.secrets, *build.secrets)))
    stages, contexts = read_stages(build.text, given), dict(build.contexts)
    stage = base_stage(stages, user.target)
    if base and stage.argument and [part.image for part in stages].count(stage.image) == 1:
        given[stage.argument] = base
        contexts.pop(stage.image, None)
    elif stage.image in contexts:
        contexts[stage.image] = base
    words = _build(CELL, recipe, given, secrets, build)
    words += ["--target", user.target] if user.target else []
    for image, target in contexts.items():
        words += ["--build-context", f"{image}=docker-image://{target}"]
    buildkit = _buildkit(build.text, secrets) or build.ignores or bool(contexts)
    if not build.copied:
        return _Step((line(*words, "-f", _path(user.path), _path(user.context)),), buildkit)
    text = rewrite(build.text, {stage.image: base}, given)
    if build.ignores:
        return _Step(tuple(_beside_its_ignore_file(text, line(*words), user, build)), buildkit)
    return _Step((_pipe(text, line(*words, "-f", "-", _path(user.context)), build),), buildkit)


def _beside_its_ignore_file(text: str, words: str, user: UserDockerfile, build: Build) -> Iterator[str]:
    """Yield lines for a Dockerfile with its own ignore file, which BuildKit finds by the file's name only."""
    yield "folder=$(mktemp -d)"
    yield f'{_print_command(text, build)} \\\n  > "$folder/Dockerfile"'
    yield f'{line("cp", _path(f"{user.path}.dockerignore"))} "$folder/Dockerfile.dockerignore"'
    yield f'{words} -f "$folder/Dockerfile" {line(_path(user.context))}'


def _build(
    tag: str, recipe: Recipe, arguments: Mapping[str, str], secrets: Iterable[Secret], build: Build
) -> list[str]:
    words = ["docker", "build", "-t", tag, "--platform", recipe.platform]
    for name, value in arguments.items():
        words += ["--build-arg", _setting(name, value, build)]
    for secret in secrets:
        source = f"env={secret.env}" if secret.env else f"src={secret.file}"
        words += ["--secret", _record(f"id={secret.id}", source)]
    return words


def _run(image: str, start: Start, build: Build) -> str:
    """Return `docker run` with the limits of the cell, and an init so that signals end it."""
    options = start.options
    words = ["docker", "run", "--rm", "--init", "--security-opt", "no-new-privileges"]
    words += ["--pids-limit", str(MOST_PROCESSES), "--network", options.network]
    words += ["--shm-size", options.shm_size]
    words += ["--memory", options.memory, "--memory-swap", options.memory] if options.memory else []
    words += ["--user", options.user] if options.user else []
    words += ["--read-only"] if options.read_only else []
    words += ["--gpus", "all"] if start.gpu is Gpu.REQUIRE else []
    for name, value in options.environment:
        words += ["--env", _setting(name, value, build)]
    arguments = [_public(part, build) for part in start.arguments]
    return line(*words, "--entrypoint", start.program, image, *arguments)


def _buildkit(text: str, secrets: Iterable[Secret]) -> bool:
    return _NEEDS_BUILDKIT.search(text) is not None or any(True for _ in secrets)


def _pipe(text: str, words: str, build: Build) -> str:
    """Return *words*, a command, with *text* as its standard input."""
    return f"{_print_command(text, build)} \\\n  | {words}"


def _print_command(text: str, build: Build) -> str:
    return print_command(_public(text, build))


def _public(text: str, build: Build) -> str:
    """Return *text* unchanged. Raises CannotBeShown if it contains a secret, as it is useless redacted."""
    if looks_secret("", text) or any(value in text for value in build.private):
        raise CannotBeShown("they would hold a value that is given in confidence")
    return text


def _setting(name: str, value: str, build: Build) -> str:
    """Return ``NAME=value``, or the name alone: docker then takes the value from the environment."""
    private = looks_secret(name, value) or any(part in value for part in build.private)
    return name if private else f"{name}={value}"


def _path(name: str) -> str:
    """Return a path in the project that docker cannot take for an option, a URL or standard input."""
    return name if name == "." or name.startswith(("./", "/")) else f"./{name}"


def _record(*fields: str) -> str:
    """Return one line as docker reads it: fields with commas or quotes are quoted."""
    written = io.StringIO()
    # No command has a NUL, and csv of Python 3.10 cannot write one.
    csv.writer(written, lineterminator="").writerow(field.replace("\0", "") for field in fields)
    return written.getvalue()
