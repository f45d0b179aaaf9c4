"""``inspect``: what is inside an image, or what differs between two; nothing is pulled or run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tf_docker_check.errors import EngineError, ImageNotFound, UsageError

if TYPE_CHECKING:
    from tf_docker_check.inspection.sources import Wish
    from tf_docker_check.model.inspection import Inspection
    from tf_docker_check.registry.client import Registry

REGISTRY, ENGINE = "registry://", "engine://"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the verb's arguments."""
    parser.add_argument(
        "image",
        help="a reference (the local engine's image, else the registry's), registry://REFERENCE, "
        "engine://REFERENCE, a `docker save` or OCI tar, or the JSON of an earlier inspect",
    )
    parser.add_argument("other", nargs="?", help="a second image: tell what differs, biggest suspects first")
    parser.add_argument("--quick", action="store_true", help="manifest and config only, no layers")
    parser.add_argument("--json", action="store_true", help="the whole document instead of a summary")
    parser.add_argument("--platform", default="linux/amd64", help="which image of several (%(default)s)")
    parser.add_argument(
        "--mirror",
        action="append",
        default=[],
        metavar="PREFIX=MIRROR",
        help="ask MIRROR for what begins with PREFIX",
    )
    parser.add_argument(
        "--insecure", action="append", default=[], metavar="HOST", help="ask this registry by plain HTTP"
    )
    parser.add_argument(
        "--timeout", type=float, default=900.0, metavar="SECONDS", help="per image (%(default)s)"
    )


def run(args: argparse.Namespace) -> int:
    """Print what was found; 0 whatever that is."""
    from tf_docker_check.cli.screen import readable  # noqa: PLC0415
    from tf_docker_check.inspection import document, text  # noqa: PLC0415
    from tf_docker_check.inspection.difference import compare  # noqa: PLC0415
    from tf_docker_check.registry.client import Registry  # noqa: PLC0415

    registry = Registry(_mirrors(args.mirror), args.insecure)
    try:
        images = [_inspected(name, registry, _wish(args)) for name in (args.image, args.other) if name]
    finally:
        registry.close()
    if len(images) == 2:
        found = compare(*images)
        sys.stdout.write(document.dump(found) if args.json else readable(text.difference(found)))
    else:
        sys.stdout.write(document.dump(images[0]) if args.json else readable(text.inspection(images[0])))
    return 0


def _mirrors(pairs: list[str]) -> list[tuple[str, str]]:
    found = [tuple(pair.split("=")) for pair in pairs]
    for pair, parts in zip(pairs, found, strict=True):
        if len(parts) != 2 or not all(parts):
            raise UsageError(
                f"{pair!r} is not PREFIX=MIRROR", remedy="such as --mirror docker.io=mirror.example.com"
            )
    return [(prefix, mirror) for prefix, mirror in found]


def _wish(args: argparse.Namespace) -> Wish:
    from tf_docker_check.inspection.budget import Budget  # noqa: PLC0415
    from tf_docker_check.inspection.sources import Wish  # noqa: PLC0415

    return Wish(args.quick, args.platform, Budget(seconds=args.timeout), _say)


def _say(line: str) -> None:
    """Progress, for people only."""
    if sys.stderr.isatty():
        print(line, file=sys.stderr)


def _inspected(name: str, registry: Registry, wish: Wish) -> Inspection:
    from tf_docker_check.inspection import document, sources  # noqa: PLC0415

    if name.startswith(REGISTRY):
        return sources.from_registry(registry, name.removeprefix(REGISTRY), wish)
    if name.startswith(ENGINE):
        found = _from_engine(name.removeprefix(ENGINE), wish, needed=True)
        assert found is not None
        return found
    path = Path(name)
    if path.is_file():
        if path.suffix == ".json":
            return document.load(path.read_bytes(), name)
        return sources.from_archive(name, wish)
    return _from_engine(name, wish, needed=False) or sources.from_registry(registry, name, wish)


def _from_engine(reference: str, wish: Wish, *, needed: bool) -> Inspection | None:
    """The engine's image; None where it has none, or there is no engine, and it is not *needed*."""
    from tf_docker_check.engine.client import client  # noqa: PLC0415
    from tf_docker_check.engine.discover import find  # noqa: PLC0415
    from tf_docker_check.engine.export import Exporter  # noqa: PLC0415
    from tf_docker_check.inspection.sources import from_engine  # noqa: PLC0415

    try:
        endpoint = find()
    except EngineError:
        if needed:
            raise
        return None
    api = client(endpoint)
    try:
        found = from_engine(Exporter(api), reference, wish)
    finally:
        api.close()
    if found is None and needed:
        raise ImageNotFound(f"the engine has no image {reference}", remedy=f"inspect registry://{reference}")
    return found
