"""The files a step writes for the runner: FileCommandManager.cs."""

from __future__ import annotations

from collections.abc import Iterator

SUMMARY_BYTES = 1024 * 1024
NEVER_SET = {"NODE_OPTIONS"}


class Malformed(ValueError):
    """A file the runner cannot read: the step fails."""


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """``name=value`` and ``name<<delimiter`` entries, as GITHUB_OUTPUT, _ENV and _STATE hold them."""
    rest = iter(text.split("\n"))
    for line in rest:
        if line:
            yield _entry(line, rest)


def _entry(line: str, rest: Iterator[str]) -> tuple[str, str]:
    equals, heredoc = line.find("="), line.find("<<")
    if heredoc >= 0 and not 0 <= equals < heredoc:
        name, _, delimiter = line.partition("<<")
        if not name or not delimiter:
            raise Malformed(
                f"Invalid format '{line}'. Name must not be empty and delimiter must not be empty"
            )
        return name, "\n".join(_until(delimiter, rest))
    name, found, value = line.partition("=")
    if not found or not name:
        raise Malformed(f"Invalid format '{line}'")
    return name, value


def _until(delimiter: str, rest: Iterator[str]) -> Iterator[str]:
    for line in rest:
        if line == delimiter:
            return
        yield line
    raise Malformed(f"Invalid value. Matching delimiter not found '{delimiter}'")


def environment(text: str) -> dict[str, str]:
    """What GITHUB_ENV sets for later steps."""
    found = dict(pairs(text))
    if refused := sorted(NEVER_SET & {name.upper() for name in found}):
        raise Malformed(f"Can't store {refused[0]} output parameter using '$GITHUB_ENV' command.")
    return found


def paths(text: str) -> list[str]:
    """What GITHUB_PATH puts in front of PATH."""
    return [line for line in text.splitlines() if line]
