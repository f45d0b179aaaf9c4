# ruff: noqa: E501 - messages in one piece
"""Each kind of mistake, word for word. These are what users read."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.projects import mistakes
from tf_docker_check.config import load_config
from tf_docker_check.errors import UsageError

NAME = "is not a name of at most 40 lower-case letters, digits, '.', '_' and '-' that starts with a letter or digit"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("version: 2", "1:10: version: 2 is not 1, the only version of this format"),
        ("version: one", "1:10: version: 'one' is not 1, the only version of this format"),
        ("defauts: {}", "1:1: unknown key 'defauts'; did you mean 'defaults'?"),
        ("matrix: {max_cells: 3}", "1:10: matrix: unknown key 'max_cells'; did you mean 'max-cells'?"),
        (
            "limits:\n  zzz: 1",
            "2:3: limits: unknown key 'zzz'; known keys: parallel, build-minutes, check-minutes, disk-reserve-gb",
        ),
        ("runners: {cpu: {gpus: all}}", "1:17: runners.cpu: unknown key 'gpus'; did you mean 'gpu'?"),
        ("checks: fast", "1:9: checks: 'fast' is not keys and values"),
        ("matrix: [a]", "1:9: matrix: a list is not keys and values"),
        (
            "fail-on: nevr",
            "1:10: fail-on: invalid value 'nevr'; must be one of new, any, error, never; did you mean 'never'?",
        ),
        (
            "checks: {profile: thorough}",
            "1:19: checks.profile: invalid value 'thorough'; must be one of quick, standard, full",
        ),
        (
            "runners: {a: {gpu: yes}}",
            "1:20: runners.a.gpu: invalid value 'yes'; must be one of off, static, require",
        ),
        (
            "checks: {run-options: {network: 'container:db'}}",
            "1:33: checks.run-options.network: 'container:db' is not none, bridge or host",
        ),
        (
            "runners: {a: {docker-host: box}}",
            "1:28: runners.a.docker-host: 'box' is not an engine's address such as ssh://user@host or tcp://host:2376",
        ),
        ("runners: {A: {}}", f"1:11: runners: 'A' {NAME}"),
        (f"strategies: [{'a' * 41}]", f"1:14: strategies[0]: '{'a' * 41}' {NAME}"),
        ("matrix: {max-cells: many}", "1:21: matrix.max-cells: 'many' is not a whole number of at least 1"),
        ("matrix: {max-cells: 0}", "1:21: matrix.max-cells: 0 is not a whole number of at least 1"),
        ("matrix: {max-cells: 2.5}", "1:21: matrix.max-cells: '2.5' is not a whole number of at least 1"),
        ("matrix: {include: ''}", "1:19: matrix.include: empty value; must be text or a list of texts"),
        ("matrix: {include: [a, '']}", "1:23: matrix.include[1]: empty value; must be text"),
        (
            "defaults: {tensorflow: }",
            "1:24: defaults.tensorflow: empty value; must be a version or a list of versions",
        ),
        (
            "defaults: {tensorflow: []}",
            "1:24: defaults.tensorflow: empty value; must be a version or a list of versions",
        ),
        (
            "defaults: {tensorflow: lastest}",
            "1:24: defaults.tensorflow: invalid version 'lastest'; did you mean 'latest'?",
        ),
        (
            "defaults: {tensorflow: [2.10, 2.x]}",
            "1:31: defaults.tensorflow[1]: invalid version '2.x'; write it like 2.21.0, 2.16.*, >=2.15,<2.18, latest, nightly or auto",
        ),
        (
            "defaults: {python: three}",
            "1:20: defaults.python: invalid version 'three'; write it like 3.12, >=3.10, all or auto",
        ),
        (
            "strategies: {slim: {python: 3,11}}",
            "1:31: strategies.slim: unknown key '11'; known keys: from, install, installer, tensorflow, python, gpu, dockerfile, context, target, build-args, secrets, on",
        ),
        (
            "strategies: {slim: {python: '3,11'}}",
            "1:29: strategies.slim.python: invalid version '3,11'; write it like 3.12, >=3.10, all or auto",
        ),
        (
            "defaults: {platform: amd64}",
            "1:22: defaults.platform: 'amd64' is not a platform such as linux/amd64",
        ),
        ("timeouts: {'*': 0}", "1:17: timeouts.*: 0 is not a number of minutes above 0"),
        ("timeouts: {'*': 9999}", "1:17: timeouts.*: 9999 is not a number of minutes above 0, at most 1440"),
        (
            "mirrors: {docker.io: }",
            "1:22: mirrors.docker.io: empty value; must be the beginning of an image reference, such as docker.io or ghcr.io/owner",
        ),
        ("build: {pip-index-url: pip.test}", "1:24: build.pip-index-url: 'pip.test' is not an http(s) URL"),
        (
            "checks: {disable: [xl]}",
            "1:20: checks.disable[0]: invalid value 'xl';"
            " must be one of environment, import, devices, matmul, conv, xla, gradient, data, savedmodel, keras, fit, gpu-conv, gpu-xla, libraries, gpu-static, distributed-bridge, distributed-host; did you mean 'xla'?",
        ),
        (
            "checks: {run-options: {shm-size: lots}}",
            "1:34: checks.run-options.shm-size: 'lots' is not a size such as 512m or 2g",
        ),
        (
            "checks: {run-options: {read-only: yes}}",
            "1:35: checks.run-options.read-only: 'yes' is not true or false",
        ),
        (
            "checks: {run-options: {environment: {1A: b}}}",
            "1:38: checks.run-options.environment: '1A' is not a variable's name",
        ),
        (
            "known-failures: [{cell: a, cause: b, until: 2026-13-31}]",
            "1:45: known-failures[0].until: '2026-13-31' is not a date such as 2026-12-31",
        ),
        ("known-failures: [{cell: a, until: 2026-12-31}]", "1:18: known-failures[0]: missing key 'cause'"),
        ("strategies: {slm: {}}", "1:19: strategies.slm: unknown strategy 'slm'; did you mean 'slim'?"),
        ("strategies: [slm]", "1:14: strategies.slm: unknown strategy 'slm'; did you mean 'slim'?"),
        (
            "strategies: {mine: {gpu: true}}",
            "1:20: strategies.mine: unknown strategy 'mine'; define it with `from` (an image) or `dockerfile`",
        ),
        ("strategies: {mine: {target: a}}", "1:21: strategies.mine: 'target' requires 'dockerfile'"),
        (
            "strategies: {mine: {dockerfile: D, from: a}}",
            "1:36: strategies.mine: 'from' cannot be combined with 'dockerfile'",
        ),
        (
            "strategies: {slim: {dockerfile: D}}",
            "1:33: strategies.slim.dockerfile: strategy 'slim' already has an image; use another name",
        ),
        (
            "strategies: {mine: {dockerfile: D, secrets: [{id: a, env: b, file: c}]}}",
            "1:54: strategies.mine.secrets[0]: 'env' cannot be combined with 'file'",
        ),
        (
            "strategies: {mine: {dockerfile: D, on: slmi}}",
            "1:40: strategies.mine.on: unknown strategy 'slmi'; did you mean 'slim'?",
        ),
        (
            "strategies: {a: {dockerfile: D}, mine: {dockerfile: D, on: [slim, a]}}",
            "1:67: strategies.mine.on[1]: 'a' builds a Dockerfile; `on` must name strategies with `from`",
        ),
        (
            "strategies: {mine: {dockerfile: D, on: [slim]}, mine-on-slim: {from: a}}",
            "1:41: strategies.mine.on[0]: duplicate strategy name 'mine-on-slim'",
        ),
        (
            "strategies: {a: {from: 'x:{tensorflw}'}}",
            "1:24: strategies.a.from: unknown placeholder '{tensorflw}'; did you mean '{tensorflow}'?",
        ),
        (
            "strategies: {a: {from: 'x:{'}}",
            "1:24: strategies.a.from: unknown placeholder '{'; use {tensorflow} or {python}",
        ),
        (
            "strategies: {a: {from: 'Python:3'}}",
            "1:24: strategies.a.from: 'Python:3' is not an image reference",
        ),
        ("strategies: {a: {from: 'a b'}}", "1:24: strategies.a.from: 'a b' is not an image reference"),
        (
            "strategies: {slim: {install: [-r x.txt]}}",
            "1:31: strategies.slim.install[0]: '-r x.txt' is not a requirement such as 'pandas>=2'",
        ),
    ],
)
def test_one_mistake_is_one_exact_line(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "D").touch()
    assert mistakes(tmp_path, text) == [message]


def test_all_mistakes_come_at_once_in_the_order_of_the_file_then_of_the_inputs(tmp_path: Path) -> None:
    text = """\
    defaults: {python: x}
    strategies:
      slim: {installer: conda}
      mine: {dockerfile: nope, on: [slim, slm]}
    fail-on: maybe
    fail-on: any
    nightli: {}
    """
    assert mistakes(tmp_path, text, max_cells="many", strategies="slim, oficial", gpu="on") == [
        "1:20: defaults.python: invalid version 'x'; write it like 3.12, >=3.10, all or auto",
        "3:21: strategies.slim.installer: invalid value 'conda'; must be one of pip, uv",
        "4:22: strategies.mine.dockerfile: Dockerfile not found: 'nope'",
        "4:39: strategies.mine.on[1]: unknown strategy 'slm'; did you mean 'slim'?",
        "5:10: fail-on: invalid value 'maybe'; must be one of new, any, error, never",
        "6:1: duplicate key 'fail-on'; first on line 5",
        "7:1: unknown key 'nightli'; did you mean 'nightly'?",
        "input gpu: invalid value 'on'; must be one of auto, off, static, require",
        "input max-cells: 'many' is not a whole number of at least 1",
        "input strategies: unknown strategy 'oficial'; did you mean 'official'?",
    ]


def test_the_error_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "c.yml").write_text("fail-on: nevr\nchecks: 1\n")
    with pytest.raises(UsageError) as raised:
        load_config(tmp_path, "c.yml")
    assert str(raised.value) == (
        "the configuration has 2 errors\n"
        "  - c.yml:1:10: fail-on: invalid value 'nevr'; must be one of new, any, error, never; did you mean 'never'?\n"
        "  - c.yml:2:9: checks: '1' is not keys and values\n"
        "  do:  correct them; docs/configuration.md describes every key"
    )


def test_what_a_stranger_wrote_cannot_forge_lines_or_hide(tmp_path: Path) -> None:
    (message,) = mistakes(tmp_path, '"a\\n::error::b\\u202e\\e[31m": 1')
    assert message.startswith("1:1: unknown key 'a ::error::b'; known keys:")
    (message,) = mistakes(tmp_path, f"fail-on: {'x' * 5000}")
    assert len(message) < 150
