"""Read what a devcontainer.json builds or uses; its comments and trailing commas are allowed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tf_docker_check.config.document import read_all
from tf_docker_check.config.layer import Layer
from tf_docker_check.discovery.build import Build, Use, build_at
from tf_docker_check.discovery.files import Files
from tf_docker_check.discovery.gpu import asks_for_gpu
from tf_docker_check.discovery.place import key_span, value_span
from tf_docker_check.dockerfile.source import Source
from tf_docker_check.errors import UsageError

_PIECES = re.compile(
    r'(?P<text>"(?:[^"\\\n]|\\.)*(?:"|$))|//[^\n]*|/\*.*?(?:\*/|\Z)|\t', re.DOTALL | re.MULTILINE
)
_LINE_END = re.compile(r"[^\n]")


def read_devcontainer(source: Source, files: Files) -> Iterator[Build | Use]:
    """Yield its build or its image. What cannot be read has none."""
    for layer in read_json(source):
        values = layer.values
        gpu = asks_for_gpu(values) or _requires_gpu(values)
        if isinstance(image := values.get("image"), str) and "$" not in image:
            yield Use(image, value_span(source, layer, ("image",), image), gpu)
        given = values.get("build")
        section: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
        dockerfile = section.get("dockerfile", values.get("dockerFile"))
        arguments = section.get("args")
        build = build_at(
            files,
            source.path.parent,
            section.get("context", values.get("context", ".")),
            dockerfile,
            target=section.get("target", ""),
            arguments=plain_arguments(arguments if isinstance(arguments, Mapping) else {}),
            named_by=key_span(source, layer, ("build",) if given else ("dockerFile",)),
            gpu=gpu,
        )
        if dockerfile and build:
            yield build


def read_json(source: Source) -> list[Layer]:
    """Read JSON, with comments and trailing commas: as YAML, which it then is. What is not JSON is empty."""
    try:
        return read_all(_PIECES.sub(_without_comment, source.text), source.name)
    except UsageError:
        return []


def plain_arguments(given: Mapping[str, Any]) -> dict[str, str]:
    """Return the build arguments whose values are known."""
    return {name: value for name, value in given.items() if isinstance(value, str) and "${" not in value}


def _without_comment(match: re.Match[str]) -> str:
    return match["text"] or _LINE_END.sub(" ", match.group())  # every offset stays


def _requires_gpu(values: Mapping[str, Any]) -> bool:
    requirements = values.get("hostRequirements")
    return isinstance(requirements, Mapping) and requirements.get("gpu") not in (None, "false", "optional")
