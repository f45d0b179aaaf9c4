from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest

from tf_docker_check.model.cell import Cell
from tf_docker_check.model.observation import BuildResult, BuildStep
from tf_docker_check.model.redact import looks_secret, redact
from tf_docker_check.model.results import CellResult, Results
from tf_docker_check.model.status import Status


@pytest.mark.parametrize(
    "name",
    [
        "TOKEN",
        "PIP_TOKEN",
        "db_password",
        "PASS",
        "DB_PASS",
        "PASSPHRASE",
        "API_KEY",
        "AWS_SECRET_ACCESS_KEY",
    ],
)
def test_names_that_look_private(name: str) -> None:
    assert looks_secret(name)


@pytest.mark.parametrize("name", ["TF_VERSION", "BYPASS", "AUTHOR", "KEYS", "COMPASS_URL", "LD_LIBRARY_PATH"])
def test_names_that_do_not(name: str) -> None:
    assert not looks_secret(name)


def test_a_value_is_hidden_wherever_it_stands_and_nothing_else_changes() -> None:
    build = BuildResult(
        Status.FAILED, reason="no hush.ab here", steps=(BuildStep("RUN echo hush.ab", log="hushxab hush.ab"),)
    )
    cell = CellResult(
        "a", Cell("a", "2.21.0", "", "cpu"), Status.FAILED, build=build, facts={"x": ["hush.ab", 1]}
    )
    shown = redact(Results(cells=(cell,)), {"hush.ab"}).cells[0]
    assert shown.build is not None
    assert shown.build.reason == "no *** here"
    assert shown.build.steps == (BuildStep("RUN echo ***", log="hushxab ***"),)
    assert shown.facts == {"x": ["***", 1]}
    assert (shown.cell, shown.status) == (cell.cell, Status.FAILED)


def test_the_longest_goes_first() -> None:
    assert redact("token-and-more", {"token", "token-and-more"}) == "***"
    assert redact("left alone", ()) == "left alone"


SECRET = 'pa"ss/w+rd ünd?'


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"x": SECRET}),
        json.dumps({"x": SECRET}, ensure_ascii=False),
        "https://h/?q=" + quote(SECRET),
        "https://h/?q=" + quote(SECRET, safe=""),
        "q=" + quote_plus(SECRET),
        *(base64.b64encode(("u" * n + SECRET + ":").encode()).decode() for n in range(4)),
        *(base64.urlsafe_b64encode(("u" * n + SECRET).encode()).decode() for n in range(4)),
    ],
)
def test_a_secret_is_hidden_however_programs_print_it(text: str) -> None:
    shown = redact(text, {SECRET})
    assert "***" in shown
    for left in (shown[shown.index("***") + 3 :], shown[: shown.index("***")]):
        assert len(left) < 14
    assert redact(text, {"another secret"}) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("DBURL=postgres://u:PW@h/db", "DBURL=postgres://***@h/db"),
        ("mongodb+srv://u:p@w@h/", "mongodb+srv://***@h/"),
        (f"{'x' * 40}://u:PW@h", f"{'x' * 40}://***@h"),
        ("redis://:PW@h, amqp://u:PW@h", "redis://***@h, amqp://***@h"),
        ('"https://tok3n@h/simple"', '"https://***@h/simple"'),
        ("ssh://ci@builder and git@github.com:a/b", "ssh://ci@builder and git@github.com:a/b"),
        ("docker-image://python:3.12@sha256:0a", "docker-image://python:3.12@sha256:0a"),
        ("https://h/a@b?c=@d git+https://h/x@v1", "https://h/a@b?c=@d git+https://h/x@v1"),
        ("https://h:8080/ mail a:b@c", "https://h:8080/ mail a:b@c"),
    ],
)
def test_logins_in_urls_of_any_scheme_are_hidden(text: str, shown: str) -> None:
    assert redact(text, ()) == shown
    assert looks_secret("PLAIN_NAME", text) == (text != shown)
