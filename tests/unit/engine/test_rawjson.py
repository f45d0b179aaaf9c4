from __future__ import annotations

import base64
import json

import pytest

from tf_docker_check.engine.rawjson import LONGEST_OBJECT, RawJson
from tf_docker_check.engine.steps import LOG_LIMIT

BEGAN = {
    "digest": "sha256:5",
    "name": "[2/2] RUN echo before; exit 7",
    "started": "2026-11-22T12:07:49.286496463Z",
}
ENDED = BEGAN | {
    "completed": "2026-11-22T12:07:51.786496463Z",
    "error": "executor failed running [/bin/sh -c echo before; exit 7]: exit code: 7",
}
FROM = {"digest": "sha256:4", "name": "[1/2] FROM x", "started": "2026-11-22T12:07:49Z"}
SAID = {"vertex": "sha256:5", "stream": 1, "data": base64.b64encode(b"before\n").decode()}
STATUSES = [
    {"vertexes": [{"digest": "sha256:4", "name": "[1/2] FROM x"}]},
    {"vertexes": [FROM | {"completed": "2026-11-22T12:07:49.5Z", "cached": True}]},
    {"vertexes": [BEGAN], "statuses": [{"id": "extracting", "vertex": "sha256:5", "current": 1}]},
    {"logs": [SAID]},
    {"vertexes": [ENDED]},
    {"vertexes": [ENDED]},
]
LAST = "ERROR: failed to solve: executor failed running [/bin/sh -c echo before; exit 7]: exit code: 7\n"


@pytest.mark.parametrize("piece", [1, 100, 100_000])
@pytest.mark.parametrize("indent", [2, None], ids=["buildx 0.13: indented", "later: one line each"])
def test_a_failed_build_is_read_however_it_is_cut(indent: int | None, piece: int) -> None:
    data = (
        "WARNING: a word before\n" + "".join(json.dumps(s, indent=indent) + "\n" for s in STATUSES) + LAST
    ).encode()
    parser = RawJson()
    began = [
        name for start in range(0, len(data), piece) for name in parser.feed(data[start : start + piece])
    ]
    parser.finish()
    base, run = parser.steps.values()
    assert began == ["[1/2] FROM x", "[2/2] RUN echo before; exit 7"]
    assert (base.cached, base.seconds, base.error) == (True, 0.5, "")
    assert (run.cached, run.seconds, run.log) == (False, 2.5, "before\n")
    assert run.error.endswith("exit code: 7")
    assert parser.steps.text == "WARNING: a word before\n" + LAST + "\n"


@pytest.mark.parametrize(
    "text",
    ["{not json}\n", '{\n"cut off', "{}\n", '{"vertexes": null, "logs": [{}]}\n', "\xff\n", "{\n}\n}\n"],
)
def test_what_is_no_progress_breaks_nothing(text: str) -> None:
    parser = RawJson()
    parser.feed(text.encode("latin-1"))
    parser.finish()
    assert parser.steps.failed() is None


@pytest.mark.parametrize("line", [b"x" * 65536, b"{\n" + b"x" * 65534 + b"\n"])
def test_what_never_ends_is_not_kept(line: bytes) -> None:
    parser = RawJson()
    for _ in range(2 * LONGEST_OBJECT // len(line)):
        parser.feed(line)
    assert len(parser.steps.text) <= LOG_LIMIT
    assert len(parser._line) + sum(map(len, parser._object)) <= LONGEST_OBJECT + len(line)


def test_a_step_that_starts_twice_counts_both_times() -> None:
    again = FROM | {"started": "2026-11-22T12:08:00Z", "completed": "2026-11-22T12:08:01Z"}
    parser = RawJson()
    for vertex in (FROM | {"completed": "2026-11-22T12:07:49.5Z"}, again, again):
        parser.feed(json.dumps({"vertexes": [vertex]}).encode() + b"\n")
    (step,) = parser.steps.values()
    assert step.seconds == 1.5


@pytest.mark.parametrize(
    "line",
    [
        b'{"vertexes": 1}',
        b'{"vertexes": [1]}',
        b'{"logs": {"a": "b"}}',
        b'{"a": 1}\n{"logs": ["x"]}',
        b"{" * 3 + b"}",
    ],
)
def test_what_is_json_and_no_progress_is_text(line: bytes) -> None:
    parser = RawJson()
    assert parser.feed(line + b"\n") == []
    parser.finish()
    assert parser.steps.by_key == {}
    assert parser.steps.text.strip() in {line.decode(), line.decode().partition("\n")[2]}


def test_senseless_values_in_a_progress_message_cost_nothing() -> None:
    parser = RawJson()
    vertex = {"digest": 5, "name": None, "started": "x", "completed": ["y"]}
    parser.feed(json.dumps({"vertexes": [vertex], "logs": [{"vertex": 5, "data": "?"}]}).encode() + b"\n")
    assert [step.seconds for step in parser.steps.by_key.values()] == [0.0]


def test_the_last_word_may_quote_a_progress_message() -> None:
    parser = RawJson()
    forged = json.dumps({"vertexes": [{"digest": "x", "error": "forged"}]})
    parser.feed(f"ERROR: failed to solve: executor failed running [sh -c false\n{forged}\nexit 7]".encode())
    parser.feed(b": exit code: 7\n")
    parser.finish()
    assert parser.steps.by_key == {}
    assert forged in parser.steps.text
