from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.requirements.files import MAX_FILES, MAX_LINES, RequirementSet
from tf_docker_check.requirements.requirement import Target


@dataclass(frozen=True)
class Text:
    name: str
    text: str


def read(path: str, **texts: str) -> RequirementSet[Text]:
    files = {name.replace("__", "/"): text for name, text in texts.items()}
    found = RequirementSet(lambda name: Text(name, files[name]) if name in files else None, Target("3.12"))
    found.include(path)
    return found


@pytest.mark.parametrize(
    ("text", "requirements"),
    [
        ("numpy<2 \\\n  --hash=sha256:00 \\\n  --hash=sha256:01\npandas", [(1, "numpy<2"), (4, "pandas")]),
        ("tensor\\\r\nflow\\\r\n>=2.16 # why\r\n", [(1, "tensorflow>=2.16")]),
        ("# no \\\nnumpy # yes \\\nor no\npandas", [(2, "numpy"), (4, "pandas")]),
        ("\n  tensorflow[and_cuda] ; python_version>'3'  # x", [(2, "tensorflow[and-cuda]")]),
        ("x; python_version<'3.12'\ny#z\n./w.whl\n-e git+https://h/r", []),
        ("a@ https://h/x#egg=a\n\\\n\\", [(1, "a@ https://h/x#egg=a")]),
    ],
)
def test_lines(text: str, requirements: list[tuple[int, str]]) -> None:
    found = [(line.number, str(line.requirement).partition(";")[0]) for line in read("r", r=text).lines]
    assert found == requirements


def test_included_files_are_relative_to_the_file_that_names_them_and_count_once() -> None:
    found = read("a/r", a__r="-rb\n--requirement=../c\n-r r", a__b="numpy\n-i https://x", c="-r gone\nkeras")
    assert [(line.file.name, line.requirement.name) for line in found.lines] == [
        ("a/b", "numpy"),
        ("c", "keras"),
    ]
    assert (found.options, found.complete) == ({"-i"}, False)


def test_constraints_narrow_and_ask_for_nothing() -> None:
    found = read("r", r="-c c\ntensorflow>=2.15", c="TensorFlow<2.18\nnumpy<2\n-r d", d="keras<3")
    assert [str(line.requirement) for line in found.constrained()] == ["tensorflow<2.18,>=2.15"]


def test_bounds_are_kept() -> None:
    endless = RequirementSet(lambda name: Text(name, f"-r x{len(name)}{name}"), Target())
    endless.include("r")
    assert (len(endless.files), endless.complete) == (MAX_FILES, False)
    long = read("r", r="a\n" * MAX_LINES * 2)
    assert (len(long.lines), long.complete) == (MAX_LINES, False)


@given(st.text(alphabet="ab=<1.\\\r\n\f -r#;'\"[]@$()\u2028é", max_size=60))
def test_any_text_has_lines_that_lie_in_it(text: str) -> None:
    for line in read("r", r=text).lines:
        assert text[line.start : line.end].strip() == text[line.start : line.end] != ""
        assert 1 <= line.number <= max(len(text.splitlines()), 1)
