"""Workflow commands: what the runner reads in our output, and what it must not read there.

The rules are the runner's own (actions/runner, ActionCommand.cs and ActionCommandManager.cs): a line
is a command where ``::name ...::`` follows leading white space, or where ``##[name ...]`` stands
anywhere in it; lines end at LF, CR LF and lone CR. Its string search knows languages and may look
through characters that weigh nothing, so anything but visible ASCII is taken for nothing here.
"""

from __future__ import annotations

import base64
import re
import secrets

from tf_docker_check.model.text import plain

MAX_MESSAGE = 4096  # characters the runner keeps of an annotation
SHORTEST_SECRET = 8  # a shorter mask would blot out innocent text, and with it job outputs

_OLD_STYLE = re.compile(r"#([^ -~\n]*)#([^ -~\n]*)(?=\[)")
# Besides commands: what the matcher of actions/setup-python turns into annotations, which no token stops.
_LIVE = re.compile(r'[^!-~]*(:[^ -~]*:|File ")')


def command(name: str, message: str = "", **properties: str) -> str:
    """One command line, everything in it escaped."""
    given = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name}{' ' if given else ''}{given}::{_data(message)}\n"


def mask(secret: str) -> str:
    """Commands that hide *secret* and the forms of it that HTTP sends; print them before anything else.

    The runner hides each line of a secret by itself, so the shortest line decides whether it is too short.
    """
    if min(map(len, secret.splitlines()), default=0) < SHORTEST_SECRET:
        return ""
    sent = [secret, f"x-access-token:{secret}"]
    forms = [secret, *(base64.b64encode(form.encode()).decode().rstrip("=") for form in sent)]
    return "".join(command("add-mask", form) for form in forms)


def group(title: str, text: str) -> str:
    """A folded group that shows a stranger's *text*."""
    return command("group", plain(title)) + inert(text) + command("endgroup")


def harmless(line: str) -> str:
    """*line* with nothing in it that the runner takes for a command.

    For a line of ours that quotes strangers; for whole blocks of theirs there is `inert`.
    """
    shown = _OLD_STYLE.sub(r"#\1#\2 ", " ".join(plain(line).split("\n")))
    return f"| {shown}" if _LIVE.match(shown) else shown


def harmless_lines(text: str) -> str:
    """Lines of ours that quote strangers, each made `harmless`."""
    return "".join(f"{harmless(line)}\n" for line in text.splitlines())


def inert(text: str, token: str = "") -> str:
    """A stranger's *text* as a block in which the runner finds no command. Write it in one go.

    Commands are stopped around it by a random token; besides, each line is prefixed and each ``##[``
    broken, for a runner that is told to go on, or that was never told to stop. The prefix also keeps
    the text from problem matchers that want to see the start of a line.
    """
    token = token or secrets.token_hex(16)
    shown = _OLD_STYLE.sub(r"#\1#\2 ", plain(text).strip("\n")).replace("\n", "\n| ")
    return f"::stop-commands::{token}\n| {shown}\n::{token}::\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
