"""Download content by digest, resuming interrupted transfers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterator

from tf_docker_check.net.retry import ATTEMPTS, RetryableError
from tf_docker_check.registry.errors import Malformed
from tf_docker_check.registry.manifest import Descriptor
from tf_docker_check.registry.retry import LONGEST_WAIT, pause, retries_exhausted

OpenAt = Callable[[int], tuple[int, Iterator[bytes]]]
"""Opens the content at an offset, or earlier: where the bytes start, and the bytes. Raises RetryableError."""


def read_verified(
    open_at: OpenAt, descriptor: Descriptor, host: str, sleep: Callable[[float], None]
) -> Generator[bytes]:
    """Yield the bytes of *descriptor*; raises at the end if size or digest do not match.

    A torn transfer goes on where it tore; five tears without a byte of progress end it.
    """
    digest, offset, tears = hashlib.new(descriptor.digest.partition(":")[0]), 0, 0
    while True:
        before = offset
        try:
            for chunk in _from(open_at, offset):
                digest.update(chunk)
                offset += len(chunk)
                if offset > descriptor.size:
                    raise _wrong(host, descriptor, f"more than the expected {descriptor.size} bytes")
                yield chunk
            if offset == descriptor.size:
                break
            raise RetryableError(f"the transfer ended after {offset} of {descriptor.size} bytes")
        except RetryableError as error:
            tears = 0 if offset > before else tears + 1
            wait = pause(error, tears + 1)
            if tears >= ATTEMPTS or wait > LONGEST_WAIT:
                raise retries_exhausted(error, host) from None
            sleep(wait)
    if not descriptor.digest.endswith(f":{digest.hexdigest()}"):
        raise _wrong(host, descriptor, f"the bytes hash to {digest.hexdigest()}")


def _from(open_at: OpenAt, offset: int) -> Iterator[bytes]:
    """Yield the bytes from exactly *offset* on, even if the registry starts earlier."""
    at, chunks = open_at(offset)
    for chunk in chunks:
        if at + len(chunk) > offset:
            yield chunk[max(0, offset - at) :]
        at += len(chunk)


def _wrong(host: str, descriptor: Descriptor, why: str) -> Malformed:
    return Malformed(
        f"the registry {host} sent content that does not match {descriptor.digest}",
        why=why,
        remedy="a proxy or mirror on the way may have changed it; nothing of it was used",
    )
