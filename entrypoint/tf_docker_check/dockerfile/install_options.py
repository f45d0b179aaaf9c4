"""The options that installers take, and what they mean for where packages come from and go to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tf_docker_check.dockerfile.instructions import Word

_TAKES_VALUE = re.compile(
    r"-[rcifteptbCEPGdw]|--(?:requirement|constraint|index-url|extra-index-url|find-links|target|prefix|root"
    r"|python|python-version|platform|abi|implementation|no-binary|only-binary|editable|trusted-host"
    r"|proxy|retries|timeout|cache-dir|src|progress-bar|upgrade-strategy|config-settings|cert|client-cert"
    r"|log|root-user-action|report|exists-action|global-option|build-option|use-feature|use-deprecated"
    r"|torch-backend|index|default-index|index-strategy|resolution|prerelease|python-platform|link-mode"
    r"|build-constraint|override|group|only-group|no-group|extra|extras|with|without|only|directory|project"
    r"|wheel-dir|dest|package|constraints|requirements)"
)
_CONDA_TAKES_VALUE = re.compile(
    r"-[ncpf]|--(?:name|channel|prefix|file|solver|clone|repodata-fn|root-prefix)"
)
_FOREIGN = re.compile(
    r"-[if]|--(?:index-url|extra-index-url|find-links|no-index|index|default-index|platform|python-version"
    r"|no-binary|python-platform|torch-backend)"
    r"|(?:PIP|UV)_(?:INDEX|INDEX_URL|EXTRA_INDEX_URL|DEFAULT_INDEX|FIND_LINKS|NO_INDEX|NO_BINARY|TORCH_BACKEND)"
)
_ELSEWHERE = re.compile(r"-t|--(?:target|prefix|root|break-system-packages)")
_SHORT = re.compile(r"(-[rcifte])([^-\s].*)")


@dataclass(frozen=True)
class Options:
    """The arguments of an installer: options with their values, and `plain` words."""

    pairs: tuple[tuple[str, Word], ...]
    plain: tuple[Word, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name, _ in self.pairs)

    @property
    def elsewhere(self) -> bool:
        """Whether it installs elsewhere than where the system's Python has its packages."""
        return any(map(_ELSEWHERE.fullmatch, self.names))

    def values(self, *names: str) -> Iterator[Word]:
        """The values of the options of these *names*, in order."""
        return (value for name, value in self.pairs if name in names)

    def listed(self, *names: str) -> tuple[str, ...]:
        """The values of these options where each may be several: ``ml,gpu`` or ``ml gpu``."""
        return tuple(one for value in self.values(*names) for one in re.split(r"[,\s]+", value.text) if one)


def values_of(texts: Sequence[str], *names: str) -> list[str]:
    """The values of the options of these *names* among *texts*: ``--name VALUE`` and ``--name=VALUE``."""
    values = [after for before, after in pairwise(texts) if before in names]
    return values + [
        text.partition("=")[2] for text in texts if "=" in text and text.partition("=")[0] in names
    ]


def is_foreign(names: Iterable[str]) -> bool:
    """Whether one of the options or variables *names* lets pip look for wheels elsewhere than usual."""
    return any(map(_FOREIGN.fullmatch, names))


def split_options(words: Sequence[Word], *, by_conda: bool = False) -> Options:
    """Split *words* into options with their values and other words."""
    takes_value = _CONDA_TAKES_VALUE if by_conda else _TAKES_VALUE
    pairs: list[tuple[str, Word]] = []
    plain: list[Word] = []
    rest = iter(words)
    for word in rest:
        name, equals, value = word.text.partition("=")
        short = None if by_conda else _SHORT.fullmatch(word.text)
        if short:
            pairs.append((short[1], word._replace(text=short[2].lstrip("="))))
        elif not word.text.startswith("-"):
            plain.append(word)
        elif not equals and takes_value.fullmatch(name):
            pairs.append((name, next(rest, word._replace(text=""))))
        else:
            pairs.append((name, word._replace(text=value)))
    return Options(tuple(pairs), tuple(plain))
