"""What apt cannot do in an image."""

from __future__ import annotations

from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.apt import cuda_key
from tf_docker_check.resources.rows import source_of

RULE = "apt"


def judge_key(reason: str, remedy: str) -> Judgement:
    """Say that apt refuses NVIDIA's repository because of the key that was replaced."""
    key = cuda_key()
    source = source_of(f"apt key {key.id}", key)
    return Judgement(RULE, Verdict.FAILS, reason, "apt-key-expired", remedy, (source,))
