"""What pip is asked for: requirements, files of them, projects, locks; and what we would ask pip for."""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import strategies as st
from pip._internal.exceptions import InstallationError
from pip._internal.req.constructors import install_req_from_line

from fuzz.bend import bent
from fuzz.surface import folder
from tf_docker_check.plan.requirements import requirement_specs, tensorflow_specs
from tf_docker_check.requirements.conda import read_environment
from tf_docker_check.requirements.declared import EVERY
from tf_docker_check.requirements.files import RequirementSet
from tf_docker_check.requirements.locks import read_lock, read_pipfile_lock
from tf_docker_check.requirements.pipfile import read_pipfile
from tf_docker_check.requirements.pyproject import read_pyproject
from tf_docker_check.requirements.requirement import Target, parse_requirement, release_for
from tf_docker_check.requirements.setup_files import read_setup_cfg, read_setup_py
from tf_docker_check.upstream.resolution import unresolvable_reason

FOLDER = folder("requirements")
EMPTY = folder("empty")
LINES = [
    "tensorflow[and-cuda]==2.21.0 ; python_version >= '3.9' and platform_machine == 'x86_64'",
    "tensorflow-cpu>=2.15,<2.18  # why",
    "numpy~=1.26 --hash=sha256:0",
    "x @ git+https://user:password@h.example/x.git@v1#egg=x",
    "keras===3.0 ; extra == 'a'",
    "./local/x.whl",
]
FILES = [
    "\n".join(LINES) + "\n",
    "-r other.txt\n-c limits.txt\n--index-url=https://h/\ntensorflow\\\n==2.1\n",
    *LINES,
]
PROJECT = """\
[project]
dependencies = ["tensorflow>=2.15", "numpy; python_version < '3.12'"]
[tool.poetry.dependencies]
python = "^3.11"
tensorflow = {version = "^2.15", extras = ["and-cuda"]}
keras = "~3.1.2"
"""
OTHERS = [
    "from setuptools import setup\nN = ['tensorflow>=2']\nsetup(install_requires=N, extras_require={'a': ['b']})\n",
    "[options]\ninstall_requires =\n  tensorflow>=2\n[options.extras_require]\na = b\n",
    '[packages]\ntensorflow = "==2.15.0"\nb = {version = "*", extras = ["c"], markers = "os_name == \'nt\'"}\n',
    '{"default": {"tensorflow": {"version": "==2.15.0", "markers": "os_name == \'nt\'"}}}',
    '[[package]]\nname = "a"\nsource = {virtual = "."}\ndependencies = [{name = "b", marker = "os_name == \'nt\'"}]\n'
    '[[package]]\nname = "b"\nversion = "1"\n[package.dependencies]\na = [{version = "1"}, "2"]\n',
    "name: e\ndependencies:\n- python=3.9\n- tensorflow=2.10\n- pip:\n  - keras>2\n  - -r r.txt\n",
]
TARGETS = (Target(), Target("3.12", "x86_64"), Target("3.9.1", "aarch64"))
READERS = (
    lambda text: read_pyproject(text, (EVERY,), (EVERY,)),
    lambda text: read_setup_py(text, (EVERY,)),
    lambda text: read_setup_cfg(text, (EVERY,)),
    lambda text: read_pipfile(text, development=True),
    lambda text: read_pipfile_lock(text, development=True),
    lambda text: read_lock(text, TARGETS[1]),
    lambda text: read_environment(text, "environment.yml"),
)
TOKENS = [
    *(
        "==",
        "===",
        ">=",
        "<",
        "~=",
        "!=",
        ",",
        ";",
        "@",
        "[",
        "]",
        "(",
        ")",
        "and",
        "or",
        "in",
        "not",
        "'",
        '"',
        "extra",
    ),
    *(
        "python_version",
        "sys_platform",
        "platform_release",
        ".*",
        "!1",
        "+local",
        ".post1",
        ".dev0",
        "rc1",
        "a.zip",
        "/",
    ),
    *(
        "-r ",
        "-c ",
        "-e ",
        "--",
        "\\\n",
        "#",
        " #",
        "file:",
        "git+",
        "https://",
        "../../x.zip",
        "9" * 4301,
        "^",
        "|",
        "*",
    ),
    *("$V", "${V}", "tensorflow", "tf-nightly", "\u0130", "_", "-", ".", "1" * 999, "1." * 300),
]
INPUTS = st.tuples(
    bent(FILES, TOKENS).map(lambda text: text.encode("utf-8", "replace").decode()),
    bent([PROJECT], TOKENS, 4).map(lambda text: text.encode("utf-8", "replace").decode()),
    bent([PROJECT, *OTHERS], TOKENS, 4).map(lambda text: text.encode("utf-8", "replace").decode()),
)


class _File:
    def __init__(self, name: str, text: str) -> None:
        self.name, self.text = name, text


def check(value: tuple[str, str, str]) -> None:
    text, project, other = value
    _file(text)
    for read in READERS:
        for start, end, requirement in read(other).requirements:
            assert 0 <= start <= end <= len(other)
            assert parse_requirement(str(requirement)) is not None
    for line in text.splitlines()[:4]:
        _line(line)
    (FOLDER / "requirements.txt").write_text(text, newline="")
    (FOLDER / "pyproject.toml").write_text(project, newline="")
    specs = requirement_specs(FOLDER, lambda note: None, TARGETS[1])
    assert all(spec.line >= 1 for spec in tensorflow_specs(specs) + specs)


def _file(text: str) -> None:
    files = {"a.txt": _File("a.txt", text), "other.txt": _File("other.txt", "tensorflow\n-r a.txt\n")}
    for target in TARGETS:
        found = RequirementSet(files.get, target)
        found.include("a.txt")
        for line in [*found.lines, *found.constraints, *found.constrained()]:
            assert 0 <= line.start <= line.end <= len(line.file.text)
            assert 1 <= line.number <= len(line.file.text.splitlines()) + 1


def _line(text: str) -> None:
    found = parse_requirement(text)
    if found is None:
        return
    again = parse_requirement(str(found))
    assert again is not None
    assert (again.name, again.specifier) == (found.name, found.specifier)
    for target in TARGETS:
        found.applies_to(target)
        release_for(found, target)
    if not unresolvable_reason(text):
        _is_from_an_index(text)


def _is_from_an_index(text: str) -> None:
    """What we hand to pip names nothing that pip would build here, by pip's own reading."""
    before = Path.cwd()
    os.chdir(EMPTY)
    try:
        assert install_req_from_line(text).link is None
    except InstallationError:
        return
    finally:
        os.chdir(before)
