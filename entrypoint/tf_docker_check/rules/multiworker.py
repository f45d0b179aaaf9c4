"""Whether a training program of several workers gets along with the Keras of its TensorFlow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.model.program import Program
from tf_docker_check.model.text import one_line
from tf_docker_check.resources.rows import minor, source_of, version
from tf_docker_check.resources.tensorflow import Release, by_version, training_faults
from tf_docker_check.rules.fault import Fault
from tf_docker_check.rules.stage import all_tensorflow_installs, base_of

LEGACY = "TF_USE_LEGACY_KERAS"
_TRUE = frozenset({"1", "true", "True"})


def judge_programs(
    release: Release | None, programs: Sequence[Program], environment: Mapping[str, str]
) -> Iterator[Judgement]:
    """Yield that the `fit` of Keras 3 fails in the first of *programs* that calls it on several workers."""
    if release is None or environment.get(LEGACY, "") in _TRUE:
        return
    for fault in training_faults():
        hit = (one for one in programs if one.means == fault.strategy and one.fits and not one.legacy)
        program = next(hit, None)
        if program and version(release.version) >= version(fault.since):
            yield Judgement(
                "keras-multiworker",
                Verdict.DEGRADED,
                f"{one_line(str(program))} trains by `fit` under {program.means}: with two or more workers "
                f"{fault.says} (TensorFlow {release.version} has Keras 3)",
                fault.cause,
                fault.remedy.format(minor=minor(release.version)),
                (
                    source_of("multi-worker training", fault),
                    source_of(f"tensorflow {release.version}", release),
                ),
            )


def several_workers(stage: Stage) -> Iterator[Fault]:
    """Yield what `judge_programs` says, where TensorFlow comes from."""
    if not stage.ships or not stage.programs:
        return
    installs = all_tensorflow_installs(stage)
    release = installs[-1].release if installs else by_version().get(base_of(stage).tensorflow)
    span = installs[-1].wanted.span if installs else stage.root.word
    for judgement in judge_programs(release, stage.programs, stage.environment):
        yield Fault(span, judgement)
