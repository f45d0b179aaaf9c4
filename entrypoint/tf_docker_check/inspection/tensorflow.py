"""TensorFlow distributions and what each was built for."""

from __future__ import annotations

import ast
import re
from typing import Any

from tf_docker_check.inspection.filesystem import Filesystem
from tf_docker_check.inspection.python import Installed
from tf_docker_check.model.inspection import TensorFlowBuild
from tf_docker_check.model.text import one_line

_DISTRIBUTION = re.compile(
    r"tensorflow(?:-cpu|-gpu|-rocm|-cpu-aws|-aarch64|-macos|-intel)?|tf-nightly(?:-cpu|-gpu)?|intel-tensorflow"
)
MAX_BUILD_INFO = 64 * 1024


def find_builds(files: Filesystem, packages: tuple[Installed, ...]) -> tuple[TensorFlowBuild, ...]:
    """Return every installed TensorFlow; those in the same folder overwrite each other."""
    return tuple(_build(files, one) for one in packages if _DISTRIBUTION.fullmatch(one.name))


def _build(files: Filesystem, one: Installed) -> TensorFlowBuild:
    site = one.package.path
    source = files.content(f"{site}/tensorflow/python/platform/build_info.py") or b""
    info = read_build_info(source.decode("utf-8", "replace"))
    capabilities = info.get("cuda_compute_capabilities")
    cuda_build = info.get("is_cuda_build")
    return TensorFlowBuild(
        one.package.name,
        one.package.version,
        site,
        cuda_build if isinstance(cuda_build, bool) else None,
        _version(info.get("cuda_version")),
        _version(info.get("cudnn_version")),
        tuple(_version(capability) for capability in capabilities[:50])
        if isinstance(capabilities, list)
        else (),
    )


def _version(value: object) -> str:
    return one_line(value, 40) if isinstance(value, str) else ""


def read_build_info(source: str) -> dict[str, Any]:
    """Return the values in TensorFlow's build_info.py without running it; empty if its form is unknown."""
    if len(source) > MAX_BUILD_INFO:
        return {}
    values: dict[str, Any] = {}
    try:
        for statement in ast.parse(source).body:
            if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                _assign(values, statement.targets[0].id, statement.value)
    except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        return {}
    return values


def _assign(values: dict[str, Any], name: str, value: ast.expr) -> None:
    """Store one assignment: until 2.2 each value was a variable, since then they are in `build_info`."""
    if isinstance(value, ast.Call) and value.args:  # OrderedDict([...])
        value = value.args[0]
    literal = ast.literal_eval(value)
    if name == "build_info":
        values |= dict(literal)
    else:
        values[name] = literal
