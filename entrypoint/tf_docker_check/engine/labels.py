"""The labels by which we find again what we made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

RUN = "tf-docker-check.run"
CELL = "tf-docker-check.cell"
PROCESS = "tf-docker-check.process"
"""The process that made it, as `engine.owner` writes it."""
CONTAINER = "tf-docker-check.container"
"""The container that this process ran in, where the engine knows it."""
MADE = "tf-docker-check.made"
"""What it was made as: a container of ours, or an image under its name.

Containers and images inherit the labels of the image they come from; this one tells ours from those
that somebody made of ours.
"""
STAND_IN = "tf-docker-check.stand-in"
"""On an image (and what is built on it): it is not the image that its name says."""

A_CONTAINER, A_NETWORK = "container", "network"


def of_run(run_id: str, cell: str = "") -> dict[str, str]:
    """Labels for everything one run makes, or one cell of it; `sweep` takes the former."""
    return {RUN: run_id} | ({CELL: cell} if cell else {})


def an_image(tag: str) -> str:
    """The value of `MADE` on an image that was built under *tag*."""
    return f"image {tag}"


def removable(image: str, made: str, names: Iterable[str]) -> str:
    """What to remove of the image with that id, labelled *made*: its id, our name of it, or nothing.

    An image that has names beside ours keeps those, and one that has other names alone was built on
    ours by somebody. One without a name is what the classic builder leaves of a build on ours.
    """
    kind, _, tag = made.partition(" ")
    real = [name for name in names if name != "<none>:<none>"]
    ours = [name for name in real if tag and _same(name, tag)]
    if kind != "image" or (real and not ours):
        return ""
    return image if ours == real else ours[0]


def _same(name: str, tag: str) -> bool:
    """Some engines show a short name in full (``localhost/…``, ``docker.io/library/…``)."""
    return name == tag or name.endswith(f"/{tag}")


def marked(labels: Mapping[str, str], made: str, process: str, container: str) -> dict[str, str]:
    """*labels* of a run, and who made what; nothing is added to what is of no run."""
    if RUN not in labels:
        return dict(labels)
    return {**labels, PROCESS: process, MADE: made} | ({CONTAINER: container} if container else {})
