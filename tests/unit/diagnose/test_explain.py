"""What a text amounts to: stage and expectation outrank it, near twins differ, silence is an answer."""

from __future__ import annotations

import io

import pytest

from tf_docker_check.diagnose.explain import explain

INSUFFICIENT = "CUDA driver version is insufficient for CUDA runtime version"
NO_CUINIT = "E cuda_platform.cc:52] failed call to cuInit: UNKNOWN ERROR (303)"
NO_CUDART = "I cudart_stub.cc:31] Could not find cuda drivers on your machine, GPU will not be used."
NO_LIBCUDA = (
    "Could not load dynamic library 'libcuda.so.1'; dlerror: libcuda.so.1: cannot open shared object file"
)
NO_VERSION = "ERROR: Could not find a version that satisfies the requirement tensorflow (from versions: none)"
HANDLE = "E cuda_dnn.cc:534] Could not create cudnn handle: CUDNN_STATUS_INTERNAL_ERROR"
OLDER_DSO = "kernel version 396.44.0 does not match DSO version 390.30.0 -- cannot find working devices"
DSO = "kernel version 470.57.2 does not match DSO version 515.43.4 -- cannot find working devices"


def headline(text: str, stage: str | None = None, gpu: str = "unknown") -> str | None:
    return explain(text.encode(), stage, gpu).headline


@pytest.mark.parametrize(
    ("text", "stage", "gpu", "cause"),
    [
        (INSUFFICIENT, "run", "expected", "driver-too-old"),
        (INSUFFICIENT, "build", "expected", "gpu-not-exposed"),
        (f"#7 1.236 -> {INSUFFICIENT}", None, "unknown", "gpu-not-exposed"),
        (NO_CUINIT, "init", "expected", "gpu-image-on-cpu-host"),
        (NO_CUINIT, "init", "none", None),
        (NO_CUINIT, "import", "unknown", None),
        (f"$ docker run --gpus all image\n{NO_CUINIT}", "run", "unknown", "gpu-image-on-cpu-host"),
        (NO_CUDART, "run", "none", None),
        (NO_CUDART, "run", "expected", "cuda-lib-missing"),
        (f"{NO_CUDART}\n{NO_CUINIT}", "run", "expected", "gpu-image-on-cpu-host"),
        (f"{NO_LIBCUDA}\nkernel reported version is: 367.27.0", "init", "expected", "gpu-not-exposed"),
        ("Address already in use", "distributed", "none", "dist-address"),
        ("Address already in use", "run", "none", "dist-address"),
    ],
)
def test_stage_and_expectation_outrank_the_text(text, stage, gpu, cause):
    assert headline(text, stage, gpu) == cause


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("This TensorFlow binary was not compiled to use: AVX2 FMA", None),
        (
            "was compiled to use AVX instructions, but these aren't available on your machine.",
            "cpu-instruction",
        ),
        ("manifest for x/y:1 not found: manifest unknown: manifest unknown", "tag-not-found"),
        ("no matching manifest for linux/arm64/v8 in the manifest list entries", "arch-mismatch"),
        ("pthread_create failed for thread 1 of 8: Operation not permitted", "seccomp-syscall"),
        ("pthread_create failed for thread 1 of 8: Resource temporarily unavailable", "pids-limit"),
        ("write /usr/lib/libtorch.so: no space left on device", "disk-full"),
        ("OSError: [Errno 28] No space left on device: '/dev/shm/psm_12ab'", "shm-too-small"),
        (NO_VERSION, "no-wheel"),
        (f"FROM python:3.11-alpine\n{NO_VERSION}", "musl-base"),
        (f"WARNING: Retrying (Retry(total=4)) after connection broken by 'X'\n{NO_VERSION}", "network-tls"),
        (HANDLE, "gpu-oom"),
        (f"{HANDLE}\nMemory usage: 7438598144 bytes free, 8589410304 bytes total.", None),
        (DSO, "driver-mismatch"),
        (f"docker run nvidia/cuda:11.7.1 python\n{DSO}", "driver-too-old"),
        (f"{DSO}\nFailed to initialize NVML: Driver/library version mismatch", "driver-mismatch"),
        (OLDER_DSO, "driver-mismatch"),
        (f"root@0123456789ab:/# python\n{OLDER_DSO}", "driver-libs-in-image"),
        ("os::commit_memory(0x7f, 4) failed; error='Not enough space' (errno=12)", "host-oom"),
        ("Bus error (core dumped)", None),
        ("DataLoader worker (pid 1) is killed by signal: Bus error.", "shm-too-small"),
        ("requirement error: unsatisfied condition: cuda>=11.0", "driver-too-old"),
        ("nvidia-container-cli: requirement error: invalid expression", "toolkit-too-old"),
        (
            "/lib/python3.6/site-packages/tensorflow/core/k.so: undefined symbol: _ZN10tensorflow1A",
            "tf-overwritten",
        ),
        (
            "/lib/python3.6/site-packages/tensorflow_text/k.so: undefined symbol: _ZN10tensorflow1A",
            "custom-op-abi",
        ),
        ("[INFO] Intel(R) Extension for TensorFlow*\nnvidia-smi\nCannot dlopen some GPU libraries", None),
        ("Ignore above cudart dlerror if you do not have a GPU set up on your machine.", None),
        ("qemu: uncaught target signal 4 (Illegal instruction) - core dumped", "arch-mismatch"),
        ("Illegal instruction (core dumped)", "cpu-instruction"),
        ("Segmentation fault (core dumped)", None),
        ("ran out of memory trying to allocate 2GiB. The caller indicates that this is not a failure", None),
    ],
)
def test_near_twins(text, cause):
    assert headline(text) == cause


def test_a_consequence_comes_after_its_cause():
    text = f"{NO_VERSION}\nSSLError: CERTIFICATE_VERIFY_FAILED\nlibGL.so.1: cannot open shared object file"
    assert [finding.cause for finding in explain(text.encode()).findings] == [
        "network-tls",
        "system-lib-missing",
    ]


def test_evidence_is_the_line_with_its_number():
    (finding,) = explain(b"fine\nfine\nFATAL: kernel too old\n").findings
    assert [(one.line, one.text) for one in finding.evidence] == [(3, "FATAL: kernel too old")]
    assert finding.remedy


def test_the_remedy_fits_what_was_seen():
    runtime = explain(b'could not select device driver "" with capabilities: [[gpu]]').findings[0]
    step = explain(f"#7 1.2 {INSUFFICIENT}".encode(), "build").findings[0]
    assert "nvidia-ctk runtime configure" in runtime.remedy
    assert "build step never has a GPU" in step.remedy


def test_a_line_is_noise_only_where_it_speaks_for_no_cause():
    assert [one.name for one in explain(NO_CUINIT.encode(), "run", "none").noise] == ["no-gpu-found"]
    assert explain(NO_CUINIT.encode(), "run", "expected").noise == ()


def test_an_open_file_and_a_path_are_read_alike(tmp_path):
    path = tmp_path / "a.log"
    path.write_bytes(b"FATAL: kernel too old")
    assert explain(path) == explain(io.BytesIO(b"FATAL: kernel too old")) == explain(b"FATAL: kernel too old")
    with pytest.raises(FileNotFoundError):
        explain(tmp_path / "nothing")


@pytest.mark.parametrize("text", [b"", b"\n\n", b"\x00" * 100, bytes(range(256)) * 20, b"(" * 5000])
def test_what_says_nothing_is_met_with_silence(text):
    explanation = explain(text)
    assert (explanation.headline, explanation.findings) == (None, ())


def test_what_hangs_on_an_expectation_is_given_both_ways():
    explanation = explain(NO_CUINIT.encode())
    assert explanation.headline is None
    assert [one.cause for one in explanation.if_gpu_expected] == ["gpu-image-on-cpu-host"]
    assert explain(NO_CUINIT.encode(), None, "none").if_gpu_expected == ()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("Step 3/25 : RUN make", "stage", "build"),
        ("job:/job:worker/replica:0", "stage", "distributed"),
        ("0/3 nodes are available: 3 Insufficient nvidia.com/gpu.", "runtime", "Kubernetes"),
        ("INFO:    Could not find any nv files on this host!", "runtime", "Singularity/Apptainer"),
        ("slurmstepd: error: Detected 1 oom-kill event(s)", "runtime", "Slurm"),
        ("podman run --rm x", "runtime", "Podman"),
        ("Error: Cannot find module '@tensorflow/tfjs-node'", "product", "TensorFlow.js for Node"),
        ("tensorflow_model_server --port=8500", "product", "TensorFlow Serving"),
        ("LD_LIBRARY_PATH: /usr/local/cuda-10.2/targets/aarch64-linux/lib", "product", "Jetson"),
        ("docker run --gpus all x", "gpu", "expected"),
        ("CUDA_VISIBLE_DEVICES is set to -1 - this hides all GPUs from CUDA", "gpu", "none"),
    ],
)
def test_where_a_log_comes_from_is_inferred(text, kind, value):
    assert explain(text.encode()).inferred[kind] == value


def test_the_stage_of_a_line_is_that_of_the_mark_before_it():
    build, run = "Step 3/25 : RUN ./deviceQuery\n", "$ docker run --gpus all x\n"
    assert headline(f"{build}{INSUFFICIENT}") == "gpu-not-exposed"
    assert headline(f"{build}{run}{INSUFFICIENT}") == "driver-too-old"
    assert (
        headline(f"{INSUFFICIENT}\nThe command '/bin/sh -c x' returned a non-zero code: 1")
        == "gpu-not-exposed"
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "'visible_device_list' listed an invalid GPU id '3' but visible device count is 2",
            ("Device 3", "sees 2"),
        ),
        (
            "A module compiled using NumPy 1.x cannot be run in NumPy 2.2.6 as it may crash",
            ("numpy 2.2.6", "numpy<2"),
        ),
        ("Loaded runtime CuDNN library: 8.0.4 but source was compiled with: 8.1.0.", ("8.0.4", "8.1.0")),
        ("Bind for 0.0.0.0:8501 failed: port is already allocated.", ("Port 8501",)),
        ("Memory cgroup out of memory: Killed process 1\nkubectl describe pod", ("resources.limits",)),
        ("JavaScript heap out of memory", ("max-old-space-size",)),
    ],
)
def test_a_remedy_quotes_the_logs_own_values_and_fits_its_runtime(text, words):
    remedy = explain(text.encode()).findings[0].remedy
    assert all(word in remedy for word in words), remedy


def test_a_remedy_never_quotes_what_could_be_more_than_a_value():
    finding = explain(b"manifest for `x`<b>:1 not found: manifest unknown").findings[0]
    assert "<b>" not in finding.remedy


def test_what_may_be_meant_instead_comes_with_the_fact_that_decides():
    explanation = explain(b"Illegal instruction (core dumped)")
    assert [one.cause for one in explanation.instead] == ["arch-mismatch"]
    assert explain(b"FATAL: kernel too old").instead == ()
