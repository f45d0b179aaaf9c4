"""Whether the versions requested together with TensorFlow exist for the image's Python."""

from __future__ import annotations

from collections.abc import Iterator

from packaging.specifiers import SpecifierSet

from tf_docker_check.dockerfile.stage import Stage
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.packages import Wheels, wheels
from tf_docker_check.resources.rows import source_of, version
from tf_docker_check.rules.dependencies import possible
from tf_docker_check.rules.fault import Fault
from tf_docker_check.rules.subject import Subject

_ANY = SpecifierSet()


def judge_availability(subject: Subject) -> Iterator[Judgement]:
    """Yield what speaks against each of the requests on the image's Python."""
    for name, wanted in subject.requests.items():
        yield from _judge(name, wanted, subject.python)


def without_wheel(stage: Stage) -> Iterator[Fault]:
    """Yield each requirement of which no version has a wheel for the Python that it is installed for."""
    for install in stage.pip_installs:
        for wanted in () if install.foreign or install.by_conda else install.requirements:
            judgements = _judge(wanted.name, wanted.specifier or _ANY, install.python)
            yield from (Fault(wanted.span, judgement) for judgement in judgements)
        for wanted in install.pythons:
            if install.python and not possible(
                wanted.specifier or _ANY, SpecifierSet(f"=={install.python}.*")
            ):
                yield Fault(wanted.span, _other_python_wanted(wanted.specifier or _ANY, install.python))


def _judge(name: str, wanted: SpecifierSet, python: str) -> Iterator[Judgement]:
    """Yield what becomes of *wanted* where none of the versions with a wheel will do."""
    rows = wheels().get(name, ()) if wanted else ()
    for row in rows:
        ended = any(version(other.last) > version(row.last) for other in rows)
        with_wheel = f">={row.first},<={row.last}" if ended else f">={row.first}"
        if row.python == python and not possible(wanted, SpecifierSet(with_wheel)):
            is_old = possible(wanted, SpecifierSet(f"<{row.first}"))
            yield _too_old(wanted, row) if is_old else _too_new(wanted, row)


def _other_python_wanted(wanted: SpecifierSet, python: str) -> Judgement:
    what = f"the project asks for Python {wanted}, and it is installed for {python}: `requires a different Python`"
    return Judgement("exists", Verdict.FAILS, what, "no-wheel", f"take an image with Python {wanted}")


def _too_old(wanted: SpecifierSet, row: Wheels) -> Judgement:
    what = f"{row.package}{wanted} has no wheel for Python {row.python}: the first that has is {row.first}"
    remedy = f"ask for {row.package} {row.first} or newer{_other_python(wanted, row)}"
    if not row.sdist:
        return _judgement(row, Verdict.FAILS, f"{what}, and there is no source to build", "no-wheel", remedy)
    effect = "pip builds it from source, which takes a compiler and seldom succeeds on a newer Python"
    return _judgement(row, Verdict.UNKNOWN, f"{what}; {effect}", "sdist-build-failed", remedy)


def _too_new(wanted: SpecifierSet, row: Wheels) -> Judgement:
    what = f"{row.package}{wanted} asks for a newer Python than {row.python}: the last version for it is {row.last}"
    remedy = f"ask for {row.package} {row.last} or older{_other_python(wanted, row)}"
    return _judgement(row, Verdict.FAILS, what, "no-wheel", remedy)


def _other_python(wanted: SpecifierSet, row: Wheels) -> str:
    """The newest Python for which one of the *wanted* versions has a wheel."""
    rows = wheels()[row.package]
    fitting = [one.python for one in rows if possible(wanted, SpecifierSet(f">={one.first},<={one.last}"))]
    return f", or take Python {fitting[-1]}" if fitting else ""


def _judgement(row: Wheels, verdict: Verdict, reason: str, cause: str, remedy: str) -> Judgement:
    return Judgement("exists", verdict, reason, cause, remedy, (source_of(f"wheels of {row.package}", row),))
