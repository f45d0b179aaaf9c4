"""Every command of every report, pasted into shells: docker gets what was meant, and nothing else runs."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cmarkgfm.cmark import Options, markdown_to_html_with_extensions
from hypothesis import Phase, given, settings
from hypothesis import strategies as some
from lxml import etree
from nightly.test_report import FOUND, MEMORY

from attacks import everything
from report.samples import FAILING_IMPORT, results
from tf_docker_check.model.config import RunOptions, Secret, UserDockerfile
from tf_docker_check.model.recipe import Recipe
from tf_docker_check.nightly import issue_text
from tf_docker_check.nightly.issue_values import IssuePolicy
from tf_docker_check.pipeline.documents import documents
from tf_docker_check.report import junit, markdown, terminal
from tf_docker_check.report.reproduce import Build, Start, command
from tf_docker_check.report.shell import CannotBeShown, word

BASE = "python@sha256:" + "0" * 64
SHELLS = [name for name in ("sh", "bash", "dash", "busybox") if shutil.which(name)]
RECORDER = """#!/bin/sh
for each do printf '%s\\0' "$each"; done >> "$RECORD/argv"
printf '\\n\\0' >> "$RECORD/argv"
last=; for each do
  case $each in
    */Dockerfile) cat "$each" > "$RECORD/text"; cat "$each.dockerignore" > "$RECORD/ignores";;
    -) cat > "$RECORD/text";;
  esac
done
"""


@dataclass
class Bench:
    """A folder in which whatever runs leaves a trace, and where *docker* writes down what it is given."""

    place: Path

    def paste(self, shell: str, text: str) -> tuple[list[list[str]], str]:
        """What docker was called with, and the last Dockerfile it was given, once *text* was typed in."""
        record, here = self.place / "record", self.place / "here"
        for folder in (record, here):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        (here / "Dockerfile.dockerignore").write_text("kept\n")
        before = sorted(each.name for each in here.iterdir())
        typed = f"set -o history -o histexpand\n{text}\n" if shell == "bash" else f"{text}\n"
        ran = subprocess.run(
            [str(self.place / "bin" / shell), *(["sh"] if shell == "busybox" else []), "-s"],
            input=typed.encode(),
            cwd=here,
            env={
                "PATH": str(self.place / "bin"),
                "RECORD": str(record),
                "TMPDIR": str(record),
                "HOME": str(record),
                "HISTFILE": "",
            },
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b""), (text, ran)
        assert sorted(each.name for each in here.iterdir()) == before, text
        said = (record / "argv").read_bytes().decode() if (record / "argv").exists() else ""
        calls = [each.split("\0")[:-1] for each in said.split("\n\0")[:-1]]
        given_text = record / "text"
        return calls, given_text.read_bytes().decode() if given_text.exists() else ""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    place = tmp_path_factory.mktemp("bench")
    (place / "bin").mkdir()
    for name in (*SHELLS, "cat", "cp", "mktemp", "touch"):
        (place / "bin" / name).symlink_to(shutil.which(name) or name)
    (place / "bin" / "docker").write_text(RECORDER)
    (place / "bin" / "docker").chmod(0o755)
    return Bench(place)


def hostile() -> some.SearchStrategy[str]:
    attack = some.sampled_from([each for each in everything() if each])
    pieces = some.one_of(attack, some.text(max_size=8), some.text(" '\"\\$`!<>&|;#*\n\r\t-=E", max_size=8))
    return some.lists(pieces, min_size=1, max_size=3).map("".join)


def can_be_typed(*values: str) -> bool:
    try:
        return all(word(value) for value in values)
    except CannotBeShown:
        return False


calmly = settings(max_examples=25, phases=(Phase.explicit, Phase.generate))


@pytest.mark.outside
@pytest.mark.parametrize("shell", SHELLS)
@calmly
@given(name=hostile(), value=hostile(), path=hostile(), code=hostile())
def test_docker_gets_exactly_what_was_meant_whatever_the_values_are(bench, shell, name, value, path, code):
    user = UserDockerfile(path, path, value, ((name, value),), (Secret(name, file=path),))
    options = RunOptions(value, value, value, user=value, environment=((name, value),))
    build, start = Build("ARG BASE=x\nFROM $BASE\n"), Start(code, ("-c", code), options)
    recipe = Recipe("x", user=replace(user, target=""))
    shown = command(recipe, BASE, build, start)
    if shown.startswith("#"):
        assert shown.count("\n") == 0
        assert bench.paste(shell, shown) == ([], "")
        return
    calls, _ = bench.paste(shell, "\n".join(f"    {each}" for each in shown.split("\n")))
    built, ran = calls
    where = path if path.startswith(("./", "/")) else f"./{path}"
    assert built[-3:] == ["-f", where, where]
    assert f"BASE={BASE}" in built
    assert ran[-3:] == ["tf-docker-check-cell", "-c", code]
    assert ran[ran.index("--shm-size") + 1] == value
    assert ran[ran.index("--entrypoint") + 1] == code
    assert {f"{name}={value}", name} & set(ran)


@pytest.mark.outside
@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("ignores", [False, True])
@calmly
@given(lines=some.lists(hostile(), max_size=4))
def test_the_dockerfile_that_is_given_is_exact(bench, shell, ignores, lines):
    comments = "\n".join(f"# {each}" for line in lines for each in line.split("\n"))
    text = f"FROM {BASE}\n{comments}\nRUN true\n".replace("\0", "").encode("utf-8", "replace").decode()
    recipe = Recipe("x", user=UserDockerfile("Dockerfile"))
    shown = command(recipe, BASE, Build(text, copied=True, ignores=ignores))
    if shown.startswith("#"):
        assert "://" in text
        return
    calls, got = bench.paste(shell, shown)
    assert [call[:1] for call in calls] == [["build"]]
    assert got == text


class Code(HTMLParser):
    """The texts inside <code>, as a browser copies them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inside = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "code":
            self.inside = True
            self.texts.append("")

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "code"

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data


def rendered(text: str) -> list[str]:
    html = markdown_to_html_with_extensions(text, Options.CMARK_OPT_UNSAFE, ["table", "tagfilter"])
    return [each.rstrip("\n") for each in Code(html).texts]


def reports(shown: str) -> Iterator[str]:
    """*shown* as whoever reads a report copies it, of each kind of report."""
    found = results(replace(FAILING_IMPORT, reproduce=shown))
    said = terminal.render(found, width=80)
    after = said.partition("  reproduce:\n")[2]
    yield "\n".join(re.findall(r"^    (.*)$", after.partition("\n  log:")[0], re.MULTILINE))
    page = markdown.render(found, limit=10_000_000)
    yield from (each for each in rendered(page) if each == shown)
    for name, data in documents(found, page).items():
        if name.startswith("reproduce/"):
            yield data.decode().removesuffix("\n")
    text = "".join(etree.fromstring(junit.render(found)).xpath("//failure/text()"))
    yield text.partition("reproduce:\n")[2]
    night = issue_text.body(replace(FOUND, reproduce=shown), MEMORY, IssuePolicy())
    yield from (each for each in rendered(night) if each == shown)


@pytest.mark.parametrize("text", [each for each in everything() if can_be_typed(each)])
@pytest.mark.parametrize("short", [False, True])
def test_every_report_shows_the_commands_as_they_are(text, short):
    start = Start("sh", ("-c", text))
    shown = command(Recipe("a:b") if short else Recipe("a:b", text="FROM a:b\n"), "a:b", Build(), start)
    assert list(reports(shown)) == [shown] * 5
