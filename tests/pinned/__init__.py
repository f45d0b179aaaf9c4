"""The catalog that tests know: a cut of the real one as of a day, so that a new release breaks no test.

`tests/conftest.py` puts it in place. A test that starts the program starts ``python -m pinned`` instead of
``python -m tf_docker_check``. A test about the real catalog, or one that needs it, says `shipped_catalog`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

from tf_docker_check.resources import files

FOLDER = Path(__file__).parent


def use() -> None:
    """Read the pinned catalog from here on. Raises RuntimeError where the real one was read already."""
    files.replace(FOLDER)


@contextmanager
def shipped() -> Iterator[None]:
    """Within it the real catalog is read."""
    with mock.patch.object(files, "_replaced", {}):
        _forget()
        yield
    _forget()


def _forget() -> None:
    """Empty every cache of the program: what is in them was read from the other catalog."""
    for name, module in list(sys.modules.items()):
        if name.startswith("tf_docker_check."):
            for value in list(vars(module).values()):
                if callable(clear := getattr(value, "cache_clear", None)):
                    clear()
