"""Combine the layers into everything that `inspect` reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tf_docker_check.image.reference import Reference
from tf_docker_check.inspection import cuda, loader, python, sizes, system, tensorflow
from tf_docker_check.inspection.filesystem import Filesystem, Layer, merge_layers
from tf_docker_check.inspection.interest import CUDA
from tf_docker_check.inspection.labels import find_mismatches
from tf_docker_check.inspection.python import Installed
from tf_docker_check.model.defaults import MACHINES
from tf_docker_check.model.inspection import Conflict, Inspection, Interpreter, Package, TensorFlowBuild

MAX_NOTED = 5


def add_layer_contents(image: Inspection, layers: Sequence[Layer]) -> Inspection:
    """Return *image* with everything that its *layers*, lowest first, contain."""
    files = Filesystem(merge_layers(layers))
    environment = dict(image.environment)
    dpkg = system.read_owners(files)
    packages = system.read_packages(files)
    installed = python.find_packages(files)
    pythons = python.find_interpreters(files, environment.get("PATH", ""))
    builds = tensorflow.find_builds(files, installed)
    first = builds[0] if builds else None
    search = loader.Loader(files, environment.get("LD_LIBRARY_PATH", ""))
    libraries = cuda.find_libraries(files, _owners(installed, dpkg, packages), search, first)
    libc = system.read_libc(files, packages)
    described = replace(
        image,
        complete=True,
        layers=tuple(
            replace(summary, unpacked=layer.unpacked)
            for summary, layer in zip(image.layers, layers, strict=True)
        ),
        os=system.read_operating_system(files),
        libc=libc,
        pythons=pythons,
        tensorflow=builds,
        cuda_libraries=libraries,
        cuda_gaps=cuda.find_gaps(files, first, libraries, search),
        pip=tuple(one.package for one in installed),
        conflicts=_conflicts(installed, pythons, first, image.platform),
        system=packages,
        missing_libraries=loader.find_missing_libraries(files, search),
        symbols=loader.find_symbol_needs(files, search, libc),
        sizes=sizes.sum_by_part(files, dpkg, sum(layer.unpacked for layer in layers)),
        notes=_notes(files, search),
    )
    return replace(
        described,
        mismatches=find_mismatches(
            described, Reference.try_parse(image.reference), loader.find_machines(files)
        ),
    )


def _owners(
    installed: tuple[Installed, ...], dpkg: Mapping[str, str], packages: tuple[Package, ...]
) -> dict[str, tuple[str, str]]:
    """Map the path of each CUDA library to the name and version of its package."""
    versions = {package.name: package.version for package in packages}
    owners = {
        path: (name, versions.get(name, ""))
        for path, name in dpkg.items()
        if CUDA.fullmatch(path.rpartition("/")[2])
    }
    for one in installed:
        for path in one.files:
            if CUDA.fullmatch(path.rpartition("/")[2]):
                owners[path] = (one.package.name, one.package.version)
    return owners


def _conflicts(
    installed: tuple[Installed, ...],
    pythons: tuple[Interpreter, ...],
    build: TensorFlowBuild | None,
    platform: str,
) -> tuple[Conflict, ...]:
    """Return the conflicts in the environment that contains TensorFlow; without TensorFlow, none."""
    if build is None:
        return ()
    minor = python.guess_minor(build.path, pythons)
    version = next((one.version for one in pythons if one.version.startswith(f"{minor}.")), f"{minor}.0")
    machine = MACHINES.get(platform.split("/")[1] if "/" in platform else "", "")
    return python.find_conflicts(python.select_environment(installed, build.path, pythons), version, machine)


def _notes(files: Filesystem, search: loader.Loader) -> tuple[str, ...]:
    notes = [f"CUDA stubs are on the library path: {folder}" for folder in cuda.find_stubs_on_path(search)]
    if any(
        path.endswith(("lib/rpm/rpmdb.sqlite", "lib/rpm/Packages", "lib/rpm/Packages.db"))
        for path in files.files
    ):
        notes.append("RPM packages are not listed: their database is not read")
    unread = [f"/{path}" for path, file in files.files.items() if file.elf and not file.elf.readable]
    notes += [f"this shared object could not be read: {path}" for path in sorted(unread)[:MAX_NOTED]]
    if len(unread) > MAX_NOTED:
        notes.append(f"and {len(unread) - MAX_NOTED} more shared objects")
    return tuple(notes)
