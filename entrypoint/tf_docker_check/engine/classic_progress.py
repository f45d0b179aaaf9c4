"""What the classic builder (dockerd's or Podman's) says while it builds."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from tf_docker_check.engine.steps import Step, Steps

STEP = re.compile(r"step ([0-9]+/[0-9]+) ?: (.*)", re.IGNORECASE | re.DOTALL)
CHATTER = re.compile(r" ?-+> |Removing intermediate container |Successfully (built|tagged) |COMMIT ")
STDERR_COLOUR = re.compile("\x1b\\[(?:91|0)m")  # the builder's own marks around stderr


class ClassicProgress:
    """Reads the build stream's events into `steps`; `image` is the result's id once it is known."""

    def __init__(self) -> None:
        self.steps = Steps()
        self.image = ""
        self._step = Step("")
        self._began = time.monotonic()

    def take(self, event: Mapping[str, Any]) -> str:
        """Read one event; return the name of the step that it begins, or an empty string."""
        aux = event.get("aux")
        if isinstance(aux, Mapping) and isinstance(image := aux.get("ID"), str):
            self.image = image or self.image
        if "error" in event:
            return self._fail(str(event["error"]))
        return self._take_text(str(event.get("stream") or ""))

    def refuse(self, error: str) -> None:
        """Record that the builder refused the Dockerfile before any step."""
        self._step = self.steps.step("0", "[internal] load build definition from Dockerfile")
        self.steps.refused = True
        self._fail(error)

    def _fail(self, error: str) -> str:
        self._step.error = error
        self._step.seconds = time.monotonic() - self._began
        self.steps.add_text(f"ERROR: {error}\n")
        return ""

    def _take_text(self, text: str) -> str:
        if step := STEP.fullmatch(text.strip()):
            now = time.monotonic()
            self._step.seconds, self._began = now - self._began, now
            self._step = self.steps.active(self.steps.step(step[1], f"[{step[1]}] {step[2]}"))
            return self._step.name
        if "Using cache" in text:
            self._step.cached = True
        elif text.strip() and not CHATTER.match(text):
            self._step.print(STDERR_COLOUR.sub("", text))
        return ""

    def finish(self) -> None:
        """End the stream: set the duration of the last step."""
        self._step.seconds = time.monotonic() - self._began
