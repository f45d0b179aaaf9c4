from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tf_docker_check.engine import owner
from tf_docker_check.engine.owner import HOST_NAMESPACE, Owner, has_ended, is_alive, parse_owner, this_process

US = Owner("aa", "bb", HOST_NAMESPACE, 100, 5000)


def test_a_process_is_written_and_read() -> None:
    assert parse_owner(str(US)) == US
    assert parse_owner(str(this_process())) == this_process()


@pytest.mark.parametrize("text", ["", "aa.bb.1.2", "aa.bb.1.2.3.4", "aa.bb.1.-2.3", "../../etc.1.2.3.4"])
def test_what_is_no_process_is_none(text: str) -> None:
    assert parse_owner(text) is None


def machine(root: Path, namespace: str, stat: str = "") -> Path:
    """A folder like / with what is read of a machine."""
    for name in ("etc", "proc/self/ns", f"proc/{os.getpid()}", "proc/sys/kernel/random"):
        (root / name).mkdir(parents=True)
    (root / "etc/machine-id").write_text("b08dfa6083e7567a1921a715000001fb\n")
    (root / "proc/sys/kernel/random/boot_id").write_text("3b0a5d4e-0000-4000-8000-000000000001\n")
    (root / "proc/self/ns/pid").symlink_to(f"pid:[{namespace}]")
    (root / f"proc/{os.getpid()}/stat").write_text(stat or f"{os.getpid()} (a) b (c) S {'0 ' * 18}4711 0 0\n")
    (root / "proc/self/mountinfo").write_text(
        f"1 2 8:1 /var/lib/docker/containers/{'c' * 64}/hostname /etc/hostname rw - ext4 /dev/vda rw\n"
    )
    return root


@pytest.mark.parametrize("namespace", [HOST_NAMESPACE, "4026532500"])
def test_in_a_container_neither_its_machine_id_nor_its_pids_are_the_hosts(
    tmp_path: Path, namespace: str
) -> None:
    root = machine(tmp_path, namespace)
    found, inside = this_process(root), namespace != HOST_NAMESPACE
    assert (found.start, found.namespace, found.boot == "0") == (4711, namespace, False)
    assert (found.machine == "0") is inside
    assert owner.this_container(root) == ("c" * 64 if inside else "")


def test_without_proc_nothing_is_known_and_nothing_has_ended(tmp_path: Path) -> None:
    nobody = this_process(tmp_path)
    assert nobody == Owner(pid=os.getpid())
    assert has_ended(nobody, nobody, local=True) is None
    assert owner.this_container(tmp_path) == ""


ELSEWHERE = {"namespace": "4026532500", "machine": "0"}


@pytest.mark.parametrize(
    ("changes", "known", "ended"),
    [
        ({}, {}, False),
        ({"start": 4999}, {}, True),  # the pid was given out again
        ({"pid": 101}, {}, True),
        ({"boot": "b0"}, {"local": True}, True),  # the machine was started anew
        ({"boot": "b0"}, {}, None),  # of a machine with our id, on an engine that it shares with us
        ({"boot": "b0", "machine": "ab"}, {"local": True}, None),
        ({"boot": "b0", "machine": "0"}, {"local": True}, None),
        (ELSEWHERE, {"local": True}, None),
        (ELSEWHERE, {"container_runs": True}, False),
        (ELSEWHERE, {"container_runs": False}, True),
        ({**ELSEWHERE, "boot": "b0"}, {"container_runs": True}, False),
        ({}, {"container_runs": False}, False),  # we see it live: what an engine says counts less
    ],
)
def test_only_what_is_known_to_have_ended_has(
    changes: dict[str, str | int], known: dict[str, bool], ended: bool | None
) -> None:
    found = has_ended(replace(US, **changes), US, lives=lambda process: process == US, **known)  # type: ignore[arg-type]
    assert found is ended


@pytest.mark.outside
def test_a_process_lives_until_it_has_ended_and_its_pid_may_be_anothers() -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    state = owner.process_state(child.pid)
    assert state
    living = replace(this_process(), pid=child.pid, start=state[1])
    assert is_alive(living)
    assert not is_alive(replace(living, start=living.start - 1))
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # a zombie does nothing any more
    assert not is_alive(living)
    child.communicate()
    assert not is_alive(living)
