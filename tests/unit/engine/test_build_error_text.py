from __future__ import annotations

import pytest

from tf_docker_check.engine.build_error_text import dockerfile_line, error_text

EXCERPT = """\
Dockerfile:2
--------------------
   1 |     FROM python:3.11-slim
   2 | >>> RUN echo before; exit 7
   3 |
--------------------
ERROR: failed to solve: process "/bin/sh -c echo before; exit 7" did not complete successfully: exit code: 7

View build details: docker-desktop://dashboard/build/default/default/xyz
"""
PARSE = (
    "ERROR: failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: "
    "failed to create LLB definition: dockerfile parse error line 8: unknown instruction: ECHO\n"
)


@pytest.mark.parametrize(
    ("text", "error", "line"),
    [
        (EXCERPT, 'process "/bin/sh -c echo before; exit 7" did not complete successfully: exit code: 7', 2),
        (PARSE, "dockerfile parse error line 8: unknown instruction: ECHO", 8),
        ("ERROR: dockerfile parse error on line 3: unknown instruction: FRM\n",
         "dockerfile parse error on line 3: unknown instruction: FRM", 3),
        ("WARNING: one\nERROR: first\nERROR: Cache export is not supported.\nSwitch to another driver\n",
         "Cache export is not supported.\nSwitch to another driver", 0),
        ("killed in the middle\n", "killed in the middle", 0),
        ("", "", 0),
    ],
)  # fmt: skip
def test_the_last_word_is_the_error(text: str, error: str, line: int) -> None:
    assert error_text(text) == error
    assert dockerfile_line(text) == line
