from __future__ import annotations

import pytest

from tf_docker_check.inspection.elf import Elf
from tf_docker_check.inspection.filesystem import File, Filesystem
from tf_docker_check.inspection.loader import Loader, find_missing_libraries, find_symbol_needs
from tf_docker_check.model.inspection import Libc, MissingLibrary, SymbolNeed

SITE = "usr/lib/python3.12/site-packages"
LIB = "usr/lib/x86_64-linux-gnu"


def so(*needed: str, **other: object) -> File:
    return File("file", 1, elf=Elf(readable=True, needed=needed, **other))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("where", "library_path", "runpath", "found"),
    [
        (LIB, "", (), True),
        ("usr/lib", "", (), True),
        ("opt/cuda/lib64", "", (), False),
        ("opt/cuda/lib64", "/nowhere:/opt/cuda/lib64", (), True),
        ("opt/cuda/lib64", "relative:", ("/opt/cuda/lib64",), True),
        (f"{SITE}/nvidia/cudnn/lib", "", ("$ORIGIN/../nvidia/cudnn/lib",), True),
        (f"{SITE}/nvidia/cudnn/lib", "", ("${ORIGIN}/../nvidia/cublas/lib",), False),
        ("conf/one", "", (), True),
        ("conf/two", "", (), True),
    ],
)
def test_where_the_loader_looks(where, library_path, runpath, found):
    engine_errors = Elf(readable=True, runpath=runpath)
    files = Filesystem(
        {
            f"{where}/libcudnn.so.9": so(),
            "etc/ld.so.conf": File("file", content=b"include /etc/ld.so.conf.d/*.conf\n/conf/two # here\n"),
            "etc/ld.so.conf.d/a.conf": File("file", content=b"/conf/one\ninclude /etc/ld.so.conf\n"),
        }
    )
    real = Loader(files, library_path).find("libcudnn.so.9", f"/{SITE}/tensorflow/libtf.so.2", engine_errors)
    assert real == (f"/{where}/libcudnn.so.9" if found else None)


def test_only_what_is_nowhere_is_missing():
    files = Filesystem(
        {
            f"{SITE}/cv2/cv2.so": so("libGL.so.1", "libcuda.so.1", "libelsewhere.so.1", "libbysoname.so.1"),
            f"{SITE}/cv2/other.so": so("libGL.so.1"),
            "opt/libelsewhere.so.1": File("file"),
            f"{SITE}/x.libs/libbysoname-1234.so": so(soname="libbysoname.so.1"),
            "usr/bin/ls": so("libnobody-asks-for.so"),
        }
    )
    assert find_missing_libraries(files, Loader(files, "")) == (
        MissingLibrary("libGL.so.1", (f"/{SITE}/cv2/cv2.so", f"/{SITE}/cv2/other.so"), 2),
        MissingLibrary("libcuda.so.1", (f"/{SITE}/cv2/cv2.so",), 1, from_host=True),
    )


def test_symbol_versions_compare_as_numbers_against_what_is_there():
    versions = (("libc.so.6", "GLIBC_2.9"), ("libc.so.6", "GLIBC_2.38"), ("libstdc++.so.6", "GLIBCXX_3.4.32"))
    files = Filesystem(
        {
            f"{SITE}/a.so": so(versions=versions),
            f"{SITE}/b.so": so(versions=(("libc.so.6", "GLIBC_PRIVATE"), ("libc.so.6", "GLIBC_2.4"))),
            f"{LIB}/libstdc++.so.6": so(defines=("GLIBCXX_3.4.9", "GLIBCXX_3.4.33")),
        }
    )
    assert find_symbol_needs(files, Loader(files, ""), Libc("glibc", "2.36")) == (
        SymbolNeed("GLIBC", "2.38", f"/{SITE}/a.so", "2.36", satisfied=False),
        SymbolNeed("GLIBCXX", "3.4.32", f"/{SITE}/a.so", "3.4.33", satisfied=True),
    )
    unknown = find_symbol_needs(files, Loader(files, ""), None)[0]
    assert unknown.satisfied is None


def test_a_package_that_brings_its_own_libstdcxx_asks_nothing_of_the_system():
    files = Filesystem(
        {
            f"{SITE}/a.so": so(versions=(("libstdc++.so.6", "GLIBCXX_3.4.40"),), runpath=("$ORIGIN/own",)),
            f"{SITE}/own/libstdc++.so.6": so(defines=("GLIBCXX_3.4.40",)),
        }
    )
    assert find_symbol_needs(files, Loader(files, ""), None) == ()
