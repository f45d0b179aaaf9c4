"""Making stand-ins in the engine: Debian's packages and PyPI in, an honestly labelled image out."""

from __future__ import annotations

import io
import shlex
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import docker
from docker.errors import APIError, BuildError, ImageNotFound

from lab import apt, certificates
from lab.command import run
from lab.say import timed
from lab.stand_ins import BY_REFERENCE, StandIn
from tf_docker_check.errors import EngineError

LAB = "tf-docker-check.lab"
"""The label of everything the lab makes; its value is the recipe's hash."""

PATH = "/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin"
SLIM = (
    "--dpkgopt=force-unsafe-io",
    *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "info", "locale", "man")),
    '--aptopt=Acquire::Languages "none"',
)
HOOK = Path(__file__).with_name("python_slim.sh")
BUILD_SECONDS = 900

Made = Callable[[StandIn], None]


def ensure(docker_host: str, references: Iterable[str], made: Made = lambda _: None) -> None:
    """Have the stand-ins for *references* in the engine, side by side; `made` hears of each."""
    locks = {reference: threading.Lock() for reference in BY_REFERENCE}
    client = docker.DockerClient(base_url=docker_host, timeout=BUILD_SECONDS)

    def have(stand_in: StandIn) -> None:
        with locks[stand_in.reference]:
            if stand_in.base:
                have(BY_REFERENCE[stand_in.base])
            if not is_made(client, stand_in):
                make(client, stand_in)
            made(stand_in)

    wanted = [BY_REFERENCE[reference] for reference in references]
    with ThreadPoolExecutor(max_workers=len(wanted) or 1) as pool:
        list(pool.map(have, wanted))
    client.close()


def is_made(client: docker.DockerClient, stand_in: StandIn) -> bool:
    """Whether the engine has it as its recipe is now."""
    try:
        image = client.images.get(stand_in.tag)
    except ImageNotFound:
        return False
    return image.labels.get(LAB) == stand_in.recipe(_certificates())


def make(client: docker.DockerClient, stand_in: StandIn) -> None:
    """Make it. Raises EngineError."""
    outdated = client.images.list(stand_in.tag)
    with timed(f"making a stand-in for {stand_in.reference}"):
        if stand_in.suite:
            _bootstrap(client, stand_in)
        else:
            _build(client, stand_in)
    for image in outdated:
        _remove(client, str(image.id))


def _remove(client: docker.DockerClient, image: str) -> None:
    """Remove an image with all its names, unless somebody's image or container stands on it."""
    with suppress(APIError):
        found = client.images.get(image)
        names = [*found.attrs["RepoTags"], *found.attrs["RepoDigests"]]
        for name in names or [image]:
            client.images.remove(name)


def dockerfile(stand_in: StandIn) -> str:
    """How it is made from its base."""
    return "\n".join(
        [
            f"FROM {BY_REFERENCE[stand_in.base].tag}",
            *(f"ENV {name}={value}" for name, value in stand_in.environment.items()),
            f"RUN echo {shlex.quote(_sentence(stand_in))} > /etc/tf-docker-check-stand-in \\",
            f" && pip install --no-cache-dir --root-user-action=ignore {' '.join(stand_in.requirements)}",
            'CMD ["/bin/bash"]',
        ]
    )


def _build(client: docker.DockerClient, stand_in: StandIn) -> None:
    try:
        client.images.build(
            fileobj=io.BytesIO(dockerfile(stand_in).encode()),
            tag=stand_in.tag,
            labels=_labels(stand_in),
            rm=True,
            forcerm=True,
        )
    except BuildError as error:
        log = "".join(str(entry.get("stream", "")) for entry in error.build_log)
        raise EngineError(f"no stand-in for {stand_in.reference}: {error.msg}", why=log[-2000:]) from error


def _bootstrap(client: docker.DockerClient, stand_in: StandIn) -> None:
    if not apt.usable():
        raise EngineError(
            f"no registry answers for {stand_in.reference}, and no stand-in can be made here",
            remedy="be root on Debian or Ubuntu, or have the image in the engine",
        )
    apt.install("mmdebstrap", "debian-archive-keyring")
    with TemporaryDirectory(prefix="lab-") as scratch:
        archive = Path(scratch, "root.tar")
        run(_mmdebstrap(stand_in, archive), environment=_hook_environment(stand_in))
        _import(client, stand_in, archive)


def _mmdebstrap(stand_in: StandIn, archive: Path) -> list[str]:
    mirror = [mirror] if (mirror := apt.debian_mirror()) else []
    return [
        "mmdebstrap",
        "--mode=root",
        "--variant=apt",
        "--include=python3-venv,ca-certificates",
        *SLIM,
        f"--customize-hook={HOOK}",
        stand_in.suite,
        str(archive),
        *mirror,
    ]


def _hook_environment(stand_in: StandIn) -> dict[str, str]:
    bundle = certificates.bundle()
    return {"STAND_IN": _sentence(stand_in), "CA_BUNDLE": str(bundle or "")}


def _import(client: docker.DockerClient, stand_in: StandIn, archive: Path) -> None:
    repository, _, tag = stand_in.tag.rpartition(":")
    changes = [
        f"ENV PATH={PATH}",
        "ENV LANG=C.UTF-8",
        'CMD ["python3"]',
        *(f"LABEL {name}={_quoted(value)}" for name, value in _labels(stand_in).items()),
    ]
    client.api.import_image_from_file(str(archive), repository=repository, tag=tag, changes=changes)


def _labels(stand_in: StandIn) -> dict[str, str]:
    return stand_in.labels | {LAB: stand_in.recipe(_certificates())}


def _certificates() -> bytes:
    bundle = certificates.bundle()
    return bundle.read_bytes() if bundle else b""


def _sentence(stand_in: StandIn) -> str:
    return f"stand-in for {stand_in.reference}; differs: {stand_in.differs}"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
