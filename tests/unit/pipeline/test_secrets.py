from __future__ import annotations

from pathlib import Path

from tf_docker_check.model.config import (
    BuildSettings,
    Checks,
    Config,
    RunOptions,
    Secret,
    Strategy,
    UserDockerfile,
)
from tf_docker_check.pipeline.secrets import confidences


def test_what_was_given_in_confidence_is_known_by_its_values(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("first line\nsecond line\n\nabc\n")
    user = UserDockerfile(
        "Dockerfile",
        build_args=(("DB_PASS", "hunter2"), ("TF_VERSION", "2.21.0"), ("TOKEN", "ab")),
        secrets=(
            Secret("a", env="A_TOKEN"),
            Secret("b", file="key.pem"),
            Secret("c", file="none"),
            Secret("d", env="D"),
        ),
    )
    config = Config(
        (Strategy("app", dockerfile=user),),
        checks=Checks(run_options=RunOptions(environment=(("API_KEY", "0123456789"), ("THREADS", "twelve")))),
        build=BuildSettings(
            index_url="https://me:s3cret@pip.example.com/simple",
            extra_index_urls=("https://tok3n@a.example.com/", "https://b.example.com/"),
        ),
    )
    assert confidences(config, tmp_path, {"A_TOKEN": "from the environment\n"}) == {
        "hunter2",
        "from the environment",
        "first line",
        "second line",
        "0123456789",
        "s3cret",
        "tok3n",
    }
