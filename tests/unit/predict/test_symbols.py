from __future__ import annotations

from dataclasses import replace

import pytest

from predict.told import SLIM, on_distribution
from tf_docker_check.predict.symbols import symbols
from tf_docker_check.resources.distributions import distributions


@pytest.mark.parametrize(
    ("base", "tensorflow", "cause"),
    [
        ("rhel:7", "2.21.0", "glibc-too-old"),
        ("rhel:7", "2.11.0", ""),
        ("ubuntu:22.04", "2.21.0", ""),
        ("alpine:3.22", "2.21.0", ""),  # another rule's matter
    ],
)
def test_symbol_versions(base: str, tensorflow: str, cause: str) -> None:
    image = on_distribution(distributions()[base], SLIM, tensorflow)
    assert [one.cause for one in symbols(image)] == ([cause] if cause else [])


def test_an_old_cxx_library_is_told_from_an_old_c_library() -> None:
    old = replace(distributions()["ubuntu:22.04"], glibcxx="3.4.19")
    [found] = symbols(on_distribution(old, SLIM, "2.21.0"))
    assert (found.cause, "GLIBCXX_3.4.22" in found.reason) == ("libstdcxx-too-old", True)
