from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.resources.probes.trial import trial

pytestmark = pytest.mark.outside


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("print('x' * 100000)", ""),
        ("raise ImportError('libGL.so.1: cannot open\\n\\n')", "ImportError: libGL.so.1: cannot open"),
        ("raise SystemExit", "SystemExit: "),
        ("import os; os.kill(os.getpid(), 9)", "killed by signal 9"),
        ("import time; time.sleep(60)", "it took longer than 1 s"),
    ],
)
def test_what_an_import_ends_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    (tmp_path / "tried.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert trial("tried", 1) == said
