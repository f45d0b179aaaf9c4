from __future__ import annotations

import pytest

from tf_docker_check.image.base_image import BaseImage, known
from tf_docker_check.requirements.requirement import parse_requirement
from tf_docker_check.resources.tensorflow import by_version
from tf_docker_check.rules.pip import judge_pip
from tf_docker_check.rules.subject import Pip, Subject


@pytest.mark.parametrize(
    ("base", "release", "pip", "pinned", "expected"),
    [
        ("debian:13", "2.21.0", Pip.OWN, True, []),
        ("debian:13", "2.21.0", Pip.SYSTEM, True, [("python-env", "fails")]),
        ("debian:11", "2.20.0", Pip.SYSTEM, True, []),
        ("debian:13", "2.21.0", Pip.ABSENT, True, [("python-env", "fails")]),
        ("ubuntu:20.04", "2.21.0", Pip.SYSTEM, True, [("no-wheel", "fails")]),
        ("ubuntu:18.04", "2.6.2", Pip.SYSTEM, False, [("no-wheel", "degraded")]),
        ("ubuntu:18.04", "2.6.2", Pip.SYSTEM, True, [("no-wheel", "fails")]),
    ],
)
def test_whether_the_systems_pip_installs_it(
    base: str, release: str, pip: Pip, pinned: bool, expected: list[tuple[str, str]]
) -> None:
    install = parse_requirement(f"tensorflow=={release}" if pinned else "tensorflow")
    assert install
    subject = Subject(known(base), installs=(install,), release=by_version()[release], pip=pip)
    judgements = list(judge_pip(subject))
    assert [(one.cause, str(one.verdict)) for one in judgements] == expected
    assert all(one.rule == "pip" and one.sources and one.remedy for one in judgements)


def test_what_is_not_known_is_not_judged() -> None:
    assert list(judge_pip(Subject(BaseImage("a")))) == []
    assert list(judge_pip(Subject(BaseImage("a"), release=by_version()["2.21.0"], pip=Pip.SYSTEM))) == []
