from __future__ import annotations

import json

import pytest

from tf_docker_check.cli.main import run
from tf_docker_check.inspection.document import dump
from tf_docker_check.model.inspection import Inspection, Package


@pytest.fixture
def saved(tmp_path):
    for name, version in (("old", "1.26.4"), ("new", "2.0.2")):
        image = Inspection(reference=name, complete=True, pip=(Package("numpy", version),))
        (tmp_path / f"{name}.json").write_text(dump(image))
    return tmp_path


def test_an_earlier_document_is_shown_again(saved, capsys):
    assert run(["inspect", str(saved / "old.json")]) == 0
    assert "numpy 1.26.4" in capsys.readouterr().out


def test_two_are_compared_as_text_and_as_json(saved, capsys):
    pair = ["inspect", str(saved / "old.json"), str(saved / "new.json")]
    assert run(pair) == 0
    assert "numpy: 1.26.4 → 2.0.2" in capsys.readouterr().out
    assert run([*pair, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["changes"][0]["kind"] == "changed"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["registry://NO SUCH"], "is not an image reference"),
        (["registry://x", "--mirror", "docker.io"], "is not PREFIX=MIRROR"),
        (["{tmp}/broken.tar"], "damaged"),
        (["{tmp}/broken.json"], "is not an inspection"),
    ],
)
def test_mistakes_are_told_without_a_traceback(tmp_path, capsys, arguments, said):
    (tmp_path / "broken.tar").write_bytes(b"no tar" * 200)
    (tmp_path / "broken.json").write_text("{}")
    code = run(["inspect", *(each.replace("{tmp}", str(tmp_path)) for each in arguments)])
    error = capsys.readouterr().err
    assert code in {2, 3}
    assert said in error
    assert "bug in tf-docker-check" not in error
