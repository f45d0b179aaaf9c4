from __future__ import annotations

import pytest

from tf_docker_check.requirements.requirement import Target, parse_requirement
from tf_docker_check.resources.probes.packages import TENSORFLOWS
from tf_docker_check.resources.tensorflow import tensorflow_distributions


@pytest.mark.parametrize(
    ("text", "name", "versions"),
    [
        ("Tensor.Flow__CPU == 2", "tensor-flow-cpu", "==2"),
        ("tensorflow[And_CUDA]>=2.14", "tensorflow", ">=2.14"),
        ("tensorflow==${TF}", "tensorflow", None),
        ("tensorflow @ https://example.com/x.whl", "tensorflow", None),
        ("tensorflow=2.20", "tensorflow", None),
        ("tensorflow==" + "9" * 900, "tensorflow", "==" + "9" * 900),
    ],
)
def test_name_and_versions(text: str, name: str, versions: str | None) -> None:
    found = parse_requirement(text)
    assert found
    assert (found.name, found.specifier and str(found.specifier)) == (name, versions)


@pytest.mark.parametrize("text", ["", "./x", "-e .", "git+https://h/x", "$PKG==1", "a b", "é", "x" * 100_000])
def test_no_requirement(text: str) -> None:
    assert parse_requirement(text) is None


@pytest.mark.parametrize(
    ("marker", "python", "architecture", "applies"),
    [
        ("python_version < '3.9'", "3.8", "", True),
        ("python_version < '3.9'", "3.10", "", False),
        ("python_version < '3.9'", "", "", True),
        ("python_version < '3.9' and sys_platform == 'win32'", "", "", False),
        ("platform_machine == 'aarch64'", "3.12", "x86_64", False),
        ("platform_machine == 'aarch64'", "3.12", "", True),
        ("os_name ~= 'posix'", "3.12", "x86_64", True),
        ("python_version > 'x'", "3.12", "x86_64", False),
        ("(" * 190, "3.12", "x86_64", True),
        ("(" * 900, "3.12", "x86_64", True),
        ("extra == 'gpu'", "3.12", "x86_64", False),
        ("nonsense", "3.12", "x86_64", True),
    ],
)
def test_markers_hold_for_the_image_and_not_for_us(
    marker: str, python: str, architecture: str, *, applies: bool
) -> None:
    found = parse_requirement(f"tensorflow; {marker}")
    assert found
    assert found.applies_to(Target(python, architecture)) is applies


def test_the_probe_knows_the_distributions_of_the_catalog() -> None:
    assert set(TENSORFLOWS) == tensorflow_distributions()
