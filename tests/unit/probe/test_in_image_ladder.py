"""The script itself, run by this Python (and by others that are here) beside a fake TensorFlow."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tf_docker_check.model.config import Checks, Gpu
from tf_docker_check.model.observation import Check, Exit
from tf_docker_check.model.status import Status
from tf_docker_check.probe import script as script_module
from tf_docker_check.probe.check_specs import CheckSpec, select_checks
from tf_docker_check.probe.check_stream import CheckStreamParser
from tf_docker_check.probe.messages import ProbeMessage, Reader, plain_text
from tf_docker_check.probe.script import script

pytestmark = pytest.mark.outside

NONCE = "f" * 32
SYSTEM = "def c_library():\n    return ('glibc', '2.36')\n"
OLD = """
class version: GIT_VERSION = COMPILER_VERSION = "x"
__version__ = "1.15.5"
"""


class Probed:
    """What one run of the script showed."""

    def __init__(self, output: bytes, code: int, rungs: tuple[CheckSpec, ...]) -> None:
        checks: list[Check] = []
        reader, parser = Reader(NONCE), CheckStreamParser(rungs, checks.append)
        self.text, self.code = "", code
        for item in [*reader.feed(output), *reader.end()]:
            if isinstance(item, ProbeMessage):
                parser.feed(item)
            else:
                parser.feed_text(item)
                self.text += plain_text(item)
        parser.finish(Exit(code))
        self.checks = {check.name: check for check in checks}
        self.late = parser.timed_out


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A PYTHONPATH that holds a numpy and a tensorflow of nothing but a version."""
    (tmp_path / "numpy").mkdir()
    (tmp_path / "numpy/__init__.py").write_text("__version__ = '1.26'")
    (tmp_path / "tensorflow").mkdir()
    (tmp_path / "tensorflow/__init__.py").write_text(OLD)
    return tmp_path


def probe(
    site: Path,
    python: str = sys.executable,
    seconds: float = 20,
    gpu: Gpu = Gpu.OFF,
    **environment: str,
) -> Probed:
    """Run the quick ladder with *site* as the only place to import from, in an odd working directory."""
    rungs = select_checks(Checks(profile="quick"), gpu)[0]
    text = script(rungs, nonce=NONCE, seconds=seconds)
    work = site / "work"
    work.mkdir(exist_ok=True)
    (work / "numpy.py").write_text("raise ImportError('the wrong numpy')")
    (work / "json.py").write_text("raise ImportError('the wrong json')")
    done = subprocess.run(
        [python, "-"],
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=work,
        env={"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin", **environment},
        timeout=60,
        check=False,
    )
    return Probed(done.stdout, done.returncode, rungs)


def test_an_old_tensorflow_is_told_plainly(site: Path) -> None:
    probed = probe(site)
    assert probed.code == 0
    assert probed.checks["import"].status is Status.PASSED
    assert probed.checks["matmul"].status is Status.SKIPPED
    assert probed.checks["matmul"].reason == "TensorFlow 1.15.5; this check needs 2.4 or later"
    facts = probed.checks["interpreter"].facts | probed.checks["environment"].facts
    assert facts["python.version"] == sys.version.split()[0]
    assert facts["libc.kind"] in ("glibc", "musl")
    assert isinstance(facts["limits.shm"], int)


@pytest.mark.parametrize(
    ("module", "reason", "code"),
    [
        (
            "import os, signal; print('last words'); os.kill(os.getpid(), signal.SIGSEGV)",
            "killed by SIGSEGV",
            139,
        ),
        ("import os; print('last words'); os.abort()", "killed by SIGABRT", 134),
        ("import os; print('last words'); os._exit(0)", "ended with exit code 0", 0),
        ("import os; print('last words'); os._exit(7)", "ended with exit code 7", 7),
        ("print('last words'); raise SystemExit('enough')", "SystemExit: enough", 0),
        ("print('last words'); raise KeyboardInterrupt", "KeyboardInterrupt", 0),
        ("print('last words'); raise TypeError('\\n one\\n two')", "TypeError: one", 0),
        (
            "print('last words'); import no_such_thing",
            "ModuleNotFoundError: No module named 'no_such_thing'",
            0,
        ),
        ("print('last words')", "AttributeError: module 'tensorflow' has no attribute '__version__'", 0),
    ],
)
def test_however_the_import_ends_it_is_pinned(site: Path, module: str, reason: str, code: int) -> None:
    (site / "tensorflow/__init__.py").write_text(module)
    probed = probe(site)
    assert (probed.checks["import"].status, probed.checks["import"].reason) == (Status.FAILED, reason)
    assert probed.code == code
    assert probed.checks["environment"].status is Status.PASSED
    assert probed.checks["devices"].status is Status.SKIPPED
    assert "last words" in probed.text


def test_a_crash_of_one_process_leaves_the_others_their_say(site: Path) -> None:
    (site / "tensorflow/__init__.py").write_text("import os; os.abort()")
    probed = probe(site, gpu=Gpu.STATIC)
    assert probed.checks["matmul"].reason == "the process died in import (killed by SIGABRT)"
    assert probed.checks["gpu-static"].reason == (
        "unknown: this TensorFlow does not say what it was built for"
    )
    assert probed.code == 134


def test_a_traceback_begins_where_the_fault_is_not_with_us(site: Path) -> None:
    (site / "tensorflow/__init__.py").write_text("def deep():\n    raise ValueError('here')\ndeep()\n")
    text = probe(site).checks["import"].text
    assert "in deep" in text
    assert "<probe" not in text


def test_a_hang_ends_in_time_with_a_stack(site: Path) -> None:
    (site / "tensorflow/__init__.py").write_text("import time\nprint('waiting')\ntime.sleep(99)\n")
    probed = probe(site, seconds=2)
    assert probed.late
    assert probed.code == 124
    assert probed.checks["import"].reason == "timed out after 2 s"
    assert "waiting" in probed.checks["import"].text
    assert "tensorflow/__init__.py" in probed.checks["import"].text


@pytest.mark.parametrize(
    "sitecustomize",
    [
        "import sys, os; sys.stdout.close(); os.close(1)",
        "import sys; sys.stdout = sys.stderr = None",
        "import os; os.set_blocking(1, False)",
        "print('x' * 100000)",
        "import signal; signal.signal(signal.SIGCHLD, signal.SIG_IGN)",
        "import sys; sys.setrecursionlimit(100); sys.path.insert(0, '')",
    ],
)
def test_a_hostile_start_up_file_does_not_silence_the_evidence(site: Path, sitecustomize: str) -> None:
    (site / "sitecustomize.py").write_text(sitecustomize)
    assert probe(site).checks["import"].status is Status.PASSED


def test_evidence_that_nobody_can_hear_is_no_pass(site: Path) -> None:
    (site / "sitecustomize.py").write_text(
        "import os\nnull = os.open('/dev/null', os.O_WRONLY)\nos.dup2(null, 1)\nos.dup2(null, 2)\n"
    )
    assert probe(site).checks["interpreter"].status is Status.FAILED


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONOPTIMIZE": "2"},
        {"PYTHONWARNINGS": "error"},
        {"PYTHONINSPECT": "1"},
        {"PYTHONUNBUFFERED": "1", "PYTHONFAULTHANDLER": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        {"PYTHONIOENCODING": "ascii:strict", "LC_ALL": "C"},
        {"PYTHONDEVMODE": "1"},
    ],
)
def test_pythons_own_variables_change_nothing(site: Path, environment: dict[str, str]) -> None:
    assert probe(site, **environment).checks["import"].status is Status.PASSED


def test_frames_of_another_nonce_in_the_output_are_text(site: Path) -> None:
    forged = 'print(chr(30) + "tfdc:' + "0" * 32 + ' {}")\nraise ImportError("real")\n'
    (site / "tensorflow/__init__.py").write_text(forged)
    probed = probe(site)
    assert probed.checks["import"].reason == "ImportError: real"
    assert "tfdc:000" in probed.text


def shadow(folder: Path, names: Iterable[str], text: str = "raise ImportError('a shadow')") -> None:
    for name in names:
        (folder / f"{name}.py").write_text(text)


def library(python: str) -> set[str]:
    """The standard library's modules, without those that a start of *python* itself imports."""
    started = subprocess.run(
        [python, "-c", "import sys; print(*sys.modules)"], capture_output=True, check=True
    )
    return set(sys.stdlib_module_names) - {"antigravity", "this"} - set(started.stdout.decode().split())


@pytest.mark.parametrize("version", ["3.6", "3.8", "3.11", "3.13", "3.14"])
def test_a_path_full_of_shadows_does_not_reach_the_probe(site: Path, version: str) -> None:
    python = find(version)
    shadow(site, library(python))
    probed = probe(site, python, gpu=Gpu.STATIC)
    assert {probed.checks[name].status for name in ("interpreter", "environment")} == {Status.PASSED}
    assert probed.checks["environment"].facts["threads.started"] > 0
    assert probed.checks["import"].status is Status.PASSED
    assert not [check for check in probed.checks.values() if check.status is Status.ERRORED]


@pytest.mark.parametrize("name", ["json", "resource", "ctypes", "traceback"])
def test_tensorflow_meets_the_shadow_that_the_probe_does_not(site: Path, name: str) -> None:
    shadow(site, [name], "WHOSE = 'mine'")
    (site / "tensorflow/__init__.py").write_text(f"import {name}\nassert {name}.WHOSE == 'other'\n{OLD}")
    check = probe(site).checks["import"]
    assert (check.status, check.reason) == (Status.FAILED, "AssertionError")


@pytest.mark.parametrize(
    "start",
    [
        "import json, resource",  # shadows, before the probe begins
        "import sys\nclass Finder:\n def find_spec(self, name, *more):\n  if name == 'json': raise OSError\n"
        "sys.meta_path.insert(0, Finder())",
        "import sys; sys.path[:] = [sys.path[0]] + sys.path[::-1]",
        "import sys; sys.path.append(b'/x'); sys.path.append(None)",
        "import sys; sys.modules['json'] = None",
    ],
)
def test_what_a_start_up_file_did_to_imports_does_not_reach_the_probe(site: Path, start: str) -> None:
    shadow(site, ["json", "resource"], "WHOSE = 'mine'")
    (site / "sitecustomize.py").write_text(start)
    probed = probe(site)
    assert probed.checks["interpreter"].status is Status.PASSED
    assert not [check for check in probed.checks.values() if check.status is Status.ERRORED]


def test_the_image_gets_its_path_back_as_it_was(site: Path) -> None:
    (site / "tensorflow/__init__.py").write_text("import sys\nprint('path', sys.path)\n" + OLD)
    seen = probe(site).text
    plain = subprocess.run(
        [sys.executable, "-c", "import sys; print('path', sys.path[1:])"],
        env={"PYTHONPATH": str(site)},
        capture_output=True,
        check=True,
    )
    assert plain.stdout.decode().strip() in seen


def test_our_own_exception_is_a_bug_not_a_failure(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = script_module._source

    def broken(name: str) -> str:
        return "def machine(fact):\n    return {}['x']\n\n" if name == "machine" else real(name)

    monkeypatch.setattr(script_module, "_source", lambda name: broken(name) + SYSTEM * (name == "machine"))
    check = probe(site).checks["environment"]
    assert (check.status, check.reason) == (
        Status.ERRORED,
        "a bug of tf-docker-check, not of the image: KeyError: 'x'",
    )
    assert "<probe machine>" in check.text


def test_a_probe_that_cannot_begin_is_a_bug_not_a_failure(
    site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = script_module._source
    monkeypatch.setattr(script_module, "_source", lambda name: "1 / 0" if name == "machine" else real(name))
    checks = probe(site).checks
    assert checks["interpreter"].status is Status.ERRORED
    assert checks["interpreter"].reason.startswith("a bug of tf-docker-check: ZeroDivisionError")
    assert {check.status for name, check in checks.items() if name != "interpreter"} == {Status.SKIPPED}


@pytest.mark.parametrize("version", ["3.6", "3.7", "3.8", "3.9", "3.12", "3.13", "3.14"])
def test_every_python_that_is_here(site: Path, version: str) -> None:
    probed = probe(site, find(version))
    assert probed.checks["interpreter"].facts["python.version"].startswith(version)
    assert probed.checks["import"].status is Status.PASSED


def test_a_python_too_old_for_the_checks_is_told_plainly(site: Path) -> None:
    reason = probe(site, find("2.7")).checks["interpreter"].reason
    assert reason.startswith("Python 2.7.")
    assert reason.endswith("; these checks need 3.6 or later")


def find(version: str) -> str:
    """A working interpreter of that version: along PATH, else one of pyenv's."""
    pyenv = Path.home().glob(f".pyenv/versions/{version}.*/bin/python")
    for python in (shutil.which(f"python{version}"), *map(str, pyenv)):
        if python and subprocess.run([python, "-c", ""], check=False, capture_output=True).returncode == 0:
            return python
    pytest.skip(f"no Python {version} on this machine")
