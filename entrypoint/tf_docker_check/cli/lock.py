"""``lock``: write which images and packages pull requests are checked with."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tf_docker_check.cli import project


def configure(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    project.configure(parser)
    parser.add_argument(
        "results",
        nargs="*",
        type=Path,
        metavar="results.json",
        help="lock what passed in these results; default: the current digests of the tags",
    )
    parser.add_argument("--stdout", action="store_true", help="print the lock instead of writing it")


def run(arguments: argparse.Namespace) -> int:
    """Write the project's lock; 3 where a registry gave no answer for a tag, else 0."""
    from tf_docker_check.pipeline import locking
    from tf_docker_check.pipeline.lock_renewal import renew_lock
    from tf_docker_check.pipeline.prepare import prepare
    from tf_docker_check.pipeline.results_dir import load
    from tf_docker_check.project.write import publish
    from tf_docker_check.results.merge import merge
    from tf_docker_check.upstream import lock

    config, plan = prepare(arguments.project, arguments.config, project.inputs(arguments), fresh=True)
    results = merge(*map(load, arguments.results))
    new, missing = renew_lock(
        config,
        plan,
        arguments.project,
        results if arguments.results else None,
        locking.read(arguments.project),
    )
    for line in missing:
        print(f"not locked: {line}", file=sys.stderr)
    if arguments.stdout:
        sys.stdout.write(lock.dump(new).decode())
    else:
        folder, _, name = locking.FILE.rpartition("/")
        publish(arguments.project, folder, {name: lock.dump(new)})
        print(f"wrote {locking.FILE}: {new.counts}", file=sys.stderr)
    return 3 if missing else 0
