from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from report.conftest import same
from report.samples import HEALTHY, MIXED, SAMPLES, SLIM_CPU, results

from tf_docker_check.errors import UsageError
from tf_docker_check.model.results import Results
from tf_docker_check.results import document

SCHEMA = Path(str(files("tf_docker_check") / "resources" / "schema" / "results.json"))
CELL = '{"id":"a@cpu","cell":{"strategy":"a","tensorflow":"","python":"","runner":"cpu"},"status":"passed"%s}'


def one(extra: str = "") -> bytes:
    return f'{{"schema":2,"cells":[{CELL % extra}]}}'.encode()


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"hostile"}))
def test_what_was_dumped_loads_as_it_was(name):
    assert document.load(document.dump(SAMPLES[name])) == SAMPLES[name]


def test_text_that_utf8_cannot_hold_does_not_keep_results_from_being_written():
    loaded = document.load(document.dump(Results(notes=("a\ud800b",))))
    assert loaded.notes == ("a?b",)


def test_the_order_of_facts_does_not_change_the_document():
    there = replace(HEALTHY, facts={"b": 1, "a": {"d": 2, "c": 3}})
    back = replace(HEALTHY, facts={"a": {"c": 3, "d": 2}, "b": 1})
    assert document.dump(results(there)) == document.dump(results(back))
    assert document.dump(results(there)).endswith(b"}\n")


def test_the_schema_is_up_to_date(request):
    same(SCHEMA, document.json_schema(), bless=request.config.getoption("--bless"))


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_every_dump_keeps_to_the_schema(name):
    schema = json.loads(SCHEMA.read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(json.loads(document.dump(SAMPLES[name])))


def test_the_schema_refuses_what_is_no_result():
    spoilt = json.loads(document.dump(MIXED))
    spoilt["cells"][0]["status"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(spoilt, json.loads(SCHEMA.read_bytes()))


def test_version_1_is_still_read():
    old = json.loads(document.dump(MIXED)) | {"schema": 1}
    for cell in old["cells"]:
        cell["ground"] = cell.pop("base")
        if cell["blame"]:
            cell["blame"]["whose"] = cell["blame"].pop("owner")
    assert document.load(json.dumps(old).encode()) == MIXED


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "truncated"),
        (b"\xff\xfe", "malformed"),
        (b"[]", "Expected `object`"),
        (b"{}", "missing required field `schema`"),
        (b'{"schema":"1"}', "Expected `int`"),
        (b'{"schema":3}', "schema version 3"),
        (b'{"schema":99999999999999999999999999}', "schema version"),
        (b'{"schema":1,"cells":[{}]}', "missing required field"),
        (one(',"facts":[]'), "Expected `object`"),
        (one(',"image":{"size":"big","id":""}'), "Expected `int`"),
        (one().replace(b"passed", b"splendid"), "splendid"),
        (one().replace(b'"a@cpu"', b'"b@cpu"'), "is called 'b@cpu'"),
        (f'{{"schema":2,"cells":[{CELL % ""},{CELL % ""}]}}'.encode(), "there twice"),
        (one(f',"image":{{"id":"","size":1{"0" * 400}}}'), "image size out of range"),
        (f'{{"schema":2,"engines":[{{"memory":1{"0" * 400}}}]}}'.encode(), "image size out of range"),
        (one(',"facts":{"a":' + "[" * 17 + "]" * 17 + "}"), "nested more than 16 deep"),
        (one(',"facts":{"a":' + "[" * 100_000 + "]" * 100_000 + "}"), "nested too deeply"),
        (b"[" * 1_000_000, ""),
    ],
)
def test_what_is_not_ours_is_refused_in_one_message(data, told):
    with pytest.raises(UsageError) as caught:
        document.load(data, "artifact/results.json")
    assert caught.value.what.startswith("artifact/results.json")
    assert told in str(caught.value)


def test_facts_as_deep_as_allowed_are_taken():
    assert document.load(one(',"facts":{"a":' + "[" * 15 + "1" + "]" * 15 + "}")).cells[0].facts
    assert document.load(one(',"facts":{"a":' + "[" * 16 + "]" * 16 + "}")).cells[0].facts


def test_a_document_beyond_the_limit_is_not_even_parsed(monkeypatch):
    monkeypatch.setattr(document, "MAX_BYTES", 10)
    with pytest.raises(UsageError, match="too large"):
        document.load(b"[" * 11)


@pytest.mark.parametrize("what", sorted(document.MOST))
def test_more_than_a_page_can_be_made_of_is_refused(what, monkeypatch):
    everything = replace(MIXED, cells=(*MIXED.cells, SLIM_CPU), notes=("a note",))
    monkeypatch.setitem(document.MOST, what, 0)
    with pytest.raises(UsageError, match=f"{what}, at most 0"):
        document.load(document.dump(everything))
