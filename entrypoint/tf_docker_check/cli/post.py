"""``post``: the action's post step, which removes what a killed step left on the engine."""

from __future__ import annotations

import argparse
import os
import sys

from tf_docker_check.errors import CheckError


def configure(_: argparse.ArgumentParser) -> None:
    """No arguments: the runner passes everything in the environment."""


def run(_: argparse.Namespace) -> int:
    """Sweep after this post step's own step. Always 0: leftovers are no reason to fail a job."""
    from tf_docker_check.gha.commands import command
    from tf_docker_check.gha.state import load_state

    begun = load_state(os.environ)
    if begun is None:
        return 0
    for host in begun.hosts:
        try:
            gone = _sweep(host, begun.run_id)
            sys.stdout.write(f"removed {gone} of what the step left behind\n" if gone else "")
        except CheckError as error:
            sys.stdout.write(command("warning", str(error), title="tf-docker-check"))
    return 0


def _sweep(host: str, run_id: str) -> int:
    """Remove every container and image that *run_id* made on the engine at *host*; how many went."""
    from tf_docker_check.engine.connect import connect
    from tf_docker_check.engine.labels import run_labels

    engine = connect(host)
    try:
        return engine.sweep(run_labels(run_id))
    finally:
        engine.close()
