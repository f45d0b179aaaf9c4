from __future__ import annotations

import gzip
import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspection.images import pieces, saved, tar
from tf_docker_check.errors import CheckError, UsageError
from tf_docker_check.inspection import archive
from tf_docker_check.inspection.budget import Budget
from tf_docker_check.inspection.unpack import Damaged

LOWER, UPPER = tar({"etc/os-release": b"ID=debian\n", "gone": b"x"}), tar({".wh.gone": b"", "new": b"y"})


def read(data: bytes, *, quick: bool = False) -> archive.Archive:
    return archive.read(pieces(data), "linux/amd64", Budget(seconds=20), quick=quick)


def oci(platforms: int = 1) -> bytes:
    blobs: dict[str, bytes] = {}

    def blob(data: bytes, kind: str) -> dict[str, object]:
        name = hashlib.sha256(data).hexdigest()
        blobs[f"blobs/sha256/{name}"] = data
        return {
            "mediaType": f"application/vnd.oci.image.{kind}",
            "digest": f"sha256:{name}",
            "size": len(data),
        }

    layers = [blob(gzip.compress(each), "layer.v1.tar+gzip") for each in (LOWER, UPPER)]
    config = blob(json.dumps({"os": "linux", "architecture": "amd64"}).encode(), "config.v1+json")
    image = {"schemaVersion": 2, "config": config, "layers": layers}
    entry = blob(json.dumps(image).encode(), "manifest.v1+json")
    entries = [{**entry, "platform": {"os": "linux", "architecture": name}} for name in ("amd64", "arm64")]
    index = {"schemaVersion": 2, "manifests": entries[:platforms]}
    return tar(
        {**blobs, "oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": json.dumps(index).encode()}
    )


@pytest.mark.parametrize("data", [saved([LOWER, UPPER]), gzip.compress(saved([LOWER, UPPER])), oci(), oci(2)])
def test_images_are_read_whatever_wrote_them(data):
    found = read(data)
    assert [set(layer.files) for layer in found.layers] == [{"etc/os-release", "gone"}, {"new"}]
    assert found.layers[1].removed == {"gone"}
    assert found.config["architecture"] == "amd64"


def test_quick_passes_layers_over():
    found = read(saved([LOWER, b"\x1f\x8bno gzip at all" * 50]), quick=True)
    assert [layer.files for layer in found.layers] == [{}, {}]
    assert found.names == ("made:up",)


def test_a_layer_stored_once_and_linked_to_counts_twice():
    manifest = [{"Config": "c.json", "RepoTags": None, "Layers": ["a/layer.tar", "b/layer.tar"]}]
    members = {"a/layer.tar": LOWER, "b/layer.tar": "../a/layer.tar", "c.json": b"{}"}
    assert len(read(tar({**members, "manifest.json": json.dumps(manifest).encode()})).layers) == 2


@pytest.mark.parametrize(
    ("members", "error", "why"),
    [
        ({"etc/passwd": b"root"}, UsageError, "docker save"),
        ({"manifest.json": b"[]"}, UsageError, "0 images"),
        ({"manifest.json": b'[{"Config":1},2]'}, Damaged, "not a list of images"),
        ({"manifest.json": b'[{"Config":"c","Layers":["l"]}]', "c": b"{}"}, Damaged, "lacks the layer"),
        ({"manifest.json": b'[{"Config":"c","Layers":[]}]'}, Damaged, "missing or not JSON"),
        ({"manifest.json": b"[" * 100_000}, Damaged, "not JSON"),
        ({"index.json": b'{"manifests":[]}'}, CheckError, "no image for linux/amd64"),
    ],
)
def test_what_is_no_image_is_told_apart(members, error, why):
    with pytest.raises(error, match=why) as raised:
        read(tar(members))
    assert why.split()[0] in str(raised.value)


@given(st.lists(st.tuples(st.floats(0, 0.9999), st.integers(0, 255)), min_size=1, max_size=6), st.booleans())
def test_no_mutation_of_an_archive_raises_anything_but_ours(changes, new):
    data = bytearray(oci() if new else saved([LOWER, UPPER]))
    for at, value in changes:
        data[int(at * len(data))] = value
    try:
        found = read(bytes(data))
    except CheckError:
        return
    assert len(found.layers) == 2
