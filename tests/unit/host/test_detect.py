from __future__ import annotations

from pathlib import Path

from tf_docker_check.host.detect import detect_host

DRIVER = """NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12 19:39:15 UTC 2024
GCC version:  gcc version 12.2.0
"""
OPEN_DRIVER = "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.15  Release Build\n"


def files(root: Path, **texts: str) -> None:
    for name, text in texts.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_what_there_is_to_see(tmp_path: Path) -> None:
    files(
        tmp_path,
        proc__cpuinfo="flags\t: fpu avx\n",
        proc__meminfo="MemTotal:       16384 kB\nMemFree: 1 kB\n",
        proc__driver__nvidia__version=DRIVER,
        dev__nvidia0="",
        dev__nvidiactl="",
    )
    (tmp_path / "etc/cdi").mkdir(parents=True)
    (tmp_path / "etc/cdi/nvidia.yaml").touch()
    (tmp_path / "etc/cdi/other.yaml").touch()
    (tmp_path / "nvidia-ctk").touch(mode=0o755)
    variables = {"PATH": str(tmp_path), "HTTPS_PROXY": "http://user:secret@proxy", "SSL_CERT_FILE": "/none"}
    here = detect_host(variables, tmp_path)
    assert (here.flags, here.memory) == ({"fpu", "avx"}, 16384 * 1024)
    assert (here.driver, here.devices) == ("535.183.01", ("/dev/nvidia0", "/dev/nvidiactl"))
    assert (here.tools, here.cdi) == (("nvidia-ctk",), ("/etc/cdi/nvidia.yaml",))
    assert (here.proxies, here.certificates) == (("HTTPS_PROXY",), (("SSL_CERT_FILE", False),))
    assert "secret" not in repr(here)


def test_the_open_driver_too(tmp_path: Path) -> None:
    files(tmp_path, proc__driver__nvidia__version=OPEN_DRIVER)
    assert detect_host({}, tmp_path).driver == "570.86.15"


def test_a_bare_machine_is_no_trouble(tmp_path: Path) -> None:
    here = detect_host({}, tmp_path)
    assert (here.memory, here.driver, here.devices, here.tools, here.cdi) == (0, "", (), (), ())
