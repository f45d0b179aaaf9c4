"""Whether the distribution's package manager does what a build step asks of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tf_docker_check.dockerfile.instructions import Word
from tf_docker_check.dockerfile.shell import Command
from tf_docker_check.dockerfile.source import Edit, Span, removed
from tf_docker_check.dockerfile.stage import Stage, Step
from tf_docker_check.model.prediction import Judgement, Verdict
from tf_docker_check.resources.apt import AptPackage, apt_package, cuda_key
from tf_docker_check.resources.distributions import Distribution
from tf_docker_check.resources.rows import source_of
from tf_docker_check.resources.tensorflow import is_older, release_named
from tf_docker_check.rules.fault import Fault

_APT = frozenset({"apt-get", "apt", "aptitude"})
_YUM = frozenset({"yum", "dnf", "microdnf"})
_ASSUMES_YES = re.compile(
    r"-[a-zA-Z]*y[a-zA-Z]*|-[a-zA-Z]*qq[a-zA-Z]*|-q=2|--(?:yes|assume-yes|force-yes|quiet=2)"
)
_ONLY_SHOWS = re.compile(r"-[sd]|--(?:simulate|dry-run|just-print|download-only|print-uris|help)")
_OWN_LISTS = re.compile(
    r"sources\.list\b(?!\.d/(?:cuda|nvidia))|debian\.sources|archive\.debian|vault\.centos|yum\.repos\.d"
)
_LIST_FOLDER = re.compile(r"/etc/(?:apt|yum\.repos\.d)\b")
_MENDS_KEY = ("cuda-keyring", "sources.list.d")
_OTHER_REPOSITORIES = re.compile(r"add-apt-repository|sources\.list\.d|/etc/apt/sources")
_ALONE = frozenset({"sudo", "less", "tree", "unzip"})
"""Packages that bring no other, so that apt-get does not ask."""

_FILE = re.compile(r"\.{0,2}/|.*\.deb$")
_SCRIPTS = re.compile(
    r"(?:ba|da|z)?sh|source|\.|.*\.sh|add-apt-repository|python[0-9.]*|make|chroot|ansible.*"
)
_TO_ARCHIVE = (
    "sed -i -E -e 's/(deb|security|httpredir)[.]debian[.]org/{archive}/' -e '/-updates/d' "
    "/etc/apt/sources.list && "
)
_WITH_LISTS = frozenset({"python", "cuda", "distribution", "official"})
"""Families of which no image has today's lists of packages."""

_REPOSITORIES = "/compute/cuda/repos/"


def unanswered(stage: Stage) -> Iterator[Fault]:
    """Yield each ``apt-get install`` that asks whether to continue."""
    if "assume-yes" in stage.all_shell_text or "APT::Get::Assume-Yes" in stage.source.text:
        return
    for step in stage.steps:
        before = Command(())
        for command in step.commands:
            if _asks(command) and before.name not in ("yes", "echo", "printf"):
                yield _unanswered(stage, command)
            before = command


def without_lists(stage: Stage) -> Iterator[Fault]:
    """Yield the first ``apt-get install`` before which no step downloads the lists of packages."""
    if stage.base.family not in _WITH_LISTS:
        return
    lists = False
    for step in stage.all_steps:
        if _has_lists(step):
            return
        for command in step.commands:
            if _SCRIPTS.fullmatch(command.name):
                return
            lists = (lists or _is_apt(command, "update")) and not _removes_lists(command)
            if not lists and _is_apt(command, "install") and not all(map(_FILE.match, packages_of(command))):
                if any(step is own for own in stage.steps):
                    yield _without_lists(stage, command)
                return


def gone(stage: Stage) -> Iterator[Fault]:
    """Yield each package that ``apt-get install`` is asked for and the release does not have any more."""
    system = stage.base.distribution
    if system is None or system.id not in ("debian", "ubuntu") or _adds_repositories(stage):
        return
    for command in stage.commands if stage.root.stands_on_image else ():
        if _is_apt(command, "install") and not _may_fail(stage, command):
            for word in command.words[command.texts.index("install") + 1 :]:
                row = None if word.text.startswith("-") else apt_package(_name(word.text))
                if row and row.is_gone(system.id, system.version):
                    yield _gone(stage, command, word, row, system)


def moved(stage: Stage) -> Iterator[Fault]:
    """Yield that the packages of the distribution are not where its package manager looks."""
    base, system = stage.base, stage.base.distribution
    family = "centos" if "centos" in base.text else system.id if system else ""
    archive = system.archive.get(family) if system else None
    if not system or not archive or _has_own_lists(stage):
        return
    manager = _APT if system.id == "debian" else _YUM
    first = next((one for one in stage.commands if one.name in manager and _downloads(one)), None)
    if first is None:
        return
    name = f"{family} {system.version}" + (f" ({system.codename})" if system.codename else "")
    judgement = Judgement(
        "packages",
        Verdict.FAILS,
        f"the packages of {name} were moved to {archive}: `{first.name} {_verb(first)}` finds none in "
        f"{base.text}",
        "apt-repo-gone",
        f"take an image on a newer release, or point {first.name} at {archive} first",
        (source_of(f"distribution {system.id} {system.version}", system),),
    )
    start = first.words[0].start
    edit = Edit(Span(stage.source, start, start), _TO_ARCHIVE.format(archive=archive))
    yield Fault(stage.root.word, judgement, () if first.json or system.id != "debian" else (edit,))


def withdrawn_key(stage: Stage) -> Iterator[Fault]:
    """Yield each use of the key that NVIDIA withdrew: fetched, or in an image built before."""
    key = cuda_key()
    for command in stage.commands:
        for word in command.words:
            if key.old in word.text.lower() and _REPOSITORIES in word.text:
                yield _fetched(Span(stage.source, word.start, word.end))
    yield from _in_image(stage)


def packages_of(command: Command) -> list[str]:
    """What ``apt-get install`` is asked for."""
    if not _is_apt(command, "install"):
        return []
    return [text for text in command.texts[command.texts.index("install") + 1 :] if not text.startswith("-")]


def _is_apt(command: Command, verb: str) -> bool:
    return command.name in _APT and verb in command.texts


def _asks(command: Command) -> bool:
    options = [text for text in command.texts[1:] if text.startswith("-")]
    silent = any(_ASSUMES_YES.fullmatch(text) or _ONLY_SHOWS.fullmatch(text) for text in options)
    others = set(packages_of(command)) - _ALONE
    return bool(others) and not silent and not any("$" in text for text in command.texts)


def _unanswered(stage: Stage, command: Command) -> Fault:
    span = _span(stage, command)
    verb = command.words[command.texts.index("install")]
    at = Span(stage.source, verb.end, verb.end)
    plain = not command.json and stage.source.text[verb.start : verb.end] == "install"
    judgement = Judgement(
        "apt",
        Verdict.FAILS,
        f"`{command.name} install` without -y asks whether to continue, and in a build nobody answers: it aborts",
        "user-code",
        "add -y",
    )
    return Fault(span, judgement, (Edit(at, " -y"),) if plain else ())


def _without_lists(stage: Stage, command: Command) -> Fault:
    start = command.words[0]
    judgement = Judgement(
        "apt",
        Verdict.FAILS,
        f"no `{command.name} update` comes before this, and images have no lists of packages: "
        "`Unable to locate package`",
        "user-code",
        f"write `{command.name} update && ` before it, in the same RUN",
    )
    sudo = stage.source.text[: start.start].rstrip().endswith(("RUN", "&&", ";", "\\"))
    at = Span(stage.source, start.start, start.start)
    edits = (Edit(at, f"{command.name} update && "),) if sudo and not command.json else ()
    return Fault(_span(stage, command), judgement, edits)


def _gone(stage: Stage, command: Command, word: Word, row: AptPackage, system: Distribution) -> Fault:
    name, span = _name(word.text), Span(stage.source, word.start, word.end)
    release = f"{system.id} {system.version}" + (f" ({system.codename})" if system.codename else "")
    needless = "; TensorFlow does not use it" if row.kind == "unused" else ""
    others = len(packages_of(command)) > 1 and not command.json and "$" not in span.text
    judgement = Judgement(
        "packages",
        Verdict.FAILS,
        f"{release} has no {name} any more: `E: Unable to locate package {name}`, or `no installation candidate`"
        f"{needless}",
        "apt-repo-gone",
        _replacement(name, row),
        (source_of(f"apt package {row.name}", row),),
    )
    edits = (Edit(span, row.instead),) if row.instead and span.text == name and not command.json else ()
    return Fault(span, judgement, edits or ((removed(span),) if row.kind == "unused" and others else ()))


def _replacement(name: str, row: AptPackage) -> str:
    if row.instead:
        return f"install {row.instead}"
    return f"leave out {name}" + ("" if row.kind == "unused" else ", or take an image on an older release")


def _name(text: str) -> str:
    """A package's name, without version and architecture."""
    return re.split(r"[=:/]", text, maxsplit=1)[0]


def _may_fail(stage: Stage, command: Command) -> bool:
    """Whether the build goes on where *command* fails."""
    end = command.words[-1].end
    return not command.json and stage.source.text[end : end + 80].lstrip(" \t\\\n").startswith("||")


def _adds_repositories(stage: Stage) -> bool:
    return _has_own_lists(stage) or bool(_OTHER_REPOSITORIES.search(stage.source.text))


def _removes_lists(command: Command) -> bool:
    return command.name == "rm" and any("/var/lib/apt" in text for text in command.texts)


def _has_lists(step: Step) -> bool:
    text = step.span.text
    return "--mount" in text and "/var/lib/apt" in text


def _downloads(command: Command) -> bool:
    return any(verb in command.texts for verb in ("update", "install", "upgrade", "makecache"))


def _verb(command: Command) -> str:
    return next(text for text in command.texts if text in ("update", "install", "upgrade", "makecache"))


def _has_own_lists(stage: Stage) -> bool:
    """Whether the Dockerfile itself says where packages are."""
    targets = (copy.target for one in stage.lineage for copy in one.copies)
    return bool(_OWN_LISTS.search(stage.all_shell_text)) or any(map(_LIST_FOLDER.match, targets))


def _fetched(span: Span) -> Fault:
    key = cuda_key()
    return Fault(
        span,
        Judgement(
            "apt-key",
            Verdict.FAILS,
            f"NVIDIA withdrew the key {key.old} of its CUDA repository on {key.date}: "
            "`apt-get update` fails with NO_PUBKEY",
            "apt-key-expired",
            f"fetch {key.new} (or install cuda-keyring) instead",
            (source_of("NVIDIA's key", key),),
        ),
        (Edit(span, re.sub(key.old, key.new, span.text, flags=re.IGNORECASE)),),
    )


def _in_image(stage: Stage) -> Iterator[Fault]:
    """``apt-get update`` on an official GPU image that was built before the key was replaced."""
    base = stage.base
    release = release_named(re.sub("rc[0-9]+$", "", base.promised_tensorflow))
    before = release.date < cuda_key().date if release else is_older(base.promised_tensorflow)
    if not base.is_official or not base.gpu or not before:
        return
    for step in stage.all_steps:
        for command in step.commands:
            if _mends(" ".join(command.texts).lower()):
                return
            if _is_apt(command, "update"):
                if any(step is own for own in stage.steps):
                    yield _no_public_key(stage, command)
                return


def _mends(command: str) -> bool:
    """Whether a command installs the new key, or removes the list that needs it."""
    key = cuda_key()
    return any(word in command for word in (key.new, key.id.lower(), *_MENDS_KEY))


def _no_public_key(stage: Stage, command: Command) -> Fault:
    span, key = _span(stage, command), cuda_key()
    lists = "/etc/apt/sources.list.d"
    fix = f"rm -f {lists}/cuda.list {lists}/nvidia-ml.list && "
    needs_cuda = re.search(r"cuda|cudnn|nvidia|libnv|nccl", stage.all_shell_text)
    judgement = Judgement(
        "apt-key",
        Verdict.FAILS,
        f"{stage.root.known_image} was built before NVIDIA replaced its apt key on {key.date}: this fails "
        f"with NO_PUBKEY {key.id}",
        "apt-key-expired",
        "before it, fetch the new key, or remove the lists of NVIDIA's repository if nothing is needed of it",
        (source_of("NVIDIA's key", key),),
    )
    at = Span(stage.source, span.start, span.start)
    return Fault(span, judgement, () if needs_cuda or command.json else (Edit(at, fix),))


def _span(stage: Stage, command: Command) -> Span:
    return Span(stage.source, command.words[0].start, command.words[-1].end)
