"""Projects with a configuration, as the tests of this room need them."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from tf_docker_check.config import load_config
from tf_docker_check.errors import UsageError
from tf_docker_check.model.config import Config
from tf_docker_check.model.defaults import CONFIG_FILE


def project(folder: Path, text: str | bytes, file: str = CONFIG_FILE) -> Path:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else dedent(text).encode())
    return folder


def loaded(folder: Path, text: str | bytes = "", **inputs: str) -> Config:
    """The configuration of *text* and *inputs* (written with _ for -)."""
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    return load_config(project(folder, text) if text else folder, "", given)


def mistakes(folder: Path, text: str | bytes = "", **inputs: str) -> list[str]:
    """What is said to be wrong, without the default file's name."""
    try:
        loaded(folder, text, **inputs)
    except UsageError as error:
        lines = [line.removeprefix("  - ") for line in error.what.splitlines()]
        return [line.replace(f"{CONFIG_FILE}:", "") for line in (lines[1:] or lines)]
    return []
