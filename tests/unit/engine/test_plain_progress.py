from __future__ import annotations

import pytest

from tf_docker_check.engine.plain_progress import PlainProgress

PRINTED = b"""\
#0 building with "default" instance using docker driver

#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: 98B done
#1 DONE 0.1s

#4 [1/3] FROM docker.io/local/python:3.11-bookworm
#4 CACHED

#5 [a 2/3] RUN echo before; exit 7
#5 0.207 before
#5 0.208 #9 ERROR: says the program
#5 ...

#6 [b 2/3] RUN sleep 9
#6 CANCELED

#5 [a 2/3] RUN echo before; exit 7
#5 ERROR: process "/bin/sh -c echo before; exit 7" did not complete successfully: exit code: 7
------
 > [a 2/3] RUN echo before; exit 7:
0.207 before
------
ERROR: failed to solve: process "/bin/sh -c echo before; exit 7" did not complete successfully: exit code: 7
"""


@pytest.mark.parametrize("piece", [1, 64, 10_000])
def test_a_failed_build_is_read_however_it_is_cut(piece: int) -> None:
    parser = PlainProgress()
    began = [
        name
        for start in range(0, len(PRINTED), piece)
        for name in parser.feed(PRINTED[start : start + piece])
    ]
    parser.finish()
    definition, base, run, other = parser.steps.values()
    assert began == [step.name for step in (definition, base, run, other)]
    assert definition.seconds == 0.1
    assert base.cached
    assert run.log == "before\n#9 ERROR: says the program\n"
    assert run.error.endswith("exit code: 7")
    assert not other.error
    failed = parser.steps.failed()
    assert failed
    assert failed.name == run.name
