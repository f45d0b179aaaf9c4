"""Images that were looked into, for the tests of this room."""

from __future__ import annotations

from dataclasses import replace

from tf_docker_check.model.config import Gpu
from tf_docker_check.model.inspection import (
    CudaGap,
    CudaLibrary,
    Inspection,
    Interpreter,
    LayerSummary,
    Libc,
    OperatingSystem,
    Package,
    TensorFlowBuild,
)
from tf_docker_check.model.prediction import Prediction
from tf_docker_check.predict.inspected import subject_of_image
from tf_docker_check.predict.predict import predict_subject
from tf_docker_check.resources.hosts import Host, hosts

SITE = "/usr/local/lib/python3.11/dist-packages"
CAPABILITIES = ("sm_60", "sm_70", "sm_80", "sm_89", "compute_90")
GPU_BUILD = TensorFlowBuild("tensorflow", "2.21.0", SITE, True, "12.5.1", "9", CAPABILITIES)
CPU_BUILD = TensorFlowBuild("tensorflow_cpu", "2.21.0", SITE, cuda_build=False)
NO_CUDNN = CudaGap("libcudnn.so.9", "is not in the image")


def library(family: str, soname: str, version: str, path: str = "/usr/local/cuda/lib64") -> CudaLibrary:
    """A library where TensorFlow looks."""
    return CudaLibrary(family, soname, version, f"{path}/{soname}", reachable=True)


CUDA = (
    library("cudart", "libcudart.so.12", "12.5.82"),
    library("cudnn", "libcudnn.so.9", "9.3.0"),
)


def image(build: TensorFlowBuild | None = GPU_BUILD, **changes: object) -> Inspection:
    """Debian 12 with that TensorFlow."""
    plain = Inspection(
        reference="registry.example/mine:1",
        source="registry",
        image_id="sha256:" + "a" * 64,
        platform="linux/amd64",
        complete=True,
        layers=(LayerSummary(size=1_000_000_000, unpacked=2_000_000_000),),
        os=OperatingSystem("debian", "12", "Debian GNU/Linux 12 (bookworm)"),
        libc=Libc("glibc", "2.36", "3.4.30", "1.3.13"),
        pythons=(Interpreter("/usr/bin/python3.11", "3.11.2"),),
        tensorflow=(build,) if build else (),
        pip=(Package(build.distribution, build.version, SITE),) if build else (),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def told_of(inside: Inspection, host: str | Host, gpu: Gpu = Gpu.OFF) -> Prediction:
    """The prediction for it."""
    machine = hosts()[host] if isinstance(host, str) else host
    return predict_subject(subject_of_image(inside, gpu), machine)
