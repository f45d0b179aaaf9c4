"""Containers of the fake engine that climb the ladder as scripted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from engine.fake import LIBRARIES, Script
from tf_docker_check.engine.protocol import RunRequest

Climber = Callable[[RunRequest], Script]


def climber(tensorflow: str = "2.21.0", **wrong: str) -> Climber:
    """An `on_run` that ends every rung well, but for those named with what was wrong."""

    def climb(request: RunRequest) -> Script:
        asked = json.loads(re.search(rb"SETTINGS = '(.*)'\n", request.stdin)[1])  # type: ignore[index]
        lines = []
        for rung in (rung for _, rungs, _ in asked["stages"] for rung in rungs):
            status = "failed" if rung in wrong else "passed"
            imported = {"tensorflow.version": tensorflow, "tensorflow.loaded": list(LIBRARIES.items())}
            facts = imported if rung == "import" else {}
            lines.append({"kind": "start", "rung": rung})
            lines += [{"kind": "fact", "name": name, "value": value} for name, value in facts.items()]
            lines.append({"kind": "end", "rung": rung, "status": status, "reason": wrong.get(rung, "")})
        text = "".join(
            f"\x1etfdc:{asked['nonce']} {json.dumps({'at': n, **line})}\n" for n, line in enumerate(lines)
        )
        return Script(text.encode())

    return climb
