"""Translate the docker SDK's exceptions into `EngineError`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import requests
import urllib3
from docker.errors import APIError, DockerException

from tf_docker_check.errors import EngineError

ENGINE_TROUBLE = (DockerException, requests.RequestException, urllib3.exceptions.HTTPError, OSError)
"""Every exception of the SDK when an engine refuses, stalls or dies."""

DISK_FULL = "no space left on device"


def error_message(error: BaseException) -> str:
    """Return the engine's or the system's message, without the SDK's wrapping."""
    if isinstance(error, APIError) and error.explanation:
        return str(error.explanation).strip()
    inner = next((argument for argument in reversed(error.args) if isinstance(argument, Exception)), None)
    if inner and inner is not error:
        return error_message(inner)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error).strip() or type(error).__name__


def to_engine_error(what: str, error: BaseException) -> EngineError:
    """Return the EngineError for *error*; *what* says what we could not do."""
    why = error_message(error)
    if DISK_FULL in why:
        return disk_full_error(why)
    if isinstance(error, APIError):
        return EngineError(what, why=why)
    return EngineError(
        what,
        why=f"the container engine stopped answering: {why}",
        remedy="see whether it still runs (`docker info`), start it again, and repeat",
    )


def disk_full_error(why: str) -> EngineError:
    """Return the error for an engine whose image store is full."""
    return EngineError(
        "the container engine's disk is full",
        why=why,
        remedy="free some space (`docker system df` shows what uses it) or run fewer cells at once",
    )


@contextmanager
def engine_errors(what: str) -> Iterator[None]:
    """Turn the SDK's exceptions into an EngineError that starts with *what* we could not do."""
    try:
        yield
    except ENGINE_TROUBLE as error:
        raise to_engine_error(what, error) from error
