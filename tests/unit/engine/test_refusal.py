"""Who is at fault when a container does not start."""

from __future__ import annotations

import pytest

from tf_docker_check.engine.refusal import is_image_error

PYTHON = "/usr/bin/python3"


@pytest.mark.parametrize(
    "error",
    [
        "exec /usr/bin/python3: exec format error",
        'exec: "/usr/bin/python3": permission denied: unknown',
        'runc create failed: exec: \\"/usr/bin/python3\\": stat /usr/bin/python3: no such file or directory',
        "exec /usr/bin/python3: no such file or directory",
        "unable to find user app: no matching entries in passwd file",
        'runc create failed: error during container init: chdir to cwd ("/w/x") set in config.json failed: '
        "permission denied: unknown",
    ],
)
def test_what_the_image_lacks_is_the_images(error: str) -> None:
    assert is_image_error(error, (PYTHON,))


@pytest.mark.parametrize(
    "error",
    [
        'could not select device driver "" with capabilities: [[gpu]]',
        "network nosuch not found",
        "no space left on device",
        "error gathering device information: no such file or directory",
        "error running prestart hook #0: fork/exec /usr/bin/nvidia-container-runtime-hook: no such file",
        'exec: "nvidia-container-runtime-hook": executable file not found in $PATH',
        "fork/exec /usr/bin/nvidia-container-runtime: no such file or directory: unknown",
        "error running createContainer hook #0: exec /usr/bin/nvidia-cdi-hook: no such file or directory",
        "hook /usr/bin/python3-hook: exec /usr/bin/python3-hook: permission denied",
    ],
)
def test_what_the_machine_lacks_is_not_the_images(error: str) -> None:
    assert not is_image_error(error, (PYTHON,))
