"""CUDA, cuDNN and NCCL in an image, and what a TensorFlow built for CUDA will not find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tf_docker_check.inspection.elf import Elf
from tf_docker_check.inspection.filesystem import Filesystem
from tf_docker_check.inspection.interest import CUDA
from tf_docker_check.inspection.loader import Loader
from tf_docker_check.inspection.versions import parse_numbers
from tf_docker_check.model.inspection import CudaGap, CudaLibrary, TensorFlowBuild
from tf_docker_check.model.text import one_line

# Major versions in sonames per CUDA release line. Source: the file names in NVIDIA's redistributable
# wheels nvidia-*-cu11 and nvidia-*-cu12. TensorFlow is built for these since 2.5; 2.4's CUDA 11.0 still
# had libcusolver.so.10.
_SONAMES = {
    11: {
        "cudart": "11.0",
        "cublas": "11",
        "cublasLt": "11",
        "cufft": "10",
        "cusolver": "11",
        "cusparse": "11",
    },
    12: {"cudart": "12", "cublas": "12", "cublasLt": "12", "cufft": "11", "cusolver": "11", "cusparse": "12"},
}


def find_libraries(
    files: Filesystem, owners: Mapping[str, tuple[str, str]], loader: Loader, build: TensorFlowBuild | None
) -> tuple[CudaLibrary, ...]:
    """Return each CUDA library once, by its real path. *owners* maps paths to (package, version)."""
    opener = _opener(files, build)
    libraries = [
        _library(path, files, owners, loader, opener) for path in sorted(files.files) if _is_real(files, path)
    ]
    return tuple(sorted(libraries, key=lambda library: (library.family, library.path)))


def _is_real(files: Filesystem, path: str) -> bool:
    name = path.rpartition("/")[2]
    return bool(CUDA.fullmatch(name)) and files.files[path].kind == "file" and "/stubs/" not in path


def _library(
    path: str,
    files: Filesystem,
    owners: Mapping[str, tuple[str, str]],
    loader: Loader,
    opener: tuple[str, Elf] | None,
) -> CudaLibrary:
    name, elf = path.rpartition("/")[2], files.files[path].elf
    match = CUDA.fullmatch(name)
    assert match is not None
    soname = elf.soname if elf and elf.soname else name
    package, package_version = owners.get(path, ("", ""))
    version = match["version"].lstrip(".")
    if "." not in version or version == "11.0":  # a soname, no version: CUDA 11's cudart keeps 11.0
        version = package_version or version
    reachable = None if opener is None else loader.find(soname, *opener) == f"/{path}"
    return CudaLibrary(
        match["family"], one_line(soname, 100), one_line(version, 60), f"/{path}", package, reachable
    )


def _opener(files: Filesystem, build: TensorFlowBuild | None) -> tuple[str, Elf] | None:
    """Return the object that opens the CUDA libraries, TensorFlow's framework library, with its path."""
    if build is None:
        return None
    for name in ("libtensorflow_framework.so.2", "libtensorflow_framework.so.1"):
        path = files.resolve(f"{build.path}/tensorflow/{name}")
        file = files.file(path) if path else None
        if path and file and file.elf and file.elf.readable:
            return path, file.elf
    return None


def wanted_libraries(build: TensorFlowBuild) -> dict[str, str]:
    """Return the libraries that *build* opens before it uses a GPU, by family; empty if unknown."""
    line = parse_numbers(build.cuda)
    if not build.cuda_build or not line or line[:2] == (11, 0) or line[0] not in _SONAMES:
        return {}
    names = {family: f"lib{family}.so.{version}" for family, version in _SONAMES[line[0]].items()}
    cudnn = parse_numbers(build.cudnn)[:1]
    return names | ({"cudnn": f"libcudnn.so.{cudnn[0]}"} if cudnn else {})


def find_gaps(
    files: Filesystem, build: TensorFlowBuild | None, libraries: tuple[CudaLibrary, ...], loader: Loader
) -> tuple[CudaGap, ...]:
    """Return what *build* opens and will not find. One gap is enough for TensorFlow to use no GPU."""
    opener = _opener(files, build)
    if build is None or opener is None:
        return ()
    return tuple(_gaps(wanted_libraries(build), libraries, loader, opener))


def _gaps(
    names: Mapping[str, str], libraries: tuple[CudaLibrary, ...], loader: Loader, opener: tuple[str, Elf]
) -> Iterator[CudaGap]:
    for family, soname in names.items():
        if loader.find(soname, *opener) is None:
            same = [library for library in libraries if library.soname == soname]
            other = [library for library in libraries if library.family == family]
            if same:
                yield CudaGap(soname, f"is at {same[0].path}, where TensorFlow does not look")
            elif other:
                yield CudaGap(soname, f"the image has {other[0].soname} instead")
            else:
                yield CudaGap(soname, "is not in the image")


def find_stubs_on_path(loader: Loader) -> tuple[str, ...]:
    """Return the folders of CUDA's stub libraries on the library path, where they hide the driver."""
    return tuple(folder for folder in (*loader.environment, *loader.configured) if "/stubs" in folder)
