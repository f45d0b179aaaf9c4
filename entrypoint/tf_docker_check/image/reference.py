"""Image references, as the grammar of github.com/distribution/reference has them; mirrors."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache

from tf_docker_check.errors import UsageError

HUB = "docker.io"
_HUB_ALIASES = {HUB, "index.docker.io", "registry-1.docker.io"}
_HUB_API = "registry-1.docker.io"
MAX_LENGTH = 1024
"""Characters; more than host, 255 characters of repository, tag and digest can need."""

MAX_REPOSITORY = 255
_COMPONENT = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_COMPONENT}(?:/{_COMPONENT})*")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:]+\])(?::[0-9]{{1,5}})?")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}")
_IMAGE_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Reference:
    """A registry, a repository in it, and a tag or a digest (both: the digest decides).

    `written`: registry and repository as they were written.
    """

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""
    written: str = field(default="", compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Reference:
        """Parse *text*; the tag is ``latest`` if it has neither tag nor digest.

        Raises UsageError that says which part is wrong.
        """
        return _parse(text)

    @classmethod
    def try_parse(cls, text: str) -> Reference | None:
        """Parse *text*; None if it is invalid."""
        try:
            return _parse(text)
        except UsageError:
            return None

    @property
    def api_host(self) -> str:
        """The host of the registry's API."""
        return _HUB_API if self.registry == HUB else self.registry

    @property
    def target(self) -> str:
        """The digest or, without one, the tag, for a manifest request."""
        return self.digest or self.tag

    @property
    def name(self) -> str:
        """Registry and repository in full, such as ``docker.io/library/python``."""
        return f"{self.registry}/{self.repository}"

    @property
    def familiar(self) -> str:
        """Registry and repository as docker shows them: ``python``, not ``docker.io/library/python``."""
        return self.repository.removeprefix("library/") if self.registry == HUB else self.name

    def pinned(self, digest: str) -> Reference:
        """Return the repository at *digest*, without the tag: podman refuses both at once."""
        return replace(self, tag="", digest=digest)

    def __str__(self) -> str:
        """As it was written, or else as docker shows it."""
        tag, at = f":{self.tag}" if self.tag else "", f"@{self.digest}" if self.digest else ""
        return f"{self.written or self.familiar}{tag}{at}"


def add_digest(text: str, digest: str) -> str:
    """Append *digest* to *text*; unchanged if it has a digest, is invalid, or *digest* is empty."""
    reference = Reference.try_parse(text)
    return f"{text}@{digest}" if digest and reference and not reference.digest else text


@lru_cache(maxsize=4096)
def _parse(text: str) -> Reference:
    if len(text) > MAX_LENGTH:
        raise _wrong(text[:60] + "…", f"it has {len(text)} characters")
    rest, at, digest = text.partition("@")
    if at and not _DIGEST.fullmatch(digest):
        raise _wrong(text, "after @ a digest must follow: sha256: and 64 of 0-9a-f")
    name, tag = _split_tag(rest)
    if tag is not None and not _TAG.fullmatch(tag):
        raise _wrong(text, f"invalid tag {tag!r}: at most 128 letters, digits, _ . -")
    registry, repository = _split_registry(name)
    if not _HOST.fullmatch(registry):
        raise _wrong(text, f"invalid host name {registry!r}")
    if not _REPOSITORY.fullmatch(repository) or len(repository) > MAX_REPOSITORY:
        why = (
            "repository names are lower case"
            if repository != repository.lower()
            else "invalid repository name"
        )
        raise _wrong(text, f"{repository!r}: {why}")
    if _IMAGE_ID.fullmatch(text):
        raise _wrong(text, "64 hexadecimal digits are an image id, which is not a name in a registry")
    return Reference(registry, repository, tag or ("" if digest else "latest"), digest, name)


def _wrong(text: str, why: str) -> UsageError:
    return UsageError(
        f"{text!r} is not an image reference",
        why=why,
        remedy="write it as REPOSITORY:TAG or REPOSITORY@DIGEST",
    )


def _split_tag(text: str) -> tuple[str, str | None]:
    name, colon, tag = text.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (text, None)


def _split_registry(name: str) -> tuple[str, str]:
    first, slash, rest = name.partition("/")
    if not slash or not _is_host(first):
        return HUB, name if slash else f"library/{name}"
    if first in _HUB_ALIASES:
        return HUB, rest if "/" in rest else f"library/{rest}"
    return first, rest


def _is_host(component: str) -> bool:
    return "." in component or ":" in component or component == "localhost" or component != component.lower()


def mirrored(reference: str, mirrors: Iterable[tuple[str, str]]) -> str:
    """*reference* with its longest matching prefix replaced; unchanged where none matches.

    Prefixes end where a path component, the name or the tag ends: ``docker.io``,
    ``docker.io/tensorflow/``, ``ghcr.io/team/tool``, ``python``.
    """
    parsed = Reference.parse(reference)
    full = _full(parsed)
    fitting = [(_prefix(prefix), mirror) for prefix, mirror in mirrors if _covers(_prefix(prefix), full)]
    if not fitting:
        return reference
    prefix, mirror = max(fitting, key=lambda pair: len(pair[0]))
    rest = full[len(prefix) :]
    return mirror.rstrip("/") + (rest if rest[:1] in {":", "@", ""} else "/" + rest.lstrip("/"))


def _full(reference: Reference) -> str:
    tag = f":{reference.tag}" if reference.tag else ""
    return reference.name + tag + (f"@{reference.digest}" if reference.digest else "")


def _prefix(text: str) -> str:
    text = text.rstrip("/")
    first = text.partition("/")[0]
    if first in _HUB_ALIASES:
        return HUB + text[len(first) :]
    if _is_host(first):
        return text
    return f"{HUB}/{text}" if "/" in text or text == "library" else f"{HUB}/library/{text}"


def _covers(prefix: str, full: str) -> bool:
    return full.startswith(prefix) and full[len(prefix) :][:1] in {"/", ":", "@", ""}
