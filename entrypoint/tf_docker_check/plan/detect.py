"""Choose what to check from the project's Dockerfile and requirements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tf_docker_check.config.inputs import DOCKERFILE
from tf_docker_check.config.strategies import built_in, resolve_strategies
from tf_docker_check.dockerfile.stage import Stage, base_stage, target_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.image.base_image import known
from tf_docker_check.matrix.expand import architecture
from tf_docker_check.model.config import Config, Strategy, UserDockerfile
from tf_docker_check.model.text import one_line
from tf_docker_check.plan.reading import Note, read_text
from tf_docker_check.plan.requirements import Spec, requirement_specs, tensorflow_specs
from tf_docker_check.project.read import is_file
from tf_docker_check.requirements.requirement import Target
from tf_docker_check.rules.intent import intent_of

__all__ = ["detect", "requirement_specs"]

DEFAULT_STRATEGIES, GPU_STRATEGIES = ("official", "slim"), ("official-gpu", "slim-cuda")
PLACES = ("Dockerfile", "Containerfile", "docker/Dockerfile")
AUTO = ("auto",)


def detect(project: Path, config: Config) -> Config:
    """Fill in strategies if there are none, and the requirements for `auto`; notes say what and why.

    A Dockerfile is checked as it is and on `official` and `slim`; without one these two are checked.
    Raises UsageError for a Dockerfile that cannot be built.
    """
    notes: list[str] = []
    if config.strategies:
        target = Target(architecture=architecture(config.platform))
        config = _with_requirements(
            config, _tensorflow_requirements(project, notes.append, target), notes.append
        )
    else:
        config = _with_strategies(project, config, notes.append)
    return replace(config, notes=(*config.notes, *notes))


def _with_strategies(project: Path, config: Config, note: Note) -> Config:
    own = config.dockerfile or _find_dockerfile(project, note)
    text = read_text(project, own.path, note) if own else None
    machine = architecture(config.platform)
    if own is None or text is None:
        note("no strategies are configured and no Dockerfile was found: checking official and slim")
        specs = _tensorflow_requirements(project, note, Target(architecture=machine))
        return _with_requirements(replace(config, strategies=_default_strategies()), specs, note)
    stages = read_stages(text, dict(own.build_args), platform=config.platform, file=own.path)
    base = base_stage(stages, own.target)
    specs = _tensorflow_requirements(project, note, Target(known(base.image).python, machine))
    specs = specs or tensorflow_specs(_installed_specs(target_stage(stages, own.target)))
    meant = intent_of(target_stage(stages, own.target)).meant
    config = _on_dockerfile(config, own, base, note, GPU_STRATEGIES if meant else DEFAULT_STRATEGIES)
    config = _with_versions(config, base, f"{own.path}:{base.line}", note, keep_tensorflow=bool(specs))
    return _with_requirements(config, specs, note)


def _installed_specs(stage: Stage) -> list[Spec]:
    """Return the TensorFlow requirements that the RUN lines of *stage* install."""
    return [
        Spec(one.span.source.name, one.span.begins[0], one.requirement)
        for install in stage.all_pip_installs
        for one in install.tensorflows
    ]


def _default_strategies(names: Sequence[str] = DEFAULT_STRATEGIES) -> tuple[Strategy, ...]:
    return resolve_strategies(built_in(), names).chosen


def _find_dockerfile(project: Path, note: Note) -> UserDockerfile | None:
    """Return the Dockerfile at one of the default paths; a note lists other ones."""
    places = [place for place in PLACES if is_file(project / place)]
    others = sorted(path.name for path in (*project.glob("Dockerfile.*"), *project.glob("*.[Dd]ockerfile")))
    if unused := [one_line(name, 60) for name in (*places[1:], *others)]:
        note(f"not checked (name them under `strategies` to check them): {', '.join(unused[:10])}")
    return UserDockerfile(places[0]) if places else None


def _on_dockerfile(
    config: Config, own: UserDockerfile, base: Stage, note: Note, names: Sequence[str]
) -> Config:
    """Add strategies for the Dockerfile as it is, if it names an image, and on the built-in strategies *names*."""
    itself = Strategy(DOCKERFILE, recipe="dockerfile", dockerfile=own)
    bases = () if base.image == "scratch" else _default_strategies(names)
    on_bases = [replace(itself, name=f"{DOCKERFILE}-on-{below.name}", on=below.name) for below in bases]
    strategies = [itself, *on_bases] if base.image else on_bases
    where = f"{own.path}:{base.line}, FROM {base.image or f'${base.argument}, which has no value'}"
    names = ", ".join(strategy.name for strategy in strategies)
    note(f"no strategies are configured; from {one_line(where)}: checking {names}")
    return replace(config, strategies=tuple(strategies), bases=bases)


def _with_versions(config: Config, base: Stage, where: str, note: Note, *, keep_tensorflow: bool) -> Config:
    """Replace `auto` by the versions that the base image's tag names."""
    image = known(base.image)
    tensorflow, python = image.promised_tensorflow, image.python if image.family == "python" else ""
    if tensorflow and config.tensorflow == AUTO and not keep_tensorflow:
        note(f"TensorFlow {tensorflow}, from {one_line(where)}")
        config = replace(config, tensorflow=(tensorflow,))
    if python and config.python == AUTO:
        note(f"Python {python}, from {one_line(where)}")
        config = replace(config, python=(python,))
    return config


def _tensorflow_requirements(project: Path, note: Note, target: Target) -> list[Spec]:
    return tensorflow_specs(requirement_specs(project, note, target))


def _with_requirements(config: Config, requirements: Sequence[Spec], note: Note) -> Config:
    """Set the requirements for `auto`; a note names their place if anything is `auto`."""
    specs = {*config.tensorflow, *(version for strategy in config.known for version in strategy.tensorflow)}
    for spec in requirements if "auto" in specs else ():
        note(f"TensorFlow from {one_line(f'{spec.file}:{spec.line}: {spec.requirement}')}")
    return replace(config, requirements=tuple(str(spec.requirement) for spec in requirements))
