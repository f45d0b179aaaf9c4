from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from inspection.images import distribution, pieces, saved, shared_object, tar
from inspection.test_difference import BAD, GOOD
from tf_docker_check.errors import UsageError
from tf_docker_check.inspection import archive, document, text
from tf_docker_check.inspection.assemble import add_layer_contents
from tf_docker_check.inspection.budget import Budget
from tf_docker_check.inspection.difference import Difference, compare
from tf_docker_check.inspection.image_config import describe_config
from tf_docker_check.model.inspection import Inspection, OperatingSystem

DAY = date(2026, 1, 1)
SCHEMAS = Path(str(files("tf_docker_check") / "resources" / "schema"))
SITE = "usr/lib/python3.12/site-packages"
LAYER = tar(
    {
        "etc/os-release": b"ID=debian\nVERSION_ID=13\n",
        "usr/bin/python3.12": b"\x7fELF\x003.12.7\x00",
        "usr/bin/python3": "python3.12",
        f"{SITE}/cv2/cv2.so": shared_object("cv2.so", ["libGL.so.1"]),
        **distribution("tensorflow", "2.21.0", ["numpy>=2"], ["tensorflow/gone.py"]),
        **distribution("numpy", "1.26.4\x1b[31m"),
    }
)


def whole() -> Inspection:
    found = archive.read(
        pieces(saved([LAYER], {"config": {"Env": ["PATH=/usr/bin"]}})), "linux/amd64", Budget()
    )
    return replace(
        add_layer_contents(describe_config(found.config, found.summaries, "sha256:0"), found.layers),
        reference="x",
    )


@pytest.mark.parametrize(
    ("name", "shape"), [("inspection.json", Inspection), ("difference.json", Difference)]
)
def test_the_schemas_are_up_to_date(request, name, shape):
    if request.config.getoption("--bless"):
        (SCHEMAS / name).write_text(document.json_schema(shape))
    assert (SCHEMAS / name).read_text() == document.json_schema(shape)


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("inspection.json", Inspection()),
        ("inspection.json", GOOD),
        ("inspection.json", whole()),
        ("difference.json", compare(GOOD, BAD)),
    ],
)
def test_every_document_keeps_to_its_schema(name, made):
    schema = json.loads((SCHEMAS / name).read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    told = json.loads(document.dump(made))
    jsonschema.validate(told, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**told, "more": 1}, schema)


@pytest.mark.parametrize("number", ["9" * 400, "9" * 5000, "1e999", "-" + "9" * 40])
def test_a_number_beyond_any_size_is_refused(number):
    written = json.loads(document.dump(Inspection()))
    data = json.dumps({**written, "size": "SIZE", "other": ["SIZE"]}).replace('"SIZE"', number)
    with pytest.raises(UsageError, match="not an inspection"):
        document.load(data.encode(), "x.json")


@pytest.mark.parametrize("made", [Inspection(), GOOD, BAD, whole()])
def test_an_inspection_loads_as_it_was(made):
    assert document.load(document.dump(made).encode(), "x.json") == made


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"schema":2}', b'{"schema":1,"pip":[1]}', b"\xff", b"[" * 100_000]
)
def test_what_is_no_inspection_is_refused(data):
    with pytest.raises(UsageError, match=r"x\.json is not an inspection"):
        document.load(data, "x.json")


def test_a_whole_image_is_told_from_end_to_end():
    image = whole()
    assert image.pythons[0].version == "3.12.7"
    assert [(one.name, one.version) for one in image.pip] == [("numpy", "1.26.4"), ("tensorflow", "2.21.0")]
    assert image.pip[1].missing == 1
    assert image.conflicts[0].found == "1.26.4"
    assert image.missing_libraries[0].name == "libGL.so.1"
    shown = text.render_inspection(image, DAY)
    for part in (
        "3.12.7 (/usr/bin/python3.12)",
        "tensorflow 2.21.0",
        "numpy>=2, there is 1.26.4",
        "libGL.so.1, needed by",
    ):
        assert part in shown
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) < 500


def test_the_summary_of_a_quick_look_says_what_it_cannot_know():
    shown = text.render_inspection(replace(GOOD, complete=False), DAY)
    assert "nothing is known of" in shown
    assert "numpy" not in shown


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2024, 8, 1), "support ends on 2024-08-14, long-term support ends on 2026-08-31"),
        (date(2026, 8, 31), "support ENDED on 2024-08-14, long-term support ends on 2026-08-31"),
        (date(2026, 9, 1), "support ENDED on 2024-08-14, long-term support ENDED on 2026-08-31"),
    ],
)
def test_the_end_of_the_system_is_told(day, said):
    old = replace(GOOD, os=OperatingSystem("debian", "11", "Debian 11", "2024-08-14", "2026-08-31"))
    assert f"Debian 11, {said}\n" in text.render_inspection(old, day)
