from __future__ import annotations

import base64
import json

import pytest

from tf_docker_check.registry.credentials import Credentials, credentials
from tf_docker_check.registry.errors import Denied

AUTH = base64.b64encode(b"me:pa:ss").decode()
ME = Credentials("me", "pa:ss")


def found(folder, config: object, registry: str = "r.example:5000", path: str = "") -> Credentials | None:
    text = config if isinstance(config, str) else json.dumps(config)
    (folder / "config.json").write_text(text)
    return credentials(registry, {"DOCKER_CONFIG": str(folder), "PATH": path})


@pytest.mark.parametrize(
    ("auths", "registry", "known"),
    [
        ({"r.example:5000": {"auth": AUTH}}, "r.example:5000", ME),
        ({"https://r.example:5000/v2/": {"auth": AUTH}}, "r.example:5000", ME),
        ({"https://index.docker.io/v1/": {"auth": AUTH}}, "docker.io", ME),
        ({"docker.io": {"auth": AUTH}}, "docker.io", ME),
        ({"r.example:5000": {"username": "me", "password": "pa:ss"}}, "r.example:5000", ME),
        (
            {"r.example:5000": {"identitytoken": "T", "auth": AUTH}},
            "r.example:5000",
            Credentials(identity_token="T"),
        ),
        ({"r.example": {"auth": AUTH}}, "r.example:5000", None),
        ({"r.example:5000": {"auth": "%%%"}}, "r.example:5000", None),
        ({"r.example:5000": {}}, "r.example:5000", None),
        ([1], "r.example:5000", None),
    ],
)
def test_what_docker_login_left_in_the_file(tmp_path, auths, registry, known):
    assert found(tmp_path, {"auths": auths}, registry) == known


def test_no_configuration_is_anonymous(tmp_path):
    assert credentials("r.example", {"DOCKER_CONFIG": str(tmp_path / "none")}) is None
    assert credentials("r.example", {"HOME": str(tmp_path)}) is None


def test_an_unreadable_configuration_is_told(tmp_path):
    with pytest.raises(Denied, match="cannot read"):
        found(tmp_path, "{")


def test_secrets_do_not_show():
    assert "pa:ss" not in repr(ME)
    assert "T" not in repr(Credentials(identity_token="T")).replace("Token", "")


def helper(folder, script: str) -> str:
    folder.mkdir(exist_ok=True)
    program = folder / "docker-credential-fake"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return f"{folder}:/usr/bin:/bin"


@pytest.mark.outside
@pytest.mark.parametrize(
    ("script", "known"),
    [
        (
            'read name; echo "{\\"Username\\":\\"$1\\",\\"Secret\\":\\"$name\\"}"',
            Credentials("get", "r.example:5000"),
        ),
        ('echo \'{"Username":"<token>","Secret":"T"}\'', Credentials(identity_token="T")),
        ("echo credentials not found in native keychain; exit 1", ME),  # then the file counts
    ],
)
@pytest.mark.parametrize("key", [{"credsStore": "fake"}, {"credHelpers": {"r.example:5000": "fake"}}])
def test_helpers_are_asked(tmp_path, monkeypatch, script, known, key):
    path = helper(tmp_path / "bin", script)
    monkeypatch.setenv("PATH", path)
    assert found(tmp_path, {**key, "auths": {"r.example:5000": {"auth": AUTH}}}, path=path) == known


@pytest.mark.outside
@pytest.mark.parametrize("script", ["exit 3", "echo nonsense", "echo '{\"Username\":1}'"])
def test_a_helper_that_fails_is_told(tmp_path, monkeypatch, script):
    path = helper(tmp_path / "bin", script)
    monkeypatch.setenv("PATH", path)
    with pytest.raises(Denied, match="docker-credential-fake"):
        found(tmp_path, {"credsStore": "fake"}, path=path)


@pytest.mark.parametrize("name", ["../evil", "a b", "x;y"])
def test_a_helper_is_a_plain_program_name(tmp_path, name):
    with pytest.raises(Denied, match="invalid credential helper"):
        found(tmp_path, {"credsStore": name})
