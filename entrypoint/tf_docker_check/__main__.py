"""``python -m tf_docker_check`` and the command ``tf-docker-check``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the exit code is the product's (0 good, 1 gate, 2 input, 3 cannot judge)."""
    return _run(sys.argv[1:])


def post() -> int:
    """The action's post step. The runner names an executable for it, and gives it the step's arguments."""
    return _run(["post"])


def _run(argv: list[str]) -> int:
    """Run *argv*; Ctrl-C while modules are still being imported ends in a word, too."""
    try:
        from tf_docker_check.cli.main import run  # keeps `import tf_docker_check` free

        return run(argv)
    except KeyboardInterrupt:
        sys.stderr.write("tf-docker-check: stopped\n")
        return 130


if __name__ == "__main__":
    sys.exit(main())
