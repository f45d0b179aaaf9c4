from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.plan.requirements import requirement_specs
from tf_docker_check.requirements.declared import Declared
from tf_docker_check.requirements.poetry import declare_poetry


def declared(document: dict[str, object], extras: tuple[str, ...] = ()) -> Declared:
    found = Declared("")
    declare_poetry(found, document, extras, ())
    return found


def asked(version: object, extras: tuple[str, ...] = ()) -> list[str]:
    document = {
        "tool": {
            "poetry": {
                "dependencies": {"python": "^3.11", "tensorflow": version},
                "extras": {"ml": ["tensorflow"]},
            }
        }
    }
    return [
        str(one.requirement).removeprefix("tensorflow") for one in declared(document, extras).requirements
    ]


@pytest.mark.parametrize(
    ("version", "specifier"),
    [
        ("^2.15", "<3,>=2.15"),
        ("^2.15.1", "<3,>=2.15.1"),
        ("^0.2.3", "<0.3,>=0.2.3"),
        ("^0.0.3", "<0.0.4,>=0.0.3"),
        ("^0", "<1,>=0"),
        ("~2.15.1", "<2.16,>=2.15.1"),
        ("~2.15", "<2.16,>=2.15"),
        ("~2", "<3,>=2"),
        ("~=2.15.0", "~=2.15.0"),
        ("2.15.0", "==2.15.0"),
        ("2.15.*", "==2.15.*"),
        (">=2.15,<2.18", "<2.18,>=2.15"),
        ("*", ""),
        ({"version": "^2.15", "extras": ["and-cuda"]}, "[and-cuda]<3,>=2.15"),
        ({"version": "2.15", "platform": "linux"}, '==2.15; sys_platform == "linux"'),
        ({"version": "2.15", "markers": "os_name == 'nt'"}, '==2.15; os_name == "nt"'),
        ({"version": "*", "python": "^3.9"}, '; python_full_version >= "3.9" and python_full_version < "4"'),
    ],
)
def test_what_poetry_means(version: object, specifier: str) -> None:
    assert asked(version) == [specifier]


@pytest.mark.parametrize("version", ["^x", "^2 || ^3", {"git": "https://x"}, {"path": "../x"}, 3, None])
def test_versions_that_are_not_known_are_named(version: object) -> None:
    document = {"tool": {"poetry": {"dependencies": {"tensorflow": version}}}}
    assert declared(document).unread == [
        f"tensorflow is not {'from a package index' if isinstance(version, dict) else 'read'}"
    ]


def test_optional_dependencies_count_with_their_extra() -> None:
    optional = {"version": "2.15", "optional": True}
    assert (asked(optional), asked(optional, ("ml",))) == ([], ["==2.15"])


@pytest.mark.parametrize("document", [{}, {"tool": 3}, {"tool": {"poetry": []}}])
def test_projects_without_it(document: dict[str, object]) -> None:
    assert declared(document).requirements == []


@given(st.text(alphabet="^~=<>!|,*.0123456789abc -", max_size=12))
def test_any_text_is_a_requirement_or_none(version: str) -> None:
    assert len(asked(version)) <= 1


def test_it_is_found_in_its_line(tmp_path: Path) -> None:
    text = '[tool.poetry.dependencies]\npython = "^3.11"\ntensorflow = "^2.15"\n'
    (tmp_path / "pyproject.toml").write_text(text)
    [spec] = requirement_specs(tmp_path)
    assert (spec.file, spec.line, str(spec.requirement)) == ("pyproject.toml", 3, "tensorflow<3,>=2.15")
