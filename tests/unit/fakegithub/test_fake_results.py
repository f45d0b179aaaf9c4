"""Artifacts by the v4 protocol: actions/toolkit, packages/artifact; Azure's "Put Block", "Put Block List"."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
import requests

from fakegithub import given, runtime_token
from fakegithub.results import PREFIX
from fakegithub.server import Running

pytestmark = pytest.mark.outside
RUN = 77
DATA = b"PK\x05\x06" + bytes(18)
Twirp = Callable[..., requests.Response]


@pytest.fixture
def twirp(github: Running) -> Twirp:
    """Ask the results service as job `cell` of run 77 unless told otherwise."""

    def asked(method: str, token: str = "", **fields: Any) -> requests.Response:
        token = token or github.runtime_token(RUN, "cell")
        run, job = runtime_token.ids(token) or ("run", "job")
        body = {"workflow_run_backend_id": run, "workflow_job_run_backend_id": job, **fields}
        headers = {"authorization": f"Bearer {token}"}
        return requests.post(f"{github.url}{PREFIX}{method}", json=body, headers=headers, timeout=60)

    return asked


def put(url: str, data: bytes, pieces: int = 2) -> list[int]:
    """Upload as the toolkit does; the statuses."""
    size = -(-len(data) // pieces)
    ids = [base64.b64encode(b"%032d" % number).decode() for number in range(pieces)]
    told = [
        requests.put(
            url, params={"comp": "block", "blockid": name}, data=data[at * size :][:size], timeout=60
        )
        for at, name in enumerate(ids)
    ]
    listed = "".join(f"<Latest>{name}</Latest>" for name in ids)
    listing = f'<?xml version="1.0"?><BlockList>{listed}</BlockList>'
    told.append(requests.put(url, params={"comp": "blocklist"}, data=listing, timeout=60))
    return [answer.status_code for answer in told]


def final(data: bytes) -> dict[str, str]:
    return {"size": str(len(data)), "hash": f"sha256:{hashlib.sha256(data).hexdigest()}"}


def upload(twirp: Twirp, name: str, data: bytes = DATA, **more: Any) -> requests.Response:
    made = twirp("CreateArtifact", name=name, version=4, **more)
    assert put(made.json()["signed_upload_url"], data) == [201, 201, 201]
    return twirp("FinalizeArtifact", name=name, **final(data), **more)


def test_an_artifact_goes_up_and_comes_down(github: Running, twirp: Twirp) -> None:
    number = upload(twirp, "cell-1").json()["artifact_id"]
    (listed,) = twirp("ListArtifacts").json()["artifacts"]
    assert (listed["database_id"], listed["name"], listed["size"]) == (number, "cell-1", str(len(DATA)))
    url = twirp("GetSignedArtifactURL", name="cell-1").json()["signed_url"]
    assert requests.get(url, timeout=60).content == DATA
    headers = {"authorization": "Bearer token"}
    rest = requests.get(
        f"{github.url}/repos/octo/project/actions/runs/{RUN}/artifacts", headers=headers, timeout=60
    )
    assert [(one["id"], one["name"]) for one in rest.json()["artifacts"]] == [(int(number), "cell-1")]


def test_a_name_is_taken_for_good(twirp: Twirp) -> None:
    made = twirp("CreateArtifact", name="cell-1", version=4).json()
    assert upload(twirp, "cell-1").status_code == 200
    again = twirp("CreateArtifact", name="cell-1", version=4)
    assert (again.status_code, again.json()["code"]) == (409, "already_exists")
    put(made["signed_upload_url"], DATA)
    assert twirp("FinalizeArtifact", name="cell-1", **final(DATA)).status_code == 409


@pytest.mark.parametrize("name", ["a/b", "a:b", 'a"b', "a\nb", "a\\b", "a*b", ""])
def test_some_names_are_not_valid(twirp: Twirp, name: str) -> None:
    assert twirp("CreateArtifact", name=name, version=4).status_code == 400


@pytest.mark.parametrize("wrong", [{"size": "1"}, {"hash": "sha256:" + "0" * 64}], ids=["size", "hash"])
def test_size_and_hash_are_those_of_what_arrived(
    github: Running, twirp: Twirp, wrong: dict[str, str]
) -> None:
    made = twirp("CreateArtifact", name="cell-1", version=4).json()
    put(made["signed_upload_url"], DATA)
    assert twirp("FinalizeArtifact", name="cell-1", **{**final(DATA), **wrong}).status_code == 400
    assert not github.state.repository.artifacts


def test_nothing_is_final_before_the_block_list(github: Running, twirp: Twirp) -> None:
    url = twirp("CreateArtifact", name="cell-1", version=4).json()["signed_upload_url"]
    requests.put(url, params={"comp": "block", "blockid": "QUFB"}, data=DATA, timeout=60)
    assert twirp("FinalizeArtifact", name="cell-1", **final(DATA)).status_code == 404


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ({}, DATA),
        ({"comp": "block", "blockid": "not base64"}, DATA),
        ({"comp": "block", "blockid": base64.b64encode(bytes(65)).decode()}, DATA),
        ({"comp": "block", "blockid": "QUFB"}, b""),
        ({"comp": "blocklist"}, b"<BlockList><Latest>bm9uZQ==</Latest></BlockList>"),
        ({"comp": "blocklist"}, b"<BlockList>"),
    ],
    ids=["in one piece", "id", "long id", "empty block", "unknown block", "broken list"],
)
def test_what_the_storage_does_not_take(twirp: Twirp, query: dict[str, str], data: bytes) -> None:
    url = twirp("CreateArtifact", name="cell-1", version=4).json()["signed_upload_url"]
    assert requests.put(url, params=query, data=data, timeout=60).status_code == 400


def test_blocks_have_ids_of_one_length(twirp: Twirp) -> None:
    url = twirp("CreateArtifact", name="cell-1", version=4).json()["signed_upload_url"]
    statuses = [
        requests.put(url, params={"comp": "block", "blockid": name}, data=DATA, timeout=60).status_code
        for name in ("QUFB", "QUFBQUFB")
    ]
    assert statuses == [201, 400]


def test_the_length_of_what_is_sent_is_told(twirp: Twirp) -> None:
    url = twirp("CreateArtifact", name="cell-1", version=4).json()["signed_upload_url"]
    assert requests.put(url, data=iter([DATA]), timeout=60).status_code == 411


def test_the_storage_wants_no_token(twirp: Twirp) -> None:
    url = twirp("CreateArtifact", name="cell-1", version=4).json()["signed_upload_url"]
    answer = requests.put(url, data=DATA, headers={"authorization": "Bearer x"}, timeout=60)
    assert (answer.status_code, answer.headers["x-ms-error-code"]) == (400, "InvalidAuthenticationInfo")


@pytest.mark.parametrize("token", ["token", "a.b.c", ".."])
def test_a_wrong_token_is_none(twirp: Twirp, token: str) -> None:
    assert twirp("ListArtifacts", token=token).status_code == 401


def test_a_job_writes_for_itself_and_reads_its_whole_run(github: Running, twirp: Twirp) -> None:
    report = github.runtime_token(RUN, "report")
    upload(twirp, "cell-1")
    assert len(twirp("ListArtifacts", token=report).json()["artifacts"]) == 1
    run, job = runtime_token.ids(github.runtime_token(RUN, "cell")) or ("", "")
    others = {"workflow_run_backend_id": run, "workflow_job_run_backend_id": job}
    assert twirp("CreateArtifact", token=report, name="x", version=4, **others).status_code == 403
    assert twirp("GetSignedArtifactURL", token=report, name="cell-1", **others).status_code == 200


def test_another_runs_artifacts_are_not_seen(github: Running, twirp: Twirp) -> None:
    upload(twirp, "cell-1")
    other = github.runtime_token(RUN + 1, "cell")
    assert twirp("ListArtifacts", token=other).json()["artifacts"] == []
    run, job = runtime_token.ids(github.runtime_token(RUN, "cell")) or ("", "")
    others = {"workflow_run_backend_id": run, "workflow_job_run_backend_id": job}
    assert twirp("ListArtifacts", token=other, **others).status_code == 403


def test_lists_can_be_narrowed(github: Running, twirp: Twirp) -> None:
    upload(twirp, "one")
    number = upload(twirp, "two").json()["artifact_id"]
    for narrowed in ({"name_filter": "two"}, {"id_filter": number}):
        assert [one["name"] for one in twirp("ListArtifacts", **narrowed).json()["artifacts"]] == ["two"]


def test_an_expired_artifact_has_no_address(github: Running, twirp: Twirp) -> None:
    given.artifact(github.state, given.run(github.state), "other run's", DATA)
    upload(twirp, "cell-1")
    for artifact in github.state.repository.artifacts.values():
        artifact.expired = True
    assert twirp("GetSignedArtifactURL", name="cell-1").status_code == 404


def test_a_deleted_name_is_free(twirp: Twirp) -> None:
    upload(twirp, "cell-1")
    assert twirp("DeleteArtifact", name="cell-1").json()["ok"] is True
    assert upload(twirp, "cell-1").status_code == 200


def test_names_of_fields_may_come_in_camel_case(github: Running, twirp: Twirp) -> None:
    github.state.camel_case = True
    assert set(twirp("CreateArtifact", name="x", version=4).json()) == {"ok", "signedUploadUrl"}


@pytest.mark.parametrize(
    ("method", "fields", "words"),
    [
        ("CreateArtifact", {"name": "x"}, "version"),
        ("CreateArtifact", {"name": "x", "version": 4, "colour": "red"}, "colour"),
        ("FinalizeArtifact", {"name": "x", "size": 5}, "JSON string"),
        ("MigrateArtifact", {}, "no such method"),
    ],
)
def test_what_the_toolkit_could_not_have_sent_is_a_violation(
    github: Running, twirp: Twirp, method: str, fields: dict[str, Any], words: str
) -> None:
    assert twirp(method, **fields).status_code == 500
    (told,) = github.violations
    github.violations.clear()
    assert words in told
