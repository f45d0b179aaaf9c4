import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.matrix.selector import Pattern, first_match, unmatched_patterns
from tf_docker_check.model.cell import Cell

SLIM = Cell("slim", "2.21.0", "3.12", "cpu")
MINE = Cell("mine", "", "", "gpu")


@pytest.mark.parametrize(
    ("pattern", "cell", "matches"),
    [
        ("slim/tf2.21.0/py3.12@cpu", SLIM, True),
        ("slim", SLIM, True),
        ("mine", MINE, True),
        ("sli", SLIM, False),
        ("Slim", SLIM, False),
        ("slim/*@cpu", SLIM, True),
        ("slim/*@gpu", SLIM, False),
        ("slim@cpu", SLIM, True),
        ("slim@gpu", SLIM, False),
        ("slim/tf2.21.0", SLIM, True),
        ("slim/tf2.2", SLIM, False),
        ("*@gpu", MINE, True),
        ("*py3.1[12]*", SLIM, True),
        ("{slim,official}/*@cpu", SLIM, True),
        ("{official,m{ine,ore}}", MINE, True),
        ("{official,}slim", SLIM, True),
        ("{slim}", SLIM, True),
        ("slim/*py{3.12..3.14}*", SLIM, False),
        ("*", MINE, True),
        ("", MINE, False),
    ],
)
def test_patterns(pattern, cell, matches):
    assert Pattern(pattern)(cell) is matches


@pytest.mark.parametrize("pattern", ["{slim", "slim}", "{a,{b}", "}{", "a{b,c}}"])
def test_unbalanced_braces_are_refused(pattern):
    with pytest.raises(UsageError, match="brace"):
        Pattern(pattern)


def test_alternatives_are_bounded():
    with pytest.raises(UsageError, match="alternatives"):
        Pattern("{a,b}" * 30)


def test_first_match_and_unmatched():
    assert first_match(("mine", "*@cpu", "slim"), SLIM) == "*@cpu"
    assert first_match((), SLIM) == ""
    assert unmatched_patterns(("slim", "slmi"), (SLIM, MINE)) == ("slmi",)


@pytest.mark.parametrize(
    ("pattern", "names"), [("official@gpu", True), ("*@{cpu,gpu}", True), ("*@*", False), ("official", False)]
)
def test_whether_a_pattern_names_a_runner(pattern, names):
    assert Pattern(pattern).names_runner("gpu") is names
