"""`python -m pinned …`: the program on the pinned catalog."""

from __future__ import annotations

import sys

import pinned
from tf_docker_check.__main__ import main

if __name__ == "__main__":
    pinned.use()
    sys.exit(main())
