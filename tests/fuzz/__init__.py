"""Hostile input for everything that reads what strangers write: `python -m fuzz`, and a share in `make test`.

One module of `surfaces/` for each surface: `INPUTS` makes inputs, mostly valid documents that were bent, and
`check` fails where one ends in anything but a value or a CheckError, or where an output breaks what it promises.
What broke one is kept in `corpus/SURFACE/`, as small as it could be made, and tried first.
"""

import sys
from pathlib import Path

SAMPLES = Path(__file__).resolve().parents[1] / "unit"
if str(SAMPLES) not in sys.path:  # the samples of the unit tests; pytest puts their folder there, too
    sys.path.append(str(SAMPLES))
