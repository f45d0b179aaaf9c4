"""Parse BuildKit's plain progress, for a buildx too old for rawjson."""

from __future__ import annotations

import re

from tf_docker_check.engine.steps import Step, Steps

LINE = re.compile(r"#([0-9]+) (.*)", re.DOTALL)
TIMED = re.compile(r"[0-9]+\.[0-9]+ ?(.*)", re.DOTALL)
DONE = re.compile(r"DONE ([0-9]+\.[0-9]+)s")


class PlainProgress:
    """Reads `--progress=plain`. Feed it bytes; it returns the names of the steps that just began."""

    def __init__(self) -> None:
        self.steps = Steps()
        self._line = b""

    def feed(self, data: bytes) -> list[str]:
        """Read the next bytes; return the names of the steps that they begin."""
        *whole, self._line = (self._line + data).split(b"\n")
        return [name for line in whole if (name := self._take(line.decode(errors="replace")))]

    def finish(self) -> None:
        """End the stream: read the last line."""
        self.feed(b"\n")

    def _take(self, line: str) -> str:
        match = LINE.fullmatch(line)
        if not match or match[1] == "0":  # 0 says which builder is used
            self.steps.add_text(line + "\n")
            return ""
        key, text = match.groups()
        if key not in self.steps.by_key:
            return self.steps.active(self.steps.step(key, text)).name
        self._continue(self.steps.step(key), text)
        return ""

    def _continue(self, step: Step, text: str) -> None:
        if timed := TIMED.fullmatch(text):
            self.steps.active(step).print(timed[1] + "\n")
        elif done := DONE.fullmatch(text):
            step.seconds += float(done[1])
        elif text == "CACHED":
            step.cached = True
        elif text.startswith("ERROR: "):
            step.error = text.removeprefix("ERROR: ")
