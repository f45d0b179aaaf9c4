from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tf_docker_check.resources.probes.build_info import parse, wanted


def test_both_spellings_that_wheels_have() -> None:
    ordered = "import collections\nbuild_info = collections.OrderedDict([('is_cuda_build', False)])\n"
    assert parse(ordered) == {"is_cuda_build": False}
    assert parse("build_info = {'cuda_version': '11.2'}") == {"cuda_version": "11.2"}
    assert parse("something = 1") is None


@pytest.mark.parametrize("text", ["build_info = dict(a=1)", "build_info = __import__('os')"])
def test_nothing_is_executed(text: str) -> None:
    with pytest.raises((ValueError, TypeError)):
        parse(text)


def test_what_a_gpu_wheel_wants(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "tensorflow/python/platform"
    folder.mkdir(parents=True)
    (tmp_path / "tensorflow/__init__.py").write_text("raise ImportError('not to be imported')")
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    found: dict[str, Any] = {}
    wanted(found.__setitem__)
    assert found == {}
    (folder / "build_info.py").write_text(
        "build_info = {'is_cuda_build': True, 'cuda_version': '12.5.1', 'cudnn_version': '9',"
        " 'cuda_compute_capabilities': ['sm_60', 'compute_90']}"
    )
    wanted(found.__setitem__)
    assert found == {
        "tensorflow.cuda_build": True,
        "wanted.cuda": "12.5.1",
        "wanted.cudnn": "9",
        "wanted.architectures": ["sm_60", "compute_90"],
    }
