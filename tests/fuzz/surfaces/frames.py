"""Evidence: frames of the probe in whatever else a container prints, and the checks that come of them."""

from __future__ import annotations

import json

from hypothesis import strategies as st

from fuzz.bend import CUTS, bent, bent_json, pieces
from tf_docker_check.model.observation import Check, Exit
from tf_docker_check.model.text import plain
from tf_docker_check.probe.check_specs import LADDER
from tf_docker_check.probe.check_stream import CheckStreamParser
from tf_docker_check.probe.judge import judge_check
from tf_docker_check.probe.messages import MAX_STRING, ProbeMessage, Reader, check_fact, plain_text

SHARE = 60
NONCE = "0123456789abcdef0123456789abcdef"
MARK = f"\x1etfdc:{NONCE} "
RUNGS = tuple(rung for rung in LADDER if not rung.apart)
DISTRIBUTIONS = {"tensorflow": "2.21.0", "tensorflow-cpu": "2.20"}


def _frames() -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for at, rung in enumerate(RUNGS):
        found.append({"kind": "start", "at": at, "rung": rung.name})
        found += [
            {"kind": "fact", "at": at, "name": "tensorflow.version", "value": "2.21.0"},
            {"kind": "fact", "at": at, "name": "tensorflow.distributions", "value": DISTRIBUTIONS},
            {"kind": "text", "at": at, "text": "Traceback\n"},
        ]
        found.append({"kind": "end", "at": at + 0.5, "rung": rung.name, "status": "passed", "reason": ""})
    found.append({"kind": "ended", "at": 99, "stage": RUNGS[-1].stage, "code": 1, "signal": 11, "oom": True})
    return found


FRAMES = _frames()
VALUES = (
    [rung.name for rung in RUNGS] + [rung.stage for rung in RUNGS] + ["passed", "failed", "errored", 10**18]
)
KINDS = ["start", "fact", "text", "end", "ended"]
LINE = bent_json(FRAMES, [*VALUES, *KINDS]).map(
    lambda data: MARK.encode() + data.replace(b"\n", b" ") + b"\n"
)
RUNG = [f"{MARK}{json.dumps(each)}\n".encode() for each in FRAMES]
NOISE = bent(RUNG, [MARK.encode(), b"\x1e", b"\n", b"tfdc:", NONCE.encode()])
STREAM = st.lists(st.sampled_from(RUNG) | LINE | NOISE, max_size=14).map(b"".join)
INPUTS = st.tuples(st.integers(0, len(RUNG)), STREAM, CUTS)


def check(value: tuple[int, bytes, list[int]]) -> None:
    whole, stream, cuts = value
    data = b"".join(RUNG[:whole]) + stream
    frames, text = _read([data])
    assert (frames, text) == _read(pieces(data, cuts))
    assert frames[:whole] == _read([b"".join(RUNG[:whole])])[0]  # what comes after costs nothing before it
    for frame in frames:
        assert check_fact(frame.fields, 0) == frame.fields
        assert all(len(each) <= MAX_STRING for each in frame.fields.values() if isinstance(each, str | list))
        json.dumps(frame.fields, allow_nan=False)
    checks = _climbed(frames, text)
    assert [one.name for one in checks] == [rung.name for rung in RUNGS]
    for one in checks:
        assert one.text == plain(one.text)
        assert one.reason == " ".join(one.reason.split())
        judge_check(one, "2.21.0", {})


def _read(parts: list[bytes]) -> tuple[list[ProbeMessage], bytes]:
    reader = Reader(NONCE)
    items = [item for part in parts for item in reader.feed(part)] + list(reader.end())
    frames = [item for item in items if isinstance(item, ProbeMessage)]
    return frames, b"".join(item for item in items if isinstance(item, bytes))


def _climbed(frames: list[ProbeMessage], text: bytes) -> list[Check]:
    checks: list[Check] = []
    climb = CheckStreamParser(RUNGS, checks.append)
    for frame in frames:
        climb.feed(frame)
        climb.feed_text(text[:200])
    climb.finish(Exit(1, seconds=3.0))
    assert plain_text(text) == plain(plain_text(text))
    return checks
