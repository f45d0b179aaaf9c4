"""Try optional packages as programs do, and go on without them: ``optional.py HOW NAME...``."""

import importlib
import logging
import sys
import traceback
import warnings

logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.INFO)


def ask(name: str, how: str) -> None:
    try:
        importlib.import_module(name)
    except ImportError as error:
        if how == "print":
            print(f"{name} is optional and not there: {error}")
        elif how == "traceback":
            traceback.print_exc()
        elif how == "logging":
            logging.getLogger("backends").exception("Could not import %s, continuing without it", name)
        else:
            warnings.warn(f"failed to import {name}: {error!r}", stacklevel=1)


for module in sys.argv[2:]:
    ask(module, sys.argv[1])
