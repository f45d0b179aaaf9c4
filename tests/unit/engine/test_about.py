from __future__ import annotations

from tf_docker_check.engine.about import build_about
from tf_docker_check.model.image import EngineInfo


def test_what_an_engine_tells_of_itself() -> None:
    version = {
        "ApiVersion": "1.41",
        "MinAPIVersion": "1.12",
        "Components": [{"Name": "runc", "Version": "1.1.5"}],
    }
    info = {
        "SecurityOptions": ["name=seccomp,profile=default", "name=rootless"],
        "Driver": "overlay2",
        "DockerRootDir": "/var/lib/docker",
        "CgroupVersion": "2",
        "HttpsProxy": "http://user:secret@proxy",
        "Warnings": ["WARNING: no\x1b[31m swap"],
    }
    told = build_about(version, info, EngineInfo(), "DOCKER_HOST", 7)
    assert (told.api, told.min_api, told.runc, told.disk_free) == ("1.41", "1.12", "1.1.5", 7)
    assert (told.seccomp, told.rootless, told.proxy, told.cgroup) == (True, True, True, "2")
    assert told.warnings == ("WARNING: no swap",)
    assert "secret" not in repr(told)


def test_an_engine_of_few_words() -> None:
    told = build_about({"Components": None}, {"Warnings": None}, EngineInfo(), "", None)
    assert (told.api, told.runc, told.seccomp, told.warnings) == ("", "", False, ())
