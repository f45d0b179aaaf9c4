from __future__ import annotations

from pathlib import Path

import pytest

from tf_docker_check.host.capacity import GIB, cpu_flags, gpu_reason, shortage, workers


@pytest.mark.parametrize(
    ("cpus", "memory", "disk", "asked", "expected"),
    [
        (2, 24 * GIB, 80 * GIB, 0, 2),
        (1, 24 * GIB, 80 * GIB, 0, 2),  # one waits for the network while the other computes
        (16, 16 * GIB, 80 * GIB, 0, 5),
        (16, 64 * GIB, 14 * GIB, 0, 3),
        (16, 64 * GIB, None, 0, 16),
        (4, 1 * GIB, 1 * GIB, 0, 1),
        (2, 24 * GIB, 80 * GIB, 7, 7),
        (8, 0, None, 0, 8),
    ],
)
def test_the_scarcest_resource_decides(
    cpus: int, memory: int, disk: int | None, asked: int, expected: int
) -> None:
    assert workers(cpus, memory, disk, asked) == expected


def test_a_machine_without_nvidia_devices_says_so(tmp_path: Path) -> None:
    assert "no GPU on this machine" in gpu_reason(tmp_path)
    (tmp_path / "nvidiactl").touch()
    assert gpu_reason(tmp_path) == ""


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("processor : 0\nflags\t\t: fpu avx avx2\nflags : other\n", {"fpu", "avx", "avx2"}),
        ("Features\t: fp asimd\n", {"fp", "asimd"}),
        ("nothing here\n", set()),
    ],
)
def test_cpu_flags_are_those_of_the_first_cpu(tmp_path: Path, text: str, flags: set[str]) -> None:
    (tmp_path / "cpuinfo").write_text(text)
    assert cpu_flags(tmp_path / "cpuinfo") == flags


def test_what_cannot_be_read_is_unknown(tmp_path: Path) -> None:
    assert cpu_flags(tmp_path / "absent") == frozenset()


@pytest.mark.parametrize(("free", "short"), [(None, False), (3 * 10**9, False), (10**9, True), (0, True)])
def test_a_disk_below_its_reserve_takes_nothing_more(free: int | None, short: bool) -> None:
    assert bool(shortage(free, 2.0)) is short
