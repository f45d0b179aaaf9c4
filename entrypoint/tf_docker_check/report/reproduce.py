"""How to see a failure again with nothing but docker."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

from tf_docker_check.model.config import Gpu, RunOptions, Secret, UserDockerfile
from tf_docker_check.model.private import is_private
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.recipe import dockerfile

CELL, PARENT = "tf-docker-check-cell", "tf-docker-check-parent"  # the tags that the commands give
_NEEDS_BUILDKIT = re.compile(
    r"^docker build .*--(secret|build-context) "
    r"|^\s*(RUN|COPY|ADD)\b.*(--(mount|link|chmod|network|security|parents)|<<)",
    re.MULTILINE | re.IGNORECASE,
)
_USERINFO = re.compile(r"(https?://)[^/\s@]+@")


def command(
    recipe: Recipe,
    base: str,
    *,
    text: str = "",
    snippet: str = "",
    python: str = "python3",
    options: RunOptions | None = None,
    gpu: Gpu = Gpu.OFF,
    build_args: Mapping[str, str] | None = None,
    secrets: Iterable[Secret] = (),
    named_contexts: bool = False,
) -> str:
    """Shell lines that build *recipe* on *base* (a reference with its digest) and run *snippet* in it.

    *text* is the Dockerfile that was built; without a *snippet* the failure is the build's or the
    pull's own. *build_args* and *secrets* are what the build got beside the recipe's own. A value
    that looks private is left to the environment of whoever runs this.
    """
    lines, given, mounted = [], build_args or {}, tuple(secrets)
    if recipe.parent and recipe.parent.builds:
        parent = recipe.parent
        text_on_base = dockerfile.rewrite(parent.text, {parent.base: base}, given)
        lines.append(_fed(_build(PARENT, recipe, given, mounted), "-", text_on_base))
        base = PARENT
    if recipe.user:
        lines.append(_user_build(recipe, text, base, given, mounted, named_contexts=named_contexts))
    elif recipe.text:
        text_on_base = dockerfile.rewrite(text or recipe.text, {recipe.base: base}, given)
        lines.append(_fed(_build(CELL, recipe, given, mounted), "-", text_on_base))
    elif not snippet:
        lines.append(_line("docker", "pull", "--platform", recipe.platform, base))
    if snippet:
        image = CELL if recipe.builds else base
        lines.append(_run(image, snippet, python, options or RunOptions(), gpu))
    if any(_NEEDS_BUILDKIT.search(line) for line in lines):
        lines.insert(0, "export DOCKER_BUILDKIT=1")  # what docker 23 and later do unasked
    return _USERINFO.sub(r"\1…@", "\n".join(lines))


def _user_build(
    recipe: Recipe,
    text: str,
    base: str,
    build_args: Mapping[str, str],
    secrets: tuple[Secret, ...],
    *,
    named_contexts: bool,
) -> str:
    """The user's Dockerfile on *base*: by build argument, by named context, else by a copy of its text."""
    user = recipe.user or UserDockerfile("Dockerfile")
    given = {**build_args, **dict(user.build_args)}
    stage = dockerfile.base_stage(dockerfile.parse(text, given), user.target)
    if stage.argument:
        given[stage.argument] = base
    words = _build(CELL, recipe, given, (*user.secrets, *secrets))
    words += ["--target", user.target] if user.target else []
    if stage.argument or named_contexts:
        context = [] if stage.argument else ["--build-context", f"{stage.image}=docker-image://{base}"]
        return _line(*words, *context, "-f", user.path, user.context)
    return _fed([*words, "-f", "-"], user.context, dockerfile.rewrite(text, {stage.image: base}, given))


def _build(tag: str, recipe: Recipe, build_args: Mapping[str, str], secrets: tuple[Secret, ...]) -> list[str]:
    words = ["docker", "build", "-t", tag, "--platform", recipe.platform]
    for name, value in build_args.items():
        words += ["--build-arg", name if is_private(name) else f"{name}={value}"]
    for secret in secrets:
        words += ["--secret", f"id={secret.id},{'env' if secret.env else 'src'}={secret.env or secret.file}"]
    return words


def _run(image: str, snippet: str, python: str, options: RunOptions, gpu: Gpu) -> str:
    words = ["docker", "run", "--rm", "--network", options.network, "--shm-size", options.shm_size]
    words += ["--memory", options.memory] if options.memory else []
    words += ["--user", options.user] if options.user else []
    words += ["--read-only"] if options.read_only else []
    words += ["--gpus", "all"] if gpu is Gpu.REQUIRE else []
    for name, value in options.environment:
        words += ["--env", name if is_private(name) else f"{name}={value}"]
    return _line(*words, "--entrypoint", python, image, "-c", snippet)


def _fed(words: list[str], last: str, text: str) -> str:
    """A command that reads *text* from a here-document whose end does not occur in it."""
    end = "EOF"
    while end in text.splitlines():
        end += "_"
    return f"{_line(*words, last)} <<'{end}'\n{text.rstrip()}\n{end}"


def _line(*words: str) -> str:
    return shlex.join(words)
