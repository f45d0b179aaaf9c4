"""The engine that gives GPUs that are not there passes on everything else as it is."""

from __future__ import annotations

import json

import pytest
from docker.types import HostConfig

from faults.giving import without_gpu
from tf_docker_check.engine.gpu import WAYS


@pytest.mark.parametrize("way", ["cdi", "device-request"])
@pytest.mark.parametrize("separators", [(", ", ": "), (",", ":")], ids=["the SDK's", "the client's"])
def test_only_the_wish_for_a_gpu_is_lost(way, separators):
    rest = {"Image": "it", "HostConfig": {"Memory": 1}}
    asked = {**rest, "HostConfig": {**rest["HostConfig"], **HostConfig(version="1.41", **WAYS[way])}}
    body = json.dumps(asked, separators=separators).encode()
    heard = without_gpu(body)
    assert len(heard) == len(body)
    assert json.loads(heard)["HostConfig"] == {**asked["HostConfig"], "DeviceRequests": None}


def test_what_asks_for_no_gpu_is_untouched():
    body = b'POST /build HTTP/1.1\r\n\r\n"DeviceRequests": "of a Dockerfile"'
    assert without_gpu(body) == body
