"""Labels on everything that we make on an engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

RUN = "tf-docker-check.run"
CELL = "tf-docker-check.cell"
PROCESS = "tf-docker-check.process"
"""The process that made it, as `engine.owner` writes it."""
CONTAINER = "tf-docker-check.container"
"""The container that this process ran in, where the engine knows it."""
MADE = "tf-docker-check.made"
"""The kind of the object: a container, a network, or an image and its name.

Containers and images inherit the labels of the image they come from; this one tells ours from those
that somebody made of ours.
"""
STAND_IN = "tf-docker-check.stand-in"
"""On an image (and what is built on it): it is not the image that its name says."""

A_CONTAINER, A_NETWORK = "container", "network"


def run_labels(run_id: str, cell: str = "") -> dict[str, str]:
    """Return labels for everything that one run makes, or one cell of it; `sweep` removes by the former."""
    return {RUN: run_id} | ({CELL: cell} if cell else {})


def image_mark(tag: str) -> str:
    """Return the value of `MADE` for an image that was built as *tag*."""
    return f"image {tag}"


def name_to_remove(image: str, made: str, names: Iterable[str]) -> str:
    """Return the id or name to remove of the image with that id, labelled *made*; empty for none.

    An image with further names keeps those. An image with other names only was built by somebody on top of
    ours. One without a name was left by the classic builder from a build on top of ours.
    """
    kind, _, tag = made.partition(" ")
    real = [name for name in names if name != "<none>:<none>"]
    ours = [name for name in real if tag and _is_same_name(name, tag)]
    if kind != "image" or (real and not ours):
        return ""
    return image if ours == real else ours[0]


def _is_same_name(name: str, tag: str) -> bool:
    """Compare names; some engines show a short name in full (``localhost/…``, ``docker.io/library/…``)."""
    return name == tag or name.endswith(f"/{tag}")


def add_owner_labels(labels: Mapping[str, str], made: str, process: str, container: str) -> dict[str, str]:
    """Add the owner and kind to the *labels* of a run; labels without a run are returned as they are."""
    if RUN not in labels:
        return dict(labels)
    return {**labels, PROCESS: process, MADE: made} | ({CONTAINER: container} if container else {})
