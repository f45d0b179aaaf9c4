from __future__ import annotations

import threading

import pytest

from engine.fake import FakeEngine, image
from tf_docker_check.builder.bases import BasePuller, PulledBase, base_notes
from tf_docker_check.engine.registry_trouble import PullLimit
from tf_docker_check.errors import ImageNotFound, RegistryError
from tf_docker_check.model.image import Image

HUB = "python:3.11-slim"
MIRROR = "mirror.test:5000/library/python:3.11-slim"


def bases(engine: FakeEngine) -> BasePuller:
    return BasePuller(
        engine, lambda reference: reference.replace("python", "mirror.test:5000/library/python")
    )


def test_a_base_comes_from_the_mirror_and_is_pinned_to_its_digest() -> None:
    found = image(MIRROR)
    base = bases(FakeEngine(hub={MIRROR: found})).get(HUB)
    assert base.image == found
    assert base.pinned == f"mirror.test:5000/library/python@{found.digest}"


def test_many_askers_cost_one_pull() -> None:
    pulls = []

    class Counting(FakeEngine):
        def pull(self, reference: str, *args: object, **kwargs: object) -> Image:
            pulls.append(reference)
            return super().pull(reference)

    shared = bases(Counting(hub={MIRROR: image(MIRROR)}))
    threads = [threading.Thread(target=shared.get, args=(HUB,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pulls == [MIRROR]


def test_a_silent_registry_leaves_the_local_copy_and_a_note() -> None:
    engine = FakeEngine(images={HUB: image(HUB)}, hub={MIRROR: RegistryError("silence", why="no such host")})
    base = bases(engine).get(HUB)
    assert base.image == image(HUB)
    assert base_notes([base]) == (f"local copies, as no registry gave them: {HUB} (no such host)",)


def test_local_copies_are_told_together() -> None:
    dead, away = RegistryError("silence", why="no such host"), RegistryError("429")
    told = base_notes(
        [PulledBase(name, image(name), error) for name, error in (("a", dead), ("b", away), ("c", dead))]
    )
    assert [note.partition(": ")[2] for note in told] == ["a, c (no such host)", "b (429)"]


def test_a_tag_that_was_taken_back_is_not_hidden_by_what_was_pulled_before() -> None:
    engine = FakeEngine(images={MIRROR: image(MIRROR)}, hub={MIRROR: ImageNotFound("manifest unknown")})
    base = bases(engine).get(HUB)
    assert base.image is None
    assert isinstance(base.error, ImageNotFound)


def test_an_image_that_was_only_ever_built_here_needs_no_registry() -> None:
    engine = FakeEngine(images={"own:dev": image("own:dev", digest="")})
    base = bases(engine).get("own:dev")
    assert base.pinned == "own:dev"


def test_stand_ins_are_told() -> None:
    told = base_notes([PulledBase(MIRROR, image(MIRROR, stand_in=True)), PulledBase("x:1", image("x:1"))])
    assert told == (f"stand-ins, not the published images: {MIRROR}",)


@pytest.mark.parametrize(("allows", "pulled"), [(True, True), (False, False)])
def test_a_pull_limit_is_waited_for_as_the_registry_asks(allows: bool, pulled: bool) -> None:
    class Limited(FakeEngine):
        def pull(self, reference: str, *_: object, **__: object) -> Image:
            if not asked:
                raise PullLimit("429", why="toomanyrequests")
            return super().pull(reference)

    asked: list[str] = []

    def allows_again(reference: str) -> bool:
        asked.append(reference)
        return allows

    limited = BasePuller(
        Limited(hub={HUB: image(HUB)}), lambda reference: reference, allows_again=allows_again
    )
    assert (limited.get(HUB).image is not None) is pulled
    assert asked == [HUB]
