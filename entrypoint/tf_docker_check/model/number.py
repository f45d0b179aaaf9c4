"""Numbers and versions in strangers' text: ASCII digits, and no more of them than a number can need.

Python refuses to convert more than 4,300 digits with a ValueError, and takes digits of every script.
"""

from __future__ import annotations

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

MOST_DIGITS = 18
"""Of a whole number: what fits into 64 bits."""

LONGEST = 1000
"""Characters of a version or a range of versions; people write less than a hundred."""

_WHOLE = re.compile(rf"[0-9]{{1,{MOST_DIGITS}}}")


def whole(text: str) -> int | None:
    """The whole number that *text* is; None where it is none, or has more than `MOST_DIGITS` digits."""
    return int(text) if _WHOLE.fullmatch(text) else None


def numbers(text: str) -> tuple[int, ...]:
    """The whole numbers in *text*, a key by which 2.9 comes before 2.21; long ones in pieces."""
    return tuple(map(int, _WHOLE.findall(text)))


def parse_version(text: str) -> Version:
    """*text* as a version. Raises InvalidVersion, also where it is longer than any."""
    if len(text) > LONGEST:
        raise InvalidVersion(f"Invalid version: {text[:60]!r}…")
    return Version(text)


def parse_specifiers(text: str) -> SpecifierSet:
    """*text* as a range of versions. Raises InvalidSpecifier, also where it is longer than any."""
    if len(text) > LONGEST:
        raise InvalidSpecifier(f"Invalid specifier: {text[:60]!r}…")
    return SpecifierSet(text)
