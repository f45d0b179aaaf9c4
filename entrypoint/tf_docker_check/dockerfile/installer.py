"""Which program a shell command has packages installed by, and from which of its words on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from tf_docker_check.dockerfile.arguments import expand_known
from tf_docker_check.dockerfile.instructions import Word

PIP, CONDA = "pip", "conda"
UNKNOWN_PYTHON = "?"

_PIP = re.compile(r"pip(3(?:\.\d+)?|2)?", re.ASCII)
_PYTHON = re.compile(r"python(3(?:\.\d+)?|2)?", re.ASCII)
_CONDAS = frozenset({"conda", "mamba", "micromamba"})
_ADD = {"uv": "add", "poetry": "add", "pdm": "add", "pipenv": "install"}
_RUNS = frozenset({"poetry", "uv", "pdm", "pipenv", *_CONDAS})
_PLAIN_WRAPPERS = {"nohup": 0, "xargs": 0, "ionice": 0, "stdbuf": 0, "timeout": 1}
_CALLED = re.compile("|".join(("pip", "python", *_RUNS, *_PLAIN_WRAPPERS)))  # what is worth a closer look
_WRAPPER_OPTION_WITH_VALUE = re.compile(r"-[npskILc]|--(?:name|prefix|kill-after|signal|project|python)")


class Installer(NamedTuple):
    """`kind`: pip, or conda. `arguments`: what comes behind its ``install``; `head`: the words before.

    `program`: as it is called. `python`: the minor of the Python that it says it installs for; ``?`` where
    that cannot be told.
    """

    kind: str
    program: str
    head: tuple[Word, ...]
    arguments: tuple[Word, ...]
    python: str = ""


def installer_of(words: Sequence[Word], values: Mapping[str, str]) -> Installer | None:
    """The installer that the command of *words* calls; None where it installs no Python package."""
    if not words or ("$" not in words[0].text and not _CALLED.match(words[0].text.rpartition("/")[2])):
        return None
    filled = list(fill_words(words, values))
    start = 0
    while (length := _wrapper_length([word.text for word in filled[start:]])) > 0:
        start += length
    filled = filled[start:]
    texts = [word.text for word in filled]
    for read in (_pip, _conda, _project_tool):
        if texts and (match := read(texts)):
            kind, length, python = match
            return Installer(kind, texts[0], tuple(filled[:length]), tuple(filled[length:]), python)
    return None


def fill(word: str, values: Mapping[str, str]) -> str:
    """A word of a shell with its variables filled in; as it is where a value is not known."""
    value = expand_known(word, values, quoting=False) if "$" in word else word
    return word if value is None else value


def fill_words(words: Sequence[Word], values: Mapping[str, str]) -> Iterator[Word]:
    """*words* filled in; one that is nothing but a variable may be several."""
    for word in words:
        text = fill(word.text, values)
        pieces = text.split() if word.text.startswith("$") and text != word.text else [text]
        yield from (Word(piece, word.start, word.end) for piece in pieces)


def _wrapper_length(texts: Sequence[str]) -> int:
    """How many words stand before the command that a wrapper, such as ``conda run -n env``, runs."""
    name = texts[0].rpartition("/")[2] if texts else ""
    if name in _PLAIN_WRAPPERS:
        length, operands = 1, _PLAIN_WRAPPERS[name]
    elif name in _RUNS and texts[1:2] == ["run"]:
        length, operands = 2, 0
    else:
        return 0
    while length < len(texts) and texts[length].startswith("-"):
        length += 2 if _WRAPPER_OPTION_WITH_VALUE.fullmatch(texts[length]) else 1
    return length + operands


def _pip(texts: Sequence[str]) -> tuple[str, int, str] | None:
    name = texts[0].rpartition("/")[2]
    python = _PYTHON.fullmatch(name)
    if python and texts[1:2] == ["-m"]:
        inner = _pip(texts[2:]) if texts[2:3] and not texts[2].startswith("python") else None
        return (PIP, inner[1] + 2, inner[2] or _minor(python[1])) if inner else None
    if name == "uv" and texts[1:3] == ["pip", "install"]:
        return PIP, 3, ""
    pip = _PIP.fullmatch(name)
    length = _after_options(texts, 1)
    if pip is None or texts[length : length + 1] != ["install"]:
        return None
    return PIP, length + 1, _minor(pip[1])


def _minor(version: str | None) -> str:
    """``3.12`` of ``3.12``; nothing of ``3``, which may be any."""
    return "" if version in (None, "3") else UNKNOWN_PYTHON if version == "2" else version or ""


def _conda(texts: Sequence[str]) -> tuple[str, int, str] | None:
    length = _after_options(texts, 1)
    does = texts[0].rpartition("/")[2] in _CONDAS and texts[length : length + 1]
    return (CONDA, length + 1, UNKNOWN_PYTHON) if does in (["install"], ["create"]) else None


def _project_tool(texts: Sequence[str]) -> tuple[str, int, str] | None:
    """Those that note what they install in the project's own files, too."""
    verb = _ADD.get(texts[0].rpartition("/")[2])
    length = _after_options(texts, 1)
    return (PIP, length + 1, UNKNOWN_PYTHON) if verb and texts[length : length + 1] == [verb] else None


def _after_options(texts: Sequence[str], start: int) -> int:
    """Where the options from *start* on, such as ``--no-cache-dir``, end."""
    while start < len(texts) and texts[start].startswith("-"):
        start += 1
    return start
