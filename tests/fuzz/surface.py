"""The surfaces, and the inputs that broke one of them."""

from __future__ import annotations

import ast
import atexit
import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis.strategies import SearchStrategy

import fuzz

FOLDER = Path(__file__).parent
CORPUS = FOLDER / "corpus"
SURFACES = tuple(sorted(path.stem for path in (FOLDER / "surfaces").glob("[a-z]*.py")))


_FOLDERS = ExitStack()
atexit.register(_FOLDERS.close)


def folder(name: str) -> Path:
    """Make a folder for the files of the surface *name*; it is removed when the process ends."""
    return Path(_FOLDERS.enter_context(TemporaryDirectory(prefix=f"{name}-")))


@dataclass(frozen=True)
class Surface:
    """`check` raises where an input breaks it; `share`: inputs that it gets in `make test`."""

    name: str
    inputs: SearchStrategy[Any]
    check: Callable[[Any], None]
    share: int


def load(name: str) -> Surface:
    """The surface of that *name*, one of `SURFACES`."""
    module = import_module(f"{fuzz.__name__}.surfaces.{name}")
    return Surface(name, module.INPUTS, module.check, getattr(module, "SHARE", 100))


def crashers(name: str) -> Iterator[tuple[Path, Any]]:
    """The inputs kept for the surface *name*, each with its file."""
    for path in sorted((CORPUS / name).glob("*.txt")):
        yield path, ast.literal_eval(path.read_text(encoding="utf-8"))


def keep(name: str, spelled: str) -> Path:
    """Keep an input, *spelled* as Python does, for the surface *name*."""
    path = CORPUS / name / f"{hashlib.sha256(spelled.encode()).hexdigest()[:12]}.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{spelled}\n", encoding="utf-8")
    return path
