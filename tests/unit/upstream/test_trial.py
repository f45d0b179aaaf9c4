from __future__ import annotations

import pytest

from tf_docker_check.model.nightly import Atom
from tf_docker_check.upstream.trial import atoms, dockerfile


def test_a_trial_is_the_good_image_with_some_changes() -> None:
    changes = (
        Atom("pip", "numpy", "2", "1.23.5"),
        Atom("pip", "six", "1", ""),
        Atom("apt", "libcudnn8", "1", "8.9.7.29-1+cuda12.2"),
        Atom("apt", "curl", "1", ""),
        Atom("env", "LD_LIBRARY_PATH", "", '/a"$b'),
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
        Atom("pip", "a;b", "1", "2"),
        Atom("pip", "a", "1", "2; rm -rf /"),
        Atom("pip", "-r", "1", "2"),
        Atom("pip", "--index-url", "1", "2"),
        Atom("apt", "x$(id)", "1", "2"),
        Atom("apt", "x", "1", "2 y"),
        Atom("env", "A B", "", "x"),
        Atom("env", "A", "", "x\nRUN id"),
    ],
)
def test_what_is_no_name_or_version_is_never_tried(change: Atom) -> None:
    assert atoms([change]) == ()
