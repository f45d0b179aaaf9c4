from __future__ import annotations

import pytest

from predict.told import CUDA, MINE, OFFICIAL_GPU, SLIM, machine, subject
from tf_docker_check.model.config import Strategy
from tf_docker_check.predict.space import space


@pytest.mark.parametrize(
    ("strategy", "gib", "verdict", "said"),
    [
        (OFFICIAL_GPU, 5, "fails", "5 GB of disk are free, and the image takes 7 to 9 GB"),
        (OFFICIAL_GPU, 7.5, "unknown", "it works from 9 GB on"),
        (OFFICIAL_GPU, 14, "", ""),
        (CUDA, 5, "fails", "6 to 10 GB"),
        (SLIM, 5, "", ""),
        (SLIM, 0.5, "fails", ""),
        (SLIM, 0, "", ""),  # not known
        (MINE, 0.5, "", ""),  # what is in it is not known
    ],
)
def test_room_on_the_disk(strategy: Strategy, gib: float, verdict: str, said: str) -> None:
    judgements = list(
        space(subject(strategy, "" if strategy is MINE else "2.20.0", "3.12"), machine(disk_gib=gib))
    )
    assert [str(one.verdict) for one in judgements] == ([verdict] if verdict else [])
    assert said in "".join(one.reason for one in judgements)
    assert all(one.cause == "disk-full" for one in judgements)
