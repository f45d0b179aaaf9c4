from __future__ import annotations

import pytest

from tf_docker_check.predict.subject import Pip, Subject
from tf_docker_check.predict.wheel import wheel
from tf_docker_check.resources.distributions import distributions
from tf_docker_check.resources.tensorflow import by_version


@pytest.mark.parametrize(
    ("base", "release", "pip", "pinned", "found"),
    [
        ("debian:13", "2.21.0", Pip.OWN, True, []),
        ("alpine:3.22", "2.21.0", Pip.OWN, True, [("wheel", "musl-base", "fails")]),
        ("amzn:2", "2.21.0", Pip.OWN, True, [("wheel", "glibc-too-old", "fails")]),
        ("amzn:2", "2.20.0", Pip.OWN, True, []),
        ("debian:13", "2.21.0", Pip.SYSTEM, True, [("pip", "python-env", "fails")]),
        ("debian:11", "2.20.0", Pip.SYSTEM, True, []),
        ("debian:13", "2.21.0", Pip.ABSENT, True, [("pip", "python-env", "fails")]),
        ("ubuntu:20.04", "2.21.0", Pip.SYSTEM, True, [("pip", "no-wheel", "fails")]),
        ("ubuntu:18.04", "2.6.2", Pip.SYSTEM, False, [("pip", "no-wheel", "degraded")]),
        ("ubuntu:18.04", "2.6.2", Pip.SYSTEM, True, [("pip", "no-wheel", "fails")]),
    ],
)
def test_whether_pip_takes_it(
    base: str, release: str, pip: Pip, pinned: bool, found: list[tuple[str, str, str]]
) -> None:
    subject = Subject(
        base, release=by_version()[release], pinned=pinned, pip=pip, distribution=distributions()[base]
    )
    judgements = list(wheel(subject))
    assert [(one.rule, one.cause, str(one.verdict)) for one in judgements] == found
    assert all(one.sources and one.remedy for one in judgements)


def test_what_is_not_known_is_not_judged() -> None:
    assert list(wheel(Subject("a"))) == []
    assert list(wheel(Subject("a", release=by_version()["2.21.0"]))) == []
