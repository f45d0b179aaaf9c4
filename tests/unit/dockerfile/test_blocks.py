"""The conditions that shell commands run under."""

from __future__ import annotations

import pytest

from tf_docker_check.dockerfile.blocks import split_commands
from tf_docker_check.dockerfile.shell_state import run_commands

# what runs: with "?" where that depends on something that is not known
RUNS = {
    "a && b; c": "a b c",
    "a || b; c": "a b? c",
    "a || b && c": "a b? c",
    "[ x = x ] && a || b": "a",
    "[ x != x ] && a || b": "b",
    "[ $U ] && a || b; c": "a? b? c",
    "[ x = y ] || { a; b; } && c": "a b c",
    "if [ $K = k ]; then a; elif x; then b; else c; fi; d": "a d",
    "if [ -z $K ]; then a; elif x; then b; else c; fi; d": "x b? c? d",
    "if ! [ $K == k ]; then a; else b; fi": "b",
    "if test -n $K; then a; fi": "a",
    "if [ -f /x ]; then a; fi; b": "a? b",
    "if [ 3 -ge 2 ]; then a; fi": "a",
    "if a && b; then c; else d; fi": "a b? c? d?",
    "if [ x = x ]; then if [ $U ]; then a; fi; b; fi": "a? b",
    "while a; do b; done; c": "a b? c",
    "for i in 1 2; do a; done": "a a",
    "for i in $(ls); do a; done": "a",
    "for i in 1 2; do if [ $i = 2 ]; then a; fi; done": "a",
    "case $K in k) a;; esac; b": "a? b",
    "f() { a; }; b": "f a b",
    "true && a; false && b; c": "a c",
    "set -e; K=x; [ $K = x ] && a": "set a",
    "[ $U ] && K=x; [ $K = k ] && a": "a?",
    "fi; } done ) a": "a",
}
IGNORED = ("[", "test", "for", "case", "true", "false", "ls", "*")


@pytest.mark.parametrize(("script", "expected"), RUNS.items())
def test_what_runs(script: str, expected: str) -> None:
    running = run_commands(split_commands(script), {"K": "k"}, "/")
    names = [f"{one.command.name}{'' if one.sure else '?'}" for one in running]
    assert " ".join(name for name in names if name.rstrip("?") not in IGNORED) == expected


def test_variables_and_folders_are_followed() -> None:
    script = "V=1; a; cd /x/$V; b; cd ..; c; for V in 2 3; do d; done; [ $U ] && V=4; e"
    running = {one.command.name: one for one in run_commands(split_commands(script), {}, "/w")}
    assert [running[name].folder for name in "abc"] == ["/w", "/x/1", "/x"]
    assert [running[name].values.get("V") for name in "abde"] == ["1", "1", "3", None]


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    ["if a; then ", "[ a ] && ", "(", "{ ", "for i in a b; do ", "while a; do ", "a || ", "fi; ", "! "],
)
def test_thousands_of_blocks_take_no_time(piece: str) -> None:
    assert isinstance(split_commands(piece * 10_000), list)
