"""Requirements of projects that have no requirement file of pip."""

from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.plan.requirements import requirement_specs, tensorflow_specs
from tf_docker_check.requirements.requirement import Target

PROJECT = '[project]\nname = "a"\ndependencies = ["tensorflow>=2.15"]\n'
LOCK = '[[package]]\nname = "tensorflow"\nversion = "2.15.1"\n'


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"pyproject.toml": PROJECT}, "pyproject.toml:3: tensorflow>=2.15"),
        ({"pyproject.toml": PROJECT, "uv.lock": LOCK}, "uv.lock:2: tensorflow==2.15.1"),
        (
            {"poetry.lock": LOCK, "setup.py": "setup(install_requires=['x'])"},
            "poetry.lock:2: tensorflow==2.15.1",
        ),
        ({"setup.py": "setup(\n install_requires=['tensorflow'])"}, "setup.py:2: tensorflow"),
        ({"setup.cfg": "[options]\ninstall_requires = tensorflow"}, "setup.cfg:2: tensorflow"),
        ({"Pipfile": '[packages]\ntensorflow = "==2.15.0"'}, "Pipfile:2: tensorflow==2.15.0"),
        (
            {"Pipfile.lock": '{"default": {"tensorflow": {"version": "==2.15.0"}}}'},
            "Pipfile.lock:1: tensorflow==2.15.0",
        ),
        (
            {"environment.yml": "dependencies:\n- pip: [tensorflow<2.16]"},
            "environment.yml:2: tensorflow<2.16",
        ),
        (
            {"environment.yaml": "dependencies:\n- tensorflow=2.15"},
            "environment.yaml:2: tensorflow==2.15.*",
        ),
    ],
)
def test_the_file_that_says_most_exactly(files: dict[str, str], expected: str, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    [spec] = tensorflow_specs(requirement_specs(tmp_path, target=Target("3.11", "x86_64")))
    assert f"{spec.file}:{spec.line}: {spec.requirement}" == expected
