from __future__ import annotations

import pytest

from tf_docker_check.builder.too_old import explain_heredoc_error
from tf_docker_check.diagnose.cell import diagnose_cell
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.observation import BuildResult
from tf_docker_check.model.status import Status

TEXT = "FROM x\nRUN <<EOF\npip install x\nEOF\nPIP install y\n"
ERROR = "dockerfile parse error line {}: unknown instruction: PIP"


@pytest.mark.parametrize("line", [3, 4])
def test_a_line_of_a_here_document_is_refused_by_a_builder_that_is_too_old(line):
    text = TEXT.replace("PIP", "RUN pip")
    why = explain_heredoc_error(text, ERROR.format(line))
    assert "(line 2)" in why
    build = BuildResult(Status.ERRORED, reason=f"{ERROR.format(line)}: {why}", log=ERROR.format(line))
    assert not diagnose_cell(build=build, run=None, gpu=Gpu.OFF, cell=Cell("x", "", "", "cpu"))[0]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (TEXT.replace("PIP", "RUN pip"), ERROR.format(5)),
        (TEXT, ERROR.format(3)),  # a Dockerfile with a mistake of its own
        ("FROM x\nRUN true\nRUN true\n", ERROR.format(3)),
        (TEXT, "exit code: 1"),
    ],
)
def test_elsewhere_it_is_the_dockerfile_s_mistake(text, error):
    assert explain_heredoc_error(text, error) == ""
