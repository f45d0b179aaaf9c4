"""Whether this tool can work on this machine, and what its images will meet here."""
