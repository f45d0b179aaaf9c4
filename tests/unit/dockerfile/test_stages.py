from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.dockerfile.rewrite import external_images, frontend, rewrite
from tf_docker_check.dockerfile.stage import base_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.errors import UsageError

WHOLE = """\
# syntax=docker/dockerfile:1
# escape=`
ARG BASE=tensorflow/tensorflow:2.21.0
ARG TAG=3.12
FROM --platform=linux/amd64 python:${TAG}-slim AS Wheels
RUN pip wheel `
  # a comment in the middle
  numpy
FROM ${BASE} AS runtime
COPY --from=wheels /w /w
COPY --link --from=ghcr.io/astral-sh/uv:0.9 /uv /bin/
RUN --mount=type=bind,from=busybox:1,target=/b --mount=from=wheels,target=/w <<EOF
FROM not-an-image
EOF
FROM runtime
"""


def test_stages_of_a_whole_file() -> None:
    assert [(one.index, one.name, one.image, one.line, one.argument) for one in read_stages(WHOLE)] == [
        (0, "Wheels", "python:3.12-slim", 5, ""),
        (1, "runtime", "tensorflow/tensorflow:2.21.0", 9, "BASE"),
        (2, "", "runtime", 15, ""),
    ]


def test_external_images_of_a_whole_file() -> None:
    assert external_images(WHOLE) == (
        "python:3.12-slim",
        "tensorflow/tensorflow:2.21.0",
        "ghcr.io/astral-sh/uv:0.9",
        "busybox:1",
    )
    assert frontend(WHOLE) == "docker/dockerfile:1"


@pytest.mark.parametrize(
    ("head", "word", "image", "argument"),
    [
        ("ARG B=debian:12", "$B", "debian:12", "B"),
        ("ARG B=debian:12", "${B}", "debian:12", "B"),
        ('ARG B="debian:12"', '"${B}"', "debian:12", "B"),
        ("ARG B", "${B}", "", "B"),
        ("ARG B", "${B:-debian:12}", "debian:12", "B"),
        ("ARG B", "${B-debian:12}", "debian:12", "B"),
        ("ARG B=", "${B-debian:12}", "", "B"),
        ("ARG B=12", "debian${B:+:$B}", "debian:12", ""),
        ("ARG B", "debian${B:+:$B}", "debian", ""),
        ("ARG A=12\nARG B=debian:$A", "$B", "debian:12", "B"),
        ("ARG A=12", "${B:-debian:${A}}", "debian:12", ""),
        ("ARG B=3.12 A=slim", "python:$B-$A", "python:3.12-slim", ""),
        ("", "debian-${TARGETARCH}:12", "debian-amd64:12", ""),
        ("ARG TARGETARCH", "debian-${TARGETARCH}:12", "debian-amd64:12", ""),
        ("", "$NEVER_DECLARED", "", ""),
        ("ARG B=1\nARG B", "debian:$B", "debian:1", ""),
    ],
)
def test_arguments_in_from(head: str, word: str, image: str, argument: str) -> None:
    (stage,) = read_stages(f"{head}\nFROM {word}\n")
    assert (stage.image, stage.argument) == (image, argument)


def test_build_arguments_win_over_defaults_and_only_where_declared() -> None:
    text = "ARG BASE=debian:12\nFROM ${BASE}\nFROM ${OTHER:-scratch}\n"
    images = [stage.image for stage in read_stages(text, {"BASE": "ubuntu:24.04", "OTHER": "x"})]
    assert images == ["ubuntu:24.04", "scratch"]


def test_an_argument_of_a_stage_is_not_global() -> None:
    assert read_stages("FROM debian:12\nARG B=x\nFROM a$B\n")[1].image == "a"


def test_arguments_that_double_cannot_grow_without_end() -> None:
    bomb = "\n".join(["ARG A0=xxxxxxxxxx", *(f"ARG A{n}=$A{n - 1}$A{n - 1}" for n in range(1, 60))])
    assert len(read_stages(f"{bomb}\nFROM $A59\n")[0].image) <= 4096


@pytest.mark.parametrize(
    ("target", "image"),
    [
        ("", "python:3.12"),
        ("test", "python:3.12"),
        ("TEST", "python:3.12"),
        ("other", "debian:12"),
        ("2", "debian:12"),
    ],
)
def test_base_stage_follows_aliases(target: str, image: str) -> None:
    stages = read_stages("FROM python:3.12 AS base\nFROM Base AS test\nFROM debian:12 AS other\nFROM test\n")
    assert base_stage(stages, target).image == image


def test_a_stage_named_like_its_own_image_is_no_loop() -> None:
    assert base_stage(read_stages("FROM python AS python\nFROM python\n")).image == "python"


def test_an_unknown_target_is_told_with_the_stages_there_are() -> None:
    with pytest.raises(UsageError) as raised:
        base_stage(read_stages("FROM a AS build\nFROM b AS run\n"), "rnu")
    assert raised.value.what == "the Dockerfile has no stage 'rnu'"
    assert raised.value.why == "its stages are build, run"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "Dockerfile: invalid Dockerfile"),
        ("ARG A=1\n", "Dockerfile: no FROM instruction"),
        ("# only a comment\n", "Dockerfile:1: invalid Dockerfile"),
        ("RUN a\nFROM b\n", "Dockerfile:1: RUN comes before the first FROM"),
        ("FROM a\nRNU x\n", "Dockerfile:2: 'RNU' is not a Dockerfile instruction"),
        ("FROM a b\n", "Dockerfile:1: FROM takes one image and optionally AS and a name"),
        ("\nFROM\n", "Dockerfile:2: FROM takes one image and optionally AS and a name"),
        ("FROM a\n\nRUN <<E\nnever\nended\n", "Dockerfile:3: invalid Dockerfile"),
        ("FROM a\nENV A\nRUN b\n", "Dockerfile:2: invalid Dockerfile"),
        ("# escape=x\nFROM a\n", "Dockerfile:1: invalid Dockerfile"),
        ("FROM a\nRUN " + "x" * 70_000 + "\n", "Dockerfile:2: invalid Dockerfile"),
        ("FROM a\n\0", "Dockerfile is not a text file"),
        ("FROM a\ud800", "Dockerfile is not a text file"),
        ("\\", "Dockerfile:1: '' is not a Dockerfile instruction"),
        ('{"a": 1}', "Dockerfile:1: '{\"A\":' is not a Dockerfile instruction"),
    ],
)
def test_what_cannot_be_built_is_one_clear_error(text: str, what: str) -> None:
    with pytest.raises(UsageError) as raised:
        read_stages(text)
    assert raised.value.what == what


def test_the_near_instruction_is_named() -> None:
    with pytest.raises(UsageError) as raised:
        read_stages("FORM python:3.12\n", file="docker/Dockerfile")
    assert raised.value.what == "docker/Dockerfile:1: 'FORM' is not a Dockerfile instruction"
    assert raised.value.remedy == "did you mean FROM?"


def test_rewrite_touches_references_alone() -> None:
    written = rewrite(
        WHOLE,
        {
            "docker/dockerfile:1": "mirror/frontend:1",
            "python:3.12-slim": "mirror/python@sha256:1",
            "tensorflow/tensorflow:2.21.0": "mirror/tf",
            "ghcr.io/astral-sh/uv:0.9": "mirror/uv",
            "busybox:1": "mirror/busybox",
            "not-an-image": "never",
            "wheels": "never",
        },
    )
    assert written == (
        WHOLE.replace("docker/dockerfile:1", "mirror/frontend:1")
        .replace("python:${TAG}-slim", "mirror/python@sha256:1")
        .replace("${BASE}", "mirror/tf")
        .replace("ghcr.io/astral-sh/uv:0.9", "mirror/uv")
        .replace("busybox:1", "mirror/busybox")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM \\\n # why\n  a \\\n  AS b\n", "FROM \\\n # why\n  NEW \\\n  AS b\n"),
        ("FROM a\\\n  AS b\n", "FROM NEW\\\n  AS b\n"),
        ("from\ta\tas\ta\r\nRUN a\r\n", "from\tNEW\tas\ta\r\nRUN a\r\n"),
        ("\ufeffFROM a\n", "\ufeffFROM NEW\n"),
        ('FROM "a"\n', "FROM NEW\n"),
        ("FROM a AS x\nFROM a AS a\nFROM a\n", "FROM NEW AS x\nFROM NEW AS a\nFROM a\n"),
        ("FROM x\nCOPY --from=a a --from=a /\n", "FROM x\nCOPY --from=NEW a --from=a /\n"),
        (
            "FROM x\nRUN --mount=from=a,target=/a cp from=a\n",
            "FROM x\nRUN --mount=from=NEW,target=/a cp from=a\n",
        ),
        (
            'FROM x\nRUN --mount=from=a,target=/p --mount="type=bind,from=a,target=/q r" true\n',
            'FROM x\nRUN --mount=from=NEW,target=/p --mount="type=bind,from=NEW,target=/q r" true\n',
        ),
        ("FROM x\nRUN --mount=from=a:1,target=/a true\n", "FROM x\nRUN --mount=from=a:1,target=/a true\n"),
        ("FROM x\nONBUILD COPY --from=a / /\n", "FROM x\nONBUILD COPY --from=a / /\n"),
    ],
)
def test_rewrite_finds_the_reference_where_it_stands(text: str, expected: str) -> None:
    assert rewrite(text, {"a": "NEW"}) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FROM pyth\\\non:3\n", "FROM \\\nNEW\n"),
        ("FROM p\\\n# why\nython\\\n:3 AS x\n", "FROM \\\n# why\n\\\nNEW AS x\n"),
        ('FROM x\nRUN --mount="from=pyth\\\non:3" y\n', 'FROM x\nRUN --mount="from=\\\nNEW" y\n'),
    ],
)
def test_a_reference_broken_over_lines_is_replaced_and_the_lines_stay(text: str, expected: str) -> None:
    written = rewrite(text, {"python:3": "NEW"})
    assert written == expected
    assert "NEW" in external_images(written)


NAMES = st.from_regex(r"[a-z]{2,6}(/[a-z]{2,6})?:[0-9]{1,2}", fullmatch=True)
INDENT = st.sampled_from(["", " ", "  \\\n ", "\t"])


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    lines = ["# syntax=docker/dockerfile:1"] if draw(st.booleans()) else []
    for number in range(draw(st.integers(1, 4))):
        gap, platform = draw(INDENT), draw(st.sampled_from(["", "--platform=linux/amd64 "]))
        lines.append(f"FROM {gap}{platform}{draw(NAMES)} AS stage{number}")
        lines.append(f"COPY --from={draw(NAMES)} {draw(NAMES)} /")
        lines.append(
            f"RUN --mount=type=bind,from={draw(NAMES)},target=/m echo {draw(NAMES)} <<E\n{draw(NAMES)}\nE"
        )
    return draw(st.sampled_from(["\n", "\r\n"])).join(lines) + "\n"


@given(dockerfiles())
def test_nothing_to_replace_changes_nothing(text: str) -> None:
    assert rewrite(text, {}) == text
    assert rewrite(text, {image: image for image in external_images(text)}) == text


@given(dockerfiles())
def test_what_is_rewritten_reads_back_replaced_and_the_way_back_is_exact(text: str) -> None:
    images = external_images(text)
    there = {image: f"mirror.test/{number}@sha256:ab" for number, image in enumerate(images)}
    written = rewrite(text, there)
    assert external_images(written) == tuple(there.values())
    assert rewrite(written, {new: old for old, new in there.items()}) == text


PIECES = [*"FROMabcARUN$={}:-+\"'\\\n <E`#,@/\t\r", "COPY --from=", "FROM ", "--mount=", "${"]


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_any_text_parses_or_is_refused_in_words(text: str) -> None:
    with suppress(UsageError):
        stages = read_stages(text)
        assert base_stage(stages) in stages
        assert rewrite(text, {}) == text
