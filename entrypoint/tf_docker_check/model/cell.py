"""One point of the matrix."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    """strategy × TensorFlow version × Python × runner.

    `python` is empty where the image decides it (``tensorflow/tensorflow:*``).
    `tensorflow` is empty where nothing says which version a user's Dockerfile installs.
    """

    strategy: str
    tensorflow: str
    python: str
    runner: str

    @property
    def image_id(self) -> str:
        """The id without the runner: what is built, wherever it runs."""
        parts = [self.strategy]
        if self.tensorflow:
            parts.append(f"tf{self.tensorflow}")
        if self.python:
            parts.append(f"py{self.python}")
        return "/".join(parts)

    @property
    def id(self) -> str:
        """The name of this cell everywhere, such as ``slim/tf2.21.0/py3.12@cpu``."""
        return f"{self.image_id}@{self.runner}"

    @property
    def slug(self) -> str:
        """The id with only letters, digits, dot and dash, for file and artifact names.

        Where characters had to go, a short hash keeps two ids from sharing a slug.
        """
        plain = re.sub(r"[^A-Za-z0-9.]+", "-", self.id).strip("-")
        lossless = self.id.replace("/", "-").replace("@", "-")
        if plain == lossless and "-" not in self.strategy + self.runner:
            return plain
        return f"{plain}-{hashlib.sha256(self.id.encode()).hexdigest()[:6]}"

    def __str__(self) -> str:
        return self.id
