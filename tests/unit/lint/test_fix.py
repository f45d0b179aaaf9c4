from __future__ import annotations

from pathlib import Path

import pytest

from lint.projects import written
from tf_docker_check.discovery.files import Files
from tf_docker_check.dockerfile.source import Edit, Source, Span, removed
from tf_docker_check.errors import UsageError
from tf_docker_check.lint import fix as module
from tf_docker_check.lint.fix import FixResult, apply_edits, diff, fix, select_edits, write
from tf_docker_check.lint.issue import Issue, Remark, Severity
from tf_docker_check.project.find import find_files

SOURCE = Source(Path("Dockerfile"), "Dockerfile", "0123456789")


def edit(start: int, end: int, text: str = "") -> Edit:
    return Edit(Span(SOURCE, start, end), text)


def issue(*edits: Edit) -> Issue:
    return Issue("TFD010", Severity.NOTE, Remark(Span(SOURCE, 0, 1), "m", "r", edits))


def fixed(folder: Path, files: dict[str, str]) -> FixResult:
    return fix(find_files([written(folder, files)], lambda _: None), Files((folder,)))


@pytest.mark.parametrize(
    ("issues", "text"),
    [
        ([issue(edit(0, 2, "ab"), edit(8, 9))], "ab2345679"),
        ([issue(edit(0, 2, "a")), issue(edit(1, 3, "b"))], "a23456789"),
        ([issue(edit(0, 2, "a")), issue(edit(2, 4, "b"))], "ab456789"),
        ([issue(edit(0, 2, "a")), issue(edit(5, 6), edit(1, 2))], "a23456789"),
        ([issue(edit(3, 3, "a")), issue(edit(3, 3, "b"))], "012a3456789"),
        ([issue(edit(3, 3, "a")), issue(edit(3, 3, "a"))], "012a3456789"),
        ([issue(edit(0, 5)), issue(edit(2, 2, "x"))], "56789"),
        ([], "0123456789"),
    ],
)
def test_edits_never_overlap_and_an_issues_are_all_or_none(issues: list[Issue], text: str) -> None:
    assert apply_edits(SOURCE.text, select_edits(issues)) == text


@pytest.mark.parametrize(
    ("text", "word", "left"),
    [
        ("RUN a b c", "b", "RUN a c"),
        ("RUN a b", "b", "RUN a"),
        ("RUN a \\\n  b \\\n  c\n", "b", "RUN a \\\n  c\n"),
        ("RUN a \\\r\n  b\r\n", "b", "RUN a\r\n"),
        ("RUN a \\\n\n  # why\n  b\n", "b", "RUN a \\\n\n  # why\n\n"),
    ],
)
def test_what_is_taken_out_leaves_no_gap(text: str, word: str, left: str) -> None:
    source = Source(Path("Dockerfile"), "Dockerfile", text)
    start = text.rindex(word)
    assert apply_edits(text, [removed(Span(source, start, start + len(word)))]) == left


def test_edits_in_all_files_at_once_and_again_until_nothing_is_left(tmp_path: Path) -> None:
    docker = "FROM python:3.11-slim\r\nCOPY requirements.txt .\r\nRUN pip install -r requirements.txt\r\n"
    found = fixed(tmp_path, {"Dockerfile": docker, "requirements.txt": "tensorflow-gpu==2.15.1\n"})
    assert {path.name: text for path, text in found.texts.items()} == {
        "Dockerfile": docker.replace("slim", "slim-trixie"),
        "requirements.txt": "tensorflow[and-cuda]==2.15.1\n",
    }
    assert (found.fixed, found.remaining.issues) == (2, ())


def test_an_edit_that_gives_room_to_another_counts_as_progress(tmp_path: Path) -> None:
    text = "FROM python:3.9-slim-bookworm\nRUN pip install tensorflow==2.9.0\n"
    result = fixed(tmp_path, {"Dockerfile": text})
    [new] = result.texts.values()
    assert new == text.replace("2.9.0", "2.9.0 'protobuf<3.21' 'numpy<2'")
    assert result.fixed == 2


def test_an_edit_that_brings_an_error_without_an_edit_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        module, "apply_edits", lambda text, edits: text.replace("3.11-slim", "3.14-slim-trixie")
    )
    result = fixed(tmp_path, {"Dockerfile": "FROM python:3.11-slim\nRUN pip install tensorflow==2.17.1\n"})
    assert result.texts == {}


def test_nothing_is_written_by_itself(tmp_path: Path) -> None:
    text = "FROM python:3.11-slim\nRUN pip install tensorflow==2.17.1\n"
    assert fixed(tmp_path, {"Dockerfile": text}).texts
    assert (tmp_path / "Dockerfile").read_text() == text


def test_a_file_that_no_longer_reads_keeps_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "apply_edits", lambda text, edits: text.replace("FROM", "FORM"))
    good = "FROM python:3.11-slim-bookworm\nRUN pip install tensorflow-gpu==2.15.1\n"
    found = fixed(tmp_path, {"Dockerfile": good})
    assert (found.texts, found.fixed) == ({}, 0)
    assert [issue.rule for issue in found.remaining.issues] == ["TFD023"]


def test_an_edit_that_mends_nothing_is_not_made_over_and_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "apply_edits", lambda text, edits: f"{text}#\n")
    found = fixed(tmp_path, {"Dockerfile": "FROM python:3.11-slim\nRUN pip install tensorflow==2.17.1\n"})
    assert found.texts == {}


def test_the_diff_is_one_that_patch_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("docker/Dockerfile")
    assert diff({path: "FROM b\nRUN x"}, lambda _: "FROM a\nRUN x") == (
        "--- a/docker/Dockerfile\n"
        "+++ b/docker/Dockerfile\n"
        "@@ -1,2 +1,2 @@\n"
        "-FROM a\n"
        "+FROM b\n"
        " RUN x\n\\ No newline at end of file\n"
    )


def test_a_file_is_replaced_in_one_step_with_its_mode_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("old")
    path.chmod(0o640)
    write(path, "new\r\nlines\n")
    assert path.read_bytes() == b"new\r\nlines\n"
    assert path.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in tmp_path.iterdir()] == ["Dockerfile"]


def test_a_link_stays_one_and_what_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    link = tmp_path / "Dockerfile"
    link.symlink_to(tmp_path / "real")
    write(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "new"


def test_a_failed_write_leaves_the_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text("old")

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(UsageError, match=r"cannot write .*: Permission denied"):
        write(path, "new")
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["Dockerfile"]
