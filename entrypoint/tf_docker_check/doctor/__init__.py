"""Check whether this tool can work on this machine, and what its images will find here."""
