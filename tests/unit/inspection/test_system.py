from __future__ import annotations

import pytest

from tf_docker_check.inspection import system
from tf_docker_check.inspection.elf import Elf
from tf_docker_check.inspection.filesystem import File, Filesystem
from tf_docker_check.model.inspection import Libc, OperatingSystem, Package

STATUS = b"""Package: libc6
Status: install ok installed
Installed-Size: 12
Version: 2.36-9+deb12u10

Package: gone
Status: deinstall ok config-files
Version: 1

Package: apt
Status: install ok installed
Description: x
 continued: not a field
Version: 2.6.1
"""
APK = b"P:musl\nV:1.2.5-r0\nI:1000\n\nP:busybox\nV:1.36\n\n"


def files(**contents: bytes) -> Filesystem:
    names = {"status": "var/lib/dpkg/status", "apk": "lib/apk/db/installed", "release": "etc/os-release"}
    return Filesystem({names[name]: File("file", len(data), content=data) for name, data in contents.items()})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            b'PRETTY_NAME="Ubuntu 22.04.4 LTS"\nID=ubuntu\nVERSION_ID="22.04"\n',
            OperatingSystem("ubuntu", "22.04", "Ubuntu 22.04.4 LTS", "2027-04-01"),
        ),
        (b"ID=alpine\nVERSION_ID=3.22.1\n", OperatingSystem("alpine", "3.22.1", "", "2027-05-01")),
        (
            b"ID=debian\nVERSION_ID=11\n",
            OperatingSystem("debian", "11", "", "2024-08-14", "2026-08-31"),
        ),
        (b"ID='arch'\n# no version\n", OperatingSystem("arch", "", "")),
        (b"\xff\xfe\x1b[31mID=x", OperatingSystem("", "", "")),
    ],
)
def test_the_release_is_read(text, told):
    assert system.read_operating_system(files(release=text)) == told


def test_no_os_release_is_unknown():
    assert system.read_operating_system(files()) is None


def test_only_installed_packages_count():
    found = system.read_packages(files(status=STATUS))
    assert found == (Package("apt", "2.6.1"), Package("libc6", "2.36-9+deb12u10", size=12 * 1024))


def test_apk_packages_are_read():
    found = system.read_packages(files(apk=APK))
    assert found == (Package("busybox", "1.36"), Package("musl", "1.2.5-r0", size=1000))


def test_distroless_keeps_one_status_file_a_package():
    there = {"var/lib/dpkg/status.d/base": File("file", content=b"Package: base-files\nVersion: 12\n")}
    assert system.read_packages(Filesystem(there)) == (Package("base-files", "12"),)


def test_the_c_library_says_its_own_version_and_the_package_is_second_best():
    packages = system.read_packages(files(status=STATUS))
    assert system.read_libc(files(), packages) == Libc("glibc", "2.36")
    there = {
        "lib/x86_64-linux-gnu/libc.so.6": File("file", content=b"2.31"),
        "usr/lib/x86_64-linux-gnu/libstdc++.so.6": File("symlink", target="libstdc++.so.6.0.30"),
        "usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30": File(
            "file",
            elf=Elf(
                readable=True, defines=("GLIBCXX_3.4.9", "GLIBCXX_3.4.30", "CXXABI_1.3.13", "CXXABI_TM_1")
            ),
        ),
    }
    assert system.read_libc(Filesystem(there), packages) == Libc("glibc", "2.31", "3.4.30", "1.3.13")


def test_musl_is_told_from_glibc():
    there = {"lib/ld-musl-x86_64.so.1": File("file", content=b"1.2.5")}
    assert system.read_libc(Filesystem(there), ()) == Libc("musl", "1.2.5")
    assert system.read_libc(Filesystem({}), system.read_packages(files(apk=APK))) == Libc("musl", "1.2.5")


def test_owners_follow_merged_usr():
    there = {
        "var/lib/dpkg/info/libc6:amd64.list": File("file", content=b"/.\n/lib/x/libc.so.6\n/usr/share/doc\n"),
        "usr/lib/x/libc.so.6": File("file"),
    }
    assert system.read_owners(Filesystem(there))["usr/lib/x/libc.so.6"] == "libc6"
