from __future__ import annotations

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


@pytest.mark.parametrize("text", ['a="' + "\\" * 1_000_000, "a=" * 1_000_000])
def test_a_hostile_header_is_read_to_its_end(text):
    found = parse(f"Bearer {text}")
    assert found
    assert found.scheme == "bearer"
