from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.errors import CheckError, ImageNotFound
from tf_docker_check.registry.errors import Malformed
from tf_docker_check.registry.manifest import Descriptor, Index, Manifest, Platform, choose, parse

DIGEST = "sha256:" + "a" * 64
CONFIG = {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": DIGEST, "size": 2}
WHOLE = {"schemaVersion": 2, "config": CONFIG, "layers": [{"digest": DIGEST, "size": 3}]}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)


def test_an_image():
    assert parse(json.dumps(WHOLE).encode(), "d") == Manifest(
        "d", Descriptor(DIGEST, 2, CONFIG["mediaType"]), (Descriptor(DIGEST, 3),)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"config": None},
        {"layers": None},
        {"layers": [{"digest": DIGEST, "size": 1}] * 513},
        {"layers": [{"digest": "md5:x", "size": 1}]},
        {"layers": [{"digest": DIGEST, "size": -1}]},
        {"layers": [{"digest": DIGEST, "size": True}]},
        {"layers": [{"digest": DIGEST, "size": 1 << 60}]},
        {"config": {**CONFIG, "mediaType": "application/vnd.cncf.helm.config.v1+json"}},
        {"mediaType": "application/vnd.oci.image.index.v1+json"},
    ],
)
def test_what_is_no_image_is_malformed(change):
    with pytest.raises(Malformed):
        parse(json.dumps({**WHOLE, **change}).encode(), "d")


@given(st.sampled_from(["config", "layers", "manifests", "mediaType", "schemaVersion"]), JSON)
def test_no_manifest_raises_anything_else(key, value):
    try:
        found = parse(json.dumps({**WHOLE, key: value}).encode(), "d")
    except CheckError:
        return
    assert isinstance(found, (Manifest, Index))


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [("linux/amd64", 1), ("linux/arm64", 2), ("linux/arm64/v8", 2), ("linux/arm/v7", 4), ("linux/arm", 3)],
)
def test_the_first_image_that_fits_the_platform(wanted, chosen):
    names = ["unknown/unknown", "linux/amd64", "linux/arm64/v8", "linux/arm/v6", "linux/arm/v7"]
    index = Index("d", tuple(Platform(name, Descriptor(DIGEST, n)) for n, name in enumerate(names)))
    assert choose(index, wanted).size == chosen


@pytest.mark.parametrize("wanted", ["linux/s390x", "linux", "", "linux/arm64/v9"])
def test_no_image_for_a_platform(wanted):
    index = Index("d", (Platform("linux/arm64/v8", Descriptor(DIGEST, 1)),))
    with pytest.raises(ImageNotFound, match="no image for"):
        choose(index, wanted)
