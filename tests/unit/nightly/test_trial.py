from __future__ import annotations

import pytest

from tf_docker_check.nightly.bisect import SingleChange
from tf_docker_check.nightly.trial import dockerfile, separable_changes


def test_a_trial_is_the_good_image_with_some_changes() -> None:
    changes = (
        SingleChange("pip", "numpy", "2", "1.23.5"),
        SingleChange("pip", "six", "1", ""),
        SingleChange("apt", "libcudnn8", "1", "8.9.7.29-1+cuda12.2"),
        SingleChange("apt", "curl", "1", ""),
        SingleChange("env", "LD_LIBRARY_PATH", "", '/a"$b'),
    )
    lines = dockerfile("img@sha256:1", {"absl-py": "2.1"}, changes).splitlines()
    assert lines[1] == "FROM img@sha256:1"
    assert 'ENV LD_LIBRARY_PATH="/a\\"\\$b"' in lines
    told = "\n".join(lines)
    for command in (
        "python3 -m pip install --no-deps absl-py==2.1;",
        "--no-install-recommends --allow-downgrades libcudnn8=8.9.7.29-1+cuda12.2 curl-;",
        "python3 -m pip uninstall --yes six;",
        "python3 -m pip install --no-deps numpy==1.23.5",
    ):
        assert command in told


def test_without_changes_it_is_the_good_image() -> None:
    assert "pip install" not in dockerfile("img", {}, ())


@pytest.mark.parametrize(
    "change",
    [
        SingleChange("pip", "a;b", "1", "2"),
        SingleChange("pip", "a", "1", "2; rm -rf /"),
        SingleChange("pip", "-r", "1", "2"),
        SingleChange("pip", "--index-url", "1", "2"),
        SingleChange("apt", "x$(id)", "1", "2"),
        SingleChange("apt", "x", "1", "2 y"),
        SingleChange("env", "A B", "", "x"),
        SingleChange("env", "A", "", "x\nRUN id"),
    ],
)
def test_what_is_no_name_or_version_is_never_tried(change: SingleChange) -> None:
    assert separable_changes([change]) == ()
