from __future__ import annotations

import hashlib
import json
from pathlib import Path
from types import SimpleNamespace

from lab.seed import manifest, seed

CONFIG = json.dumps({"rootfs": {"diff_ids": ["sha256:" + "1" * 64, "sha256:" + "2" * 64]}}).encode()
HEX = hashlib.sha256(CONFIG).hexdigest()


def engine_with(root: Path) -> SimpleNamespace:
    return SimpleNamespace(info=lambda: {"DockerRootDir": str(root), "Driver": "overlay2"})


def image() -> SimpleNamespace:
    return SimpleNamespace(id=f"sha256:{HEX}")


def test_the_manifest_names_the_image_that_the_engine_has() -> None:
    told = json.loads(manifest(CONFIG))
    assert told["config"]["digest"] == f"sha256:{HEX}"
    assert [layer["digest"][-1] for layer in told["layers"]] == ["1", "2"]


def test_the_registry_finds_manifest_and_configuration_by_tag(tmp_path: Path) -> None:
    stored = tmp_path / "engine/image/overlay2/imagedb/content/sha256"
    stored.mkdir(parents=True)
    (stored / HEX).write_bytes(CONFIG)
    storage = tmp_path / "storage"
    assert seed(engine_with(tmp_path / "engine"), image(), storage, "library/python", "3.11-slim")
    repository = storage / "docker/registry/v2/repositories/library/python"
    link = (repository / "_manifests/tags/3.11-slim/current/link").read_text()
    blob = storage / "docker/registry/v2/blobs/sha256" / link[7:9] / link[7:] / "data"
    assert json.loads(blob.read_bytes())["config"]["digest"] == f"sha256:{HEX}"
    assert (repository / "_layers/sha256" / HEX / "link").read_text() == f"sha256:{HEX}"


def test_an_engine_elsewhere_has_no_store_to_read(tmp_path: Path) -> None:
    assert not seed(engine_with(tmp_path), image(), tmp_path / "storage", "library/python", "3.11-slim")
    assert not (tmp_path / "storage").exists()


def test_a_store_that_does_not_hold_what_it_says_is_not_used(tmp_path: Path) -> None:
    stored = tmp_path / "image/overlay2/imagedb/content/sha256"
    stored.mkdir(parents=True)
    (stored / HEX).write_bytes(CONFIG + b" ")
    assert not seed(engine_with(tmp_path), image(), tmp_path / "storage", "library/python", "3.11-slim")
