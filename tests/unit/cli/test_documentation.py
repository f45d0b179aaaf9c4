"""The commands and options that the documentation names exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tf_docker_check.cli import main

ROOT = Path(__file__).parents[3]
PAGES = ["README.md", "SECURITY.md", *sorted(f"docs/{path.name}" for path in ROOT.glob("docs/*.md"))]


def options(verb: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit):
        main.run([verb, "--help"])
    return capsys.readouterr().out


@pytest.mark.parametrize("page", PAGES)
def test_documented_commands_exist(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for verb, arguments in re.findall(r"(?:tf-docker-check |`)([a-z]+)((?: [^\s`#|>]+)*)", text):
        if verb in main.VERBS:
            listed = options(verb, capsys)
            assert [word for word in re.findall(r" (--?[a-z-]+)", arguments) if word not in listed] == []


def test_the_readme_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    rows = re.findall(r"^\| `([a-z]+)[^`]*` \| (.*)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert {verb for verb, _ in rows} == set(main.VERBS) - {"action", "post"}
    for verb, row in rows:
        listed = options(verb, capsys)
        assert [word for word in re.findall(r"`(--?[a-z]+)", row) if word not in listed] == []
