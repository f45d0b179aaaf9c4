import pytest
from packaging.requirements import Requirement

from tf_docker_check.resources.tensorflow import breaks, by_version, newest_for, releases


def test_every_release_has_what_the_rest_relies_on():
    for release in releases():
        assert release.wheels.keys() <= {"x86_64", "aarch64"}
        assert "tensorflow" in release.packages
        assert {Requirement(line).name for line in release.requires} >= {"numpy", "protobuf"}
        for arch in release.wheels:
            assert set(release.pythons_on(arch, with_cuda=True)) <= set(release.pythons)


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


def test_known_breaks_agree_with_what_was_run():
    """A fresh install that a run (not a rule) judged is broken exactly where a blocking rule says so."""
    for release in releases():
        if release.fresh.verified:
            broken = [
                b.id
                for b in breaks()
                if b.effect == "blocks" and b.hits(release.version, release.fresh.versions)
            ]
            assert bool(broken) is not release.fresh.imports, release.version


def test_release_candidates_sort_before_their_release_and_are_not_final():
    rc = by_version()["2.22.0rc0"]
    assert not rc.final
    assert rc.parsed > by_version()["2.21.0"].parsed
