from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.errors import UsageError
from tf_docker_check.image.reference import Reference, add_digest, mirrored
from tf_docker_check.registry.hosts import is_loopback

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("python", Reference("docker.io", "library/python", "latest")),
        ("python:3.12-slim", Reference("docker.io", "library/python", "3.12-slim")),
        ("tensorflow/tensorflow:2.21.0", Reference("docker.io", "tensorflow/tensorflow", "2.21.0")),
        ("docker.io/python", Reference("docker.io", "library/python", "latest")),
        ("index.docker.io/a/b:1", Reference("docker.io", "a/b", "1")),
        ("localhost/x", Reference("localhost", "x", "latest")),
        ("localhost:5000/x:y", Reference("localhost:5000", "x", "y")),
        ("127.0.0.1:5000/a/b/c", Reference("127.0.0.1:5000", "a/b/c", "latest")),
        ("[::1]:5000/x:1", Reference("[::1]:5000", "x", "1")),
        ("Registry/x", Reference("Registry", "x", "latest")),
        (f"nvcr.io/nvidia/tensorflow@{DIGEST}", Reference("nvcr.io", "nvidia/tensorflow", "", DIGEST)),
        (f"python:3.12@{DIGEST}", Reference("docker.io", "library/python", "3.12", DIGEST)),
    ],
)
def test_references_are_read_as_docker_reads_them(text, reference):
    assert Reference.parse(text) == reference
    assert Reference.parse(str(reference)) == reference


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "invalid repository name"),
        ("Python", "lower case"),
        ("a//b", "invalid repository name"),
        ("python:", "invalid tag"),
        ("python:-x", "invalid tag"),
        ("python:" + "x" * 129, "invalid tag"),
        ("python@sha256:abc", "digest"),
        ("a b", "invalid repository name"),
        ("http://x/y", "invalid host name|invalid repository name"),
        ("x" * 2000, "2000 characters"),
        ("a/" + "b" * 300, "invalid repository name"),
        ("-bad.host/x", "invalid host name"),
        ("python:٣", "invalid tag"),
        ("a" * 64, "an image id"),
    ],
)
def test_what_is_no_reference_says_which_part(text, why):
    with pytest.raises(UsageError) as raised:
        Reference.parse(text)
    assert any(part in str(raised.value) for part in why.split("|"))


@pytest.mark.parametrize(
    ("text", "pinned", "added", "familiar"),
    [
        ("python", f"python@{DIGEST}", f"python@{DIGEST}", "python"),
        ("docker.io/library/python:3", f"docker.io/library/python@{DIGEST}", None, "python"),
        ("h:5000/a/b:1", f"h:5000/a/b@{DIGEST}", None, "h:5000/a/b"),
        (f"a/b:1@sha256:{'b' * 64}", f"a/b@{DIGEST}", f"a/b:1@sha256:{'b' * 64}", "a/b"),
    ],
)
def test_a_digest_is_put_on_what_people_wrote(text, pinned, added, familiar):
    reference = Reference.parse(text)
    assert str(reference.pinned(DIGEST)) == pinned
    assert add_digest(text, DIGEST) == (added or f"{text}@{DIGEST}")
    assert reference.familiar == familiar


@pytest.mark.parametrize("text", ["Not One", "", "$BASE"])
def test_what_is_no_reference_stays_as_it_is(text):
    assert add_digest(text, DIGEST) == text
    assert Reference.try_parse(text) is None


@given(st.text(max_size=300))
def test_any_text_is_a_reference_or_a_usage_error(text):
    try:
        reference = Reference.parse(text)
    except UsageError:
        return
    assert Reference.parse(str(reference)) == reference


@pytest.mark.parametrize(
    ("reference", "mirrors", "asked"),
    [
        ("python:3.12", [], "python:3.12"),
        ("python:3.12", [("docker.io", "m:5000")], "m:5000/library/python:3.12"),
        ("tensorflow/tensorflow:1", [("docker.io/", "m:5000/hub/")], "m:5000/hub/tensorflow/tensorflow:1"),
        ("docker.io/a/b", [("index.docker.io", "m:5000")], "m:5000/a/b:latest"),
        ("a/b:1", [("docker.io", "m:1"), ("docker.io/a", "m:2")], "m:2/b:1"),
        ("a/b:1", [("a/b", "m:1/x")], "m:1/x:1"),
        ("python:3", [("python", "m:1/py")], "m:1/py:3"),
        ("ghcr.io/x/y:1", [("docker.io", "m:1")], "ghcr.io/x/y:1"),
        ("a/bcd:1", [("a/b", "m:1")], "a/bcd:1"),
        (f"a/b@{DIGEST}", [("docker.io", "m:1")], f"m:1/a/b@{DIGEST}"),
    ],
)
def test_the_longest_prefix_that_ends_where_a_name_ends_wins(reference, mirrors, asked):
    assert mirrored(reference, mirrors) == asked


@pytest.mark.parametrize(
    ("host", "answer"),
    [
        ("localhost", True),
        ("localhost:5000", True),
        ("127.8.9.1:80", True),
        ("[::1]:5000", True),
        ("::1", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(host, answer):
    assert is_loopback(host) is answer
