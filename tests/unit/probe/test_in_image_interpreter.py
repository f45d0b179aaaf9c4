"""Which Python it is."""

from __future__ import annotations

import sys

import pytest

from tf_docker_check.resources.probes import interpreter


@pytest.mark.parametrize(
    ("marked", "virtual", "managed"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_python_is_closed_to_pip_by_a_marker_outside_of_virtual_environments(
    tmp_path, monkeypatch, marked, virtual, managed
):
    marker = tmp_path / "EXTERNALLY-MANAGED"
    if marked:
        marker.touch()
    monkeypatch.setattr(interpreter.sysconfig, "get_path", lambda name: str(tmp_path))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv") if virtual else sys.base_prefix)
    assert interpreter.managed_by() == (str(marker) if managed else "")
