from __future__ import annotations

from tf_docker_check.engine.classic_progress import ClassicProgress

DOCKER = [
    "Step 1/3 : FROM a/b", "\n", " ---> 9393f1a5eb84\n",
    "Step 2/3 : RUN echo a", "\n", " ---> Using cache\n", " ---> 9393f1a5eb85\n",
    "Step 3/3 : RUN echo before; exit 7", "\n", " ---> Running in 0b12e4f436b5\n", "before\n",
    "\x1b[91mcareful\n\x1b[0m", "Removing intermediate container 0b12e4f436b5\n",
]  # fmt: skip
PODMAN = ["STEP 1/2: FROM a/b\n", "STEP 2/2: RUN echo before; exit 7\n", "before\n"]


def test_dockers_stream_is_read() -> None:
    parser = ClassicProgress()
    names = [name for text in DOCKER if (name := parser.take({"stream": text}))]
    parser.take({"error": "The command returned a non-zero code: 7", "errorDetail": {"code": 7}})
    base, cached, failed = parser.steps.values()
    assert names == ["[1/3] FROM a/b", "[2/3] RUN echo a", "[3/3] RUN echo before; exit 7"]
    assert (base.cached, cached.cached) == (False, True)
    assert failed.log == "before\ncareful\n"
    assert failed.error.endswith("code: 7")
    assert parser.image == ""


def test_podmans_stream_is_read() -> None:
    parser = ClassicProgress()
    for text in PODMAN:
        parser.take({"stream": text})
    assert [(step.name, step.log) for step in parser.steps.by_key.values()] == [
        ("[1/2] FROM a/b", ""),
        ("[2/2] RUN echo before; exit 7", "before\n"),
    ]


def test_the_images_id_is_taken_from_the_stream() -> None:
    parser = ClassicProgress()
    parser.take({"aux": {"ID": "sha256:1"}})
    parser.take({"stream": "Successfully built 1\n"})
    assert parser.image == "sha256:1"
