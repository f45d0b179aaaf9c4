"""A success outranks earlier evidence of its own process; the last step's success, all of it."""

from __future__ import annotations

import pytest

from tf_docker_check.diagnose.explain import explain

KILLED = "/entrypoint.sh: line 3:    12 Killed                  python train.py"
NO_WHEEL = "ERROR: No matching distribution found for tensorflow==1.15.0"
NO_MODULE = "ModuleNotFoundError: No module named 'tensorflow'"
LIBCUDA = "ImportError: libcudart.so.12: cannot open shared object file: No such file or directory"
PASSED = "============ 12 passed, 1 skipped in 0.31s ============"
BUILT = "Successfully built 41da1f7a8099\nSuccessfully tagged app:latest"
INSTALLED = "Successfully installed tensorflow-2.16.1"
TRAINED = "Epoch 5/5\n32/32 - 0s - 2ms/step - accuracy: 0.53 - loss: 0.70"


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (f"{KILLED}\n{PASSED}", None),
        (f"{PASSED}\n{KILLED}", "host-oom"),  # an earlier success never outranks
        (f"{KILLED}\n===== 1 failed, 12 passed in 0.31s =====", "host-oom"),
        (f"{KILLED}\n{PASSED}\nTraceback (most recent call last):", "host-oom"),  # it went wrong after that
        (f"{KILLED}\nRan 3 tests in 0.002s\n\nOK (skipped=1)", None),
        (f"{KILLED}\nOK", "host-oom"),
        (f"{KILLED}\n{TRAINED}", None),
        (f"{KILLED}\nEpoch 4/5\n32/32 - 0s - loss: 0.70", "host-oom"),  # started again, and not at its end
        (f"{KILLED}\nEpoch 5/5\n\r1/32 - loss: 0.7\r32/32 - loss: 0.70", None),  # as a terminal shows it
        (f"{NO_WHEEL}\n{INSTALLED}", None),
        (f"{KILLED}\n{INSTALLED}", "host-oom"),  # pip's success says nothing of a killed program
        (f"#7 1.2 {NO_WHEEL}\n#7 3.4 {INSTALLED}", None),
        (f"#7 1.2 {NO_WHEEL}\n#8 3.4 {INSTALLED}", "no-wheel"),  # another step's
        (f"#7 1.2 {NO_WHEEL}\n#9 naming to docker.io/library/app done", None),  # the last step's
        (f"worker_0  | {KILLED}\nworker_1  | {PASSED}", "host-oom"),
        (f"worker_1  | {KILLED}\nworker_1  | {PASSED}", None),
        (f'{NO_MODULE}\n127.0.0.1 - - [x] "GET /predict HTTP/1.1" 200 -', None),
        (f'{KILLED}\n127.0.0.1 - - [x] "GET /predict HTTP/1.1" 200 -', "host-oom"),
        (f"{LIBCUDA}\n{TRAINED}", None),
        (f"$ docker run --gpus all app\n{LIBCUDA}\n{TRAINED}", "cuda-lib-missing"),  # it ran on the CPU
        (f"Step 3/4 : RUN nvidia-smi || true\n{NO_MODULE}\n{BUILT}", None),
        (f"#7 1.2 {KILLED}\n#9 naming to docker.io/library/app done", None),
        (f"worker_1  | {KILLED}\n{PASSED}", None),  # who waited for all workers reports it
        (f"{KILLED}\n{PASSED}\n0.01s call     test_a.py::test_it[ImportError: no]", None),
        (f"{KILLED}\n{PASSED}\nFAILED test_a.py::test_b - ImportError: no", "host-oom"),
        (f"{NO_MODULE}\nEnding Cell 3-----------", None),
        (f"Ending Cell 3-----------\n{NO_MODULE}", "python-env"),
        (f"{KILLED}\n{PASSED}\n{NO_MODULE}", "python-env"),  # passed, and then another step failed
        (f"{KILLED}\n{BUILT}\n{NO_MODULE}", "python-env"),
        (f"{KILLED}\nRan 3 tests in 0.002s\n\nOK\n{NO_MODULE}", "python-env"),
        (f"{KILLED}\nOK\n{NO_MODULE}", "host-oom"),
        (f"{KILLED}\n{INSTALLED}\n{NO_MODULE}", "host-oom"),
        (f"worker_0  | {KILLED}\nworker_1  | {PASSED}\n{NO_MODULE}", "host-oom"),
        (f"{PASSED}\n{KILLED}\n{NO_MODULE}", "host-oom"),
    ],
)
def test_success_outranks_what_is_earlier(text, cause):
    assert explain(text.encode()).headline == cause


@pytest.mark.parametrize(
    "line",
    [
        "test_memory.py::test_oom_killed_137[exit code 137] PASSED [ 50%]",
        "test_it (test_memory.Test_exit_code_137) exited with code 137 ... ok",
        "tests/test_memory.py::test_it[exited with code 137]",
        "___________ test_it[exited with code 137] ___________",
        "0.01s call     test_memory.py::test_it[exited with code 137]",
        "Step 3/4 : RUN echo exit code 137",
        "#6 [3/4] RUN echo exit code 137",
        "+ echo 'exit code 137'",
    ],
)
def test_what_no_program_complains_of_is_no_evidence(line):
    assert explain(line.encode()).headline is None
    assert explain(f"{line}\nexited with code 137".encode()).headline == "host-oom"


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (
            "tests/test_fit.py::test_fit[large] /entrypoint.sh: line 3:    12 Killed       pytest -v",
            "host-oom",
        ),
        ("tests/test_fit.py::test_fit Fatal Python error: Illegal instruction", "cpu-instruction"),
        ("test_fit (test_fit.TestFit.test_fit) ... Illegal instruction (core dumped)", "cpu-instruction"),
    ],
)
def test_what_ends_a_test_is_evidence(line, cause):
    assert explain(line.encode()).headline == cause


def test_a_success_far_above_the_end_is_not_known(tmp_path):
    log = tmp_path / "a.log"
    log.write_text(f"{KILLED}\n{PASSED}\n" + "done with a part of the work\n" * 200_000)
    assert explain(log).headline == "host-oom"
    log.write_text("done with a part of the work\n" * 200_000 + f"{KILLED}\n" + "more\n" * 9 + PASSED)
    assert explain(log).headline is None
