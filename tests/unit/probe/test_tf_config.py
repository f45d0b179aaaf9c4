"""The TF_CONFIG of an image, judged by its text alone."""

from __future__ import annotations

import json

import pytest

from tf_docker_check.probe.tf_config import find_tf_config_problem

TWO = {"worker": ["one:2222", "two:2222"]}


def config(cluster: object = TWO, kind: object = "worker", index: object = 0) -> str:
    return json.dumps({"cluster": cluster, "task": {"type": kind, "index": index}})


@pytest.mark.parametrize(
    "texts",
    [
        ["", ""],
        [None, config()],
        [config(), config(index=1)],
        [config(index="1"), ""],
        [config(kind="evaluator"), ""],
        ["{}", "{}"],
        [config({"chief": ["[::1]:2222"], "worker": ["b:1"]}, "chief"), ""],
    ],
)
def test_nothing_is_wrong(texts: list[str | None]) -> None:
    assert find_tf_config_problem(texts) == ""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "it is not an object"),
        (json.dumps({"cluster": []}), ""),
        (json.dumps({"cluster": [1]}), "`cluster` is not an object"),
        (json.dumps({"cluster": TWO}), "`task` is not an object"),
        (config({"worker": "one:2222"}), "no list of addresses for worker"),
        (config({"worker": ["one"]}), "one is not HOST:PORT"),
        (config({"worker": ["one:99999"]}), "one:99999 is not HOST:PORT"),
        (config({"worker": ["one:2222", "one:2222"]}), "one:2222 is in it more than once"),
        (config(kind="chief"), "no tasks of the type of `task`, 'chief'"),
        (config(kind=[]), "no tasks of the type of `task`, []"),
        (config(index=2), "index 2 of 2 (worker)"),
        (config(index=-1), "index -1 of 2 (worker)"),
    ],
)
def test_what_keeps_a_worker_from_its_place_is_told(text: str, words: str) -> None:
    told = find_tf_config_problem(["", text])
    assert words in told
    assert told.startswith("the TF_CONFIG of worker 1 is wrong: ") or not words


def test_clusters_that_differ_are_no_cluster() -> None:
    other = config({"worker": ["one:2222", "three:2222"]}, index=1)
    assert find_tf_config_problem([config(), other]) == "the workers' TF_CONFIGs describe different clusters"
