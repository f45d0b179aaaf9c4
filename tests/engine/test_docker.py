"""A real engine keeps the contract, with BuildKit and with the classic builder."""

from __future__ import annotations

import gc
import subprocess
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import docker
import pytest

from engine.contract import EngineContract
from engine.proxy import Proxy
from tf_docker_check.engine import connect as way_in
from tf_docker_check.engine.labels import A_CONTAINER, MADE, RUN, add_owner_labels
from tf_docker_check.engine.protocol import BuildRequest, Engine, RunRequest
from tf_docker_check.errors import EngineError, RegistryError, UsageError
from tf_docker_check.model.config import Gpu, Secret

pytestmark = pytest.mark.engine


class RealEngine(EngineContract):
    @pytest.fixture
    def shell(self, shell_image: str) -> str:
        return shell_image

    @pytest.fixture(autouse=True)
    def with_registry(self, registry: str) -> None:
        self.registry = registry
        self.missing = f"{registry}/nothing:1"

    def test_build_arguments_arrive(self) -> None:
        text = "ARG BASE\nFROM $BASE\nARG WHO\nRUN echo hello $WHO; exit 1\n"
        arguments = {"BASE": self.shell, "WHO": "you and me"}
        built = self.engine.build(BuildRequest(text, build_args=arguments, labels=self.labels))
        assert built.log == "hello you and me\n"

    @pytest.mark.parametrize(
        ("own", "listed"),
        [("", "kept.txt\nsecond.txt\n"), ("*\n!second.txt\n", "second.txt\n")],
        ids=["the context's ignore file counts", "the Dockerfile's own outranks it"],
    )
    def test_ignored_files_do_not_arrive(self, tmp_path: Path, own: str, listed: str) -> None:
        for name in ("kept.txt", "second.txt", "ignored.log"):
            (tmp_path / name).write_text(name)
        (tmp_path / ".dockerignore").write_text("# logs\n*.log\n.dockerignore\n")
        text = f"FROM {self.shell}\nCOPY . /here\nRUN ls /here; exit 1\n"
        built = self.engine.build(BuildRequest(text, str(tmp_path), own, labels=self.labels))
        assert built.log == listed

    def test_a_path_that_leads_nowhere_is_no_program(self) -> None:
        links = "ln -s python3 /bin/python3; ln -s /etc/passwd/x /bin/python; ln -s b /bin/a; ln -s a /bin/b"
        built = self.engine.build(self.request(links))
        assert built.image
        found = self.engine.find_executable(built.image.id, ("python3", "python", "a", "sh"), self.labels)
        assert found == "/bin/sh"

    def test_a_target_is_honoured(self) -> None:
        text = f"FROM {self.shell} AS one\nRUN echo 1 > /one\nFROM {self.shell}\nRUN exit 1\n"
        assert self.engine.build(BuildRequest(text, target="one", labels=self.labels)).image

    def test_a_dockerfile_that_does_not_parse_is_a_failed_build(self) -> None:
        built = self.engine.build(BuildRequest(f"FROM {self.shell}\nFRM x\n", labels=self.labels))
        assert built.image is None
        assert "unknown instruction: FRM" in built.error

    def test_a_from_that_does_not_exist_is_a_failed_build(self) -> None:
        built = self.engine.build(BuildRequest(f"FROM {self.missing}\nRUN x\n", labels=self.labels))
        assert built.image is None
        assert "not found" in built.error or "manifest unknown" in built.error

    def test_a_from_whose_registry_is_dead_cannot_be_judged(self) -> None:
        with pytest.raises(RegistryError, match="could not be reached"):
            self.engine.build(BuildRequest("FROM 127.0.0.1:1/x:1\nRUN x\n", labels=self.labels))

    def test_a_pull_from_a_dead_registry_cannot_be_judged(self) -> None:
        with pytest.raises(RegistryError, match="could not be reached"):
            self.engine.pull("127.0.0.1:1/x:1")

    def test_read_only_root_and_no_home_and_no_network(self) -> None:
        ran = self.run(
            "id -u; touch /x; ls /sys/class/net; env", read_only=True, user="4321", environment={"A": "b c"}
        )
        lines = ran.output.decode().splitlines()
        assert "4321" in lines
        assert "touch: /x: Read-only file system" in lines
        assert [line for line in lines if line in {"lo", "eth0"}] == ["lo"]
        assert "A=b c" in lines

    def test_nothing_of_ours_reaches_a_container(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TF_DOCKER_CHECK_TOKEN", "hush")
        assert b"hush" not in self.run("env").output

    def test_a_container_gains_no_privileges_and_dumps_no_core(self) -> None:
        ran = self.run("grep NoNewPrivs /proc/self/status; ulimit -c")
        assert ran.output.split() == [b"NoNewPrivs:", b"1", b"0"]

    def test_a_gpu_that_cannot_be_had_is_a_value_that_tells_every_way(self) -> None:
        ran = self.run("true", gpu=Gpu.REQUIRE)
        if ran.gpu_way:
            pytest.skip("this engine gives out GPUs")
        assert all(way in ran.error for way in ("cdi: ", "device-request: ", "runtime: "))


class TestBuildKit(RealEngine):
    @pytest.fixture
    def engine(self, docker_host: str) -> Iterator[Engine]:
        engine = way_in.connect(docker_host)
        if not engine.info().builder.startswith("buildx"):
            pytest.skip("no buildx here")
        yield engine
        engine.close()

    def test_secrets_reach_the_step_and_stay_out_of_the_image(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "b, c").write_text("from a file")
        monkeypatch.setenv("TF_DOCKER_CHECK_SECRET", "from the environment")
        secrets = (Secret("a", env="TF_DOCKER_CHECK_SECRET"), Secret("b", file=str(tmp_path / "b, c")))
        mounts = "--mount=type=secret,id=a --mount=type=secret,id=b"
        built = self.engine.build(
            self.request(f"{mounts} cat /run/secrets/a /run/secrets/b; exit 1", secrets=secrets)
        )
        assert built.log == "from the environmentfrom a file"

    def test_an_unchanged_step_is_told_as_cached(self) -> None:
        self.engine.build(self.request("echo again"))
        again = self.engine.build(self.request("echo again"))
        assert [step.cached for step in again.steps if "RUN" in step.name] == [True]

    def test_a_from_is_replaced_without_touching_the_dockerfile(self) -> None:
        if not self.engine.info().named_contexts:
            pytest.skip("this engine has no named contexts")
        text = "FROM python:3.11-slim\nRUN cat /etc/hostname; ls /bin/busybox; exit 1\n"
        contexts = {"python:3.11-slim": self.shell}
        built = self.engine.build(BuildRequest(text, contexts=contexts, labels=self.labels))
        assert built.log.endswith("/bin/busybox\n")
        assert [step.line for step in built.steps if step.error] == [2]

    def test_a_stopped_build_leaves_no_process(self) -> None:
        self.engine.build(self.request("sleep 98765", timeout=3.0))
        assert not [cmd for cmd in _commands() if cmd == "sleep 98765"]

    def test_a_cache_that_the_builder_lacks_is_said_clearly(self, tmp_path: Path) -> None:
        with pytest.raises(EngineError, match="refuses the build"):
            self.engine.build(self.request("true", cache_to=("type=no-such-cache",)))


class TestClassicBuilder(RealEngine):
    @pytest.fixture
    def engine(self, docker_host: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
        monkeypatch.setattr(way_in, "find_buildx", lambda environment: None)
        engine = way_in.connect(docker_host)
        assert engine.info().builder == "classic"
        yield engine
        engine.close()

    def test_secrets_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TF_DOCKER_CHECK_SECRET", "x")
        with pytest.raises(UsageError, match="secrets"):
            self.engine.build(self.request("true", secrets=(Secret("a", env="TF_DOCKER_CHECK_SECRET"),)))

    def test_a_failed_build_leaves_no_container(self) -> None:
        self.engine.build(self.request("echo leaves nothing; exit 3"))
        listed = subprocess.run(
            ["docker", "ps", "-a", "--no-trunc"], capture_output=True, text=True, check=True
        ).stdout
        assert "echo leaves nothing" not in listed


def _commands() -> list[str]:
    """The command lines of every process that can be seen."""
    listed = subprocess.run(["ps", "-eo", "args="], capture_output=True, text=True, check=True).stdout
    return [line.strip() for line in listed.splitlines()]


def test_a_run_in_a_container_has_ended_when_that_has(
    docker_host: str, shell_image: str, labels: Mapping[str, str], engine: Engine
) -> None:
    api = docker.APIClient(docker_host)
    outside = api.create_container(shell_image, ["sleep", "1000"])["Id"]
    api.start(outside)
    elsewhere = "0.abc.4026539999.1.5"  # a pid namespace that is not ours
    marks = add_owner_labels(labels, A_CONTAINER, elsewhere, outside)
    left = api.create_container(shell_image, ["true"], labels=marks)["Id"]
    api.create_container(shell_image, ["true"], labels={**marks, MADE: "image x"})  # somebody's, of ours

    def ended() -> list[bool | None]:
        ours = [trace for trace in engine.traces() if trace.labels[RUN] == labels[RUN]]
        assert [str(trace) for trace in ours] == ["1 container"]
        return [trace.ended for trace in ours]

    try:
        assert ended() == [False]
        api.kill(outside)
        assert ended() == [True]
        api.remove_container(outside, force=True)
        assert ended() == [True]
        api.remove_container(left)
        assert engine.sweep(labels) == 0
        assert len(api.containers(all=True, filters={"label": f"{RUN}={labels[RUN]}"})) == 1
    finally:
        for found in api.containers(all=True, filters={"label": f"{RUN}={labels[RUN]}"}):
            api.remove_container(found["Id"], force=True)
        api.close()


def test_an_engine_that_is_gone_says_so_in_one_message(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as caught:
        way_in.connect(f"unix://{tmp_path}/none.sock")
    assert caught.value.exit_code == 3
    assert "no such socket" in str(caught.value)
    assert "ubuntu-slim" in str(caught.value)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # the SDK forgets sockets
@pytest.mark.parametrize(("asked", "left"), [("run", 1), ("build", 0)])
def test_an_engine_that_dies_in_the_middle_is_the_engines_fault(
    asked: str, left: int, docker_host: str, tmp_path: Path, shell_image: str, labels: Mapping[str, str]
) -> None:
    proxy = Proxy(tmp_path / "engine.sock", docker_host.removeprefix("unix://"))
    mortal = way_in.connect(f"unix://{proxy.path}")
    ask = {
        "run": lambda: mortal.run(RunRequest(shell_image, ("sleep", "1000"), labels=labels)),
        "build": lambda: mortal.build(BuildRequest(f"FROM {shell_image}\nRUN sleep 1000\n", labels=labels)),
    }
    threading.Timer(2.0, proxy.cut).start()
    with pytest.raises(EngineError, match="stopped answering"):
        ask[asked]()
    mortal.close()
    revived = way_in.connect(docker_host)
    assert revived.sweep(labels) == left
    revived.close()
    gc.collect()


def test_a_pulled_image_tells_its_digest(
    engine: Engine, shell_image: str, registry: str, docker_host: str
) -> None:
    import docker

    api = docker.APIClient(docker_host)
    reference = f"{registry}/some/shell:1"
    api.tag(shell_image, f"{registry}/some/shell", "1")
    assert "error" not in api.push(reference).lower()
    api.remove_image(reference)
    said: list[str] = []
    pulled = engine.pull(reference, progress=said.append)
    assert pulled.digest.startswith("sha256:")
    assert pulled.digest == api.inspect_distribution(reference)["Descriptor"]["digest"]
    assert engine.run(RunRequest(f"{registry}/some/shell@{pulled.digest}", ("true",))).exit.code == 0
    engine.remove_image(reference)
    api.close()
