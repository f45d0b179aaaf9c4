"""Read the targets of bake files: HCL as far as its values are plain, and JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from tf_docker_check.config.layer import Value
from tf_docker_check.discovery.build import Build, build_at
from tf_docker_check.discovery.devcontainer import plain_arguments, read_json
from tf_docker_check.discovery.files import Files
from tf_docker_check.dockerfile.source import Source, Span

DEEPEST = 10
"""Targets that inherit from targets, and values in values."""

MOST_TARGETS, MOST_TOKENS = 200, 5_000
"""Targets of a file, and tokens of each, that are read."""

_BLOCK = re.compile(r'^[ \t]*(?P<kind>target|variable)[ \t]+"(?P<name>[^"\n]{1,200})"[ \t]*\{', re.MULTILINE)
_TOKEN = re.compile(
    r'(?P<comment>#[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<text>"(?:[^"\\\n]|\\.)*(?:"|$))'
    r"|(?P<mark>[{}\[\]=,:])|(?P<word>[\w.-]+)",
    re.DOTALL | re.MULTILINE,
)
_VARIABLE = re.compile(r"\$\{([A-Za-z_]\w*)\}")


@dataclass(frozen=True)
class _Target:
    place: Span
    values: Mapping[str, Any]


@dataclass
class _Reader:
    """A cursor over the tokens of HCL."""

    tokens: Sequence[tuple[str, str]]
    at: int = 0
    values: dict[str, Any] = field(default_factory=dict)

    def block(self) -> dict[str, Any]:
        """Read ``name = value`` up to the closing brace; values that are not plain are left out."""
        values: dict[str, Any] = {}
        while (token := self._next()) and token[1] != "}":
            if self._peek() in ("=", ":"):
                self.at += 1
                value = self._value()
                if value is not None:
                    values[token[1]] = value
            elif token[1] == "{":
                self.block()
        return values

    def _value(self) -> Value:
        kind, text = self._next() or ("", "")
        if text == "{":
            return self.block()
        if text == "[":
            items = []
            while (token := self._next()) and token[1] != "]":
                items += [token[1]] if token[0] == "text" else []
            return items
        return text if kind == "text" else None

    def _next(self) -> tuple[str, str] | None:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else None

    def _peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""


def read_bake(source: Source, files: Files) -> Iterator[Build]:
    """Yield the builds of its targets."""
    targets, variables = _read_json(source) if source.path.suffix == ".json" else _read_hcl(source)
    for target in targets.values():
        values = _filled_in(_with_inherited(target.values, targets, 0), variables)
        context, dockerfile = values.get("context", "."), values.get("dockerfile")
        arguments = values.get("args")
        build = build_at(
            files,
            source.path.parent,
            context,
            f"{context}/{dockerfile}" if isinstance(dockerfile, str) else None,
            target=values.get("target", ""),
            arguments=plain_arguments(arguments if isinstance(arguments, Mapping) else {}),
            named_by=target.place,
        )
        if build:
            yield build


def _read_json(source: Source) -> tuple[dict[str, _Target], dict[str, str]]:
    targets: dict[str, _Target] = {}
    variables: dict[str, str] = {}
    for layer in read_json(source):
        start = Span(source, 0, 0)
        for name, values in _section(layer.values, "target").items():
            place = layer.key(("target", name))
            offset = source.offset(place.line, place.column)
            targets[name] = _Target(Span(source, offset, offset) if place.line else start, values)
        for name, values in _section(layer.values, "variable").items():
            if isinstance(default := values.get("default"), str):
                variables[name] = default
    return targets, variables


def _section(values: Mapping[str, Any], key: str) -> dict[str, Mapping[str, Any]]:
    section = values.get(key)
    entries = section.items() if isinstance(section, Mapping) else ()
    return {name: below for name, below in entries if isinstance(below, Mapping)}


def _read_hcl(source: Source) -> tuple[dict[str, _Target], dict[str, str]]:
    targets: dict[str, _Target] = {}
    variables: dict[str, str] = {}
    for match in islice(_BLOCK.finditer(source.text), MOST_TARGETS):
        values = _Reader(list(_tokens(source.text, match.end()))).block()
        if match["kind"] == "target":
            targets[match["name"]] = _Target(Span(source, match.start("kind"), match.end()), values)
        elif isinstance(default := values.get("default"), str):
            variables[match["name"]] = default
    return targets, variables


def _tokens(text: str, start: int) -> Iterator[tuple[str, str]]:
    """Yield kind and text of the tokens of one block."""
    depth = 1
    for match in islice(_TOKEN.finditer(text, start), MOST_TOKENS):
        kind = match.lastgroup or ""
        if kind == "comment":
            continue
        depth += {"{": 1, "}": -1}.get(match.group(), 0)
        yield kind, match.group().strip('"') if kind == "text" else match.group()
        if not 0 < depth < DEEPEST:
            return


def _with_inherited(values: Mapping[str, Any], targets: Mapping[str, _Target], depth: int) -> dict[str, Any]:
    inherited: dict[str, Any] = {}
    given = values.get("inherits")
    for name in given if isinstance(given, list) and depth < DEEPEST else ():
        if name in targets:
            inherited |= _with_inherited(targets[name].values, targets, depth + 1)
    return inherited | dict(values)


def _filled_in(values: Mapping[str, Any], variables: Mapping[str, str]) -> dict[str, Any]:
    """Return *values* with the variables in their texts that have a value."""

    def fill(value: Value) -> Value:
        if isinstance(value, str):
            return _VARIABLE.sub(lambda match: variables.get(match[1], match.group()), value)
        return {key: fill(below) for key, below in value.items()} if isinstance(value, Mapping) else value

    return {key: fill(value) for key, value in values.items()}
