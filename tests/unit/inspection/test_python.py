from __future__ import annotations

import pytest

from inspection.images import distribution
from tf_docker_check.inspection import python
from tf_docker_check.inspection.filesystem import File, Filesystem
from tf_docker_check.model.inspection import Conflict, Interpreter, Package

SITE = "usr/lib/python3.12/site-packages"


def files(*parts: dict[str, bytes | str | None], **others: File) -> Filesystem:
    there = dict(others)
    for part in parts:
        for name, content in part.items():
            there[name] = File("file", 1, content=content if isinstance(content, bytes) else None)
    return Filesystem(there)


def test_the_interpreter_that_starts_comes_first():
    there = {
        "usr/bin/python3.11": File("file", content=b"3.11.2\n2.36.0"),
        "usr/local/bin/python3.12": File("file", content=b""),
        "usr/local/lib/libpython3.12.so.1.0": File("file", content=b"3.12.7"),
        "usr/bin/python3": File("symlink", target="python3.11"),
        "usr/local/bin/python3": File("symlink", target="python3.12"),
    }
    found = python.find_interpreters(Filesystem(there), "/usr/local/bin:/usr/bin")
    assert found == (
        Interpreter("/usr/local/bin/python3.12", "3.12.7"),
        Interpreter("/usr/bin/python3.11", "3.11.2"),
    )
    assert python.find_interpreters(Filesystem(there), "/usr/bin")[0].path == "/usr/bin/python3.11"


def test_packages_have_size_and_files_that_are_gone():
    listed = [
        "nvidia/cudnn/lib/libcudnn.so.9",
        "nvidia/cudnn/__init__.py",
        "nvidia/x.pyc",
        "../../../bin/tool",
    ]
    there = files(
        distribution("nvidia-cudnn-cu12", "9.3.0.75", files=listed),
        {f"{SITE}/nvidia/cudnn/__init__.py": b"x"},
    )
    (one,) = python.find_packages(there)
    assert one.package == Package("nvidia-cudnn-cu12", "9.3.0.75", f"/{SITE}", size=1, missing=2)


@pytest.mark.parametrize(
    "data", [b"", b"Name: x\n", b"\xff\xfe\0", b"Version: 1\n\nName: x\n", b"Name: x" * 100_000]
)
def test_metadata_without_name_and_version_is_no_package(data):
    assert python.find_packages(files({f"{SITE}/x-1.dist-info/METADATA": data})) == ()


def test_what_pip_check_would_say():
    there = files(
        distribution(
            "tensorflow", "2.17.0", ["numpy<2.0.0,>=1.26.0", "keras>=3.2.0", 'tomli; python_version < "3.11"']
        ),
        distribution("numpy", "2.2.0"),
        distribution(
            "Foo.Bar", "1.0", ["NumPy", "tensorflow[and-cuda]>2", "not a ( requirement", 'x ; extra == "y"']
        ),
    )
    found = python.find_conflicts(python.find_packages(there), "3.12.7", "x86_64")
    assert found == (
        Conflict("tensorflow", "numpy<2.0.0,>=1.26.0", "2.2.0"),
        Conflict("tensorflow", "keras>=3.2.0", ""),
    )


def test_debian_packages_share_an_environment_and_a_venv_does_not():
    local, shared, venv = (
        "usr/local/lib/python3.12/dist-packages",
        "usr/lib/python3/dist-packages",
        "opt/venv/lib/python3.12/site-packages",
    )
    there = files(
        distribution("numpy", "2", site=local),
        distribution("numpy", "1", site=shared),
        distribution("six", "1", site=shared),
        distribution("numpy", "3", site=venv),
    )
    found = python.select_environment(python.find_packages(there), f"/{local}", ())
    assert sorted((one.name, one.package.version) for one in found) == [("numpy", "2"), ("six", "1")]
    (alone,) = python.select_environment(python.find_packages(there), f"/{venv}", ())
    assert alone.package.version == "3"
