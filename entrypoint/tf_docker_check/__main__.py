"""``python -m tf_docker_check`` and the command ``tf-docker-check``."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line; the exit code is the product's (0 good, 1 gate, 2 input, 3 cannot judge)."""
    try:
        from tf_docker_check.cli.main import run  # keeps `import tf_docker_check` free
    except KeyboardInterrupt:
        return 130  # as `run` has it
    return run(sys.argv[1:])


def post() -> int:
    """The action's post step. The runner names an executable for it, and gives it the step's arguments."""
    from tf_docker_check.cli.main import run

    return run(["post"])


if __name__ == "__main__":
    sys.exit(main())
