"""Store what an issue remembers of its failure in its own body.

The marker is the first line, the memory the last; GitHub shows neither.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict

from tf_docker_check.errors import UsageError
from tf_docker_check.nightly.issue_values import IssueMemory
from tf_docker_check.upstream import document

LIMIT = 60_000  # characters of a body; GitHub takes 65 536
_MARKER = "<!-- tf-docker-check:nightly v1 signature={} -->"
_PATTERN = re.compile(r"<!-- tf-docker-check:nightly v1 signature=([0-9a-f]{16}) -->\s*")
_MEMORY = re.compile(r"\s*<!-- tf-docker-check:memory (\{[^\n]{0,20000}\}) -->\s*\Z")


def issue_body(text: str, memory: IssueMemory) -> str:
    """Return the body of an issue with *text*, which is cut at a paragraph if it is too long."""
    hidden_memory = json.dumps(asdict(memory), sort_keys=True).replace("--", "-\\u002d")
    room = LIMIT - len(hidden_memory)
    if len(text) > room:
        text = f"{text[:room].rpartition(chr(10) * 2)[0]}\n\n_Cut here: the rest is in the run._"
    return f"{_MARKER.format(memory.signature)}\n{text}\n\n<!-- tf-docker-check:memory {hidden_memory} -->\n"


def signature_in(body: str) -> str:
    """Return the id of the signature that one of our bodies begins with; empty for any other."""
    match = _PATTERN.match(body.replace("\r\n", "\n").lstrip())
    return match[1] if match else ""


def memory_in(body: str) -> IssueMemory | None:
    """Return the memory in *body*; None if it is missing, damaged, or of another signature."""
    match = _MEMORY.search(body.replace("\r\n", "\n"))
    if not match:
        return None
    try:
        memory = document.load(match[1].encode("utf-8", "replace"), IssueMemory, "an issue's memory")
    except UsageError:
        return None
    return memory if memory.signature == signature_in(body) else None


def visible_text(body: str) -> str:
    """Return the part of *body* that GitHub shows."""
    return _PATTERN.sub("", _MEMORY.sub("", body.replace("\r\n", "\n").lstrip()), count=1).strip()
