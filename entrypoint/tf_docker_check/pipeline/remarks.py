"""What could not be published, and what would allow it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from tf_docker_check.errors import CheckError
from tf_docker_check.model.text import one_line

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass
class Remarks:
    """Lines for the user, one for each thing that could not be done."""

    lines: list[str] = field(default_factory=list)

    def attempt(self, action: Callable[[], T]) -> T | None:
        """Return the result of *action*; if it fails, None, and a remark that says why.

        Not even our own bugs in publishing cost a verdict; their traceback is logged at debug level.
        """
        try:
            return action()
        except CheckError as error:
            self.lines.append(error.in_one_line)
        except Exception as error:
            _log.debug("publishing failed", exc_info=True)
            self.lines.append(
                f"this is a bug in tf-docker-check: {type(error).__name__}: {one_line(str(error), 300)}"
            )
        return None
