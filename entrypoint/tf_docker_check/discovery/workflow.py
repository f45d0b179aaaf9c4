"""Read what the steps of a GitHub workflow build by docker/build-push-action."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tf_docker_check.config.layer import KeyPath, Layer
from tf_docker_check.discovery.build import Build, build_at
from tf_docker_check.discovery.devcontainer import plain_arguments
from tf_docker_check.discovery.files import Files
from tf_docker_check.discovery.place import key_span, read_layers
from tf_docker_check.dockerfile.source import Source

_ACTION = "docker/build-push-action@"
_PROJECT = ("", ".", "${{ github.workspace }}", "{{defaultContext}}")


def read_workflow(source: Source, files: Files) -> Iterator[Build]:
    """Yield its builds. What is no YAML has none."""
    if _ACTION not in source.text:
        return
    for layer in read_layers(source):
        for path, step in _steps(layer.values):
            if build := _build(source, files, layer, path, step):
                yield build


def _steps(values: Mapping[str, Any]) -> Iterator[tuple[KeyPath, Mapping[str, Any]]]:
    jobs = values.get("jobs")
    for name, job in jobs.items() if isinstance(jobs, Mapping) else ():
        steps = job.get("steps") if isinstance(job, Mapping) else None
        for number, step in enumerate(steps if isinstance(steps, list) else ()):
            if isinstance(step, Mapping) and str(step.get("uses", "")).startswith(_ACTION):
                yield ("jobs", name, "steps", number), step


def _build(
    source: Source, files: Files, layer: Layer, path: KeyPath, step: Mapping[str, Any]
) -> Build | None:
    given = step.get("with")
    inputs: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    context = str(inputs.get("context") or "")
    lines = str(inputs.get("build-args") or "").splitlines()
    arguments = dict(line.strip().partition("=")[::2] for line in lines if "=" in line)
    return build_at(
        files,
        files.root_of(source.path),
        "." if context in _PROJECT else context,
        inputs.get("file") or None,
        target=inputs.get("target", ""),
        arguments=plain_arguments(arguments),
        named_by=key_span(source, layer, (*path, "uses")),
    )
