"""Build the frozen `Config` from checked values. Keys that are absent keep the model's defaults."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from tf_docker_check.config.strategies import Strategies, texts
from tf_docker_check.model.config import (
    BuildSettings,
    Checks,
    Config,
    FleetHost,
    Gpu,
    KnownFailure,
    Limits,
    NightlySettings,
    Runner,
    RunOptions,
    UserDockerfile,
)

Values = Mapping[str, Any]
_Fields = Mapping[str, tuple[str, Callable[[Any], Any]]]  # key: the model's field and what makes its value


def build_config(
    values: Values,
    strategies: Strategies,
    *,
    dockerfile: UserDockerfile | None = None,
    notes: tuple[str, ...] = (),
) -> Config:
    """Build the configuration from *values*, which have been checked."""
    defaults, matrix = values.get("defaults", {}), values.get("matrix", {})
    return Config(
        strategies=strategies.chosen,
        bases=strategies.bases,
        dockerfile=dockerfile,
        tensorflow=texts(defaults.get("tensorflow", "auto")),
        python=texts(defaults.get("python", "auto")),
        include=texts(matrix.get("include")),
        exclude=texts(matrix.get("exclude")),
        timeouts=tuple((cell, _seconds(minutes)) for cell, minutes in values.get("timeouts", {}).items()),
        checks=_checks(values.get("checks", {})),
        mirrors=tuple(values.get("mirrors", {}).items()),
        build=_build(values.get("build", {})),
        limits=_limits(values.get("limits", {}), defaults, matrix),
        known_failures=tuple(_known_failure(failure) for failure in values.get("known-failures", ())),
        notes=notes,
        nightly=_nightly(values.get("nightly", {})),
        **_present_fields(defaults, {"platform": ("platform", str)}),
        **_present_fields(values.get("baseline", {}), {"control": ("control", bool)}),
        **_present_fields(
            values,
            {"runners": ("runners", _runners), "fleet": ("fleet", _fleet), "fail-on": ("fail_on", str)},
        ),
    )


def _present_fields(values: Values, fields: _Fields) -> dict[str, Any]:
    """Return the fields of the keys present in *values*, by field name."""
    return {name: make(values[key]) for key, (name, make) in fields.items() if key in values}


def _runners(values: Values) -> tuple[Runner, ...]:
    return tuple(
        Runner(
            name,
            **_present_fields(
                runner,
                {"runs-on": ("runs_on", texts), "gpu": ("gpu", Gpu), "docker-host": ("docker_host", str)},
            ),
        )
        for name, runner in values.items()
    ) or (Runner("cpu"),)


def _fleet(values: Sequence[Values]) -> tuple[FleetHost, ...]:
    """Its keys are the model's fields."""
    return tuple(FleetHost(**{**host, **_present_fields(host, {"cpu": ("cpu", texts)})}) for host in values)


def _checks(values: Values) -> Checks:
    options = RunOptions(
        **_present_fields(
            values.get("run-options", {}),
            {
                "shm-size": ("shm_size", str),
                "memory": ("memory", str),
                "network": ("network", str),
                "read-only": ("read_only", bool),
                "user": ("user", str),
                "environment": ("environment", _pairs),
            },
        )
    )
    fields = _present_fields(
        values,
        {
            "profile": ("profile", str),
            "enable": ("enable", texts),
            "disable": ("disable", texts),
            "commands": ("commands", texts),
            "distributed-peer": ("distributed_peer", str),
            "distributed-commands": ("distributed_commands", texts),
        },
    )
    return Checks(**fields, run_options=options)


def _build(values: Values) -> BuildSettings:
    return BuildSettings(
        **_present_fields(
            values,
            {
                "ca-bundle": ("ca_bundle", str),
                "pip-index-url": ("index_url", str),
                "pip-extra-index-urls": ("extra_index_urls", texts),
                "cache-from": ("cache_from", texts),
                "cache-to": ("cache_to", texts),
            },
        )
    )


def _limits(values: Values, defaults: Values, matrix: Values) -> Limits:
    own: _Fields = {
        "parallel": ("parallel", int),
        "build-minutes": ("build_seconds", _seconds),
        "check-minutes": ("check_seconds", _seconds),
        "disk-reserve-gb": ("disk_reserve_gb", float),
    }
    fields = _present_fields(matrix, {"max-cells": ("max_cells", int)}) | _present_fields(values, own)
    if "timeout-minutes" in defaults:
        usual = _seconds(defaults["timeout-minutes"])
        fields = {"build_seconds": usual, "check_seconds": usual} | fields
    return Limits(**fields)


def _nightly(values: Values) -> NightlySettings:
    return NightlySettings(
        **_present_fields(
            values,
            {
                "tags": ("tags", texts),
                "confirm-runs": ("confirm_runs", int),
                "close-after": ("close_after", int),
                "infrastructure-nights": ("infrastructure_nights", int),
                "bisect": ("bisect", bool),
                "bisect-minutes": ("bisect_minutes", float),
                "issue-labels": ("issue_labels", texts),
                "propose": ("propose", bool),
            },
        )
    )


def _known_failure(values: Values) -> KnownFailure:
    return KnownFailure(
        cell=values["cell"],
        cause=values["cause"],
        until=date.fromisoformat(values["until"]),
        owner=values.get("owner", ""),
        reason=values.get("reason", ""),
    )


def _pairs(values: Values) -> tuple[tuple[str, str], ...]:
    return tuple(values.items())


def _seconds(minutes: float) -> int:
    return max(1, round(minutes * 60))
