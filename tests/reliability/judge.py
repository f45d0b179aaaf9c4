"""Doing one row, and comparing what came of it with what had to."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine import registry_of_trouble
from reliability.inject import BEFORE, DURING
from reliability.machine import Machine
from reliability.row import ANY, NOTHING, Row
from reliability.scene import MOST, Scene

LOST = 999  # in place of an exit code: it had to be killed


@dataclass(frozen=True)
class Got:
    """What came of a row; `after`: what was still left when the next run had ended."""

    row: Row
    exit: int = LOST
    cells: Mapping[str, str] | None = None
    kept: tuple[str, ...] = ()
    left: tuple[str, ...] = NOTHING
    after: tuple[str, ...] = NOTHING
    seconds: float = 0.0
    text: str = ""
    trouble: str = ""  # why the fault could not be made

    @property
    def wrong(self) -> list[str]:
        """What is not as expected."""
        expected, cells = self.row.expected, self.cells or {}
        if self.trouble:
            return [self.trouble]
        found = [] if self.exit in expected.exit else [f"exit {self.exit}"]
        names = {*expected.cells, *cells}
        found += [
            f"{name}: {cells.get(name, 'no result')}"
            for name in sorted(names)
            if cells.get(name, "no result") not in expected.cells.get(name, ("no result",))
        ]
        found += [f"left: {', '.join(self.left)}"] if expected.left not in (ANY, self.left) else []
        stays = [kind for kind in self.after if kind not in ("none", "step")]  # a step is the engine's own
        found += [f"left after the next run: {', '.join(stays)}"] if stays else []
        found += [f"{self.seconds:.0f} s"] if self.seconds > expected.within else []
        found += [f"does not say {expected.says!r}"] if expected.says not in self.text else []
        found += ["prints a traceback"] if "Traceback" in self.text else []
        return found


def judge(machine: Machine, row: Row, folder: Path) -> Got:
    """Do *row* in *folder*, which is made, and put the machine right again."""
    with registry_of_trouble.server() as registry:
        scene = Scene(machine, row, folder, registry)
        try:
            with scene.heal:
                code, seconds, cells, kept, text = _done(scene)
            machine.heal()
            left = scene.settled()
            if left != NOTHING:
                scene.next_run()
            return Got(row, code, cells, kept, left, scene.settled(), seconds, text)
        except (TimeoutError, subprocess.SubprocessError, OSError) as error:
            return Got(row, trouble=f"{type(error).__name__}: {error}")
        finally:
            if scene.process and scene.process.poll() is None:
                scene.process.kill()
                scene.process.wait()
            machine.heal()
            machine.clear(scene.temporary, scene.sleep)


def _done(scene: Scene) -> tuple[int, float, dict[str, str], tuple[str, ...], str]:
    """Exit code, seconds from the fault to the end, statuses, cells with a verdict, words."""
    row = scene.row
    for name, arguments in row.given.items():
        BEFORE[name](scene, **arguments)
    began = time.monotonic()
    scene.start()
    assert scene.process
    if row.when:
        scene.wait_for(row.when)
        began = time.monotonic()
    DURING[row.do](scene, **row.with_)
    try:
        code = scene.process.wait(MOST)
    except subprocess.TimeoutExpired:
        code = LOST
        scene.process.kill()
        scene.process.wait()
    statuses = {name: str(cell["status"]) for name, cell in scene.cells.items()}
    shown = 128 - code if code < 0 else code
    return shown, time.monotonic() - began, statuses, tuple(scene.kept), scene.text()
