"""Logs, of whatever: what `explain` makes of them."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

from hypothesis import strategies as st

from attacks import everything
from fuzz.bend import bent
from tf_docker_check.cli.explain import _as_json, _as_text
from tf_docker_check.cli.explain_run import Log
from tf_docker_check.diagnose.explain import EXPECTATIONS, STAGES, Explanation, explain
from tf_docker_check.diagnose.stream import blocks
from tf_docker_check.model.redact import redact
from tf_docker_check.model.text import plain

CAUSES = Path(__file__).resolve().parents[3] / "entrypoint" / "tf_docker_check" / "resources" / "causes"


def _quoted() -> list[bytes]:
    """The lines that the causes give as examples of themselves."""
    found: list[bytes] = []
    for path in sorted(CAUSES.glob("*.json")):
        for signature in json.loads(path.read_text()).get("signatures", []):
            found += [str(text).encode() for text in signature.get("matches", [])]
    return found


EXAMPLES = _quoted()
assert len(EXAMPLES) > 50, "the causes have examples under another key"
LOGS = [
    b"\n".join([b"Step 1/2 : FROM x", *EXAMPLES[start : start + 12], b"ERROR: exit code: 1", b""])
    for start in range(0, len(EXAMPLES), 12)
]
WIDE = [log.decode("utf-8", "replace").encode("utf-16") for log in LOGS[:4]]
TOKENS = [*EXAMPLES, b"\xff\xfe", b"\x1b]0;", b"\x1b[", b"\r", b"\xe2\x80\x98", b"https://user:hunter2@h/"]
LOGIN = re.compile(r"(?<![a-z0-9+.-])https?://user:hunter2@", re.IGNORECASE)
INPUTS = st.tuples(
    bent([*LOGS, *WIDE, *(text.encode("utf-8", "replace") for text in everything())], TOKENS),
    st.sampled_from([None, *STAGES]),
    st.sampled_from(EXPECTATIONS),
)


def check(value: tuple[bytes, str | None, str]) -> None:
    log, stage, gpu = value
    explanation: Explanation = redact(explain(log, stage, gpu), ())
    lines = max((number + text.count(b"\n") for text, number in blocks(io.BytesIO(log))), default=1)
    shown = [one for finding in explanation.findings for one in finding.evidence]
    assert all(0 <= one.line <= lines for one in shown)
    assert all(0 <= one.line <= lines for one in explanation.noise)
    assert all(one.text == plain(one.text).replace("\n", " ") for one in shown)
    assert bool(explanation.headline) == bool(explanation.findings)
    assert json.loads(_as_json("x", explanation))["headline"] == explanation.headline
    for text in (_as_text(Log("x"), explanation), _as_json("x", explanation)):
        assert "\x1b" not in text
        assert not LOGIN.search(text)
