"""``doctor``: what this machine and its engine are, and what stands in the way."""

from __future__ import annotations

import argparse
import datetime


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("--json", action="store_true", help="a document instead of lines")
    parser.add_argument("--docker-host", default="", metavar="ADDRESS", help="this engine and no other")


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; 3 where this tool could not work here."""
    from tf_docker_check.doctor import show  # noqa: PLC0415
    from tf_docker_check.doctor.judge import judge  # noqa: PLC0415
    from tf_docker_check.engine.about import About, ask  # noqa: PLC0415
    from tf_docker_check.errors import EngineError  # noqa: PLC0415
    from tf_docker_check.host.here import look  # noqa: PLC0415

    found: About | EngineError
    try:
        found = ask(arguments.docker_host)
    except EngineError as error:
        found = error
    here = look()
    said = judge(here, found, datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat())
    about = found if isinstance(found, About) else None
    print(show.document(said, here, about) if arguments.json else show.text(said))
    return 0 if show.works(said) else 3
