"""``init``: write the configuration that would be used, for review."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "--project", type=Path, default=Path(), metavar="DIR", help="the project's folder (.)"
    )
    parser.add_argument("--stdout", action="store_true", help="print it instead of writing it")
    parser.add_argument("output", nargs="?", choices=("-",), metavar="-", help="the same as --stdout")


def run(arguments: argparse.Namespace) -> int:
    """Write the configuration. Raises UsageError where there is one, or nothing to check."""
    from tf_docker_check.errors import UsageError
    from tf_docker_check.model.defaults import CONFIG_FILE
    from tf_docker_check.plan.configuration import written_configuration
    from tf_docker_check.project.read import is_folder
    from tf_docker_check.project.write import publish

    project = arguments.project
    if not is_folder(project):
        raise UsageError(f"{project} is not a folder", remedy="give the project's folder by --project")
    if arguments.stdout or arguments.output:
        sys.stdout.write(written_configuration(project))
        return 0
    for name in (CONFIG_FILE, CONFIG_FILE.replace(".yml", ".yaml")):
        if (project / name).exists() or (project / name).is_symlink():
            raise UsageError(
                f"there is a configuration already: {name}",
                remedy="remove it first, or print the new one by `tf-docker-check init --stdout`",
            )
    folder, _, name = CONFIG_FILE.rpartition("/")
    publish(project, folder, {name: written_configuration(project).encode()})
    print(f"wrote {CONFIG_FILE}; review it, then see `tf-docker-check plan`", file=sys.stderr)
    return 0
