"""GPU readiness without a GPU: each CUDA library that TensorFlow opens, looked for where it looks.

TensorFlow opens them from libtensorflow_framework, and registers no GPU when one is missing. The
libraries load, and answer what version they are, on a machine without any driver.
"""

import ctypes
import glob
import os
import re

from tf_docker_check.resources.probes.build_info import read_build_info, tensorflow_folder
from tf_docker_check.resources.probes.elf import search_folders
from tf_docker_check.resources.probes.frame import Fail, Skip
from tf_docker_check.resources.probes.library_versions import version_of
from tf_docker_check.resources.probes.loaded import loaded_from
from tf_docker_check.resources.probes.packages import REQUIREMENT, TENSORFLOWS, distributions, normal

# soname suffixes by CUDA version; cuDNN's is its own major version
SONAMES = {
    "11.0": {
        "cudart": "11.0",
        "cublas": "11",
        "cublasLt": "11",
        "cufft": "10",
        "cusolver": "10",
        "cusparse": "11",
    },
    "11": {
        "cudart": "11.0",
        "cublas": "11",
        "cublasLt": "11",
        "cufft": "10",
        "cusolver": "11",
        "cusparse": "11",
    },
    "12": {
        "cudart": "12",
        "cublas": "12",
        "cublasLt": "12",
        "cufft": "11",
        "cusolver": "11",
        "cusparse": "12",
    },
}
SYSTEM_FOLDERS = (
    "/usr/local/cuda*/lib64",
    "/usr/lib/*-linux-gnu",
    "/usr/lib64",
    "/usr/lib",
    "/opt/conda/lib",
)


def gpu_static(fact):
    info = read_build_info()
    if not tensorflow_folder():
        raise Skip("there is no TensorFlow to look at")
    if info is None:
        raise Skip("unknown: this TensorFlow does not say what it was built for")
    if not info.get("is_cuda_build"):
        raise Fail("not ready: this TensorFlow was built without CUDA")
    libraries = {}
    for name in sonames(info):
        libraries[name] = examine(name)
        fact("gpu.library." + name, libraries[name])
    problems = missing(libraries) + old_cudnn(fact, libraries)
    fact("gpu.ready", not problems)
    if problems:
        raise Fail("not ready: " + "; ".join(problems))


def sonames(info):
    """The file names that a TensorFlow of this build opens."""
    cuda = str(info.get("cuda_version", ""))
    cudnn = str(info.get("cudnn_version", "")).split(".")[0]
    suffixes = SONAMES.get(cuda) or SONAMES.get(cuda.split(".")[0])
    if not suffixes or not cudnn:
        raise Skip("unknown: it is not known what a build for CUDA %r, cuDNN %r opens" % (cuda, cudnn))
    return ["lib%s.so.%s" % pair for pair in suffixes.items()] + ["libcudnn.so." + cudnn]


def examine(name):
    """What opening the library as TensorFlow would shows.

    path and by (how it was found), empty where it was not; version it answers; error of the
    loader; elsewhere: files of the same library where TensorFlow does not look.
    """
    result = {"path": "", "by": "", "version": "", "error": "", "elsewhere": []}
    path, by = look_up(name)
    try:
        library = ctypes.CDLL(path or name)
    except OSError as error:
        result["error"] = str(error)
        result["elsewhere"] = elsewhere(name)
        return result
    result["path"], result["by"] = path or loaded_from(name) or name, by
    result["version"] = version_of(name, library)
    return result


def look_up(name):
    """The first file along LD_LIBRARY_PATH and TensorFlow's own RUNPATH; the loader has the rest."""
    for folder in os.environ.get("LD_LIBRARY_PATH", "").split(":"):
        if folder and os.path.isfile(os.path.join(folder, name)):
            return os.path.join(folder, name), "LD_LIBRARY_PATH"
    for folder in runpath():
        if os.path.isfile(os.path.join(folder, name)):
            return os.path.join(folder, name), "RUNPATH"
    return "", "system"


def runpath():
    for library in sorted(glob.glob(os.path.join(tensorflow_folder(), "libtensorflow_framework.so*"))):
        try:
            return search_folders(library)
        except (OSError, ValueError):
            continue
    return []


def elsewhere(name):
    """Files of the same library, of whatever version, that TensorFlow does not find by itself."""
    stem = name.partition(".so")[0]
    site = os.path.dirname(tensorflow_folder())
    folders = [os.path.join(site, "nvidia", "*", "lib")] + list(SYSTEM_FOLDERS)
    paths = []
    for folder in folders:
        paths += glob.glob(os.path.join(folder, stem + ".so.*"))
    return sorted(paths)[:5]


def missing(libraries):
    """What to say of the libraries that could not be opened, those that are nowhere in one breath."""
    problems, nowhere = [], []
    for name, examined in libraries.items():
        if examined["path"]:
            continue
        others = examined["elsewhere"]
        same = [path for path in others if os.path.basename(path) == name]
        absent = (
            "cannot open shared object file" in examined["error"] and name in examined["error"].split(":")[0]
        )
        if not absent:
            problems.append("%s does not load: %s" % (name, examined["error"]))
        elif same:
            folder = os.path.dirname(same[0])
            problems.append("%s is in %s, where TensorFlow does not look" % (name, folder))
        elif others:
            has = ", ".join(os.path.basename(path) for path in others)
            problems.append("needs %s, image has %s" % (name, has))
        else:
            nowhere.append(name)
    return problems + (["the image has no " + ", ".join(nowhere)] if nowhere else [])


def old_cudnn(fact, libraries):
    """A cuDNN below the one this wheel's and-cuda extra names: the first convolution would fail."""
    wanted = declared_cudnn()
    have = next(
        (version["version"] for name, version in libraries.items() if name.startswith("libcudnn")), ""
    )
    if not wanted or not have:
        return []
    fact("wanted.cudnn_minor", wanted)
    if numbers(have)[:2] >= numbers(wanted)[:2]:
        return []
    return ["needs cuDNN %s or later, image has %s" % (wanted, have)]


def declared_cudnn():
    """Major and minor of the cuDNN that the installed wheel's metadata names, or empty."""
    installed = distributions()
    for name in TENSORFLOWS:
        for requirement in installed[name][1] if name in installed else ():
            parts = REQUIREMENT.match(requirement)
            if parts and normal(parts.group(1)).startswith("nvidia-cudnn-cu"):
                version = re.search(r"(?:==|>=)\s*(\d+\.\d+)", parts.group(2))
                return version.group(1) if version else ""
    return ""


def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)]
