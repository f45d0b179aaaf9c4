import json

from runner.matchers import Matcher, bare, load

SINGLE = {
    "regexp": r"^(\S+):(\d+): (warning|error): (.*)$",
    "file": 1,
    "line": 2,
    "severity": 3,
    "message": 4,
}
PYTHON = [
    {"regexp": r'^\s*File\s"(.*)",\sline\s(\d+)', "file": 1, "line": 2},
    {"regexp": r"^\s*raise\s(.*)$", "message": 1},
]
LOOP = [
    {"regexp": r"^(\S+\.py)$", "file": 1},
    {"regexp": r"^ (\d+) (.*)$", "line": 1, "message": 2, "loop": True},
]


def test_one_pattern_matches_one_line() -> None:
    matcher = Matcher("c", "error", [SINGLE])
    problem = {"severity": "warning", "file": "a.c", "line": "3", "message": "unused"}
    assert matcher.match("a.c:3: warning: unused") == problem
    assert matcher.match("a.c: warning") is None


def test_several_patterns_match_lines_in_a_row_and_only_those() -> None:
    matcher = Matcher("python", "error", PYTHON)
    assert matcher.match('  File "a.py", line 3') is None
    assert matcher.match("something else") is None
    assert matcher.match("  raise ValueError") is None
    matcher.match('  File "a.py", line 3')
    assert matcher.match("  raise ValueError") == {
        "severity": "error",
        "file": "a.py",
        "line": "3",
        "message": "ValueError",
    }


def test_a_loop_goes_on_until_a_line_breaks_it() -> None:
    matcher = Matcher("lint", "warning", LOOP)
    found = [matcher.match(line) for line in ("a.py", " 1 bad", " 2 worse", "done", " 3 nothing")]
    assert [problem and (problem["file"], problem["line"]) for problem in found] == [
        None,
        ("a.py", "1"),
        ("a.py", "2"),
        None,
        None,
    ]


def test_a_file_of_matchers_is_read_and_colours_are_no_hindrance() -> None:
    told = {"problemMatcher": [{"owner": "python", "pattern": PYTHON}]}
    assert [(each.owner, each.severity) for each in load(json.dumps(told))] == [("python", "error")]
    assert bare("\x1b[31ma\x1b[0m") == "a"
