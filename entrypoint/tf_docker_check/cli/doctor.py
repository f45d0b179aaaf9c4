"""``doctor``: check whether this machine and its engine are usable, and what to fix."""

from __future__ import annotations

import argparse
import datetime
from dataclasses import replace


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    parser.add_argument("--json", action="store_true", help="print JSON instead of text")
    parser.add_argument("--docker-host", default="", metavar="ADDRESS", help="engine to use")


def run(arguments: argparse.Namespace) -> int:
    """Print the findings; return 3 where this tool cannot work on this host."""
    from tf_docker_check.doctor import show
    from tf_docker_check.doctor.judge import judge
    from tf_docker_check.engine.about import About, describe_engine
    from tf_docker_check.engine.scratch import abandoned_folders
    from tf_docker_check.errors import EngineError
    from tf_docker_check.host.detect import detect_host

    engine_state: About | EngineError
    try:
        engine_state = describe_engine(arguments.docker_host)
    except EngineError as error:
        engine_state = error
    host = replace(detect_host(), abandoned=tuple(map(str, abandoned_folders())))
    today = datetime.datetime.now(tz=datetime.timezone.utc).date().isoformat()
    advice = judge(host, engine_state, today)
    about = engine_state if isinstance(engine_state, About) else None
    print(show.document(advice, host, about) if arguments.json else show.text(advice))
    return 0 if show.works(advice) else 3
