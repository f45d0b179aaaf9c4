"""A builder that is too old for what it was given: what it refuses is not the Dockerfile's mistake."""

from __future__ import annotations

import re

from tf_docker_check.dockerfile.parse import parse_dockerfile
from tf_docker_check.errors import UsageError

_UNKNOWN = re.compile(r"parse error (?:on )?line (\d{1,7}): unknown instruction")


def no_heredocs(text: str, error: str) -> str:
    """Why the builder's *error* over the Dockerfile *text* is its own; empty where it is not.

    BuildKit knows here-documents; a builder from before 2021 takes their lines for instructions.
    """
    found = _UNKNOWN.search(error)
    if not found:
        return ""
    try:
        instructions = parse_dockerfile(text, "Dockerfile")
    except UsageError:
        return ""
    for each in instructions:
        if each.heredocs and each.start_line < int(found[1]) <= each.end_line:
            return (
                f"this builder is too old to know here-documents (line {each.start_line}): begin the "
                "Dockerfile with `# syntax=docker/dockerfile:1`, which needs BuildKit, or build with "
                "Docker 23 or later"
            )
    return ""
