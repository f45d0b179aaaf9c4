"""Addresses of runs and jobs, and the one server that a token is sent to."""

from __future__ import annotations

import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.gha.run_url import RunUrl, parse_run_url

HUB = "https://github.com"


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        (f"{HUB}/o/r/actions/runs/12", RunUrl(HUB, "o/r", run=12)),
        (f"{HUB}/o/r/actions/runs/12/attempts/3?pr=4", RunUrl(HUB, "o/r", run=12, attempt=3)),
        (f"{HUB}/o/r/actions/runs/12/job/34#step:5:6", RunUrl(HUB, "o/r", run=12, job=34)),
        (f"{HUB}/o/r/actions/runs/12/attempts/1/jobs/34/", RunUrl(HUB, "o/r", run=12, attempt=1, job=34)),
        (f"{HUB}/o/r/runs/34?check_suite_focus=true", RunUrl(HUB, "o/r", job=34)),
        ("https://GHE.example:8443/o/r/actions/runs/12", RunUrl("https://ghe.example:8443", "o/r", run=12)),
    ],
)
def test_addresses(url, parts):
    assert parse_run_url(url) == parts


@pytest.mark.parametrize(
    "url",
    [
        HUB,
        f"{HUB}/o/r",
        f"{HUB}/o/r/pull/12",
        f"{HUB}/o/r/actions/runs/latest",
        f"{HUB}/o/../r/actions/runs/12",
        f"{HUB}/o/../actions/runs/12",
        f"{HUB}/o/r%2f/actions/runs/12",
        "https://github.com@evil.example/o/r/actions/runs/12",
        "https://[evil/o/r/actions/runs/12",
        f"{HUB}/o/r/actions/runs/{'9' * 30}",
    ],
)
def test_other_addresses_are_refused(url):
    with pytest.raises(UsageError, match="no run or job"):
        parse_run_url(url)


@pytest.mark.parametrize(
    ("server", "environment", "api"),
    [
        (HUB, {}, "https://api.github.com"),
        ("https://ghe.example", {"GITHUB_SERVER_URL": "https://GHE.example/"}, "https://ghe.example/api/v3"),
        ("https://x.ghe.com", {"GITHUB_SERVER_URL": "https://x.ghe.com"}, "https://api.x.ghe.com"),
        ("https://a", {"GITHUB_SERVER_URL": "https://a", "GITHUB_API_URL": "https://b/v3"}, "https://b/v3"),
    ],
)
def test_the_api_is_that_of_the_configured_server(server, environment, api):
    github = RunUrl(server, "o/r", run=1).connect({"GH_TOKEN": "t", **environment})
    assert github._ask.api_url == api


@pytest.mark.parametrize(
    ("server", "environment", "message"),
    [
        (HUB, {}, "no token"),
        (HUB, {"GH_TOKEN": " "}, "no token"),
        ("https://evil.example", {"GITHUB_TOKEN": "t"}, "the token is for https://github.com"),
        ("http://github.com", {"GITHUB_TOKEN": "t"}, "the token is for https://github.com"),
        (HUB, {"GITHUB_TOKEN": "t", "GITHUB_SERVER_URL": "https://ghe.example"}, "for https://ghe.example"),
    ],
)
def test_a_token_goes_to_no_other_server(server, environment, message):
    with pytest.raises(UsageError, match=message):
        RunUrl(server, "o/r", run=1).connect(environment)
