"""Which program a shell command has packages installed by, and from which of its words on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from tf_docker_check.dockerfile.arguments import expand_known
from tf_docker_check.dockerfile.install_options import values_of
from tf_docker_check.dockerfile.instructions import Word


class Kind(Enum):
    """What the words behind an installer's command name."""

    PIP = "requirements"
    FILES = "requirement files"
    WHEELS = "requirements, of which it only fetches the wheels"
    CONDA = "specs of conda"
    CONDA_FILE = "an environment.yml of conda"
    UV = "nothing: it installs uv's project"
    POETRY = "nothing: it installs Poetry's project"
    PDM = "nothing: it installs PDM's project"
    PIPENV = "nothing: it installs a Pipfile"
    SETUP = "nothing: setup.py installs its own project"


_PIP = re.compile(r"pip(3(?:\.\d+)?|2(?:\.7)?)?", re.ASCII)
_PYTHON = re.compile(r"python(3(?:\.\d+)?|2(?:\.7)?)?", re.ASCII)
_EASY = re.compile(r"easy_install(?:-?(3(?:\.\d+)?|2(?:\.7)?))?", re.ASCII)
_CONDA_VERBS = {
    ("install",): Kind.CONDA,
    ("create",): Kind.CONDA,
    ("update",): Kind.CONDA,
    ("upgrade",): Kind.CONDA,
    ("env", "create"): Kind.CONDA_FILE,
    ("env", "update"): Kind.CONDA_FILE,
}
CONDAS = frozenset({"conda", "mamba", "micromamba"})
_VERBS: Mapping[str, Mapping[tuple[str, ...], Kind]] = {
    "uv": {
        ("pip", "install"): Kind.PIP,
        ("pip", "sync"): Kind.FILES,
        ("add",): Kind.PIP,
        ("sync",): Kind.UV,
    },
    "poetry": {("add",): Kind.PIP, ("install",): Kind.POETRY, ("sync",): Kind.POETRY},
    "pdm": {("add",): Kind.PIP, ("install",): Kind.PDM, ("sync",): Kind.PDM},
    "pipenv": {("install",): Kind.PIPENV, ("sync",): Kind.PIPENV, ("update",): Kind.PIPENV},
    "pip-sync": {(): Kind.FILES},
    **dict.fromkeys(CONDAS, _CONDA_VERBS),
}
_PIP_VERBS = {"install": Kind.PIP, "wheel": Kind.WHEELS, "download": Kind.WHEELS}
_SETUP_VERBS = frozenset({"install", "develop"})
_RUNS = frozenset({"poetry", "uv", "pdm", "pipenv", *CONDAS})
_PLAIN_WRAPPERS = {"nohup": 0, "xargs": 0, "ionice": 0, "stdbuf": 0, "timeout": 1, "nice": 0, "chroot": 1}
_CALLED = re.compile("|".join(("pip", "python", "easy_install", *_RUNS, *_PLAIN_WRAPPERS)))
_WRAPPER_OPTION_WITH_VALUE = re.compile(
    r"-[npskILcdaPE]|--(?:name|prefix|kill-after|signal|project|python|cwd|arg-file|delimiter|max-args)"
)
_OPTION_WITH_VALUE = re.compile(
    r"--(?:timeout|retries|index-url|extra-index-url|trusted-host|proxy|cert|cache-dir|log|directory|project"
    r"|python|config-file)|-C|-P|-p"
)
_ARCHITECTURE = re.compile(r"\$\(\s*(?:uname\s+-[mp]|arch)\s*\)|`\s*(?:uname\s+-[mp]|arch)\s*`")


_SELF = r"\"?\$\{?(?:0|BASH_SOURCE(?:\[0\])?)\}?\"?"
_OWN_FOLDER = re.compile(
    rf"\$\(\s*(?:cd\s+\"?\$\(\s*dirname\s+(?:--\s+)?{_SELF}\s*\)\"?\s*&&\s*pwd(?:\s+-P)?|dirname\s+{_SELF})\s*\)"
)


class Installer(NamedTuple):
    """`arguments`: what comes behind its command, such as ``install``; `head`: the words before.

    `program`: as it is called. `python`: the minor of the Python that it says it installs for;
    `environment`: the name of the conda environment that it runs in.
    """

    kind: Kind
    program: str
    head: tuple[Word, ...]
    arguments: tuple[Word, ...]
    python: str = ""
    environment: str = ""

    @property
    def by_conda(self) -> bool:
        return self.kind in (Kind.CONDA, Kind.CONDA_FILE)


def installer_of(words: Sequence[Word], values: Mapping[str, str]) -> Installer | None:
    """The installer that the command of *words* calls; None where it installs no Python package."""
    if not words or ("$" not in words[0].text and not _CALLED.match(words[0].text.rpartition("/")[2])):
        return None
    filled = list(fill_words(words, values))
    environment = ""
    while (length := _wrapper_length([word.text for word in filled])) > 0:
        environment = _environment([word.text for word in filled[:length]]) or environment
        filled = filled[length:]
    texts = [word.text for word in filled]
    for read in (_pip, _setup, _tool):
        if texts and (match := read(texts)):
            kind, length, python = match
            return Installer(
                kind, texts[0], tuple(filled[:length]), tuple(filled[length:]), python, environment
            )
    return None


def fill(word: str, values: Mapping[str, str]) -> str:
    """A word of a shell with its variables filled in; as it is where a value is not known."""
    if "dirname" in word and SCRIPT_FOLDER in values:
        word = _OWN_FOLDER.sub(lambda _: values[SCRIPT_FOLDER], word)
    if "uname" in word or "arch" in word:
        word = _ARCHITECTURE.sub(lambda match: values.get(ARCHITECTURE, match[0]), word)
    value = expand_known(word, values, quoting=False) if "$" in word else word
    return word if value is None else value


SCRIPT_FOLDER = "$(dirname $0)"
"""The name under which the variables of a script hold the folder that it is in."""

ARCHITECTURE = "$(uname -m)"
"""The name under which the variables of a shell hold the architecture that it runs on."""


def fill_words(words: Sequence[Word], values: Mapping[str, str]) -> Iterator[Word]:
    """*words* filled in; one that is nothing but a variable may be several."""
    for word in words:
        if "$" not in word.text and "`" not in word.text:
            yield word
            continue
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


def _environment(wrapper: Sequence[str]) -> str:
    """The environment that ``conda run -n NAME`` names."""
    names = values_of(wrapper, "-n", "--name")
    return names[0] if names and wrapper[0].rpartition("/")[2] in CONDAS else ""


def _pip(texts: Sequence[str]) -> tuple[Kind, int, str] | None:
    name = texts[0].rpartition("/")[2]
    python = _PYTHON.fullmatch(name)
    module = _after_options(texts, 1, stop="-m")
    if python and texts[module : module + 1] == ["-m"] and module + 1 < len(texts):
        inner = None if texts[module + 1].startswith("python") else _pip(texts[module + 1 :])
        inner = inner or _tool(texts[module + 1 :])
        return (inner[0], inner[1] + module + 1, inner[2] or _minor(python[1])) if inner else None
    if easy := _EASY.fullmatch(name):
        return Kind.PIP, 1, _minor(easy[1])
    pip, length = _PIP.fullmatch(name), _after_options(texts, 1)
    verb = _PIP_VERBS.get(texts[length]) if pip and length < len(texts) else None
    return (verb, length + 1, _minor(pip[1])) if pip and verb else None


def _setup(texts: Sequence[str]) -> tuple[Kind, int, str] | None:
    python = _PYTHON.fullmatch(texts[0].rpartition("/")[2])
    script = _after_options(texts, 1)
    if python is None or texts[script : script + 1] != ["setup.py"]:
        return None
    return (Kind.SETUP, script + 1, _minor(python[1])) if _SETUP_VERBS & set(texts[script + 1 :]) else None


def _minor(version: str | None) -> str:
    """``3.12`` of ``3.12``; nothing of ``3``, which may be any; 2.7 of ``2``."""
    return "2.7" if version == "2" else "" if version in (None, "3") else version or ""


def _tool(texts: Sequence[str]) -> tuple[Kind, int, str] | None:
    """Those that have commands of their own."""
    for verbs, kind in _VERBS.get(texts[0].rpartition("/")[2], {}).items() if texts else ():
        at = _after_options(texts, 1) if verbs else 1
        if tuple(texts[at : at + len(verbs)]) == verbs:
            return kind, at + len(verbs), ""
    return None


def _after_options(texts: Sequence[str], start: int, stop: str = "") -> int:
    """Where the options from *start* on, such as ``--no-cache-dir``, end; at *stop* at the latest."""
    while start < len(texts) and texts[start].startswith("-") and texts[start] != stop:
        start += 2 if _OPTION_WITH_VALUE.fullmatch(texts[start]) else 1
    return start
