"""One fault: a project that is broken in a known way, and what has to be said of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).with_name("cases")
SHARED = Path(__file__).with_name("shared")
DEFAULTS = {"tensorflow": "2.21.0", "python": "3.11"}


@dataclass(frozen=True)
class Expected:
    """What must come out. `cause` empty: no cause may be named."""

    status: str  # passed | failed | errored
    at: str = ""  # the build, or the check that fails first
    cause: str = ""
    remedy: tuple[str, ...] = ()  # words that the remedy must contain


@dataclass(frozen=True)
class Fault:
    """`fast`: cheap enough for every test run. `config`: keys of the configuration that differ.

    `shared`: a folder of `SHARED` whose files lie beside its own. `gives_gpu`: it runs on the engine of
    `faults.giving`, and is promised a GPU.
    """

    name: str
    why: str
    expected: Expected
    fast: bool = False
    shared: str = ""
    gives_gpu: bool = False
    strategy: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        """The project."""
        return CASES / self.name

    @property
    def bases(self) -> list[str]:
        """The images it stands on, as it writes them."""
        file = self.folder / self.strategy.get("dockerfile", "Dockerfile")
        written = re.findall(r"^FROM (\S+)", file.read_text(), re.MULTILINE) if file.exists() else []
        named = [self.strategy.get("from"), self.config.get("checks", {}).get("distributed-peer")]
        return [*written, *filter(None, named)]

    def document(self, more: Mapping[str, Any]) -> dict[str, Any]:
        """Its configuration, with what this machine needs besides."""
        dockerfile = {} if "from" in self.strategy else {"dockerfile": "Dockerfile"}
        return {
            "version": 1,
            "defaults": DEFAULTS,
            "baseline": {"control": False},  # whose fault it is, is another question
            "strategies": {self.name: {**dockerfile, **self.strategy}},
            **self.config,
            **more,
        }


def load(name: str) -> Fault:
    """The fault in the folder *name*. Raises KeyError or TypeError where fault.yml has no sense."""
    told = yaml.safe_load((CASES / name / "fault.yml").read_text())
    expected = told.pop("expect")
    expected["remedy"] = tuple(expected.get("remedy", ()))
    return Fault(name, expected=Expected(**expected), **told)


def everything() -> list[Fault]:
    """All faults, by name."""
    return [load(folder.name) for folder in sorted(CASES.iterdir())]
