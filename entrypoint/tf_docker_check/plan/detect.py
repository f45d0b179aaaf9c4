"""Choose what to check from the project's Dockerfiles and requirements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tf_docker_check.config.strategies import built_in
from tf_docker_check.config.wording import nearest, show_value
from tf_docker_check.discovery.build import Build
from tf_docker_check.discovery.files import project_files
from tf_docker_check.dockerfile.stage import Stage, target_stage
from tf_docker_check.dockerfile.stages import read_stages
from tf_docker_check.errors import UsageError
from tf_docker_check.image.base_image import BaseImage, known
from tf_docker_check.matrix.expand import architecture
from tf_docker_check.model.config import Config, Strategy, UserDockerfile
from tf_docker_check.model.lineage import lineage
from tf_docker_check.model.template import TENSORFLOW, uses
from tf_docker_check.model.text import one_line
from tf_docker_check.plan.candidates import Candidate, read_candidates
from tf_docker_check.plan.choose import choose, choose_one, say_left_out
from tf_docker_check.plan.reading import Note
from tf_docker_check.plan.requirements import Spec, requirement_specs, tensorflow_specs
from tf_docker_check.requirements.requirement import Target
from tf_docker_check.resources.tensorflow import as_of

__all__ = ["detect", "requirement_specs"]

AUTO = ("auto",)


def detect(project: Path, config: Config) -> Config:
    """Fill in strategies if there are none, and the requirements for `auto`; notes say what and why.

    Raises UsageError where there is no TensorFlow in the project, and for a Dockerfile that cannot be built.
    """
    notes: list[str] = []
    if config.selected:
        config = _with_selected(project, config, notes.append)
    elif config.strategies:
        target = Target(architecture=architecture(config.platform))
        specs = tensorflow_specs(requirement_specs(project, notes.append, target))
        config = _with_requirements(config, specs, notes.append)
    else:
        config, left_out = choose_strategies(project, config, notes.append)
        notes += say_left_out(left_out)
    return replace(config, notes=(*config.notes, *notes))


def _with_selected(project: Path, config: Config, note: Note) -> Config:
    """Add the strategies that the inputs select by the names that they have without a configuration."""
    try:
        chosen, left_out = choose_strategies(project, replace(config, strategies=()), note)
    except UsageError:
        chosen, left_out = config, ()
    offered = {strategy.name: strategy for strategy in (*chosen.strategies, *left_out)}
    for name in config.selected:
        if name not in offered:
            known_names = [*offered, *built_in().values["strategies"]]
            raise UsageError(
                f"input strategies: unknown strategy {show_value(name)}{nearest(name, known_names)}",
                why=one_line(f"there are {', '.join(known_names)}", 400),
                remedy="name one of these, or define it in a configuration",
            )
    added = [offered[name] for name in config.selected]
    return replace(chosen, strategies=(*config.strategies, *added))


def choose_strategies(project: Path, config: Config, note: Note) -> tuple[Config, Sequence[Strategy]]:
    """Return *config* with the strategies that the project's files lead to, and those that are left out."""
    if config.dockerfile:
        specs: Sequence[Spec] = requirement_specs(project, note)
        choice = choose_one(_named_by_inputs(project, config.dockerfile, config.platform))
    else:
        candidates = read_candidates(project, config.platform, note)
        specs, choice = candidates.requirements, choose(candidates)
    for text in choice.notes:
        note(text)
    config = replace(config, strategies=choice.strategies, bases=choice.bases)
    specs = tensorflow_specs(specs)
    if choice.one is None:
        return replace(config, requirements=tuple(str(spec.requirement) for spec in specs)), choice.left_out
    base = choice.one.base
    own = (
        []
        if _is_satisfied(choice.one.specs, known(base.known_image).promised_tensorflow)
        else choice.one.specs
    )
    config = _with_versions(config, base, note, keep_tensorflow=bool(own))
    in_image = not own and known(base.known_image).has_tensorflow
    wanted = own or ([] if in_image else specs)
    config = _with_requirements(config, wanted, note, noted=in_image)
    return config, choice.left_out


def _is_satisfied(specs: Sequence[Spec], release: str) -> bool:
    """Whether the TensorFlow of the base image is what *specs* ask for, so that pip leaves it."""
    specifiers = [spec.requirement.specifier for spec in specs]
    return bool(release) and all(
        one is not None and one.contains(release, prereleases=True) for one in specifiers
    )


def _named_by_inputs(project: Path, user: UserDockerfile, platform: str) -> Candidate:
    """Return the Dockerfile that the user names. Raises UsageError where it cannot be built."""
    files = project_files(project)
    build = Build(project / user.path, project / user.context, user.target, user.build_args)
    source = files.read(build.dockerfile)
    stages = read_stages(
        source, dict(user.build_args), platform=platform, lookup=files.lookup([build.context])
    )
    return Candidate(user, build, target_stage(stages, user.target))


def _with_versions(config: Config, base: Stage, note: Note, *, keep_tensorflow: bool) -> Config:
    """Replace `auto` by the versions that the base image's tag names."""
    image, where = known(base.known_image), one_line(f"{base.source.name}:{base.line}")
    tensorflow, python = image.promised_tensorflow, image.python if image.family == "python" else ""
    if image.has_tensorflow and config.tensorflow == AUTO and not keep_tensorflow:
        note(f"{_release(image)}, from {where}")
    if tensorflow and config.tensorflow == AUTO and not keep_tensorflow:
        config = replace(config, tensorflow=(tensorflow,))
    if python and config.python == AUTO:
        note(f"Python {python}, from {where}")
        config = replace(config, python=(python,))
    return config


def _release(image: BaseImage) -> str:
    """Say which TensorFlow is in the image, as far as its name tells."""
    if image.promised_tensorflow:
        return f"TensorFlow {image.promised_tensorflow}"
    if image.tensorflow:
        return f"TensorFlow {image.tensorflow}, which {image.text} is by the catalog of {as_of()}"
    return f"TensorFlow of {image.text}, whose name does not tell the version"


def _with_requirements(
    config: Config, requirements: Sequence[Spec], note: Note, *, noted: bool = False
) -> Config:
    """Set the requirements for `auto`; a note names their place if anything is `auto`, unless it was *noted*."""
    versions = {*config.tensorflow, *(one for strategy in config.known for one in strategy.tensorflow)}
    if "auto" in versions:
        for spec in requirements:
            note(f"TensorFlow from {one_line(f'{spec.file}:{spec.line}: {spec.requirement}')}")
        if not requirements and not noted and any(_is_auto(part, config) for part in config.strategies):
            note("TensorFlow is the newest that fits: no requirement file names a version")
    return replace(config, requirements=tuple(str(spec.requirement) for spec in requirements))


def _is_auto(strategy: Strategy, config: Config) -> bool:
    """Whether the TensorFlow of the cells of *strategy* is chosen by `auto`."""
    line = lineage(strategy, config.known)
    own = next((part.tensorflow for part in line if part.tensorflow), config.tensorflow)
    return "auto" in own and any(uses(part, TENSORFLOW) for part in line)
