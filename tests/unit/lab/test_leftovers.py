from __future__ import annotations

import socket
from pathlib import Path

import pytest

from lab import leftovers


def process(proc: Path, number: int, program: str, state: str = "S") -> None:
    folder = proc / str(number)
    folder.mkdir(parents=True)
    (folder / "stat").write_text(f"{number} ({program}) {state} 1 1 1 0")


@pytest.mark.parametrize(
    ("program", "state", "owned"),
    [
        ("dockerd", "S", True),
        ("dockerd", "Z", False),
        ("a) S (dockerd", "S", False),
        ("postgres", "S", False),
    ],
)
def test_a_pid_file_counts_only_while_its_number_is_that_programs(
    tmp_path: Path, program: str, state: str, owned: bool
) -> None:
    process(tmp_path, 42, program, state)
    (tmp_path / "docker.pid").write_text("42\n")
    assert leftovers.owner(tmp_path / "docker.pid", "dockerd", tmp_path) == (42 if owned else 0)


@pytest.mark.parametrize("text", ["", "nobody", "-1", "../self", "999999"])
def test_a_pid_file_with_no_living_number_has_no_owner(tmp_path: Path, text: str) -> None:
    (tmp_path / "docker.pid").write_text(text)
    assert leftovers.owner(tmp_path / "docker.pid", "dockerd", tmp_path) == 0


def test_nothing_is_stale_where_nothing_is(tmp_path: Path) -> None:
    assert leftovers.stale(tmp_path, tmp_path) == []


@pytest.mark.outside
def test_what_a_dead_engine_left_is_stale_and_what_serves_is_not(tmp_path: Path) -> None:
    run, proc = tmp_path / "run", tmp_path / "proc"
    (run / "docker/containerd").mkdir(parents=True)
    (run / "containerd").mkdir()
    process(proc, 7, "containerd")
    (run / "docker.pid").write_text("7")  # a number that containerd has by now
    (run / "docker/containerd/containerd.pid").write_text("7")
    with socket.socket(socket.AF_UNIX) as dead, socket.socket(socket.AF_UNIX) as alive:
        dead.bind(str(run / "docker.sock"))
        alive.bind(str(run / "containerd/containerd.sock"))
        alive.listen()
        assert leftovers.stale(run, proc) == [run / "docker.pid", run / "docker.sock"]


def test_setting_aside_keeps_images_and_moves_databases(tmp_path: Path) -> None:
    for name in ("network/files/local-kv.db", "image/overlay2/repositories.json"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("half")
    moved = leftovers.set_aside(tmp_path, "now")
    assert moved == [tmp_path / "network/files/local-kv.db.broken-now"]
    assert not (tmp_path / "network/files/local-kv.db").exists()
    assert (tmp_path / "image/overlay2/repositories.json").exists()
