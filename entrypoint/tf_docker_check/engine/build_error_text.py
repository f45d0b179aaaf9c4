"""Read the error at the end of a failed BuildKit build's output."""

from __future__ import annotations

import re

from tf_docker_check.model.number import whole

# The excerpt is BuildKit's (engine 23 and later): "Dockerfile:2", a rule, lines, a rule.
EXCERPT = re.compile(r"^[^\s:]*:([0-9]+)\n-{3,}$", re.MULTILINE)
PARSE_ERROR = re.compile(r"dockerfile parse error (?:on )?line ([0-9]+)")
WRAPPING = re.compile(
    r"^(?:failed to solve: |rpc error: code = \w+ desc = |failed to solve with frontend [\w.]+: "
    r"|failed to create LLB definition: )+"
)
# BuildKit's frontend on the Dockerfile itself; what follows must not be of its connection to the engine.
FRONTEND = re.compile(
    r"dockerfile parse error|target stage \S+ could not be found"
    r"|failed to create LLB definition: "
    r"(?!.*(?:rpc error|context (?:canceled|deadline)|no active session|EOF))"
)
ADVERTS = re.compile(r"^(?:View build details: |What's next:).*", re.MULTILINE | re.DOTALL)


def error_text(text: str) -> str:
    """Return the error that buildx ends with, without its prefixes; else the last line."""
    _, marker, error = text.rpartition("\nERROR: ") if "\nERROR: " in text else text.partition("ERROR: ")
    error_line = WRAPPING.sub("", ADVERTS.sub("", error if marker else "").strip())
    return error_line or (text.strip().splitlines() or [""])[-1]


def dockerfile_line(text: str) -> int:
    """Return the Dockerfile's line at fault, 0 where the builder does not say."""
    lines = EXCERPT.findall(text) or PARSE_ERROR.findall(text)
    return whole(lines[-1]) or 0 if lines else 0


def is_dockerfile_error(text: str) -> bool:
    """Return whether the error is about the Dockerfile's text, before any step was run."""
    _, marked, error = text.rpartition("ERROR: ")
    excerpt = "failed to solve" in error and EXCERPT.search(text)
    return bool(marked and (excerpt or FRONTEND.search(error)))
