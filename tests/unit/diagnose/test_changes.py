from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from diagnose.outcomes import cell
from tf_docker_check.diagnose.changes import MOST, find_changes
from tf_docker_check.model.blame import Change
from tf_docker_check.model.image import Image
from tf_docker_check.model.results import CellResult

LIB = "/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30"
CONDA = "/opt/conda/lib/libstdc++.so.6.0.29"


def having(facts: dict[str, Any], *environment: tuple[str, str], **about: Any) -> CellResult:
    return replace(cell("x", **about), facts=facts, image=Image("i", environment=environment))


def names(*found: Change) -> list[str]:
    return [change.name for change in found]


def test_what_is_other_new_or_gone() -> None:
    control = having(
        {
            "packages.versions": {"numpy": "2.1.0", "keras": "3.1", "h5py": "3"},
            "libraries.found": {"libstdc++.so.6": LIB},
            "python.version": "3.11.2",
            "libc.version": "2.36",
        },
        ("PATH", "/a"),
        ("LD_LIBRARY_PATH", "/x"),
    )
    mine = having(
        {
            "packages.versions": {"numpy": "1.26.4", "h5py": "3", "tf-keras": "2.21"},
            "libraries.found": {"libstdc++.so.6": CONDA},
            "python.version": "3.12.0",
            "libc.version": "2.36",
        },
        ("PATH", "/b"),
        ("LD_LIBRARY_PATH", "/opt/conda/lib"),
        ("SECRET", "s"),
    )
    assert find_changes(control, mine) == (
        Change("python", "3.11.2", "3.12.0"),
        Change("keras", "3.1", ""),
        Change("tf-keras", "", "2.21"),
        Change("numpy", "2.1.0", "1.26.4"),
        Change("LD_LIBRARY_PATH", "/x", "/opt/conda/lib"),
        Change("libstdc++.so.6", LIB, CONDA),
    )


@pytest.mark.parametrize("untold", [{}, {"packages.versions": "all of them"}])
def test_what_one_of_them_does_not_tell_is_not_compared(untold: dict[str, Any]) -> None:
    told = {"packages.versions": {"numpy": "2"}, "python.version": "3.11"}
    assert find_changes(having(told), having(untold)) == ()
    assert find_changes(having(untold), having(told)) == ()


def test_what_the_failure_names_comes_first_and_what_breaks_a_declared_range_before_it() -> None:
    before = {"packages.versions": {"tensorflow": "2.21", "numpy": "2", "scipy": "1", "protobuf": "7"}}
    after = {"packages.versions": {"tensorflow": "2.20", "numpy": "1", "scipy": "2", "protobuf": "4"}}
    mine = having(after, wrong="import", reason="cannot import name x from 'scipy.special'")
    assert names(*find_changes(having(before), mine)) == ["scipy", "tensorflow", "numpy", "protobuf"]
    broken = {**after, "requirements.broken": [{"by": "tensorflow", "name": "protobuf"}, "?"]}
    mine = replace(mine, facts=broken)
    assert names(*find_changes(having(before), mine))[:2] == ["protobuf", "scipy"]
    before["requirements.broken"] = [{"name": "protobuf"}]  # type: ignore[assignment]
    assert names(*find_changes(having(before), mine))[0] == "scipy"


def test_a_flood_is_cut() -> None:
    many = {"packages.versions": {f"nvidia-{number}": "1" for number in range(90)} | {"tensorflow": "1"}}
    found = find_changes(having({"packages.versions": {}}), having(many))
    assert (len(found), found[0].name) == (MOST, "tensorflow")


def test_another_python_is_the_change_and_its_packages_are_none() -> None:
    control = having(
        {"python.executable": "/usr/local/bin/python3", "packages.versions": {"tensorflow": "2.21.0"}},
        ("PATH", "/usr/local/bin"),
    )
    mine = having(
        {"python.executable": "/opt/venv/bin/python3", "packages.versions": {}, "python.version": "3.11"},
        ("PATH", "/opt/venv/bin:/usr/local/bin"),
        ("PYTHONPATH", "/x"),
    )
    assert find_changes(control, mine) == (
        Change("PATH", "/usr/local/bin", "/opt/venv/bin:/usr/local/bin"),
        Change("interpreter", "/usr/local/bin/python3", "/opt/venv/bin/python3"),
        Change("PYTHONPATH", "", "/x"),
    )


def test_files_that_a_distribution_has_lost_are_a_change() -> None:
    versions = {"packages.versions": {"tensorflow": "2.21.0"}}
    lost = {"tensorflow.gone.tensorflow": {"count": 5123, "files": ["tensorflow/__init__.py"]}}
    assert find_changes(having(versions), having(versions | lost)) == (
        Change("files of tensorflow", "(5123)", ""),
    )
    assert not find_changes(having(versions | lost), having(versions | lost))
