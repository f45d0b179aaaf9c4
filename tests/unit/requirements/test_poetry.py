from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.plan.requirements import requirement_specs
from tf_docker_check.requirements.poetry import poetry_requirements


def told(said: object) -> list[str]:
    document = {"tool": {"poetry": {"dependencies": {"python": "^3.11", "tensorflow": said}}}}
    return [str(requirement.specifier) for _, requirement in poetry_requirements(document)]


@pytest.mark.parametrize(
    ("said", "specifier"),
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
        ({"version": "^2.15", "extras": ["and-cuda"]}, "<3,>=2.15"),
    ],
)
def test_what_poetry_means(said: object, specifier: str) -> None:
    assert told(said) == [specifier]


@pytest.mark.parametrize(
    "said",
    ["^x", "^2 || ^3", {"version": "^2", "markers": "x"}, {"git": "https://x"}, [{"version": "2"}], 3, None],
)
def test_what_holds_only_here_and_there_is_passed_over(said: object) -> None:
    assert told(said) == []


@pytest.mark.parametrize("document", [{}, {"tool": 3}, {"tool": {"poetry": []}}])
def test_projects_without_it(document: dict[str, object]) -> None:
    assert list(poetry_requirements(document)) == []


@given(st.text(alphabet="^~=<>!|,*.0123456789abc -", max_size=12))
def test_any_text_is_a_requirement_or_none(said: str) -> None:
    assert len(told(said)) <= 1


def test_it_is_found_in_its_line(tmp_path: Path) -> None:
    text = '[tool.poetry.dependencies]\npython = "^3.11"\ntensorflow = "^2.15"\n'
    (tmp_path / "pyproject.toml").write_text(text)
    [spec] = requirement_specs(tmp_path)
    assert (spec.file, spec.line, str(spec.requirement)) == ("pyproject.toml", 3, "tensorflow<3,>=2.15")
