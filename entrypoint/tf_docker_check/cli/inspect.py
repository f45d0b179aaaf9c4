"""``inspect``: what is inside an image, or what differs between two; nothing is pulled or run."""

from __future__ import annotations

import argparse
import sys
from datetime import date
from pathlib import Path

from tf_docker_check.cli import images
from tf_docker_check.model.defaults import CONFIG_FILE


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "image",
        help="a reference (the local engine's image, else the registry's), registry://REFERENCE, "
        "engine://REFERENCE, a `docker save` or OCI tar, or the JSON of an earlier inspect",
    )
    parser.add_argument(
        "other", nargs="?", help="a second image: print what differs, most likely causes first"
    )
    parser.add_argument("--quick", action="store_true", help="manifest and config only, no layers")
    parser.add_argument("--json", action="store_true", help="print the whole document instead of a summary")
    parser.add_argument(
        "--config",
        default="",
        metavar="FILE",
        help=f"configuration whose `mirrors` are used ({CONFIG_FILE})",
    )
    images.configure(parser)


def run(args: argparse.Namespace) -> int:
    """Print the contents or the differences, and return 0."""
    from tf_docker_check.cli.screen import readable
    from tf_docker_check.config.load import load_config
    from tf_docker_check.inspection import document, text
    from tf_docker_check.inspection.difference import compare

    config = load_config(Path(), args.config)
    names = [name for name in (args.image, args.other) if name]
    inspections = images.read(names, args, config, quick=args.quick)
    if len(inspections) == 2:
        comparison = compare(*inspections)
        sys.stdout.write(
            document.dump(comparison) if args.json else readable(text.render_difference(comparison))
        )
    else:
        sys.stdout.write(
            document.dump(inspections[0])
            if args.json
            else readable(text.render_inspection(inspections[0], date.today()))
        )
    return 0
