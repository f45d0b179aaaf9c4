"""A failing cell: facts confirm, text makes likely, both are told together where they agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tf_docker_check.diagnose.cell import diagnose_cell
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.config import Gpu
from tf_docker_check.model.finding import Confidence
from tf_docker_check.model.observation import BuildResult, BuildStep, Check, Death, Exit, ProbeRun
from tf_docker_check.model.status import Status

CELL = Cell("slim", "2.21.0", "3.12", "cpu")
NORMALLY = Exit(code=0)
CUDNN = "gpu.library.libcudnn.so.9"
BROKEN = {"by": "tensorflow", "name": "numpy", "wants": "<2", "found": "2.2.6"}


def causes(gpu=Gpu.OFF, build=None, ended=NORMALLY, output="", **checks):
    """The findings of a cell whose checks failed so: reason, or (reason, text, facts)."""
    failed = []
    for name, told in checks.items():
        reason, text, facts = (told, "", {}) if isinstance(told, str) else told
        check = Check(name.replace("_", "-"), Status.FAILED, reason, text=text, facts=facts)
        failed.append(replace(check, death=death(reason)))
    run = ProbeRun(tuple(failed), ended, output) if not build else None
    return diagnose_cell(build=build, run=run, gpu=gpu, cell=CELL)[0]


def death(reason):
    """The death that has *reason* for words, if it is one."""
    last = reason.rpartition(" ")[2]
    if reason.endswith("killed by the kernel, out of memory"):
        return Death(137, "SIGKILL", out_of_memory=True)
    if "killed by SIG" in reason:
        return Death(signal=last)
    return Death(int(last)) if reason.startswith("ended with exit code") else None


def one(*args, **kwargs):
    (finding,) = causes(*args, **kwargs)
    return finding.cause, finding.confidence


CONFIRMED, LIKELY = Confidence.CONFIRMED, Confidence.LIKELY


@pytest.mark.parametrize(
    ("failed", "expected"),
    [
        ({"import": ("killed by SIGILL", "", {"cpu.flags": ["sse4_2"]})}, ("cpu-instruction", CONFIRMED)),
        ({"data": ("killed by SIGBUS", "", {"limits.shm": 1 << 20})}, ("shm-too-small", CONFIRMED)),
        ({"data": ("killed by SIGBUS", "", {"limits.shm": 8 << 30})}, ("shm-too-small", LIKELY)),
        ({"matmul": "killed by the kernel, out of memory"}, ("host-oom", CONFIRMED)),
        (
            {"distributed-host": ("worker 0 has …", "", {"distributed.versions": ["2.21.0", "2.20.0"]})},
            ("dist-version-skew", CONFIRMED),
        ),
        (
            {"distributed-bridge": ("worker 0 lists …", "", {"distributed.devices": ["1 GPU", "1 CPU"]})},
            ("dist-hetero-workers", CONFIRMED),
        ),
        (
            {"distributed-bridge": ("worker 0: peers: …", "", {"distributed.unresolved": "worker-1"})},
            ("dist-address", CONFIRMED),
        ),
        (
            {"distributed-bridge": ("worker 1: peers: …", "", {"distributed.port_taken": 2222})},
            ("dist-address", CONFIRMED),
        ),
        (
            {"distributed-bridge": "worker 1: import: killed by the kernel, out of memory"},
            ("host-oom", CONFIRMED),
        ),
        ({"data": ("BrokenProcessPool", "", {"memory.oom_kills": 1})}, ("host-oom", CONFIRMED)),
        (
            {
                "command: pip install six": (
                    "ended with exit code 1",
                    "error: externally-managed-environment",
                    {"python.externally_managed": "/usr/lib/python3.11/EXTERNALLY-MANAGED"},
                )
            },
            ("python-env", CONFIRMED),
        ),
        (
            {
                "import": (
                    "No module",
                    "",
                    {"tensorflow.distributions": {}, "python.executable": "/usr/bin/python3"},
                )
            },
            ("python-env", CONFIRMED),
        ),
        (
            {
                "environment": (
                    "asked for TensorFlow 2.21.0, found tensorflow 2.15.1",
                    "",
                    {"tensorflow.distributions": {"tensorflow": "2.15.1"}},
                )
            },
            ("tf-overwritten", CONFIRMED),
        ),
        (
            {
                "import": (
                    "ImportError",
                    "",
                    {"tensorflow.distributions": {"tensorflow": "2"}, "requirements.broken": [BROKEN]},
                )
            },
            ("numpy-abi", CONFIRMED),
        ),
        ({"import": ("ImportError: x", "", {"libc.kind": "musl"})}, ("musl-base", CONFIRMED)),
        ({"import": ("FileNotFoundError", "", {"user.tmp": None})}, ("permission", CONFIRMED)),
        (
            {"import": "ImportError: libGL.so.1: cannot open shared object file"},
            ("system-lib-missing", LIKELY),
        ),
    ],
)
def test_a_cause_on_a_cpu_cell(failed, expected):
    assert one(**failed) == expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"gpu.nodes": [], "gpu.kernel_driver": ""}, "gpu-image-on-cpu-host"),
        ({"gpu.nodes": [], "gpu.kernel_driver": "550.54"}, "gpu-not-exposed"),
        ({"gpu.cuinit": 100, "gpu.nodes": ["/dev/nvidia0"], "gpu.kernel_driver": ""}, "gpu-not-exposed"),
        ({"gpu.cuinit": 803}, "driver-mismatch"),
        ({"gpu.cuinit": 804}, "driver-too-old"),
        ({"gpu.cuinit": 802}, "gpu-driver-state"),
        ({"gpu.cuinit": 500}, "toolkit-too-old"),
        (
            {"gpu.cuinit": 34, "gpu.libcuda_is_stub": True, "gpu.libcuda": "/x/stubs/libcuda.so"},
            "system-lib-conflict",
        ),
        ({"gpu.cuinit": 0, "gpu.nvml": 18}, "driver-mismatch"),
        ({"gpu.cuinit": 0, "gpu.count": 0}, "gpu-not-exposed"),
    ],
)
def test_a_promised_gpu_that_is_not_there(facts, expected):
    assert one(Gpu.REQUIRE, gpu_exposed=("no GPU", "", facts)) == (expected, CONFIRMED)


@pytest.mark.parametrize(
    ("name", "facts", "expected"),
    [
        ("gpu_static", {CUDNN: {"path": "", "elsewhere": []}}, "cuda-lib-missing"),
        ("gpu_static", {CUDNN: {"path": "", "elsewhere": ["/usr/lib/libcudnn.so.8"]}}, "cudnn-mismatch"),
        (
            "gpu_static",
            {CUDNN: {"path": "", "elsewhere": ["/x/nvidia/lib/libcudnn.so.9"]}},
            "cuda-lib-missing",
        ),
        (
            "gpu_static",
            {"gpu.library.libcublas.so.12": {"path": "", "elsewhere": ["/usr/lib/libcublas.so.11"]}},
            "cuda-version-mismatch",
        ),
        (
            "gpu_static",
            {CUDNN: {"path": "/usr/lib/libcudnn.so.9", "version": "9.1.0"}, "wanted.cudnn_minor": "9.3"},
            "cudnn-mismatch",
        ),
        ("gpu_matmul", {"gpu.driver_cuda": "11.4", "wanted.cuda": "12.5.1"}, "driver-too-old"),
        (
            "gpu_matmul",
            {
                "wanted.architectures": ["sm_60", "sm_80"],
                "gpu.devices": [{"name": "K80", "capability": "3.7"}],
            },
            "gpu-arch-unsupported",
        ),
    ],
)
def test_libraries_and_cards(name, facts, expected):
    assert one(Gpu.REQUIRE, **{name: ("not ready", "", facts)}) == (expected, CONFIRMED)


HERE = {"file": "cv2/core.so", "of": "opencv-python", "module": "cv2"}


@pytest.mark.parametrize(
    ("kind", "row", "expected"),
    [
        ("missing", {"library": "libGL.so.1"}, ["system-lib-missing"]),
        ("version", {"wants": "GLIBC_2.99", "library": "/lib/libc.so.6"}, ["glibc-too-old"]),
        ("version", {"wants": "CXXABI_1.3.15", "library": "/lib/libstdc++.so.6"}, ["libstdcxx-too-old"]),
        (
            "version",
            {"wants": "GLIBCXX_3.4.21", "library": "/old/libstdc++.so.6", "better": "/lib/libstdc++.so.6"},
            ["system-lib-conflict", "libstdcxx-too-old"],
        ),
        ("version", {"wants": "OPENSSL_3.0.0", "library": "/x/libssl.so.3"}, ["system-lib-conflict"]),
        ("symbol", {"symbol": "_ZN10tensorflow1xE"}, ["custom-op-abi"]),
    ],
)
def test_what_the_loader_misses(kind, row, expected):
    facts = {"libraries.broken": {"cv2": "x"}, f"libraries.{kind}": [{**HERE, **row}]}
    found = causes(libraries=("cv2 cannot be imported", "", facts))
    assert [(one.cause, one.confidence) for one in found] == [(cause, CONFIRMED) for cause in expected]


GONE = {"count": 79, "files": ["tensorflow/python/framework/__init__.py"]}


@pytest.mark.parametrize(
    ("reason", "facts", "expected"),
    [
        (
            "KeyboardInterrupt",
            {"threads.error": "EPERM", "syscalls.refused": ["clone3"]},
            [("seccomp-syscall", CONFIRMED)],
        ),
        (
            "it is denied: Operation not permitted",
            {"syscalls.refused": ["statx"]},
            [("seccomp-syscall", LIKELY)],
        ),
        ("ValueError", {"syscalls.refused": ["statx"]}, []),
        ("the thread is gone", {"threads.error": "EAGAIN", "limits.pids": 4}, [("pids-limit", CONFIRMED)]),
        ("ValueError", {"threads.error": "EAGAIN"}, []),
        ("killed by SIGILL", {"cpu.avx": False, "cpu.flags": ["avx"]}, [("cpu-instruction", CONFIRMED)]),
        ("ImportError", {"tensorflow.gone.tensorflow-cpu": GONE}, [("tf-overwritten", CONFIRMED)]),
        ("ImportError", {"tensorflow.changed.tensorflow-cpu": GONE}, [("tf-overwritten", LIKELY)]),
        ("AttributeError", {"tensorflow.leftovers": "/x/tensorflow"}, [("tf-overwritten", CONFIRMED)]),
        ("ImportError", {"tensorflow.gone.tensorflow": {"files": []}, "tensorflow.changed.x": 3}, []),
    ],
)
def test_what_was_tried_before_tensorflow(reason, facts, expected):
    found = causes(**{"import": (reason, "", facts)})
    assert [(one.cause, one.confidence) for one in found] == expected


def test_what_the_loader_misses_for_a_plug_in_nobody_opens_is_no_cause():
    facts = {"libraries.broken": {}, "libraries.missing": [{**HERE, "library": "libGL.so.1"}]}
    assert causes(matmul=("the product is wrong", "", facts)) == ()


def test_the_words_of_a_static_tls_failure_get_their_file():
    facts = {"libraries.static_tls": [{**HERE, "bytes": 3_000_000}, "x"]}
    text = "ImportError: /x.so: cannot allocate memory in static TLS block"
    (finding,) = causes(**{"command: ./train": ("ended with exit code 1", text, facts)})
    assert (finding.cause, finding.confidence) == ("system-lib-conflict", CONFIRMED)
    assert "3000000 bytes" in finding.evidence[0].text


@pytest.mark.parametrize("capability", ["8.0", "8.6", "9.0", "12.0"])
def test_newer_cards_are_served_by_ptx(capability):
    facts = {
        "wanted.architectures": ["sm_80", "compute_90"],
        "gpu.devices": [{"name": "card", "capability": capability}],
    }
    assert causes(Gpu.REQUIRE, gpu_matmul=("wrong", "", facts)) == ()


def test_gpu_messages_are_noise_on_a_cpu_cell():
    output = "failed call to cuInit: UNKNOWN ERROR (303)"
    assert causes(output=output, matmul="the product is wrong") == ()


def test_fact_and_text_that_agree_are_told_together():
    text = "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.2.6"
    facts = {"tensorflow.distributions": {"tensorflow": "2.15.1"}, "requirements.broken": [BROKEN]}
    (finding,) = causes(**{"import": ("ImportError", text, facts)})
    assert finding.confidence is CONFIRMED
    assert [(one.text, one.line) for one in finding.evidence] == [
        ("tensorflow wants numpy<2, installed is 2.2.6", 0),
        (text, 0),
    ]


def test_a_line_that_stands_in_several_texts_is_told_once():
    line = "ImportError: cannot import name 'runtime_version' from 'google.protobuf'"
    (finding,) = causes(**{"import": (line, f"Traceback\n{line}", {})}, output=f"{line}\n")
    assert [proof.text for proof in finding.evidence] == [line]


def test_a_confirmed_cause_comes_before_a_likely_one():
    found = causes(**{"import": ("killed by SIGILL", "FATAL: kernel too old", {})})
    assert [finding.cause for finding in found] == ["cpu-instruction", "kernel-too-old"]


def test_a_time_limit_is_no_cause():
    timed_out = Exit(code=137, signal="SIGKILL", timed_out=True)
    assert causes(ended=timed_out, matmul="timed out after 60 s") == ()


def test_a_command_that_a_shell_saw_dying():
    found = causes(**{"command: ./train": "ended with exit code 132"})
    assert [finding.cause for finding in found] == ["cpu-instruction"]


@pytest.mark.parametrize(
    ("status", "reason", "log", "cause"),
    [
        (Status.FAILED, "exit code: 1", "error: externally-managed-environment", "python-env"),
        (
            Status.ERRORED,
            "toomanyrequests: You have reached your pull rate limit",
            "",
            "registry-auth-or-limit",
        ),
        (Status.ERRORED, "x509: certificate signed by unknown authority", "", "network-tls"),
        (Status.ERRORED, "write /var/lib/docker/x: no space left on device", "", "disk-full"),
        (
            Status.FAILED,
            "exit code: 1",
            f"-> {'CUDA driver version is insufficient for CUDA runtime version'}",
            "gpu-not-exposed",
        ),
    ],
)
def test_a_build_that_did_not_end_well(status, reason, log, cause):
    build = BuildResult(status, reason=reason, log=log, steps=(BuildStep("RUN x", error=reason, log=log),))
    assert causes(build=build)[0].cause == cause


def test_a_build_killed_for_memory():
    (finding,) = causes(build=BuildResult(Status.FAILED, reason="it failed", exit_code=137))
    assert (finding.cause, finding.confidence) == ("host-oom", LIKELY)


def test_what_passed_has_no_cause():
    run = ProbeRun(
        (Check("import", Status.PASSED),), Exit(code=0), output="error: externally-managed-environment"
    )
    assert diagnose_cell(build=None, run=run, gpu=Gpu.OFF, cell=CELL)[0] == ()


def test_hostile_facts_are_no_trouble():
    facts = {
        "tensorflow.distributions": {"tensorflow": "2"},
        "requirements.broken": ["x", {"by": 3}],
        "gpu.devices": ["x", {}],
        "wanted.architectures": ["sm_", 7],
        "gpu.library.x": "y",
        "cpu.flags": "all",
        "limits.shm": "big",
    }
    found = causes(Gpu.REQUIRE, **{"import": ("killed by SIGBUS", "", facts), "gpu_matmul": "wrong"})
    assert [finding.cause for finding in found] == ["shm-too-small"]


TRACE = 'Traceback (most recent call last):\n  File "{}", line 7, in <module>\n{}\n'


@pytest.mark.parametrize(
    ("file", "error", "expected"),
    [
        ("/app/check.py", "ValueError: accuracy is too low", "user-code"),
        ("/app/check.py", "PermissionError: [Errno 13] Permission denied: '/x'", "permission"),
        ("/usr/lib/python3/dist-packages/strange/__init__.py", "ValueError: strange", ""),
        ("/usr/lib/python3.11/enum.py", "ValueError: strange", ""),
        (
            "/app/check.py",
            "AssertionError\ncudart_stub.cc:31] Could not find cuda drivers on your machine",
            "",
        ),
        (
            "/app/check.py",
            "AssertionError\ngpu_device.cc:2365] Cannot dlopen some GPU libraries. Please make sure",
            "",
        ),
    ],
)
def test_the_program_is_blamed_when_nothing_else_explains_an_error_of_its_own(file, error, expected):
    text = TRACE.format(file, error)
    found = causes(**{"command: python check.py": ("ended with exit code 1", text, {})})
    assert [finding.cause for finding in found] == ([expected] if expected else [])


def test_a_build_that_runs_the_users_program_is_told_apart_from_one_that_compiles_a_package():
    own = BuildResult(Status.FAILED, log=TRACE.format("<string>", "ValueError: no data"))
    pip = BuildResult(Status.FAILED, log=TRACE.format("/tmp/pip-install-x/setup.py", "ValueError: odd"))
    assert one(build=own) == ("user-code", LIKELY)
    assert causes(build=pip) == ()


def test_text_does_not_explain_away_what_facts_confirm():
    read = "qemu: uncaught target signal 4 (Illegal instruction) - core dumped"
    found = causes(output=read, **{"import": ("killed by SIGILL", "", {"cpu.flags": ["sse4_2"]})})
    assert [finding.cause for finding in found] == ["cpu-instruction", "arch-mismatch"]


FIRST, THIRD = "command: python a.py", "command: python c.py"


def test_the_cause_of_one_command_is_not_told_of_another():
    assert not causes(**{FIRST: "ended with exit code 1", THIRD: "killed by the kernel, out of memory"})
    first, third = causes(
        **{
            FIRST: ("ended with exit code 1", "error: externally-managed-environment", {}),
            THIRD: "killed by the kernel, out of memory",
        }
    )
    assert (first.cause, third.cause) == ("python-env", "host-oom")
    assert third.evidence[0].text.startswith(f"{THIRD}: ")


def test_what_the_ladder_printed_and_how_it_ended_is_not_told_of_a_command():
    ended = Exit(code=137, oom_killed=True)
    assert not causes(
        ended=ended, output="error: externally-managed-environment", **{FIRST: "ended with exit code 1"}
    )


@pytest.mark.parametrize(
    ("wants", "named"), [("<8.0.0,>=6.31.1", True), ("`; curl evil`", False), ("", False)]
)
def test_a_remedy_takes_its_bounds_from_what_is_installed(wants, named):
    row = {"by": "tensorflow", "name": "protobuf", "wants": wants, "found": "4.25.8"}
    (finding,) = causes(
        **{
            "import": (
                "ImportError: cannot import name 'runtime_version' from 'google.protobuf'",
                "",
                {"requirements.broken": [row], "tensorflow.distributions": {"tensorflow": "2.21.0"}},
            )
        }
    )
    assert (f"`protobuf{wants}`" in finding.remedy) is named
    assert ("5.28" in finding.remedy) is not named


@pytest.mark.parametrize(
    "failed",
    [
        {"matmul": "killed by SIGKILL"},
        {"command: ./train": ("ended with exit code 137", "Killed", {})},
        {
            "command: ./train": (
                "ended with exit code 1",
                "worker was sent SIGKILL! Perhaps out of memory?",
                {},
            )
        },
    ],
)
def test_memory_is_named_by_the_kernels_word_alone(failed):
    assert causes(**failed) == ()
