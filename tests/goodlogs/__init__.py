"""Logs of runs that passed, made by real programs: `explain` must find no cause in any of them."""
