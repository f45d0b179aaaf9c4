"""The catalog that is shipped: every table is read by a loader that proves it; what it says is spot-checked."""

from __future__ import annotations

import pytest
from packaging.requirements import Requirement

from tf_docker_check.resources import (
    apt,
    cuda_images,
    distributions,
    gpu,
    hosts,
    images,
    notices,
    packages,
    runtime,
    tensorflow,
)
from tf_docker_check.resources.files import document, names

pytestmark = pytest.mark.usefixtures("shipped_catalog")

LOADERS = {
    apt.FILE: [apt.apt_keys, apt.apt_packages],
    tensorflow.FILE: [
        tensorflow.releases,
        tensorflow.breaks,
        notices.notices,
        tensorflow.training_faults,
        tensorflow.packages,
    ],
    images.FILE: [
        images.families,
        images.official,
        images.absent,
        images.official_rules,
        images.python_images,
        images.debian_behind_plain_tag,
        images.floating_tags,
        cuda_images.cuda_images,
        cuda_images.cuda_images_for,
        cuda_images.start_gates,
        images.footprints,
        images.ngc_images,
        images.frozen_tags,
        cuda_images.withdrawn_cuda,
    ],
    packages.FILE: [packages.refusals, packages.companions, packages.wheels],
    gpu.FILE: [
        gpu.toolkits,
        gpu.driver_floors,
        gpu.compilers,
        gpu.gpus,
        gpu.cudnn,
        gpu.cublas,
        gpu.all_sonames,
        gpu.branches,
        gpu.untested,
        gpu.forward_compatibility,
    ],
    distributions.FILE: [
        distributions.distributions,
        distributions.manylinux,
        distributions.gcc_symbols,
        distributions.python_ends,
        distributions.get_pip_scripts,
    ],
    hosts.FILE: [hosts.hosts, hosts.machines, hosts.github_runners],
    runtime.FILE: [
        runtime.engines,
        runtime.syscall_gates,
        runtime.limits,
        runtime.exit_codes,
        runtime.nvidia_toolkits,
    ],
}


def test_every_table_has_a_loader():
    assert {f"catalog/{name}.json" for name in names("catalog", ".json")} == set(LOADERS)
    for file, loaders in LOADERS.items():
        assert len(loaders) == len(
            [key for key, value in document(file).items() if isinstance(value, dict)]
        ), file


@pytest.mark.parametrize("loader", [loader for loaders in LOADERS.values() for loader in loaders])
def test_every_row_names_its_source(loader):
    rows = loader()
    values = list(rows.values() if hasattr(rows, "values") else rows)
    values = [row for value in values for row in (value if isinstance(value, tuple) else (value,))]
    assert values
    assert all(row.source and isinstance(row.verified, bool) for row in values)


def test_every_release_has_what_the_rest_relies_on():
    for release in tensorflow.releases():
        assert release.wheels.keys() <= {"x86_64", "aarch64"}
        assert "tensorflow" in release.packages
        assert {Requirement(line).name for line in release.requires} >= {"numpy", "protobuf"}
        for arch in release.wheels:
            assert set(release.pythons_on(arch, with_cuda=True)) <= set(release.pythons)


def test_known_breaks_agree_with_what_was_run():
    """A fresh install that a run (not a rule) judged is broken exactly where a blocking rule says so."""
    for release in tensorflow.releases():
        if release.fresh.verified:
            broken = [
                b.id
                for b in tensorflow.breaks()
                if b.effect == "blocks" and b.hits(release.version, release.fresh.versions)
            ]
            assert bool(broken) is not release.fresh.imports, release.version


def test_drivers():
    assert gpu.driver_needed("12.5").driver == "525.60.13"
    assert gpu.driver_needed("10.1").driver == "418.39"
    assert gpu.driver_needed("9.0") is None
    assert gpu.cuda_of("535.104.05").cuda == "12.2.2"
    assert gpu.cuda_of("300.1") is None


def test_what_a_release_opens():
    assert "libcudnn.so.9" in gpu.sonames("2.20.0").libraries
    assert "libcudnn.so.8" in gpu.sonames("2.17.1").libraries
    assert gpu.sonames("1.15.0") is None


def test_rebuilds_and_codenames_find_their_distribution():
    found = distributions.distributions()
    assert found["almalinux:9"] is found["rhel:9"]
    assert found["bookworm"] is found["debian:12"]
    assert found["alpine:3.22"].libc == "musl"


def test_hosts_know_their_gpus():
    assert hosts.hosts()["g5"].compute_capability == "8.6"
    assert hosts.github_runners()["ubuntu-latest"].label == "ubuntu-24.04"
    with pytest.raises(ValueError, match="not in the catalog"):
        hosts.Host(name="x", gpu="Voodoo 2", source="a test", verified=False)
    with pytest.raises(ValueError, match="Invalid version"):
        hosts.Host(name="x", driver="new", source="a test", verified=False)
