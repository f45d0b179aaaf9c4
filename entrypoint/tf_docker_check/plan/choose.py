"""Choose what to check in a project that has no configuration, and say why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from tf_docker_check.config.inputs import DOCKERFILE
from tf_docker_check.config.strategies import built_in, resolve_strategies
from tf_docker_check.discovery.build import Use
from tf_docker_check.dockerfile.arguments import declared_arguments, single_argument
from tf_docker_check.dockerfile.parse import parse_dockerfile
from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.errors import UsageError
from tf_docker_check.image.base_image import known
from tf_docker_check.model.config import Strategy
from tf_docker_check.model.text import one_line
from tf_docker_check.plan.candidates import Candidate, Candidates
from tf_docker_check.plan.entries import entry, image_name, name_of
from tf_docker_check.plan.requirements import tensorflow_specs
from tf_docker_check.rules.intent import intent_of

MOST_DOCKERFILES = 6
"""Images that are built where nobody says which: each takes some minutes and gigabytes."""

MOST_NAMED = 10
CPU_BASES, GPU_BASES = ("official", "slim"), ("official-gpu", "slim-cuda")


@dataclass(frozen=True)
class Choice:
    """What is checked. `one`: the only Dockerfile, which is also put on other bases; `left_out`: as strategies."""

    strategies: tuple[Strategy, ...]
    notes: tuple[str, ...]
    bases: tuple[Strategy, ...] = ()
    one: Candidate | None = None
    left_out: tuple[Strategy, ...] = field(default=())


def choose(candidates: Candidates) -> Choice:
    """Choose the Dockerfiles with TensorFlow; without any, the images with TensorFlow that files name.

    Raises UsageError where there is no TensorFlow of the user's.
    """
    holding = candidates.certain or candidates.possible
    count, doubts = count_dockerfiles(candidates), tuple(_say_possible(candidates))
    used = _strategies_of_uses(candidates.uses)
    problems = tuple(f"not checked: {one.problem}" for one in candidates.dockerfiles if one.problem)[
        :MOST_NAMED
    ]
    if not holding:
        if not used:
            raise _nothing(candidates)
        return Choice(used, (*filter(None, [count]), *_say_uses(candidates.uses), *problems))
    if len(holding) == 1:
        one = choose_one(holding[0])
        return replace(one, notes=(count, *doubts, *one.notes, *problems), left_out=used)
    named = list(_named(holding))
    chosen = [pair for pair in named if not pair[0].base.unset][:MOST_DOCKERFILES]
    others = tuple(strategy for pair in named if pair not in chosen for strategy in pair[1:])
    notes = [count, *doubts, *(note for candidate, _ in chosen for note in _say_source(candidate))]
    notes += [_unknown_base(one) for one, _ in named if one.base.unset]
    strategies = tuple(strategy for _, strategy in chosen)
    return Choice(strategies, (*notes, *problems), left_out=(*others, *used))


def choose_one(candidate: Candidate) -> Choice:
    """Check that Dockerfile as it is, if its base image is known, and on built-in strategies."""
    pairs = list(on_bases(candidate))
    strategies = [] if candidate.base.unset else [as_it_is(candidate, DOCKERFILE)]
    strategies += [strategy for _, strategy in pairs]
    names = ", ".join(strategy.name for strategy in strategies)
    note = f"no strategies are configured; from {_from(candidate)}: checking {names}"
    notes = (one_line(note, 400), *_say_context(candidate))
    return Choice(tuple(strategies), notes, tuple(below for below, _ in pairs), candidate)


def as_it_is(candidate: Candidate, name: str) -> Strategy:
    """Return the strategy that builds the Dockerfile on its own FROM."""
    return Strategy(name, recipe="dockerfile", dockerfile=candidate.user, gpu=candidate.build.gpu or None)


def on_bases(candidate: Candidate) -> Iterator[tuple[Strategy, Strategy]]:
    """Yield the built-in strategies that the Dockerfile can be put on, each with the strategy that does."""
    if candidate.base.image != "scratch" and not candidate.base.base.is_server:
        for below in resolve_strategies(built_in(), GPU_BASES if _means_gpu(candidate) else CPU_BASES).chosen:
            name = f"{DOCKERFILE}-on-{below.name}"
            yield below, Strategy(name, recipe="dockerfile", dockerfile=candidate.user, on=below.name)


def count_dockerfiles(candidates: Candidates) -> str:
    """Say how many Dockerfiles there are with TensorFlow, and which; empty where there is none."""
    holding = _paths(candidates.certain or candidates.possible)
    others = [path for path in _paths(candidates.dockerfiles) if path not in holding]
    if not holding and not others:
        return ""
    has = "that may have" if holding and not candidates.certain else "with"
    without = f"; {len(others)} without{_listed(others)}" if others else ""
    return f"{len(holding)} Dockerfile{'s' * (len(holding) != 1)} {has} TensorFlow{_listed(holding)}{without}"


def _say_possible(candidates: Candidates) -> Iterator[str]:
    """Say why Dockerfiles without a TensorFlow that is seen may have one."""
    for one in candidates.possible if not candidates.certain else ():
        what = f"{candidates.mention} asks for TensorFlow, and not all of {one.user.path} is understood"
        yield one_line(f"{what}: {one.doubt}", 300)


def _named(candidates: Sequence[Candidate]) -> Iterator[tuple[Candidate, Strategy]]:
    """Yield each with the strategy that checks it, under a name of its own."""
    taken: set[str] = set(built_in().values["strategies"])
    for candidate in candidates:
        user = candidate.user
        name = name_of(f"{user.path}-{user.target}" if user.target else user.path, taken)
        taken.add(name)
        yield candidate, as_it_is(candidate, name)


def _strategies_of_uses(uses: Sequence[Use]) -> tuple[Strategy, ...]:
    taken: set[str] = set(built_in().values["strategies"])
    strategies = []
    for use in uses:
        name = name_of(image_name(use.image), taken)
        taken.add(name)
        strategies.append(Strategy(name, image=use.image, gpu=use.gpu or None))
    return tuple(strategies)


def _say_uses(uses: Sequence[Use]) -> Iterator[str]:
    for use in uses:
        yield one_line(
            f"{use.image}, from {use.span.source.name}:{use.span.begins[0]}, is checked as it is", 300
        )


def _say_source(candidate: Candidate) -> Iterator[str]:
    """Say where its TensorFlow comes from, and how it is built."""
    base, image = candidate.base, known(candidate.base.known_image)
    spec = candidate.specs[0] if candidate.specs else None
    if spec:
        yield one_line(
            f"{candidate.user.path}: TensorFlow from {spec.file}:{spec.line}: {spec.requirement}", 300
        )
    elif image.has_tensorflow:
        release = f"TensorFlow {image.promised_tensorflow}" if image.promised_tensorflow else "TensorFlow"
        yield one_line(f"{candidate.user.path}: {release}, from {_place(base)}, FROM {base.image}", 300)
    yield from _say_context(candidate)


def _say_context(candidate: Candidate) -> Iterator[str]:
    user, named_by = candidate.user, candidate.build.named_by
    built = [f"context {user.context}"] if user.context != "." else []
    built += [f"target {user.target}"] if user.target else []
    built += [f"{name}={value}" for name, value in user.build_args]
    place = f", as in {named_by.source.name}:{named_by.begins[0]}" if named_by else ""
    if built:
        yield one_line(f"{user.path} is built with {', '.join(built)}{place}", 300)


def _nothing(candidates: Candidates) -> UsageError:
    """Say what was looked at, and how to check something all the same."""
    specs = tensorflow_specs(candidates.requirements)
    files = count_dockerfiles(candidates) or "there is no Dockerfile"
    wanted = f"{specs[0].file}:{specs[0].line} asks for {specs[0].requirement}" if specs else ""
    wanted = wanted or (f"{candidates.mention} asks for TensorFlow" if candidates.mention else "")
    problems = [one.problem for one in candidates.dockerfiles if one.problem][:MOST_NAMED]
    servers = [
        f"{one.user.path} stands on {one.base.image}, a C++ server without the Python that checks need"
        for one in candidates.dockerfiles
        if not one.problem and one.base.base.is_server
    ]
    servers += [
        f"{use.image} ({use.span.source.name}:{use.span.begins[0]}) is a C++ server without the Python that checks need"
        for use in candidates.servers
    ]
    own = next((one.user.path for one in candidates.dockerfiles if not one.problem), "")
    mine = f"name the Dockerfile that has it, such as `--dockerfile {own}`; or " if own else ""
    return UsageError(
        "no Dockerfile of this project puts TensorFlow into an image, so there is nothing of yours to check",
        why=one_line("; ".join(filter(None, [files, wanted, *servers, *problems])), 1000),
        remedy=f"{mine}check base images alone: tf-docker-check run --strategies official,slim",
    )


def _unknown_base(candidate: Candidate) -> str:
    return one_line(f"{_from(candidate)}: give it by `build-args` to check {candidate.user.path}", 300)


def _from(candidate: Candidate) -> str:
    base = candidate.base
    image = f"{_unfilled(base)}, which has no value" if base.unset else base.image
    return f"{_place(base)}, FROM {image}"


def _unfilled(base: Stage) -> str:
    """Return the image with the variables that have no value: of FROM, or of the ARG that FROM consists of."""
    word = base.word.text
    defaults = declared_arguments(parse_dockerfile(base.source.text, base.source.name))
    default = defaults.get(single_argument(word)) or ""
    return default if "$" in default else word


def _place(stage: Stage) -> str:
    return f"{stage.source.name}:{stage.line}"


def _means_gpu(candidate: Candidate) -> bool:
    return candidate.build.gpu or bool(candidate.stage and intent_of(candidate.stage).meant)


def _paths(candidates: Sequence[Candidate]) -> list[str]:
    return list(dict.fromkeys(candidate.user.path for candidate in candidates))


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
    return one_line(f": {', '.join(paths[:MOST_NAMED])}{more}", 600) if paths else ""


def say_left_out(strategies: Sequence[Strategy]) -> Iterator[str]:
    """Yield the entry to paste for each of *strategies*, which are not checked."""
    for strategy in strategies[:MOST_NAMED]:
        yield one_line(f"not checked; to check it add under `strategies`: {entry(strategy)}", 400)
    if len(strategies) > MOST_NAMED:
        yield f"{len(strategies) - MOST_NAMED} more are not checked; `tf-docker-check init --stdout` has their entries"
