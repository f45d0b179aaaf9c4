from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.inspection.image_config import describe_config
from tf_docker_check.model.inspection import Inspection, LayerSummary

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)


def config(*environment: str) -> Inspection:
    return describe_config({"config": {"Env": list(environment)}}, (), "")


def test_what_manifest_and_config_tell():
    told = {
        "os": "linux",
        "architecture": "arm64",
        "variant": "v8",
        "created": "2026-01-01T00:00:00Z",
        "config": {"User": "app", "Entrypoint": ["python3"], "Cmd": None, "Labels": {"b": "2", "a": "1"}},
        "history": [
            {"created_by": "ADD rootfs"},
            {"created_by": "ENV X=1", "empty_layer": True},
            {"created_by": "RUN x"},
        ],
    }
    image = describe_config(told, (LayerSummary("sha256:1", 5), LayerSummary("sha256:2", 6)), "sha256:c")
    assert (image.platform, image.user, image.entrypoint, image.command) == (
        "linux/arm64/v8",
        "app",
        ("python3",),
        (),
    )
    assert image.labels == (("a", "1"), ("b", "2"))
    assert [layer.created_by for layer in image.layers] == ["ADD rootfs", "RUN x"]
    assert not image.complete


def test_only_the_environment_that_bears_on_tensorflow_is_told():
    image = config(
        "PATH=/bin",
        "LD_LIBRARY_PATH=/cuda",
        "AWS_SECRET_ACCESS_KEY=x",
        "TF_API_TOKEN=hush",
        "NVIDIA_VISIBLE_DEVICES=all",
    )
    assert image.environment == (
        ("LD_LIBRARY_PATH", "/cuda"),
        ("NVIDIA_VISIBLE_DEVICES", "all"),
        ("PATH", "/bin"),
        ("TF_API_TOKEN", "…"),
    )


def test_what_strangers_wrote_is_made_plain():
    assert config("PATH=\x1b[31m/bin\u202e\ud800").environment == (("PATH", "/bin"),)


@given(st.dictionaries(st.sampled_from(["config", "os", "history", "created", "architecture"]), JSON), JSON)
def test_no_config_raises(outer, inner):
    keys = {"Env": inner, "Labels": inner, "Cmd": inner, "Entrypoint": inner, "User": inner}
    for told in (outer, {**outer, "config": keys}):
        assert isinstance(describe_config(told, (LayerSummary(),), ""), Inspection)
