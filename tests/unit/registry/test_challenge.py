from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.registry.challenge import Challenge, parse


@pytest.mark.parametrize(
    ("header", "challenge"),
    [
        (
            'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
            Challenge(
                "bearer",
                {
                    "realm": "https://auth.docker.io/token",
                    "service": "registry.docker.io",
                    "scope": "repository:a/b:pull,push",
                },
            ),
        ),
        ('BASIC Realm="a \\"b\\""', Challenge("basic", {"realm": 'a "b"'})),
        ("Bearer realm=x , service=y", Challenge("bearer", {"realm": "x", "service": "y"})),
        ("Basic", Challenge("basic")),
        ("Negotiate abc", None),
        ("", None),
    ],
)
def test_challenges(header, challenge):
    assert parse(header) == challenge


@given(st.text(max_size=200))
def test_any_header_is_read_or_refused(header):
    found = parse(f"Bearer {header}")
    assert found is not None
    assert found.scheme == "bearer"


def test_a_hostile_header_takes_no_time():
    started = time.monotonic()
    parse("Bearer " + 'a="' + "\\" * 1_000_000)
    parse("Bearer " + "a=" * 1_000_000)
    assert time.monotonic() - started < 1
