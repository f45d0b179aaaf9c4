"""The first rung: which Python this is."""

import os
import platform
import sys
import sysconfig


def interpreter(fact):
    fact("python.version", platform.python_version())
    fact("python.implementation", platform.python_implementation())
    fact("python.executable", sys.executable or "")
    fact("python.prefix", sys.prefix)
    fact("python.virtual", sys.prefix != sys.base_prefix)
    fact("python.conda", os.path.isdir(os.path.join(sys.prefix, "conda-meta")))
    fact("python.externally_managed", managed_by())
    fact("python.path", [entry for entry in sys.path if isinstance(entry, str)][:20])
    variables = sorted(name for name in os.environ if name.startswith("PYTHON"))
    fact("python.variables", {name: os.environ[name][:200] for name in variables[:20]})


def managed_by():
    """The file by which a distribution keeps pip out of this Python (PEP 668), or empty."""
    marker = os.path.join(sysconfig.get_path("stdlib") or "", "EXTERNALLY-MANAGED")
    return marker if sys.prefix == sys.base_prefix and os.path.isfile(marker) else ""
