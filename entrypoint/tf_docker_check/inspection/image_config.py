"""Read what an image's config says, for which no layers are needed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from tf_docker_check.model.inspection import Inspection, LayerSummary
from tf_docker_check.model.text import one_line

_MATTERS = re.compile(
    r"PATH|LD_\w+|NVIDIA_\w+|NV_\w+|CUDA\w*|CUDNN\w*|NCCL_\w+|TF_\w+|TENSORFLOW\w*|XLA_\w+|KERAS_\w+"
    r"|PYTHON\w*|OMP_\w+|MKL_\w+|OPENBLAS_\w+|CONDA\w*|VIRTUAL_ENV|LANG|LC_ALL|HOME|TMPDIR"
)
_SECRET = re.compile(r"TOKEN|SECRET|PASSW|CREDENTIAL|API_?KEY", re.IGNORECASE)
MAX_ITEMS = 200


def describe_config(config: Mapping[str, Any], layers: tuple[LayerSummary, ...], image_id: str) -> Inspection:
    """Return what is known without layers; the caller adds where the image comes from."""
    inner = _mapping(config.get("config"))
    parts = (config.get("os"), config.get("architecture"), config.get("variant"))
    return Inspection(
        platform="/".join(one_line(part, 40) for part in parts if isinstance(part, str) and part),
        created=_text(config.get("created")),
        environment=_environment(inner.get("Env")),
        user=_text(inner.get("User")),
        entrypoint=_texts(inner.get("Entrypoint")),
        command=_texts(inner.get("Cmd")),
        labels=tuple(sorted((one_line(key, 100), _text(value)) for key, value in _labels(inner))),
        layers=_with_history(layers, config.get("history")),
        image_id=image_id,
    )


def _labels(inner: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(_mapping(inner.get("Labels")).items())[:MAX_ITEMS]


def _environment(value: object) -> tuple[tuple[str, str], ...]:
    """Return the variables that affect TensorFlow; all others are left out."""
    variables = {}
    for item in value[:MAX_ITEMS] if isinstance(value, list) else ():
        name, equals, setting = str(item).partition("=")
        if equals and _MATTERS.fullmatch(name):
            variables[one_line(name, 100)] = "…" if _SECRET.search(name) else one_line(setting, 2000)
    return tuple(sorted(variables.items()))


def _with_history(layers: tuple[LayerSummary, ...], history: object) -> tuple[LayerSummary, ...]:
    """Add to each layer the command that made it; steps without a layer are skipped."""
    steps = [step for step in history if isinstance(step, dict)] if isinstance(history, list) else []
    made = [_text(step.get("created_by")) for step in steps if not step.get("empty_layer")]
    if len(made) != len(layers):
        return layers
    return tuple(
        LayerSummary(layer.digest, layer.size, layer.unpacked, text)
        for layer, text in zip(layers, made, strict=True)
    )


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return one_line(value, 300) if isinstance(value, str) else ""


def _texts(value: object) -> tuple[str, ...]:
    items = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(one_line(item, 300) for item in items[:MAX_ITEMS] if isinstance(item, str))
