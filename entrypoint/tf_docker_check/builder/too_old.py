"""Recognize errors of a builder that is too old for the Dockerfile."""

from __future__ import annotations

import re

from tf_docker_check.dockerfile.parse import parse_dockerfile
from tf_docker_check.errors import UsageError

_UNKNOWN = re.compile(r"parse error (?:on )?line (\d{1,7}): unknown instruction")


def explain_heredoc_error(text: str, error: str) -> str:
    """Return why the *error* on the Dockerfile *text* is due to the builder's age; empty if it is not.

    BuildKit supports here-documents; a builder from before 2021 takes their lines for instructions.
    """
    match = _UNKNOWN.search(error)
    if not match:
        return ""
    try:
        instructions = parse_dockerfile(text, "Dockerfile")
    except UsageError:
        return ""
    for instruction in instructions:
        if instruction.heredocs and instruction.start_line < int(match[1]) <= instruction.end_line:
            return (
                f"this builder is too old to know here-documents (line {instruction.start_line}): begin the "
                "Dockerfile with `# syntax=docker/dockerfile:1`, which needs BuildKit, or build with "
                "Docker 23 or later"
            )
    return ""
