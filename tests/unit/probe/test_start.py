from __future__ import annotations

import pytest

from tf_docker_check.model.status import Status
from tf_docker_check.probe.start import blame


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("exec /usr/bin/python3: exec format error", Status.FAILED),
        ('exec: "/usr/bin/python3": permission denied: unknown', Status.FAILED),
        ("exec /usr/bin/python3: no such file or directory", Status.FAILED),
        ("unable to find user app: no matching entries in passwd file", Status.FAILED),
        ('could not select device driver "" with capabilities: [[gpu]]', Status.ERRORED),
        ("network nosuch not found", Status.ERRORED),
        ("no space left on device", Status.ERRORED),
        ("error gathering device information: no such file or directory", Status.ERRORED),
    ],
)
def test_who_is_at_fault_when_a_container_does_not_start(error: str, status: Status) -> None:
    assert blame(error) is status
