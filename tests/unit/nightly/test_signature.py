from __future__ import annotations

import pytest

from nightly.made import cell
from tf_docker_check.nightly.signature import identity, key_fact, signature_of


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("cannot open shared object file: libcudnn.so.8: No such file", "libcudnn.so.8"),
        ("ModuleNotFoundError: No module named 'keras.src'", "keras.src"),
        ("tensorflow wants numpy>=1.26.0, installed is 1.23.5", "numpy"),
        ("numpy 2.3.1 is installed", "numpy 2"),
        ("version `GLIBCXX_3.4.32' not found (needed by /x/libcc.so.2)", "GLIBCXX, libcc.so.2"),
        ("Segmentation fault at 0x7f3a (pid 4711)", ""),
    ],
)  # fmt: skip
def test_the_key_fact_is_made_of_names(text: str, fact: str) -> None:
    assert key_fact(text) == fact


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("numpy 2.3.1 at /usr/lib/a", "numpy 2.3.2 at /opt/b"),
        ("libcudnn.so.8 missing, pid 1", "libcudnn.so.8 missing, pid 2"),
    ],
)
def test_what_differs_from_night_to_night_is_no_part_of_it(one: str, other: str) -> None:
    assert signature_of(cell("failed", "numpy-abi", one)) == signature_of(cell("failed", "numpy-abi", other))


def test_without_a_cause_it_is_a_hash_of_the_cleaned_reason() -> None:
    first = signature_of(cell(reason="import: died at 0xdeadbeef after 3.5 s in /tmp/a1"))
    again = signature_of(cell(reason="import: died at 0xfeedface after 4.1 s in /tmp/b2"))
    other = signature_of(cell(reason="import: was killed at 0xdeadbeef after 3.5 s in /tmp/a1"))
    assert first == again != other
    assert "died" not in first.words


def test_its_id_tells_strategies_and_causes_apart() -> None:
    cells = [
        cell("failed", "numpy-abi"),
        cell("failed", "keras-incompat"),
        cell("failed", "numpy-abi", name="x"),
    ]
    assert len({identity(signature_of(each)) for each in cells}) == 3
