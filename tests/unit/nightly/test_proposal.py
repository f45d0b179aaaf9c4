from __future__ import annotations

from nightly.made import NEW, OLD
from tf_docker_check.model.lock import Lock, LockedImage, LockedPackages
from tf_docker_check.nightly.proposal import body, lock_changes

SLIM = "slim/tf2.21.0/py3.12"


def locked(digest: str, **packages: str) -> Lock:
    sets = {SLIM: LockedPackages(("tensorflow-cpu==2.21.0",), "linux/amd64", packages)}
    return Lock(images={"img:1": LockedImage(digest), "img:2": LockedImage(OLD)}, packages=sets)


def test_a_proposal_tells_what_moves_and_nothing_else() -> None:
    found = [
        (each.name, each.before, each.after)
        for each in lock_changes(locked(OLD, numpy="1", six="1"), locked(NEW, numpy="2"))
    ]
    assert found == [("img:1", OLD, NEW), ("numpy", "1", "2"), ("six", "1", "")]


def test_a_first_lock_tells_all_of_it() -> None:
    assert [each.name for each in lock_changes(Lock(), locked(NEW, numpy="2"))] == ["img:1", "img:2", "numpy"]
    text = body(Lock(), locked(NEW, numpy="2"), "https://github.example.com/runs/1")
    assert "[this run](https://github.example.com/runs/1)" in text
    assert NEW in text
