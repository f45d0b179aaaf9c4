from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.dockerfile.blocks import split_commands
from tf_docker_check.dockerfile.install_reader import InstallReader
from tf_docker_check.dockerfile.installer import installer_of
from tf_docker_check.dockerfile.path_content import NOTHING, PathContent
from tf_docker_check.dockerfile.pip_install import PipInstall, read_installs
from tf_docker_check.dockerfile.source import Source
from tf_docker_check.dockerfile.targets import repository_requirement
from tf_docker_check.requirements.requirement import Target, release_for

FILES = {
    "requirements.txt": "-r base.txt\ntensorflow==2.17.1  # why\npandas ; sys_platform == 'win32'\n",
    "base.txt": "# none\nnumpy<2 \\\n  --hash=sha256:00\n-r requirements.txt\nhttps://example.com/x.whl\n./local\n",
    "foreign.txt": "--extra-index-url=https://wheels.example.com/simple\ntf-nightly\n",
    "constrained.txt": "-c c.txt\ntensorflow\n",
}


def run(text: str, python: str = "3.11") -> PipInstall | None:
    source = Source(Path("Dockerfile"), "Dockerfile", text)
    (command,) = split_commands(text, 0)

    def find(name: str) -> PathContent:
        return PathContent(Source(Path(name), name, FILES[name])) if name in FILES else NOTHING

    installer = installer_of(command.words, {})
    if installer is None:
        return None
    target = Target(installer.python or python, "x86_64")
    return read_installs(installer, InstallReader(source, target, find), {})[0]


def asked(text: str) -> list[str]:
    found = run(text)
    assert found
    return [
        f"{each.name}{each.specifier if each.specifier is not None else '?'}" for each in found.requirements
    ]


@pytest.mark.parametrize(
    "command",
    [
        "pip install",
        "pip3 install",
        "/opt/venv/bin/pip install",
        "pip --no-cache-dir install",
        "python -m pip install",
        "python3 -m pip install -U",
        "uv pip install --system",
        "pip install --progress-bar off --timeout=60 -q",
    ],
)
def test_ways_to_call_pip(command: str) -> None:
    assert asked(f"{command} 'tensorflow==2.17.1' numpy") == ["tensorflow==2.17.1", "numpy"]


@pytest.mark.parametrize(
    "command",
    ["pip list", "pip uninstall tensorflow", "pipx install x", "python -m venv x", "install"],
)
def test_what_is_no_install(command: str) -> None:
    assert run(command) is None


@pytest.mark.parametrize(
    ("requirement", "expected"),
    [
        ("Tensor_Flow==2", ["tensor-flow==2"]),
        ("tensorflow [and-cuda] >= 2.14, < 2.16", ["tensorflow<2.16,>=2.14"]),
        ("tensorflow==$VERSION", ["tensorflow?"]),
        ("tensorflow@https://example.com/x.whl", ["tensorflow?"]),
        ("tensorflow; python_version < '3.9'", []),
        ("tensorflow; python_version >= '3.9'", ["tensorflow"]),
        ("tensorflow; nonsense", ["tensorflow"]),
        ("./wheels/x.whl", []),
        ("git+https://example.com/x", ["x?"]),
    ],
)
def test_requirements(requirement: str, expected: list[str]) -> None:
    assert asked(f'pip install "{requirement}"') == expected


def test_a_marker_about_a_python_that_is_not_known_counts_as_met() -> None:
    found = run("pip install \"tensorflow; python_version < '3.9'\"", python="")
    assert found
    assert [each.name for each in found.requirements] == ["tensorflow"]


def test_files_are_read_with_what_they_include_each_once() -> None:
    found = run("pip install -r requirements.txt")
    assert found
    assert [(each.name, each.span.source.name, each.span.begins) for each in found.requirements] == [
        ("numpy", "base.txt", (2, 1)),
        ("tensorflow", "requirements.txt", (2, 1)),
    ]
    assert [file.name for file in found.files] == ["requirements.txt", "base.txt"]
    assert found.whole
    assert [str(one) for one in found.unread] == [
        "base.txt:5: https://example.com/x.whl is not read",
        "Dockerfile:1: ./local: no file in it was found that says what it needs",
    ]


@pytest.mark.parametrize(
    ("command", "whole", "foreign", "python", "managed"),
    [
        ("pip install x", True, False, "3.11", True),
        ("pip install -r gone.txt", False, False, "3.11", True),
        ("pip install -rconstrained.txt", False, False, "3.11", True),
        ("pip install -c c.txt x", False, False, "3.11", True),
        ("pip install --no-deps x", False, False, "3.11", True),
        ("pip install -r foreign.txt", True, True, "3.11", True),
        ("pip install --index-url https://e.example x", True, True, "3.11", True),
        ("pip install -f wheels x", True, True, "3.11", True),
        ("python3.9 -m pip install x", True, False, "3.9", True),
        ("pip3.12 install x", True, False, "3.12", True),
        ("pip2 install x", True, False, "2.7", True),
        ("/venv/bin/pip install x", True, False, "3.11", False),
        ("pip install --break-system-packages x", True, False, "3.11", False),
        ("pip install --target=/x y", True, False, "3.11", False),
    ],
)
def test_circumstances(command: str, whole: bool, foreign: bool, python: str, managed: bool) -> None:
    found = run(command)
    assert found
    assert (found.whole, found.foreign, found.python, found.managed) == (whole, foreign, python, managed)


@pytest.mark.parametrize(
    ("requirement", "python", "release"),
    [
        ("tensorflow==2.17.1", "", "2.17.1"),
        ("tensorflow==2.10", "3.12", "2.10.0"),
        ("tensorflow==2.15.*", "3.11", "2.15.1"),
        ("tensorflow", "3.13", "2.21.0"),
        ("tensorflow", "3.9", "2.20.0"),
        ("tensorflow", "", None),
        ("tensorflow", "3.14", None),
        ("tensorflow-gpu<2.12", "3.10", "2.11.0"),
        ("tensorflow==9.9.9", "3.12", None),
        ("tf-nightly", "3.12", None),
        ("tensorflow==$V", "3.12", None),
    ],
)
def test_the_release_that_pip_takes(requirement: str, python: str, release: str | None) -> None:
    found = run(f"pip install '{requirement}'")
    assert found
    taken = release_for(found.requirements[0].requirement, Target(python, "x86_64"))
    assert (taken.version if taken else None) == release


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("git+https://h.example/a/b", "b"),
        ("git+https://h.example/a/b.git@v1.0", "b"),
        ("git+https://h.example/a/b.git#subdirectory=c", "b"),
        ("git+ssh://git@h.example/a/b.git@v1#egg=c&subdirectory=d", "c"),
        ("hg+https://h.example/a/b/", "b"),
        ("https://h.example/a/b", None),
        ("git+https://", None),
    ],
)
def test_the_distribution_of_a_repository(text: str, name: str | None) -> None:
    found = repository_requirement(text)
    assert (found.name if found else None) == name


@pytest.mark.parametrize("environment", [{}, {"PIP_BREAK_SYSTEM_PACKAGES": "1"}])
def test_a_variable_lets_the_systems_pip_install(environment: dict[str, str]) -> None:
    (command,) = split_commands("pip install x")
    installer = installer_of(command.words, environment)
    assert installer
    reader = InstallReader(
        Source(Path("Dockerfile"), "Dockerfile", "pip install x"), Target(), lambda _: NOTHING
    )
    assert read_installs(installer, reader, environment)[0].managed is not bool(environment)
