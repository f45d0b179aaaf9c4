"""Artifacts through a results service that checks what the runner's own client could have sent."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Mapping

import pytest

from fakegithub import given, server, troubles
from fakegithub.server import Running
from fakegithub.state import State
from fakegithub.troubles import Trouble
from tf_docker_check.gha import artifacts, bundle
from tf_docker_check.gha.artifact_service import NameTaken, NoToken
from tf_docker_check.github.errors import GitHubError, Throttled, Unavailable
from tf_docker_check.github.retry import RetryBudget

FILES = {"results.json": b'{"schema": 1}', "logs/cell.txt": b"line\n" * 10}


@pytest.fixture
def fake():
    with server.start(State()) as running:
        given.run(running.state)
        yield running


@pytest.fixture
def environment(fake: Running) -> dict[str, str]:
    return of_job(fake, "check")


def of_job(fake: Running, job: str) -> dict[str, str]:
    (run,) = fake.state.repository.runs
    return {"ACTIONS_RUNTIME_TOKEN": fake.runtime_token(run, job), "ACTIONS_RESULTS_URL": fake.results_url}


def at_once() -> RetryBudget:
    return RetryBudget(sleep=lambda seconds: None)


def upload(environment: Mapping[str, str], name: str = "part", files: Mapping[str, bytes] = FILES) -> int:
    return artifacts.upload(files, name, environment, at_once())


def held(fake: Running) -> dict[str, bytes]:
    """The files of the one artifact that was stored."""
    (stored,) = fake.state.repository.artifacts.values()
    with zipfile.ZipFile(io.BytesIO(stored.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


outside = pytest.mark.outside


@outside
@pytest.mark.parametrize("camel_case", [False, True])
def test_files_are_stored(fake: Running, environment: dict[str, str], camel_case: bool) -> None:
    fake.state.camel_case = camel_case
    stored = upload(environment)
    assert held(fake) == FILES
    assert list(fake.state.repository.artifacts) == [stored]
    assert [one.method for one in fake.requests] == ["POST", "PUT", "PUT", "POST"]


@outside
def test_large_files_are_stored_in_blocks(fake: Running, environment: dict[str, str], monkeypatch) -> None:
    monkeypatch.setattr(artifacts, "BLOCK", 100)
    files = {f"{number}.bin": bytes([number, *range(200)]) for number in range(5)}
    upload(environment, files=files)
    assert fake.count("PUT") > 5
    assert held(fake) == files


@outside
def test_one_job_reads_what_another_stored(fake: Running, environment: dict[str, str]) -> None:
    upload(environment, "part-1")
    upload(of_job(fake, "other"), "part-2", {"b": b"2"})
    listed = artifacts.of_this_run(of_job(fake, "report"), at_once())
    assert [one.name for one in listed] == ["part-1", "part-2"]
    data = artifacts.fetch(listed[1], of_job(fake, "report"), 10_000, at_once())
    assert bundle.read(data, lambda name: True) == {"b": b"2"}


@outside
@pytest.mark.parametrize(
    "trouble",
    [
        troubles.unavailable("POST", "FinalizeArtifact", 4, 503),
        troubles.unavailable("POST", "CreateArtifact", 2, 500),
        troubles.unavailable("PUT", "comp=block", 2, 504),
        troubles.hung_up("PUT", "comp=blocklist", 2),
        troubles.lost_answer("PUT", "comp=block"),
        troubles.lost_answer("POST", "FinalizeArtifact"),
        Trouble("POST", "CreateArtifact", status=200, body="<html>"),
        Trouble("POST", "FinalizeArtifact", cut_at=3),
        Trouble("POST", "CreateArtifact", status=429, headers={"retry-after": "2"}),
    ],
)
def test_passing_trouble_loses_nothing(fake: Running, environment: dict[str, str], trouble: Trouble) -> None:
    fake.state.troubles.append(trouble)
    stored = upload(environment)
    assert list(fake.state.repository.artifacts) == [stored]
    assert held(fake) == FILES


@outside
def test_a_torn_download_starts_over(fake: Running, environment: dict[str, str]) -> None:
    upload(environment)
    fake.state.troubles.append(Trouble("GET", cut_at=20))
    (listed,) = artifacts.of_this_run(environment, at_once())
    assert bundle.read(artifacts.fetch(listed, environment, 10_000, at_once()), lambda name: True) == FILES


@outside
def test_a_download_is_bounded(fake: Running, environment: dict[str, str]) -> None:
    upload(environment)
    (listed,) = artifacts.of_this_run(environment, at_once())
    with pytest.raises(GitHubError, match="too large"):
        artifacts.fetch(listed, environment, 50, at_once())


@outside
@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        (troubles.unavailable(times=99), Unavailable),
        (Trouble(status=429, headers={"retry-after": "9000"}), Throttled),
        (Trouble(status=200, body={"ok": False}), GitHubError),
        (Trouble(status=200, body={"ok": True}), GitHubError),
        (Trouble(status=200, body=[]), GitHubError),
        (Trouble(status=200, body={"ok": True, "signed_upload_url": "file:///etc/passwd"}), GitHubError),
        (Trouble(status=403, body={"code": "permission_denied", "msg": "quota"}), GitHubError),
    ],
)
def test_trouble_that_stays_is_told(
    fake: Running, environment: dict[str, str], trouble: Trouble, error: type[Exception]
) -> None:
    fake.state.troubles.append(trouble)
    with pytest.raises(error):
        upload(environment)
    assert fake.state.repository.artifacts == {}


@outside
def test_no_message_holds_a_signed_address(fake: Running, environment: dict[str, str]) -> None:
    fake.state.troubles.append(troubles.hung_up("PUT", times=99))
    with pytest.raises(Unavailable) as caught:
        upload(environment)
    assert "sig=" not in str(caught.value)


@outside
def test_a_name_that_is_taken_is_final(fake: Running, environment: dict[str, str]) -> None:
    upload(environment)
    before = fake.count()
    with pytest.raises(NameTaken):
        upload(environment)
    assert fake.count() == before + 1


@outside
def test_a_name_is_made_one_that_the_service_takes(fake: Running, environment: dict[str, str]) -> None:
    upload(environment, 'slim/tf2.21.0: "x"\r\n')
    (stored,) = fake.state.repository.artifacts.values()
    assert stored.name == artifacts.safe_name('slim/tf2.21.0: "x"\r\n')


@pytest.mark.parametrize("name", ["", "   ", "a/b", "x" * 1000, "\0", 'a"b:c<d>e|f*g?h\\i/j\rk\nl'])
def test_safe_names_are_safe(name: str) -> None:
    safe = artifacts.safe_name(name)
    assert 0 < len(safe) <= 255
    assert not set(safe) & set('":<>|*?\\/\r\n\0')


def token(claims: object) -> str:
    return f"head.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.signature"


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"ACTIONS_RUNTIME_TOKEN": "x"},
        {"ACTIONS_RUNTIME_TOKEN": "x", "ACTIONS_RESULTS_URL": "http://127.0.0.1:1/"},
        {"ACTIONS_RUNTIME_TOKEN": "a.!!.c", "ACTIONS_RESULTS_URL": "http://127.0.0.1:1/"},
        {"ACTIONS_RUNTIME_TOKEN": token({}), "ACTIONS_RESULTS_URL": "http://127.0.0.1:1/"},
        {"ACTIONS_RUNTIME_TOKEN": token([1]), "ACTIONS_RESULTS_URL": "http://127.0.0.1:1/"},
        {"ACTIONS_RUNTIME_TOKEN": token({"scp": "Actions.Results:1"}), "ACTIONS_RESULTS_URL": "http://127.0.0.1:1/"},
        {"ACTIONS_RUNTIME_TOKEN": token({"scp": 3}), "ACTIONS_RESULTS_URL": "http://127.0.0.1:1/"},
    ],
)  # fmt: skip
def test_a_runner_without_a_usable_token_is_told_with_the_step_to_add(environment: dict[str, str]) -> None:
    with pytest.raises(NoToken, match="upload-artifact"):
        upload(environment)
