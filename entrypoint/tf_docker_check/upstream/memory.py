"""What an issue remembers of its failure, hidden in its own body.

The marker is the first line, the memory the last; GitHub shows neither.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict

from tf_docker_check.errors import UsageError
from tf_docker_check.model.nightly import Memory
from tf_docker_check.upstream import document

LIMIT = 60_000  # characters of a body; GitHub takes 65 536
_MARKER = "<!-- tf-docker-check:nightly v1 signature={} -->"
_FOUND = re.compile(r"<!-- tf-docker-check:nightly v1 signature=([0-9a-f]{16}) -->\s*")
_MEMORY = re.compile(r"\s*<!-- tf-docker-check:memory (\{[^\n]{0,20000}\}) -->\s*\Z")


def framed(text: str, memory: Memory) -> str:
    """The body of an issue that tells *text*, cut at a paragraph where it is too long."""
    hidden = json.dumps(asdict(memory), sort_keys=True).replace("--", "-\\u002d")
    room = LIMIT - len(hidden)
    if len(text) > room:
        text = f"{text[:room].rpartition(chr(10) * 2)[0]}\n\n_Cut here: the rest is in the run._"
    return f"{_MARKER.format(memory.signature)}\n{text}\n\n<!-- tf-docker-check:memory {hidden} -->\n"


def signature_in(body: str) -> str:
    """The id of the signature that a body of ours begins with; empty for any other."""
    found = _FOUND.match(body.replace("\r\n", "\n").lstrip())
    return found[1] if found else ""


def memory_in(body: str) -> Memory | None:
    """What *body* remembers; None where that is gone, damaged, or another signature's."""
    found = _MEMORY.search(body.replace("\r\n", "\n"))
    if not found:
        return None
    try:
        memory = document.load(found[1].encode("utf-8", "replace"), Memory, "an issue's memory")
    except UsageError:
        return None
    return memory if memory.signature == signature_in(body) else None


def bare(body: str) -> str:
    """What people see of *body*."""
    return _FOUND.sub("", _MEMORY.sub("", body.replace("\r\n", "\n").lstrip()), count=1).strip()
