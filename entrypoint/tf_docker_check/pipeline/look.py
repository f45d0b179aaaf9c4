"""Inspect an image by the name a user gives: a file, one of the engine's, or one in a registry."""

from __future__ import annotations

from pathlib import Path

from tf_docker_check.engine.client import client
from tf_docker_check.engine.discover import find_endpoint
from tf_docker_check.engine.export import Exporter
from tf_docker_check.errors import EngineError, ImageNotFound
from tf_docker_check.inspection import document, sources
from tf_docker_check.inspection.sources import InspectionOptions
from tf_docker_check.model.inspection import Inspection
from tf_docker_check.project.read import is_file, is_folder, open_file, read_bytes
from tf_docker_check.registry.client import Registry

MAX_DOCUMENT = 64 * 1024 * 1024
REGISTRY, ENGINE = "registry://", "engine://"


def look_into(name: str, registry: Registry, options: InspectionOptions) -> Inspection:
    """Inspect *name*: a tar, an inspection's JSON, ``registry://…``, ``engine://…``, or a reference.

    A plain reference is the engine's image where it has one, else the registry's. Raises ImageNotFound,
    RegistryError, EngineError, UsageError, or CannotJudge where it is damaged or too much.
    """
    if name.startswith(REGISTRY):
        return sources.from_registry(registry, name.removeprefix(REGISTRY), options)
    if name.startswith(ENGINE):
        return _of_engine(name.removeprefix(ENGINE), options)
    path = Path(name)
    if is_file(path):
        if path.suffix == ".json":
            return document.load(read_bytes(path, MAX_DOCUMENT), name)
        return sources.from_archive(name, options)
    if path.exists() and not _may_be_reference(name, path):
        open_file(path).close()  # which says what it is
    return _if_engine_has(name, options) or sources.from_registry(registry, name, options)


def _may_be_reference(name: str, path: Path) -> bool:
    """Return whether *name*, which is also a path, can mean an image: ``python`` next to a folder python/."""
    return is_folder(path) and not name.startswith((".", "/")) and not name.endswith(("/", ".json", ".tar"))


def _of_engine(reference: str, options: InspectionOptions) -> Inspection:
    api = client(find_endpoint())
    try:
        inspection = sources.from_engine(Exporter(api), reference, options)
    finally:
        api.close()
    if inspection is None:
        raise ImageNotFound(f"the engine has no image {reference}", remedy=f"try registry://{reference}")
    return inspection


def _if_engine_has(reference: str, options: InspectionOptions) -> Inspection | None:
    """Inspect a local image; None if there is no such image or no engine. A failing engine is an error."""
    try:
        find_endpoint()
    except EngineError:
        return None
    try:
        return _of_engine(reference, options)
    except ImageNotFound:
        return None
