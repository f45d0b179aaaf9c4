"""Which Python the installers of a stage install for, as far as its commands tell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from posixpath import normpath

from tf_docker_check.dockerfile.install_options import values_of
from tf_docker_check.dockerfile.installer import CONDAS, Installer, Kind
from tf_docker_check.image.base_image import BaseImage
from tf_docker_check.requirements.conda import conda_requirement, python_of_spec

_INTERPRETER = re.compile(r"(?:.*/)?python(\d+\.\d+)", re.ASCII)
_ANY_INTERPRETER = re.compile(r"(?:.*/)?python(?:\d+(?:\.\d+)?)?", re.ASCII)
_APT_PYTHON = re.compile(r"(?:lib)?python(\d+\.\d+)(?:-[a-z]+)*", re.ASCII)
_SYSTEM_PYTHON = re.compile(r"(?:lib)?python3?(?:-(?:pip|dev|venv|setuptools|wheel|distutils|full|minimal))*")
CONDA_INSTALLER = re.compile(r"(?:miniconda|anaconda|miniforge|mambaforge)", re.IGNORECASE)
"""In the name of the script that installs conda."""

_MINICONDA_PYTHON = re.compile(r"Miniconda3-py(\d)(\d+)_")
_ENVIRONMENT = re.compile(r"/envs/([\w.-]+)(?:/|$)")
_VERSION = re.compile(r"(?:cpython-?)?(\d+\.\d+)(?:[.+].*)?", re.ASCII)
_UNKNOWN_BUILD = re.compile(r"altinstall|deadsnakes|pyenv|\buv python\b")
_MOST_KNOWN = 50  # environments
_SYSTEMS = frozenset({"apt-get", "apt", "apk", "yum", "dnf", "microdnf", "aptitude"})


@dataclass(frozen=True)
class Interpreters:
    """The Pythons of an image. Minors such as ``3.12``; empty: not known.

    `default`: of ``pip`` and ``python3``; `system`: of the distribution's package, where it has yet to be
    installed; `environments`: of conda, by name; `folders`: of virtual environments. `active`: of the environment that
    the current shell has activated, where it has.
    """

    default: str = ""
    system: str = ""
    environments: Mapping[str, str] = field(default_factory=dict)
    folders: Mapping[str, str] = field(default_factory=dict)
    active: str | None = None

    @classmethod
    def of_base(cls, base: BaseImage) -> Interpreters:
        """Those of a published image."""
        system = base.system_python if base.family in ("cuda", "distribution") else ""
        return cls("" if system else base.python, system)

    def of(self, installer: Installer, path: str) -> str:
        """The minor that *installer* installs for. *path*: the value of PATH."""
        version = values_of([word.text for word in installer.arguments], "--python", "-p")
        if installer.by_conda:
            return self._of_conda(installer)
        if installer.python or version:
            return installer.python or _minor(version[0])
        if installer.environment:
            return self.environments.get(installer.environment, "")
        return self._of_program(installer.program, path)

    def _of_program(self, program: str, path: str) -> str:
        if "/" in program:
            return self._in_folder(program.rpartition("/")[0], self.default)
        if self.active is not None:
            return self.active
        minors = (self._in_folder(folder, "-") for folder in path.split(":"))
        return next((minor for minor in minors if minor != "-"), self.default)

    def _of_conda(self, installer: Installer) -> str:
        """The Python that conda has in the environment that it installs into."""
        texts = [word.text for word in installer.arguments]
        specs = (conda_requirement(text) for text in texts if text.startswith("python"))
        minor = next((python for spec in specs if spec and (python := python_of_spec(spec))), "")
        named = values_of(texts, "-n", "--name") or [installer.environment]
        own = "" if installer.head[-1].text == "create" else self.default
        return minor or (self.environments.get(named[0], "") if named[0] not in ("", "base") else own)

    def _in_folder(self, folder: str, otherwise: str) -> str:
        folder = normpath(folder or "/")
        if folder in self.folders:
            return self.folders[folder]
        if match := _ENVIRONMENT.search(folder):
            return self.environments.get(match[1], "")
        return otherwise

    def observe(self, texts: Sequence[str]) -> Interpreters:
        """Those after the command of these words."""
        name, joined = texts[0].rpartition("/")[2], " ".join(texts)
        if name in _SYSTEMS:
            return self._installed(texts) if {"install", "add"} & set(texts) else self
        if name in CONDAS or CONDA_INSTALLER.search(joined):
            return self._by_conda(name, texts, joined)
        if _UNKNOWN_BUILD.search(joined):
            return replace(self, default="", system="")
        if name in ("activate", "source", "."):
            return self._activated(texts)
        return self._made(name, texts, joined)

    def _made(self, name: str, texts: Sequence[str], joined: str) -> Interpreters:
        if "venv" in joined or "virtualenv" in joined:
            return self._with_environment(name, texts)
        if name in ("ln", "update-alternatives"):
            return self._linked(texts)
        python = _INTERPRETER.fullmatch(texts[0])
        return replace(self, default=python[1], system="") if python and "get-pip" in joined else self

    def after_install(self, installer: Installer, minor: str) -> Interpreters:
        """Those after an installer of conda that says the Python of its environment file."""
        if installer.kind is not Kind.CONDA_FILE or not minor:
            return self
        names = values_of([word.text for word in installer.arguments], "-n", "--name")
        return self._with_conda(next(iter(names), ""), minor)

    def _installed(self, texts: Sequence[str]) -> Interpreters:
        versions = {match[1] for text in texts if (match := _APT_PYTHON.fullmatch(text))}
        if self.system and versions - {self.system}:
            return replace(self, default="", system="")
        if self.system and (versions or any(map(_SYSTEM_PYTHON.fullmatch, texts))):
            return replace(self, default=self.system)
        return self

    def _by_conda(self, name: str, texts: Sequence[str], joined: str) -> Interpreters:
        if name not in CONDAS:
            match = _MINICONDA_PYTHON.search(joined)
            known = f"{match[1]}.{match[2]}" if match else ""
            return replace(self, default=known or ("" if match is None else self.default), system="")
        specs = (conda_requirement(text) for text in texts[2:] if text.startswith("python"))
        minor = next((python for spec in specs if spec and (python := python_of_spec(spec))), "")
        names = values_of(texts, "-n", "--name")
        if {"install", "create", "update", "env"} & set(texts[1:3]):
            environment = next(iter(names), "")
            if minor or "create" in texts:
                return self._with_conda(environment, minor)
        return self._activated(texts) if "activate" in texts else self

    def _with_conda(self, environment: str, minor: str) -> Interpreters:
        if environment and environment != "base":
            return replace(self, default="", environments=_with(self.environments, environment, minor))
        return replace(self, default=minor)

    def _activated(self, texts: Sequence[str]) -> Interpreters:
        last = texts[-1]
        if last in self.environments:
            return replace(self, active=self.environments[last])
        if last.endswith("/activate"):
            return replace(self, active=self._in_folder(last.rpartition("/")[0], ""))
        return replace(self, active="") if "activate" in texts else self

    def _with_environment(self, name: str, texts: Sequence[str]) -> Interpreters:
        """A virtual environment: ``python3.9 -m venv /v``, ``virtualenv -p python3.9 /v``, ``uv venv -p 3.9 /v``."""
        runs = name in ("virtualenv", "uv") or (_ANY_INTERPRETER.fullmatch(texts[0]) and "-m" in texts[:2])
        if not runs or len(texts) < 2 or texts[-1].startswith("-"):
            return self
        version = next(iter(values_of(texts, "-p", "--python")), "")
        minor = _minor(version or texts[0]) or ("" if version else self.default)
        return replace(self, folders=_with(self.folders, f"{normpath(texts[-1])}/bin", minor))

    def _linked(self, texts: Sequence[str]) -> Interpreters:
        named = [match[1] for text in texts if (match := _INTERPRETER.fullmatch(text))]
        points = any(text.rpartition("/")[2] in ("python", "python3") for text in texts[1:])
        return replace(self, default=named[0], system="") if points and named else self


def _minor(text: str) -> str:
    """The minor that an interpreter's name, or a version, says; empty where it says none."""
    match = _INTERPRETER.fullmatch(text) or _VERSION.fullmatch(text)
    return match[1] if match else ""


def _with(known: Mapping[str, str], name: str, minor: str) -> Mapping[str, str]:
    return {**known, name: minor} if len(known) < _MOST_KNOWN else known
