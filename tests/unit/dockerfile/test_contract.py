"""Our reader against BuildKit's own parser, which the package `dockerfile` holds for amd64.

This folder is no package: it would be in the way of that one. The parser in it is BuildKit's of v0.12.5;
`read_differently_today` names what later ones read differently, and so do we.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tf_docker_check.dockerfile.instructions import Instruction
from tf_docker_check.dockerfile.parse import KEYWORDS, parse_dockerfile
from tf_docker_check.errors import UsageError

buildkit = pytest.importorskip("dockerfile", reason="BuildKit's parser has no wheel for this machine")

ROOT = Path(__file__).parents[3]
OWN = [
    path
    for path in (
        *ROOT.glob("tests/**/*ockerfile*"),
        *ROOT.glob("entrypoint/**/*ockerfile*"),
        ROOT / "Dockerfile",
    )
    if path.is_file() and path.suffix != ".py" and b"\0" not in path.read_bytes()
]
TEXTS = (
    "",
    "\\",
    "# only a comment\n",
    "\n\n  FROM a\n\n",
    "\ufeff# escape=`\r\nFROM a`\r\n  AS b\r\n",
    "# Syntax = a/b:1 x\n# escape=\\\nFROM a\n",
    "# escape=`\n# escape=`\nFROM a\n",
    "# escape=x\nFROM a\n",
    "#syntax=a\n\n# escape=`\nFROM a `\nRUN b\n",
    "# a comment\n# escape=`\nFROM a `\nRUN b\n",
    "FROM a\nRUN one \\\n# two\n\n  \\\n  # three \\\n  four\\\\\nRUN five \\ \t\n",
    "FROM a\nRUN a\\\n\n\n",
    "FROM a\nRUN <<A <<-'B' cat\nx\nA\n\ty\n\tA\n\tB\nUSER u\n",
    'FROM a\nRUN <<"A B"\nA\nA B\nUSER u\n',
    "FROM a\nCOPY <<a.txt 3<<$x <<${y:-z} /d/\na.txt\n$x\n${y:-z}\n",
    "FROM a\r\nRUN <<E\r\nx\r\nE\r\nUSER u\r\n",
    "FROM a\nRUN <<E\nnever ended\n",
    "FROM a\nRUN cat <<<x\nRUN echo 'a <<E'\nRUN echo \"a <<E\nRUN echo $((1<<2))\n2))\nRUN ${!x} <<E\n",
    "FROM a\nRUN <<\\E\n$x\nE\nENV a=b\n",
    "FROM a\nRUN a \\\n  <<E \\\n  b\nE\n",
    "FROM a\nONBUILD RUN <<E\nx\nE\nONBUILD\nONBUILD COPY --from=x a b\nONBUILD NONE x\n",
    "FROM a\nCMD <<E\n",
    'FROM a\nRUN ["a", "b\\u0041\\n", "\\ud800"]\nRUN [ -f x ] && y\nCMD []\nCMD ["a",]\nCOPY ["a b", "c"]\n',
    "FROM a\nCMD [1]\n",
    "FROM a\nVOLUME [null]\n",
    f"FROM a\nCMD [{'9' * 5000}]\nCMD [1e999]\n",
    f"FROM a\nCMD [0.{'0' * 5000}]\n",
    f"FROM a\nCMD {'[' * 5000}{']' * 5000}\n",
    'FROM a\nSHELL ["NaN", NaN]\n',
    'FROM a\nENV a b  c\nENV a=b c=\'d e\' f="g \\" h" i=j\\ k\nLABEL "a b"=c d=\nENV  \n',
    "FROM a\nENV a\n",
    "FROM a\nENV a=b c\n",
    "FROM 0\nENV =' {",
    "ARG a b=c d='e f'\nFROM $a\n",
    "FROM --platform=$BUILDPLATFORM a AS b\nCOPY --from=a --link b c\nRUN --mount='type=x y' -- a --b\n",
    'FROM a\nRUN --x\nRUN --\nRUN --x\\ y z\nRUN --x"y z\nUSER --x y\n',
    'FROM a\nHEALTHCHECK --interval=5s CMD  ["a"]\nHEALTHCHECK NONE\nHEALTHCHECK CMD a b\nHEALTHCHECK\n',
    "FROM a\nRUN\x85a\n",
    "FROM a\nRUN\xa0a\n\u2003RUN b\u2003\n\x1cRUN\n",
    "from a\nRun b\nrnu c\n",
    f"FROM a\nRUN {'x' * 65_531}\nRUN b\n",
    f"FROM a\nRUN {'x' * 65_532}\n",
    f"FROM a\nRUN {'x' * 60_000}\\\n{'x' * 60_000}\n",
)
PIECES = [
    *(" ", "\t", "\v", "\x1c", "\n", "\r\n", "\\\n", "\\ \n", "# c\n", "\n # x\n"),
    *("a", "b=c", "\\", "\\\\", "'", '"', "=", "`", "#", "&&", ";", "é", "\u2003"),
    *("$X", "${X}", "${X:-a b}", "${", "$(", "}", "{"),
    *("<", "<<", "<<E", "<<-E", "<<'E'", '<<"E F"', "3<<E", "E\n", "\nE\n", "\n\tE\n", "E F"),
    *("[", "]", ",", "1", "null", '"a"', '["a"]', '["a", "b"]'),
    *("--", "--x", "--x=y", "--from=a ", "# escape=`\n", "#syntax=a/b:1\n"),
]
STARTS = ["", "# escape=`\n", "#syntax=x\n", "\ufeff"]


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    text = f"{draw(st.sampled_from(STARTS))}FROM a\n"
    for keyword in draw(st.lists(st.sampled_from([*KEYWORDS, "run", "Copy"]), min_size=1, max_size=4)):
        arguments = "".join(draw(st.lists(st.sampled_from(PIECES), max_size=9)))
        text += f"{keyword} {arguments}" + draw(st.sampled_from(["\n", "\r\n", ""]))
    return text


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_tricky_texts(text: str) -> None:
    assert ours(text) == theirs(text)


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_projects_own_dockerfiles(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace")
    assert ours(text) == theirs(text)


@given(dockerfiles())
@settings(max_examples=300)
def test_any_text(text: str) -> None:
    assume(not read_differently_today(text))
    # What ONBUILD does not allow is refused before what comes behind it is read.
    assert ours(text) == theirs(text) or (ours(text) == [] and theirs(text) is None)


def read_differently_today(text: str) -> bool:
    """Whether BuildKit has changed its mind since, or the package loses bytes on the way to Python."""
    return bool(
        re.search(r"<<-?\s", text)  # blanks between << and the name
        or re.search(r"\](?!\s*$)", text, re.MULTILINE)  # something behind a JSON list
        or ("--" in text and ("escape=`" in text or not text.isascii()))  # which escape, and which bytes
        or re.search(r"\$\{[^}]*[#%/]", text)  # forms that were not known
    )


def ours(text: str) -> list[object] | None:
    """What is compared of each instruction; None where the text is refused."""
    try:
        return [outline(instruction) for instruction in parse_dockerfile(text, "Dockerfile")]
    except UsageError as error:
        return [] if "ONBUILD does not allow" in error.why else None


def outline(instruction: Instruction) -> object:
    inner = instruction.trigger or instruction
    return (
        instruction.keyword,
        instruction.start_line,
        instruction.end_line,
        tuple(flag.text for flag in instruction.flags),
        tuple(word.text for word in inner.words),
        inner.json,
        () if instruction.trigger else tuple((one.name, one.content) for one in instruction.heredocs),
    )


def theirs(text: str) -> list[object] | None:
    try:
        commands = buildkit.parse_string(text)
    except ValueError:
        return None
    if any((each.cmd or "").upper() not in KEYWORDS for each in commands):
        return None  # the parser leaves that to the builder
    if any((each.sub_cmd or "").upper() in ("FROM", "MAINTAINER", "ONBUILD") for each in commands):
        return []  # … and that
    return [
        (
            each.cmd.upper(),
            each.start_line,
            each.end_line,
            each.flags,
            each.value if each.value != ("",) else (),
            each.json,
            tuple((one.name, one.content) for one in each.heredocs),
        )
        for each in commands
    ]
