"""What projects declare outside of requirement files; each requirement stands where its place says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.requirements.conda import conda_requirement, read_environment
from tf_docker_check.requirements.declared import EVERY, Declared
from tf_docker_check.requirements.locks import read_lock, read_pipfile_lock
from tf_docker_check.requirements.pipfile import read_pipfile
from tf_docker_check.requirements.pyproject import needs_setup, read_pyproject
from tf_docker_check.requirements.requirement import Target
from tf_docker_check.requirements.setup_files import read_setup_cfg, read_setup_py

ML = ("ml",)
LINUX = Target("3.11", "x86_64")
READ: dict[str, tuple[Declared, list[str], list[str], list[str]]] = {
    "the standard's table": (
        read_pyproject('[project]\nname = "a"\ndependencies = ["b>1", "c"]\n'),
        ["b>1", "c"],
        [],
        [],
    ),
    "extras, of which one names another": (
        read_pyproject(
            '[project]\nname = "A"\n[project.optional-dependencies]\nml = ["a[x]"]\nx = ["c"]\n', ML
        ),
        ["c"],
        [],
        [],
    ),
    "groups, of which one includes another": (
        read_pyproject('[dependency-groups]\nml = ["b", {include-group = "x"}]\nx = ["c"]\n', (), ML),
        ["b", "c"],
        [],
        [],
    ),
    "setuptools reads files": (
        read_pyproject('[tool.setuptools.dynamic]\ndependencies = {file = ["r.txt"]}\n'),
        [],
        ["r.txt"],
        [],
    ),
    "no TOML": (read_pyproject("["), [], [], ["it is not TOML"]),
    "what is no requirement": (
        read_pyproject('[project]\ndependencies = ["-r x"]\n'),
        [],
        [],
        ["-r x is not a requirement"],
    ),
    "setup.py": (
        read_setup_py('import x\nB = ("b",\n "c" ">1")\nx.setup(name="a", install_requires=B)\n'),
        ["b", "c>1"],
        [],
        [],
    ),
    "an extra of setup.py": (
        read_setup_py('setup(extras_require={"ml": ["b"], "x": open("y")})', ML),
        ["b"],
        [],
        [],
    ),
    "all extras of setup.py": (
        read_setup_py('setup(extras_require={"ml": ["b"], "x": open("y")})', (EVERY,)),
        ["b"],
        [],
        ["the extra x is computed"],
    ),
    "a computed list": (
        read_setup_py("setup(install_requires=['b', f'{c}', d])"),
        ["b"],
        [],
        ["some of install_requires is computed"],
    ),
    "arguments from elsewhere": (
        read_setup_py("setup(**x)"),
        [],
        [],
        ["what setup() is called with is computed"],
    ),
    "no setup": (read_setup_py("def setup(a): ..."), [], [], ["it calls no setup() that can be read"]),
    "setup.cfg": (
        read_setup_cfg(
            "[options]\ninstall_requires =\n  b>1 # c\n  d\n[options.extras_require]\nml = e\n", ML
        ),
        ["b>1", "d", "e"],
        [],
        [],
    ),
    "setup.cfg with a file": (
        read_setup_cfg("[options]\ninstall_requires = file: r.txt\n"),
        [],
        ["r.txt"],
        [],
    ),
    "no setup.cfg": (read_setup_cfg("a"), [], [], ["it is not a configuration file"]),
    "a Pipfile": (
        read_pipfile('[packages]\nb = "==1"\nc = {git = "x"}\n[dev-packages]\nd = "*"\n'),
        ["b==1", "c[] @ c"],
        [],
        ["c is not from a package index"],
    ),
    "a Pipfile for development": (read_pipfile('[dev-packages]\nd = "*"\n', development=True), ["d"], [], []),
    "a lock of Pipenv": (
        read_pipfile_lock('{"default": {"b": {"version": "==1"}}, "develop": {"c": {"version": "==2"}}}'),
        ["b==1"],
        [],
        [],
    ),
    "a lock of uv, for one system": (
        read_lock(
            '[[package]]\nname = "a"\nsource = {editable = "."}\n'
            "dependencies = [{name = 'b'}, {name = 'w', marker = \"os_name == 'nt'\"}]\n"
            "[package.optional-dependencies]\nml = [{name = 'c'}]\n"
            "[package.dev-dependencies]\ndev = [{name = 'd'}]\n"
            + "".join(f'[[package]]\nname = "{name}"\nversion = "1"\n' for name in "bwcd"),
            LINUX,
            extras=ML,
        ),
        ["b==1", "c==1"],
        [],
        [],
    ),
    "a lock of Poetry, from what the project asks for": (
        read_lock(
            '[[package]]\nname = "B"\nversion = "1"\n[package.dependencies]\nc = ">1"\n'
            + "".join(f'[[package]]\nname = "{name}"\nversion = "2"\n' for name in "cd"),
            LINUX,
            ["b"],
        ),
        ["b==1", "c==2"],
        [],
        [],
    ),
}


@pytest.mark.parametrize(("declared", "lines", "files", "unread"), READ.values(), ids=READ)
def test_what_is_declared(declared: Declared, lines: list[str], files: list[str], unread: list[str]) -> None:
    assert [str(one.requirement) for one in declared.requirements] == lines
    assert (declared.files, declared.unread) == (files, unread)
    for start, end, requirement in declared.requirements:
        assert start == end or requirement.name[:1] in declared.text[start:end].lower()


@pytest.mark.parametrize(
    ("text", "is_needed"),
    [
        ("[build-system]\n", True),
        ('[project]\nname = "a"\n', False),
        ('[project]\nname = "a"\ndynamic = ["dependencies"]\n', True),
        ('[tool.poetry]\nname = "a"\n', False),
    ],
)
def test_when_setup_py_says_what_is_needed(text: str, is_needed: bool) -> None:
    assert needs_setup(text) is is_needed


@pytest.mark.parametrize(
    ("spec", "requirement"),
    [
        ("tensorflow", "tensorflow"),
        ("tensorflow=2.15", "tensorflow==2.15.*"),
        ("tensorflow=2.15.*", "tensorflow==2.15.*"),
        ("tensorflow==2.15.0", "tensorflow==2.15.0"),
        ("tensorflow=2.15.0=cpu_py311", "tensorflow==2.15.0"),
        ("conda-forge::tensorflow 2.15.0", "tensorflow==2.15.0"),
        ("tensorflow >=2.10,<2.16", "tensorflow<2.16,>=2.10"),
        ("./x", None),
    ],
)
def test_specs_of_conda(spec: str, requirement: str | None) -> None:
    found = conda_requirement(spec)
    assert (str(found) if found else None) == requirement


def test_an_environment_has_a_name_a_python_and_what_pip_installs() -> None:
    text = "name: e\ndependencies:\n- python=3.9\n- 'b=1'\n- pip:\n  - c>1\n  - -r r.txt\n  - ./d\n"
    found = read_environment(text, "environment.yml")
    assert (found.name, found.python) == ("e", "3.9")
    assert [str(one.requirement) for one in found.requirements] == ["python==3.9.*", "b==1.*"]
    assert [text[one.start : one.end] for one in found.by_pip.requirements] == ["c>1"]
    assert (found.by_pip.files, found.by_pip.unread) == (["r.txt"], ["./d is not a requirement"])
    assert read_environment("a: [", "e.yml").unread == ["it is not YAML"]


READERS: tuple[Callable[[str], Declared], ...] = (
    lambda text: read_pyproject(text, (EVERY,), (EVERY,)),
    lambda text: read_setup_py(text, (EVERY,)),
    lambda text: read_setup_cfg(text, (EVERY,)),
    lambda text: read_pipfile(text, development=True),
    lambda text: read_pipfile_lock(text, development=True),
    lambda text: read_lock(text, LINUX),
    lambda text: read_environment(text, "environment.yml"),
)


@given(st.text(alphabet="ab=<1.\n[]{}(),:\"'-# \\*é\x00", max_size=80), st.sampled_from(READERS))
def test_any_text_is_read_or_named(text: str, read: Callable[[str], Declared]) -> None:
    for start, end, _ in read(text).requirements:
        assert 0 <= start <= end <= len(text)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    "piece",
    [
        '[[package]]\nname = "a"\nversion = "1"\n',
        "[",
        "(",
        "setup(",
        "- a\n",
        "'",
        "a = 1\n",
        '{"default":',
        "{",
    ],
)
def test_long_text_takes_no_time(piece: str, read: Callable[[str], Declared]) -> None:
    assert len(read(piece * 20_000).requirements) <= 2000
