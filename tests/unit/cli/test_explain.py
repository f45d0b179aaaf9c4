"""The verb explain: the contract of --json, text for people, files that cannot be read."""

from __future__ import annotations

import io
import json
import sys

import pytest

from tf_docker_check.cli.main import run

KERNEL = b"noise\nFATAL: kernel too old\noneDNN custom operations are on.\n"


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(KERNEL)
    return str(path)


def test_json_is_one_object_a_file_in_their_order(log, capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"fine\n")))
    assert run(["explain", "--json", log, "-"]) == 0
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {
        "file": log,
        "headline": "kernel-too-old",
        "findings": [
            {
                "cause": "kernel-too-old",
                "confidence": "confirmed",
                "evidence": [{"line": 2, "text": "FATAL: kernel too old"}],
                "remedy": "Update the host's kernel, or use an image with an older distribution.",
            }
        ],
        "noise": [{"line": 3, "name": "onednn"}],
    }
    assert second == {"file": "-", "headline": None, "findings": [], "noise": []}


def test_people_read_cause_evidence_remedy_and_what_is_harmless(log, capsys):
    assert run(["explain", log]) == 0
    out = capsys.readouterr().out
    assert "kernel-too-old: The kernel is too old for the image (confirmed)" in out
    assert "line 2: FATAL: kernel too old" in out
    assert "do: Update the host's kernel" in out
    assert "harmless: onednn, line 3: oneDNN is in use" in out


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_login_in_a_url_is_not_shown(tmp_path, capsys, form):
    (tmp_path / "log").write_text("FATAL: kernel too old https://me:hush@h/simple\n")
    run(["explain", *form, str(tmp_path / "log")])
    out = capsys.readouterr().out
    assert "kernel too old" in out
    assert "hush" not in out


def test_silence_is_said(tmp_path, capsys):
    (tmp_path / "empty").write_bytes(b"")
    assert run(["explain", str(tmp_path / "empty")]) == 0
    assert "no known cause" in capsys.readouterr().out


def test_a_file_that_cannot_be_read_is_told_of_and_the_others_are_explained(log, tmp_path, capsys):
    assert run(["explain", "--json", str(tmp_path / "nothing"), str(tmp_path), log]) == 2
    out, err = capsys.readouterr()
    assert [json.loads(line)["headline"] for line in out.splitlines()] == [None, None, "kernel-too-old"]
    assert "nothing cannot be read: No such file or directory" in err
    assert "Traceback" not in err


@pytest.mark.parametrize(("gpu", "headline"), [("expected", "gpu-image-on-cpu-host"), ("none", None)])
def test_the_expectation_is_passed_on(gpu, headline, tmp_path, capsys):
    path = tmp_path / "b.log"
    path.write_text("failed call to cuInit: UNKNOWN ERROR (303)")
    run(["explain", "--json", "--gpu", gpu, "--stage", "run", str(path)])
    assert json.loads(capsys.readouterr().out)["headline"] == headline


def test_an_unknown_stage_is_the_users_mistake(log):
    with pytest.raises(SystemExit) as stopped:
        run(["explain", "--stage", "lunch", log])
    assert stopped.value.code == 2


def test_a_pipe_is_read_without_a_name(capsys, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(KERNEL)))
    assert run(["explain", "--exit-code"]) == 1
    assert "kernel-too-old" in capsys.readouterr().out


def test_a_terminal_is_not_waited_for(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    assert run(["explain"]) == 2
    assert "no log is given" in capsys.readouterr().err


def test_the_exit_code_speaks_of_causes_only(tmp_path):
    (tmp_path / "log").write_text("oneDNN custom operations are on.\n")
    assert run(["explain", "--exit-code", str(tmp_path / "log")]) == 0


def test_a_packed_file_is_named(tmp_path, capsys):
    (tmp_path / "log.gz").write_bytes(b"\x1f\x8b\x08\x00")
    assert run(["explain", str(tmp_path / "log.gz")]) == 2
    assert "it is a gzip file: unpack it" in capsys.readouterr().err


def test_people_read_both_answers_where_the_expectation_decides(tmp_path, capsys):
    (tmp_path / "log").write_text("failed call to cuInit: UNKNOWN ERROR (303)\n")
    run(["explain", str(tmp_path / "log")])
    out = capsys.readouterr().out
    assert "harmless on a host without a GPU; if a GPU was expected" in out
    assert "gpu-image-on-cpu-host" in out
