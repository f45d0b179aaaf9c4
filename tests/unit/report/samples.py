"""Results that every report is shown, from healthy to hostile."""

from __future__ import annotations

from dataclasses import replace

from tf_docker_check.model.blame import Blame, CellBase, Change, FaultOwner
from tf_docker_check.model.cell import Cell
from tf_docker_check.model.finding import Confidence, Evidence, Finding, Noise
from tf_docker_check.model.image import EngineInfo, Image
from tf_docker_check.model.observation import BuildResult, BuildStep, Check, Exit
from tf_docker_check.model.recipe import Excluded
from tf_docker_check.model.results import CellResult, Results, RunInfo
from tf_docker_check.model.status import Status

DIGEST = "sha256:" + "0123456789abcdef" * 4
RUN = RunInfo("0.1.0", "2026-03-01T02:03:04Z", 312.5, "example/project", "f00ba4" + "0" * 34, "1234")
ENGINE = EngineInfo(
    "docker",
    "28.0.4",
    "buildx 0.36.1",
    True,
    "unix:///var/run/docker.sock",
    "6.11",
    "Ubuntu 24.04",
    "amd64",
    4,
    16 * 10**9,
)
RUNGS = (
    "interpreter",
    "environment",
    "import",
    "devices",
    "matmul",
    "conv",
    "xla",
    "fit",
    "data",
    "save-load",
)


def checks(
    failing: str = "", reason: str = "", text: str = "", status: Status = Status.FAILED
) -> tuple[Check, ...]:
    """The ladder; after a failing import nothing runs."""
    found: list[Check] = []
    for name in RUNGS:
        if failing == "import" and found and found[-1].name == "import":
            return (
                *found,
                *(Check(rest, Status.SKIPPED, "TensorFlow was not imported") for rest in RUNGS[3:]),
            )
        bad = name == failing
        found.append(
            Check(
                name,
                status if bad else Status.PASSED,
                reason if bad else "",
                3.25 if name == "import" else 0.25,
                text=text if bad else "",
            )
        )
    return tuple(found)


def passed(cell: Cell, *, gb: float = 1.6, stand_in: bool = False, gpu: str = "off") -> CellResult:
    python = cell.python or "3.11"
    return CellResult(
        cell.id,
        cell,
        Status.PASSED,
        gpu,
        build=BuildResult(Status.PASSED, 31.5, 4.0, base="python:3.12-slim", base_digest=DIGEST),
        image=Image("sha256:" + "ab" * 32, size=int(gb * 1e9), stand_in=stand_in),
        checks=checks(),
        exit=Exit(0, seconds=9.5),
        facts={"tensorflow.version": cell.tensorflow, "python.version": python},
        seconds=41.0,
    )


HEALTHY = passed(Cell("slim", "2.21.0", "3.12", "cpu"))
STAND_IN = passed(Cell("official", "2.21.0", "", "cpu"), gb=1.81, stand_in=True)

TRACEBACK = """\
Traceback (most recent call last):
  File "/usr/lib/python3/dist-packages/tensorflow/python/__init__.py", line 40, in <module>
ImportError: numpy.core.umath failed to import"""

FAILING_IMPORT = replace(
    passed(Cell("slim", "2.15.1", "3.11", "cpu")),
    status=Status.FAILED,
    reason="import: numpy.core.umath failed to import",
    findings=(
        Finding(
            "numpy-abi",
            "numpy was built for another ABI",
            Confidence.CONFIRMED,
            (
                Evidence(
                    "A module that was compiled using NumPy 1.x cannot be run in NumPy 2.2.6 as it may crash",
                    12,
                ),
                Evidence("tensorflow 2.15.1 wants numpy <2.0.0,>=1.23.5, found 2.2.6"),
            ),
            "pin `numpy<2`, or take TensorFlow 2.18 or newer",
        ),
        Finding(
            "dependency-conflict",
            "a pinned dependency does not hold",
            Confidence.LIKELY,
            remedy="run `pip check` in the image",
        ),
    ),
    checks=checks("import", "numpy.core.umath failed to import", TRACEBACK),
    exit=Exit(1, seconds=3.5),
    output="WARNING: something harmless\n" * 3,
    reproduce=f"docker run --rm --network none --entrypoint python slim@{DIGEST} -c 'import tensorflow'",
)

BUILD_FAILURE = CellResult(
    "mine/py3.13@cpu",
    Cell("mine", "", "3.13", "cpu"),
    Status.FAILED,
    reason='process "/bin/sh -c pip install tensorflow==2.15.1" did not complete successfully: exit code: 1',
    findings=(
        Finding(
            "no-wheel",
            "no TensorFlow wheel for this Python",
            Confidence.LIKELY,
            (Evidence("ERROR: No matching distribution found for tensorflow==2.15.1", 2),),
            "take Python 3.11, or TensorFlow 2.20 or newer",
        ),
    ),
    build=BuildResult(
        Status.FAILED,
        12.0,
        3.0,
        steps=(
            BuildStep("[1/2] FROM python:3.13-slim", 3.0),
            BuildStep("[2/2] RUN pip install tensorflow==2.15.1", 9.0, error="exit code: 1", line=2),
        ),
        reason="exit code: 1",
        log="ERROR: Could not find a version that satisfies the requirement tensorflow==2.15.1\n"
        "ERROR: No matching distribution found for tensorflow==2.15.1",
        exit_code=1,
        base="python:3.13-slim",
        base_digest=DIGEST,
    ),
    reproduce="DOCKER_BUILDKIT=1 docker build - <<'EOF'\n"
    f"FROM python:3.13-slim@{DIGEST}\nRUN pip install tensorflow==2.15.1\nEOF",
)

CRASHED = replace(
    passed(Cell("official-gpu", "2.21.0", "", "cpu"), gb=7.02),
    status=Status.FAILED,
    reason="import: the process died here",
    checks=checks("import", "the process died here"),
    exit=Exit(132, "SIGILL", seconds=2.0),
    output="qemu: uncaught target signal 4 (Illegal instruction) - core dumped",
)

ERRORED = CellResult(
    "official-gpu/tf2.20.0@cpu",
    Cell("official-gpu", "2.20.0", "", "cpu"),
    Status.ERRORED,
    reason="registry-1.example: toomanyrequests: You have reached your pull rate limit",
    build=BuildResult(
        Status.ERRORED, 1.0, 1.0, reason="toomanyrequests: You have reached your pull rate limit"
    ),
)

SKIPPED = CellResult(
    "official-gpu/tf2.21.0@gpu",
    Cell("official-gpu", "2.21.0", "", "gpu"),
    Status.SKIPPED,
    "require",
    reason="this machine has no GPU",
)

KNOWN = replace(
    FAILING_IMPORT,
    id="legacy/tf2.15.1/py3.11@cpu",
    cell=Cell("legacy", "2.15.1", "3.11", "cpu"),
    known="numpy-abi until 2026-12-31, owned by @ml-platform",
)

EXCLUDED = Excluded(
    Cell("slim", "2.15.1", "3.13", "cpu"), "TensorFlow 2.15.1 has no wheel for Python 3.13", "no-wheel"
)

ATTACK = (
    "`````\n</details><script>alert(1)</script>\x1b[31m\u202e| a | b |\r::error::pwned\n##[error]pwned\n"
    "@octocat #123 GH-7 https://evil.example www.evil.example a@b.example [x](javascript:alert(1)) "
    "![i](https://evil.example/i.png) <img src=x onerror=alert(1)> &lt; "
    "$x^2$ *b* _u_ ~~s~~ \\` ]]> \x00\ufffe\ud800 :tada: <!-- tf-docker-check:v1 key=default --> "
    "@org/team org/repo#1 octocat@0123abc 0123456789abcdef0123456789abcdef01234567 \u200b-->"
)

HOSTILE = CellResult(
    f"{ATTACK}@{ATTACK}",
    Cell(ATTACK, "", "", ATTACK),
    Status.FAILED,
    reason=ATTACK,
    findings=(Finding(ATTACK, ATTACK, Confidence.LIKELY, (Evidence(ATTACK, 1), Evidence(ATTACK)), ATTACK),),
    build=BuildResult(
        Status.FAILED,
        steps=(BuildStep(ATTACK, error=ATTACK),),
        reason=ATTACK,
        log=ATTACK,
        base=ATTACK,
        base_digest=ATTACK,
    ),
    image=Image(ATTACK, digest=ATTACK, size=1),
    checks=(Check(ATTACK, Status.FAILED, ATTACK, text=ATTACK), Check("skipped", Status.SKIPPED, ATTACK)),
    exit=Exit(1, ATTACK),
    facts={
        "tensorflow.version": ATTACK,
        "python.version": [ATTACK],
        "wanted.cuda": f"12.5.1{ATTACK}",
        "gpu.library.libcudart.so.12": {"path": ATTACK, "version": ATTACK},
        "gpu.library.libcudnn.so.9": {"path": "", "elsewhere": [ATTACK, f"/usr/lib/libcudnn.so.8{ATTACK}"]},
        "gpu.devices": [{"name": ATTACK}],
    },
    noise=(Noise(ATTACK, 1, ATTACK),),
    output=ATTACK,
    reproduce=ATTACK,
    base=CellBase(ATTACK),
    blame=Blame(
        FaultOwner.YOURS, ATTACK, (Change(ATTACK, ATTACK, ATTACK, 7, ATTACK), Change(ATTACK, "", ATTACK))
    ),
)

CONTROL = replace(
    STAND_IN,
    id="base-of-mine/tf2.21.0@cpu",
    cell=Cell("base-of-mine", "2.21.0", "", "cpu"),
    base=CellBase(untouched=True, added=True),
)
BLAMED = replace(
    CRASHED,
    id="mine/tf2.21.0@cpu",
    cell=Cell("mine", "2.21.0", "", "cpu"),
    base=CellBase(CONTROL.id, dockerfile="Dockerfile"),
    blame=Blame(
        FaultOwner.YOURS,
        f"its control `{CONTROL.id}` passes the same check: the change is in your layers",
        (
            Change("protobuf", "7.34.1", "4.25.8", 7, "RUN pip install protobuf==4.25.8"),
            Change("libstdc++.so.6", "", "/opt/lib/libstdc++.so.6.0.29", 8, "COPY lib /opt/lib"),
            Change("LD_LIBRARY_PATH", "/usr/local/cuda/lib64", "", 9, "ENV LD_LIBRARY_PATH="),
            Change("numpy", "2.1.0", "1.26.4"),
            Change("keras", "3.11.0", ""),
            Change("h5py", "", "3.14.0"),
        ),
    ),
)


def results(*cells: CellResult, **rest: object) -> Results:
    return Results(run=RUN, engines=(ENGINE,), cells=cells, **rest)  # type: ignore[arg-type]


MIXED = results(
    SKIPPED,
    HEALTHY,
    STAND_IN,
    FAILING_IMPORT,
    BUILD_FAILURE,
    CRASHED,
    ERRORED,
    KNOWN,
    excluded=(EXCLUDED,),
    notes=(
        "no configuration: strategies `mine` and `slim` were picked from Dockerfile and requirements.txt",
    ),
)


def many(number: int = 300) -> Results:
    """Every third fails."""
    cells = []
    for index in range(number):
        cell = Cell("slim", f"2.{index}.0", "3.12", "cpu")
        bad = index % 3 == 0
        like = replace(FAILING_IMPORT, output="line of log\n" * 200) if bad else HEALTHY
        cells.append(
            replace(
                like,
                id=cell.id,
                cell=cell,
                facts={"tensorflow.version": cell.tensorflow, "python.version": "3.12"},
            )
        )
    return results(*cells)


def library(version: str, *elsewhere: str) -> dict[str, object]:
    return {"path": "" if elsewhere else "/usr/lib/x.so", "version": version, "elsewhere": list(elsewhere)}


CUDA = {
    "wanted.cuda": "12.5.1",
    "wanted.cudnn": "9",
    "gpu.library.libcudart.so.12": library("12.5"),
    "gpu.library.libcudnn.so.9": library("9.3.0"),
    "gpu.ready": True,
    "gpu.devices": [{"name": "Tesla T4", "capability": "7.5"}],
}
OFFICIAL_BUILD = BuildResult(
    Status.PASSED, 20.0, 18.0, base="tensorflow/tensorflow:2.21.0-gpu", base_digest=DIGEST
)


def gpu_cell(strategy: str, runner: str, **rest: object) -> CellResult:
    """An image with what TensorFlow needs for a GPU, untouched."""
    made = passed(
        Cell(strategy, "2.21.0", "3.12", runner), gb=5.1, gpu="require" if runner == "gpu" else "off"
    )
    facts = {**made.facts, **CUDA, "numpy.version": "2.0.2", "packages.versions": {"numpy": "2.0.2"}}
    return replace(made, facts=facts, base=CellBase(untouched=True), **rest)  # type: ignore[arg-type]


SLIM_GPU = gpu_cell("slim-cuda", "gpu")
SLIM_CPU = gpu_cell("slim-cuda", "cpu", noise=(Noise("cuda-factory", 0, "Registered twice; harmless."),))
OFFICIAL = replace(STAND_IN, base=CellBase(untouched=True), image=replace(STAND_IN.image, stand_in=False))  # type: ignore[type-var]
OFFICIAL_GPU = replace(
    gpu_cell("official-gpu", "gpu"),
    status=Status.FAILED,
    reason="devices: TensorFlow sees no GPU",
    build=OFFICIAL_BUILD,
    image=Image("sha256:" + "cd" * 32, digest=DIGEST, size=7_020_000_000),
    facts={
        **SLIM_GPU.facts,
        "gpu.library.libcudnn.so.9": library("", "/usr/lib/libcudnn.so.8"),
        "gpu.ready": False,
    },
    checks=checks("devices", "TensorFlow sees no GPU"),
    findings=(
        Finding(
            "cudnn-mismatch",
            "the image lacks the cuDNN its TensorFlow needs",
            Confidence.CONFIRMED,
            (Evidence("TensorFlow opens libcudnn.so.9, the image has libcudnn.so.8"),),
            "take `slim-cuda`, or add cuDNN 9 after FROM",
        ),
    ),
    blame=Blame(FaultOwner.UPSTREAM, "the published image, untouched, fails by itself"),
    reproduce="docker run --rm --gpus all tensorflow/tensorflow:2.21.0-gpu python -c 'import tensorflow'",
)
MINE = replace(
    passed(Cell("mine", "2.21.0", "3.12", "cpu"), gb=1.84),
    facts={
        "tensorflow.version": "2.21.0",
        "python.version": "3.12",
        "packages.versions": {"numpy": "1.24.4", "protobuf": "6.31.1", "keras": "3.11.3"},
    },
    status=Status.FAILED,
    reason=FAILING_IMPORT.reason,
    findings=(
        replace(
            FAILING_IMPORT.findings[0],
            evidence=(
                Evidence(
                    "module compiled against ABI version 0x2000009 but this version of numpy is 0x1000009", 12
                ),
                Evidence("tensorflow 2.21.0 wants numpy>=1.26.0, installed is 1.24.4"),
            ),
            remedy="install `numpy>=1.26`, which TensorFlow 2.21 requires",
        ),
    ),
    checks=FAILING_IMPORT.checks,
    output="ImportError: numpy.core.multiarray failed to import",
    base=CellBase("slim/tf2.21.0/py3.12@cpu", dockerfile="Dockerfile"),
    blame=Blame(
        FaultOwner.YOURS,
        "its control `slim/tf2.21.0/py3.12@cpu` passes the same check: the change is in your layers",
        (Change("numpy", "2.0.2", "1.24.4", 7, "RUN pip install numpy==1.24.4"),),
    ),
    reproduce="docker run --rm --network none mine python -c 'import tensorflow'",
)
SLIM = replace(HEALTHY, base=CellBase(untouched=True))
HEAD = results(MINE, SLIM, OFFICIAL, OFFICIAL_GPU, SLIM_CPU, SLIM_GPU, KNOWN)
BASE = replace(
    results(
        replace(
            MINE,
            status=Status.PASSED,
            findings=(),
            blame=None,
            checks=checks(),
            image=Image("sha256:" + "ef" * 32, size=1_600_000_000),
            facts={
                **MINE.facts,
                "packages.versions": {"numpy": "2.0.2", "protobuf": "6.31.1", "keras": "3.11.3"},
            },
        ),
        SLIM,
        OFFICIAL,
        OFFICIAL_GPU,
        SLIM_GPU,
        replace(SLIM, id="gone/tf2.19.0@cpu", cell=Cell("gone", "2.19.0", "", "cpu")),
        KNOWN,
    ),
    run=replace(RUN, commit="a1b2c3d" + "0" * 33),
)
WELL = results(SLIM, OFFICIAL, SLIM_CPU, SLIM_GPU)


def distinct(number: int = 300) -> Results:
    """Every second fails, each in its own way."""
    bad = replace(FAILING_IMPORT, output="line of log\n" * 200)
    findings = [
        replace(bad.findings[0], title=f"broken in the way number {index}") for index in range(number)
    ]
    cells = many(number).cells
    return results(
        *(
            replace(bad, id=cell.id, cell=cell.cell, findings=(findings[index],))
            if index % 2
            else replace(HEALTHY, id=cell.id, cell=cell.cell)
            for index, cell in enumerate(cells)
        )
    )


DISTINCT = distinct()
SAMPLES = {
    "healthy": results(HEALTHY, STAND_IN),
    "mixed": MIXED,
    "hostile": results(
        HOSTILE, excluded=(Excluded(Cell(ATTACK, "", "", ATTACK), ATTACK, ATTACK),), notes=(ATTACK,)
    ),
    "blamed": results(BLAMED, CONTROL),
    "many": many(),
    "head": HEAD,
    "nothing": Results(),
    "skipped": results(SKIPPED),
}
