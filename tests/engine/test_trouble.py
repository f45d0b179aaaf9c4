"""What goes wrong around images: signals, a dying engine, registries, disks, and images that resist."""

from __future__ import annotations

import secrets
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import docker
import pytest

from engine import registry_of_trouble
from engine.command import Ended, Running, left_behind, start
from engine.proxy import Proxy
from tf_docker_check.engine import labels as our_labels
from tf_docker_check.engine.connect import connect
from tf_docker_check.engine.protocol import BuildRequest
from tf_docker_check.model.status import Status
from tf_docker_check.pipeline.results_dir import PARTIAL

pytestmark = pytest.mark.engine

PYTHONS = {
    "stubborn": "#!/bin/sh\ntrap '' TERM INT\necho still here\nwhile :; do sleep 1000; done\n",
    "flood": "#!/bin/sh\nyes a line that says nothing | head -c 50000000\necho the end\nexit 7\n",
    "bomb": "#!/bin/sh\nbomb() { bomb | bomb & }\nbomb\nsleep 1\nexit 8\n",
    "garbage": "#!/bin/sh\nhead -c 5000 /bin/busybox\nexit 9\n",
    "liar": r"""#!/bin/sh
nonce=$(head -n 1 | sed 's/.*"nonce": "\([0-9a-f]*\)".*/\1/')
say() { printf '\036tfdc:%s {"at": 0, %s}\n' "$nonce" "$1"; }
say '"kind": "start", "rung": "interpreter"'
say '"kind": "end", "rung": "interpreter", "status": "passed", "reason": ""'
say '"kind": "end", "rung": "import", "status": "passed", "reason": "trust me"'
say '"kind": "fact", "name": "tensorflow.version", "value": "2.21.0"'
say '"kind": "done"'
""",
}


@pytest.fixture(scope="module")
def resisting(
    docker_host: str, shell_image: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, str]]:
    """An image for each of PYTHONS, whose python3 is that script, and one with nothing in it at all."""
    engine, key = connect(docker_host), secrets.token_hex(8)
    labels = our_labels.run_labels(f"test-{key}")
    tags = {}
    for name, script in {**PYTHONS, "empty": ""}.items():
        context = tmp_path_factory.mktemp(name)
        (context / "python3").write_text(script)
        (context / "python3").chmod(0o755)
        base, where = (shell_image, "/bin/") if script else ("scratch", "/only/")
        tags[name] = f"127.0.0.1:1/tests/{name}:{key}"
        text = f"FROM {base}\nCOPY python3 {where}\n"
        assert engine.build(BuildRequest(text, str(context), tag=tags[name], labels=labels)).image
    yield tags
    engine.sweep(labels)
    engine.close()


@pytest.fixture(scope="module")
def registry() -> Iterator[str]:
    with registry_of_trouble.serving() as address:
        yield address


def until(happens: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < deadline, "it does not happen"
        time.sleep(0.1)


def processes(words: str) -> list[str]:
    told = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in told.splitlines() if words in line]


class UnderWay:
    """A run in which a check hangs, a build hangs, a pull hangs, and one cell is over."""

    def __init__(
        self, docker_host: str, project: Path, images: Mapping[str, str], registry: str, **environment: str
    ) -> None:
        self.name, self.sleep = f"stubborn-{secrets.token_hex(4)}", f"sleep 9{secrets.randbelow(10**8):08}"
        (project / "Dockerfile").write_text(
            f"FROM {images['garbage']}\nRUN trap '' TERM INT; echo waiting; {self.sleep}\n"
        )
        (project / "c.yml").write_text(
            "limits: {parallel: 4}\nstrategies:\n"
            f"  over: {{from: '{images['empty']}'}}\n"
            f"  {self.name}: {{from: '{images['stubborn']}'}}\n"
            "  build: {dockerfile: Dockerfile}\n"
            f"  pull: {{from: '{registry}/{registry_of_trouble.SILENT}:1'}}\n"
        )
        self.run: Running = start(project, **environment)
        api = docker.APIClient(docker_host)
        label = {"label": f"{our_labels.CELL}={self.name}@cpu"}
        until(lambda: processes(self.sleep) and api.containers(filters=label))
        until(lambda: "over@cpu" in (self.run.folder / PARTIAL).read_text())
        api.close()

    def judge(self, ended: Ended) -> None:
        """What was over is kept, what was not is not the images' fault."""
        states = {strategy: cell.status for strategy, cell in ended.cells.items()}
        unjudged = dict.fromkeys((self.name, "build", "pull"), Status.ERRORED)
        assert states == {"over": Status.FAILED, **unjudged}


@pytest.mark.parametrize(
    ("numbers", "code"),
    [((signal.SIGINT,), 130), ((signal.SIGTERM, signal.SIGINT, signal.SIGTERM), 143)],
    ids=["SIGINT", "SIGTERM and more"],
)
def test_a_signal_ends_everything_soon_and_leaves_nothing(
    numbers: tuple[signal.Signals, ...],
    code: int,
    docker_host: str,
    resisting: Mapping[str, str],
    registry: str,
    tmp_path: Path,
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    under_way = UnderWay(docker_host, tmp_path, resisting, registry, TMPDIR=str(temporary))
    began = time.monotonic()
    for number in numbers:
        under_way.run.process.send_signal(number)
        time.sleep(0.2)
    ended = under_way.run.end()
    assert time.monotonic() - began < 10
    assert (ended.code, "the results so far are kept" in ended.err) == (code, True)
    under_way.judge(ended)
    assert left_behind(docker_host, ended) == []
    assert list(temporary.iterdir()) == []
    until(lambda: not processes(under_way.sleep), 5)


def test_an_engine_that_dies_in_the_middle_keeps_its_cells_from_judgement(
    docker_host: str, resisting: Mapping[str, str], registry: str, tmp_path: Path
) -> None:
    proxy = Proxy(tmp_path / "engine.sock", docker_host.removeprefix("unix://"))
    under_way = UnderWay(docker_host, tmp_path, resisting, registry, DOCKER_HOST=f"unix://{proxy.path}")
    proxy.cut()
    ended = under_way.run.end()
    assert ended.code == 1  # `over` has failed
    under_way.judge(ended)
    assert "the container engine stopped answering" in ended.cells[under_way.name].reason
    assert "docker info" in ended.cells["build"].reason
    assert "may be left on the engine" in ended.results.notes[-1]
    revived = connect(docker_host)
    revived.sweep(our_labels.run_labels(ended.results.run.run_id))
    revived.close()
    assert left_behind(docker_host, ended) == []


def test_only_a_registry_that_says_so_makes_a_missing_image_the_images_fault(
    registry: str, shell_image: str, tmp_path: Path
) -> None:
    names = (*registry_of_trouble.ANSWERS, registry_of_trouble.PORTAL)
    lines = [f"  {name}: {{from: '{registry}/{name}:1'}}" for name in names]
    lines.append("  dead: {from: '127.0.0.1:1/dead:1'}")
    for name in names:
        (tmp_path / name).write_text(f"FROM {shell_image}\nCOPY --from={registry}/{name}:1 /x /x\n")
        lines.append(f"  copy-{name}: {{dockerfile: {name}}}")
    (tmp_path / "c.yml").write_text("\n".join(["limits: {parallel: 8}", "strategies:", *lines]))
    ended = start(tmp_path).end()
    assert ended.code == 1
    failed = {strategy for strategy, cell in ended.cells.items() if cell.status is Status.FAILED}
    assert failed == {"missing", "copy-missing"}
    assert {cell.status for strategy, cell in ended.cells.items() if strategy not in failed} == {
        Status.ERRORED
    }
    for name, words in {
        "unauthorized": "refuses access",
        "forbidden": "docker login",
        "limited": "pull limit is reached",
        "broken": "500 Internal Server Error",
        "portal": "did not serve it",
        "dead": "connection refused",
    }.items():
        assert words in ended.cells[name].reason
    assert "\x1b" not in ended.written


def test_images_that_resist_are_judged_and_nothing_of_them_stays(
    docker_host: str, resisting: Mapping[str, str], shell_image: str, tmp_path: Path
) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {shell_image}\nRUN echo waiting; sleep 1000\n")
    strategies = "".join(f"  {name}: {{from: '{tag}'}}\n" for name, tag in resisting.items())
    (tmp_path / "c.yml").write_text(
        "limits: {build-minutes: 0.05, check-minutes: 0.2, parallel: 4}\n"
        f"strategies:\n{strategies}  build: {{dockerfile: Dockerfile}}\n"
    )
    ended = start(tmp_path).end(120)
    assert ended.code == 1
    assert {cell.status for cell in ended.results.cells} == {Status.FAILED}
    said = {strategy: f"{cell.reason}\n{cell.output}" for strategy, cell in ended.cells.items()}
    assert "timed out" in said["stubborn"]
    assert "still here" in said["stubborn"]
    assert "exit code 7" in said["flood"]
    assert said["flood"].endswith("the end")
    assert "exit code 9" in said["garbage"]
    assert "no python3 or python" in said["empty"]
    checks = {check.name: check.status for check in ended.cells["liar"].checks}
    assert [name for name, status in checks.items() if status is Status.PASSED] == ["interpreter"]
    build = ended.cells["build"].build
    assert build is not None
    assert (build.log, [finding.cause for finding in ended.cells["build"].findings]) == ("waiting\n", [])
    assert "stopped after 3 s" in build.reason
    assert left_behind(docker_host, ended) == []


def test_a_disk_that_would_be_full_is_nobodys_fault(shell_image: str, tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text(f"strategies: {{a: {{from: '{shell_image}'}}}}\n")
    ended = start(tmp_path, "--disk-reserve-gb", "99999").end()
    assert ended.code == 3
    assert ended.cells["a"].status is Status.ERRORED
    assert "99999 GB are to stay free" in ended.cells["a"].reason
