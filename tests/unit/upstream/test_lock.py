from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from nightly.made import NEW, OLD

from tf_docker_check.errors import UsageError
from tf_docker_check.model.lock import Lock, LockedImage, LockedPackages
from tf_docker_check.upstream.lock import dump, json_schema, load, lock_packages, update_lock
from tf_docker_check.upstream.tags import Tag, TagState

SCHEMA = Path(str(files("tf_docker_check") / "resources" / "schema" / "lock.json"))
ASKED = ("tensorflow-cpu==2.21.0",)
LOCK = Lock(
    images={"python:3.12-slim": LockedImage(OLD, {"linux/amd64": NEW})},
    packages={
        "slim/tf2.21.0/py3.12": LockedPackages(ASKED, "linux/amd64", {"numpy": "2.3.1", "absl-py": "2"})
    },
)


def test_the_schema_is_up_to_date(request) -> None:
    if request.config.getoption("--bless"):
        SCHEMA.write_bytes(json_schema())
    assert SCHEMA.read_bytes() == json_schema()


def test_what_is_written_is_read_and_keeps_to_the_schema() -> None:
    assert load(dump(LOCK), "lock") == LOCK
    jsonschema.validate(json.loads(dump(LOCK)), json.loads(json_schema()))


def test_equal_locks_are_equal_bytes_in_whatever_order_they_came() -> None:
    turned = LockedPackages(ASKED, "linux/amd64", {"absl-py": "2", "numpy": "2.3.1"})
    assert dump(Lock(images=LOCK.images, packages={"slim/tf2.21.0/py3.12": turned})) == dump(LOCK)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (b"{", "cannot be read"),
        (b"[]", "cannot be read"),
        (b'{"version": 2}', "version 2"),
        (b'{"images": {"python:3.12-slim": {"digest": "sha256:1"}}}', "is not a digest"),
        (b'{"images": {"Python;rm": {"digest": "sha256:1"}}}', "not an image reference"),
        (
            b'{"packages": {"x": {"asked": [], "platform": "p", "installed": {"a;b": "1"}}}}',
            "not a normalized package name",
        ),
        (
            b'{"packages": {"x": {"asked": [], "platform": "p", "installed": {"a": "1 && x"}}}}',
            "invalid version",
        ),
        (
            b'{"packages": {"x": {"asked": [], "platform": "p", "installed": {"A_b": "1"}}}}',
            "not a normalized package name",
        ),
    ],
)
def test_a_lock_that_is_none_is_refused_with_the_reason(told: bytes, why: str) -> None:
    with pytest.raises(UsageError, match=why):
        load(told, "lock")


def test_a_reference_is_pinned_for_its_platform() -> None:
    assert LOCK.digest("python:3.12-slim", "linux/amd64") == NEW
    assert LOCK.digest("python:3.12-slim", "linux/arm64") == OLD
    assert LOCK.digest("python:3.13-slim", "linux/amd64") == ""
    assert LOCK.digest(f"python:3.12-slim@{OLD}", "linux/amd64") == ""


def test_packages_count_while_the_same_is_asked_for() -> None:
    name = "slim/tf2.21.0/py3.12"
    locked = (*ASKED, "absl-py==2", "numpy==2.3.1")
    assert LOCK.versions(name, ASKED, "linux/amd64") == locked
    assert LOCK.versions(name, ("pandas",), "linux/amd64") == ("pandas",)
    assert LOCK.versions(name, ASKED, "linux/arm64") == ASKED
    assert LOCK.versions("other", ASKED, "linux/amd64") == ASKED


def test_an_update_keeps_what_gave_no_answer_and_other_platforms_of_the_same_index() -> None:
    tags = [Tag("python:3.12-slim", TagState.UNKNOWN), Tag("new:1", TagState.NEW, NEW, OLD)]
    found = update_lock(LOCK, tags, "linux/arm64", {})
    assert found.images == {**LOCK.images, "new:1": LockedImage(NEW, {"linux/arm64": OLD})}
    both = update_lock(LOCK, [Tag("python:3.12-slim", TagState.SAME, OLD, OLD)], "linux/arm64", {})
    assert both.images["python:3.12-slim"].platforms == {"linux/amd64": NEW, "linux/arm64": OLD}
    moved = update_lock(LOCK, [Tag("python:3.12-slim", TagState.MOVED, NEW, NEW)], "linux/arm64", {})
    assert moved.images["python:3.12-slim"].platforms == {"linux/arm64": NEW}


def test_what_no_lock_may_hold_is_left_out_of_it() -> None:
    held = lock_packages(ASKED, "p", {"six": "1", "own": "1-of-ours, patched", "a;b": "1"})
    assert held.installed == {"six": "1"}
    assert load(dump(Lock(packages={"x": held})), "lock").packages["x"] == held


def test_installers_are_left_to_the_base_image() -> None:
    assert lock_packages(ASKED, "p", {"pip": "26", "Absl_Py": "2", "setuptools": "1"}).installed == {
        "absl-py": "2"
    }
