"""Nightly checks: what upstream changed, whether it broke an image, and since when."""
