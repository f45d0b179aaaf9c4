"""The arguments by which verbs read images, and reading them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tf_docker_check.errors import UsageError

if TYPE_CHECKING:
    from tf_docker_check.model.config import Config
    from tf_docker_check.model.inspection import Inspection


def configure(parser: argparse.ArgumentParser) -> None:
    """Add them to *parser*."""
    parser.add_argument(
        "--platform", default="", help="platform (default: the configuration's, else linux/amd64)"
    )
    parser.add_argument(
        "--mirror",
        action="append",
        default=[],
        metavar="PREFIX=MIRROR",
        help="pull what begins with PREFIX from MIRROR; comes before the configuration's `mirrors`",
    )
    parser.add_argument(
        "--insecure", action="append", default=[], metavar="HOST", help="use plain HTTP for this registry"
    )
    parser.add_argument(
        "--timeout", type=float, default=900.0, metavar="SECONDS", help="per image (%(default)s)"
    )


def read(
    names: Sequence[str], args: argparse.Namespace, config: Config, *, quick: bool = False
) -> list[Inspection]:
    """The contents of the images *names*; with *quick* only manifest and config."""
    from tf_docker_check.inspection.budget import Budget
    from tf_docker_check.inspection.sources import InspectionOptions
    from tf_docker_check.pipeline.look import look_into
    from tf_docker_check.registry.client import Registry

    given = _mirrors(args.mirror)
    kept = [pair for pair in config.mirrors if pair[0] not in dict(given)]
    registry = Registry([*given, *kept], args.insecure)
    platform = args.platform or config.platform
    try:
        return [
            look_into(name, registry, InspectionOptions(quick, platform, Budget(seconds=args.timeout), _say))
            for name in names
        ]
    finally:
        registry.close()


def _mirrors(pairs: list[str]) -> list[tuple[str, str]]:
    mirrors = [tuple(pair.split("=")) for pair in pairs]
    for pair, parts in zip(pairs, mirrors, strict=True):
        if len(parts) != 2 or not all(parts):
            raise UsageError(
                f"{pair!r} is not PREFIX=MIRROR", remedy="such as --mirror docker.io=mirror.example.com"
            )
    return [(prefix, mirror) for prefix, mirror in mirrors]


def _say(line: str) -> None:
    """Progress, for people only."""
    if sys.stderr.isatty():
        print(line, file=sys.stderr)
