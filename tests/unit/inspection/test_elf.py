from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from inspection.images import pieces, shared_object
from tf_docker_check.inspection import elf
from tf_docker_check.inspection.budget import Budget
from tf_docker_check.inspection.elf import Elf
from tf_docker_check.inspection.tar import Body, Forward

WHOLE = shared_object(
    "libfoo.so.2",
    ["libbar.so.1", "libc.so.6"],
    "$ORIGIN/../x:$ORIGIN",
    {"libc.so.6": ["GLIBC_2.27", "GLIBC_2.3"], "libstdc++.so.6": ["GLIBCXX_3.4.22"]},
    ["libfoo.so.2", "FOO_1.0"],
)


def read(data: bytes) -> Elf | None:
    return elf.read(Body(Forward(pieces(data)), len(data)), Budget())


def test_a_shared_object_tells_what_it_is_needs_and_defines():
    assert read(WHOLE) == Elf(
        readable=True,
        machine="EM_X86_64",
        soname="libfoo.so.2",
        needed=("libbar.so.1", "libc.so.6"),
        runpath=("$ORIGIN/../x", "$ORIGIN"),
        versions=(
            ("libc.so.6", "GLIBC_2.27"),
            ("libc.so.6", "GLIBC_2.3"),
            ("libstdc++.so.6", "GLIBCXX_3.4.22"),
        ),
        defines=("libfoo.so.2", "FOO_1.0"),
    )


def test_search_paths_may_be_long():
    folders = tuple(f"$ORIGIN/../nvidia/part{number}/lib" for number in range(400))
    assert elf.parse(shared_object(runpath=":".join(folders))).runpath == folders


def test_what_is_no_elf_is_told_apart_from_what_is_damaged():
    assert read(b"INPUT(libfoo.so.2)\n") is None
    assert read(b"") is None
    assert read(WHOLE[:80]) == Elf(readable=False)


def test_only_the_beginning_and_the_dynamic_section_of_a_large_object_are_kept(monkeypatch):
    monkeypatch.setattr(elf, "WHOLE", 256)
    monkeypatch.setattr(elf, "MAX_HEAD", len(WHOLE) - 100)  # the dynamic section lies beyond
    assert read(WHOLE + bytes(100_000)) == elf.parse(WHOLE)


def test_names_beyond_what_was_kept_make_it_unreadable_not_wrong(monkeypatch):
    monkeypatch.setattr(elf, "WHOLE", 256)
    monkeypatch.setattr(elf, "MAX_HEAD", 200)
    assert read(WHOLE + bytes(100_000)) == Elf(readable=False)


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=8))
def test_no_mutation_hangs_or_raises(changes):
    data = bytearray(WHOLE)
    for at, value in changes:
        data[at] = value
    assert isinstance(elf.parse(bytes(data)), Elf)


@given(st.binary(max_size=400))
def test_no_bytes_after_the_magic_hang_or_raise(data):
    assert isinstance(elf.parse(elf.MAGIC + data), Elf)


def test_a_chain_of_versions_that_leads_to_itself_ends():
    looping = shared_object("a", versions={"b": ["C_1"] * 3})
    start = looping.index(b"\x01\x00\x03\x00")  # a record of three names; the next record is 0 further
    data = bytearray(looping)
    data[start + 2 : start + 4] = (65535).to_bytes(2, "little")
    assert isinstance(elf.parse(bytes(data)), Elf)
