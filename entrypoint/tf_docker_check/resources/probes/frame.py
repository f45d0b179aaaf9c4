"""The evidence channel: one JSON object a line, behind a marker that only the host and we know.

Standard error is joined to standard output, so that what a library prints stays in order with
the frames, and each frame is one write below PIPE_BUF, so that nothing lands inside it.
"""

import json
import os
import sys
import time

TEXT_PART = 1500  # characters; keeps a frame of escaped text mostly below PIPE_BUF (4096)


class Fail(Exception):
    """The rung found what it looks for to be wrong; the message says what."""


class Skip(Exception):
    """The rung cannot be climbed here; the message says why."""


class Channel:
    """Where frames go. Survives that anybody closes or replaces the standard streams."""

    def __init__(self, nonce, fd):
        self.marker = "\x1etfdc:" + nonce + " "
        self.fd = fd
        self.began = time.monotonic()

    def emit(self, kind, **fields):
        fields.update(kind=kind, at=round(time.monotonic() - self.began, 4))
        try:
            line = json.dumps(fields, allow_nan=False)
        except (TypeError, ValueError):  # not JSON: the words are better than nothing
            fields["value"] = str(fields.get("value"))
            line = json.dumps(fields, allow_nan=False)
        write(self.fd, (self.marker + line + "\n").encode("ascii"))

    def fact(self, name, value):
        """One checked value of the rung in flight."""
        self.emit("fact", name=name, value=value)

    def text(self, text):
        """Text that belongs to the rung in flight alone, such as a traceback."""
        for start in range(0, len(text), TEXT_PART):
            self.emit("text", text=text[start : start + TEXT_PART])


def write(fd, data):
    while data:
        try:
            data = data[os.write(fd, data) :]
        except BlockingIOError:
            time.sleep(0.01)
        except OSError:
            return


def open_channel(nonce):
    """A channel on a private copy of standard output, else of standard error."""
    for wanted in (1, 2):
        try:
            fd = os.dup(wanted)
            break
        except OSError:
            fd = -1
    if fd >= 0:
        fd = clear_of_standard_streams(fd)
        os.dup2(fd, 1)
        os.dup2(fd, 2)
    mend_standard_streams()
    return Channel(nonce, fd)


def clear_of_standard_streams(fd):
    """*fd*, or a copy above 2: with a stream closed, dup() itself lands on 0, 1 or 2."""
    while fd <= 2:
        fd = os.dup(fd)
    return fd


def mend_standard_streams():
    """Give printing a place to go, a line at a time: what was printed must outlive a crash."""
    for name, fd in (("stdout", 1), ("stderr", 2)):
        stream = getattr(sys, name)
        if stream is None or getattr(stream, "closed", False):
            setattr(sys, name, open(fd, "w", buffering=1, errors="backslashreplace", closefd=False))
        elif hasattr(stream, "reconfigure"):  # Python 3.7
            stream.reconfigure(line_buffering=True, errors="backslashreplace")
