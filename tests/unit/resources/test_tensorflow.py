import pytest

from tf_docker_check.resources.tensorflow import by_version, newest_for


@pytest.mark.parametrize(
    ("python", "architecture", "glibc", "newest"),
    [
        ("3.7", "x86_64", "2.36", "2.11.0"),
        ("3.8", "aarch64", "2.36", "2.13.1"),
        ("3.9", "x86_64", "2.36", "2.20.0"),
        ("3.11", "x86_64", "2.36", "2.21.0"),
        ("3.11", "x86_64", "2.26", "2.20.0"),  # Amazon Linux 2
        ("3.6", "aarch64", "2.36", None),
        ("3.14", "x86_64", "2.43", None),
    ],
)
def test_what_an_unpinned_install_takes(python, architecture, glibc, newest):
    found = newest_for(python, architecture, glibc)
    assert (found.version if found else None) == newest


@pytest.mark.parametrize(
    ("version", "missing"),
    [
        ("2.15.1", ()),
        ("2.16.1", ("cublas", "cudnn", "cufft", "cusolver", "cusparse")),
        ("2.20.0", ()),
        ("2.21.0", ("cusolver",)),
    ],
)
def test_folders_the_extra_does_not_look_in(version, missing):
    assert by_version()[version].and_cuda.missing == missing


@pytest.mark.parametrize(
    ("version", "with_cuda"),
    [("2.14.0", ("3.9", "3.10")), ("2.15.0", ()), ("2.20.0", ("3.9", "3.10", "3.11", "3.12", "3.13"))],
)
def test_where_the_extra_installs(version, with_cuda):
    assert by_version()[version].pythons_on("x86_64", with_cuda=True) == with_cuda


def test_release_candidates_sort_before_their_release_and_are_not_final():
    rc = by_version()["2.22.0rc0"]
    assert not rc.final
    assert rc.parsed > by_version()["2.21.0"].parsed
