"""The docker SDK's exceptions and error texts, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
import urllib3
from docker.errors import APIError, DockerException

from tf_docker_check.errors import EngineError

ENGINE_TROUBLE = (DockerException, requests.RequestException, urllib3.exceptions.HTTPError, OSError)
"""Everything the SDK lets through when an engine refuses, stalls or dies."""

DISK_FULL = "no space left on device"


def text_of(error: BaseException) -> str:
    """The engine's own words, or the system's, without the SDK's wrappings."""
    if isinstance(error, APIError) and error.explanation:
        return str(error.explanation).strip()
    inner = next((each for each in reversed(error.args) if isinstance(each, Exception)), None)
    if inner and inner is not error:
        return text_of(inner)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).strip() or type(error).__name__


def died(what: str, error: BaseException) -> EngineError:
    """The error for an engine that did not do as asked."""
    why = text_of(error)
    if DISK_FULL in why:
        return disk_full(why)
    if isinstance(error, APIError):
        return EngineError(what, why=why)
    return EngineError(
        what,
        why=f"the container engine stopped answering: {why}",
        remedy="see whether it still runs (`docker info`), start it again, and repeat",
    )


def disk_full(why: str) -> EngineError:
    """The error for an engine whose image store is full."""
    return EngineError(
        "the container engine's disk is full",
        why=why,
        remedy="free some space (`docker system df` shows what uses it) or run fewer cells at once",
    )


@contextmanager
def asking(what: str) -> Iterator[None]:
    """Turn the SDK's exceptions into an EngineError that starts with *what* we could not do."""
    try:
        yield
    except ENGINE_TROUBLE as error:
        raise died(what, error) from error
