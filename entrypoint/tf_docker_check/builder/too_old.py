"""A builder that is too old for what it was given: what it refuses is not the Dockerfile's mistake."""

from __future__ import annotations

import re

from tf_docker_check.errors import UsageError
from tf_docker_check.recipe.instructions import read

_UNKNOWN = re.compile(r"parse error (?:on )?line (\d{1,7}): unknown instruction")


def no_heredocs(text: str, error: str) -> str:
    """Why the builder's *error* over the Dockerfile *text* is its own; empty where it is not.

    BuildKit's present parser, which is ours, knows here-documents; one of 2021 takes their lines for
    instructions.
    """
    found = _UNKNOWN.search(error)
    if not found:
        return ""
    try:
        instructions = read(text, "Dockerfile")
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
