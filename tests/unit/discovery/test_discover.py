from __future__ import annotations

from pathlib import Path

import pytest
from lint.projects import written

from tf_docker_check.discovery.build import Build
from tf_docker_check.discovery.discover import Discovery, discover, lookup_for
from tf_docker_check.discovery.files import Files
from tf_docker_check.project.find import find_files

TF = "FROM tensorflow/tensorflow:2.17.0\n"


def discovered(folder: Path, files: dict[str, str]) -> Discovery:
    written(folder, files)
    return discover(find_files([folder], lambda _: None), Files((folder,)))


def shown(build: Build, folder: Path) -> str:
    """``dockerfile context target arguments``, as far as there are such."""
    paths = [path.relative_to(folder).as_posix() for path in (build.dockerfile, build.context)]
    return " ".join([*paths, *filter(None, [build.target]), *map("=".join, build.arguments)])


@pytest.mark.parametrize(
    ("name", "text", "builds"),
    [
        ("compose.yml", "services: {a: {build: docker}}", ["docker/Dockerfile docker"]),
        (
            "compose.yml",
            "services: {a: {build: {context: ., dockerfile: docker/Dockerfile, target: run, args: [V=1, W]}}}",
            ["docker/Dockerfile . run V=1"],
        ),
        (
            "compose.yml",
            "x-b: &b {context: '${DIR:-docker}', args: {V: '${NO}', W: '${V:-2}'}}\n"
            "services:\n  a: {build: {<<: *b}}\n  b: {build: {<<: *b, target: t}}",
            ["docker/Dockerfile docker W=2", "docker/Dockerfile docker t W=2"],
        ),
        ("sub/compose.yml", "services: {a: {build: ../docker}}", ["docker/Dockerfile docker"]),
        (
            "docker-bake.hcl",
            'variable "DIR" { default = "docker" }\ntarget "base" { # c\n  args = { V = "1", W = X }\n}\n'
            'target "a" {\n  inherits = ["base"]\n  context = "."\n  dockerfile = "${DIR}/Dockerfile"\n}\n',
            ["docker/Dockerfile . V=1"],
        ),
        (
            "docker-bake.json",
            '{"target": {"a": {"context": "docker", "target": "run"}}}',
            ["docker/Dockerfile docker run"],
        ),
        (
            ".devcontainer/devcontainer.json",
            '{\n\t// the image\n\t"build": {"dockerfile": "../docker/Dockerfile", "context": "..", /* c */},\n}',
            ["docker/Dockerfile ."],
        ),
        (
            ".devcontainer/devcontainer.json",
            '{"dockerFile": "../docker/Dockerfile", "context": "..", "runArgs": ["--gpus", "all"]}',
            ["docker/Dockerfile ."],
        ),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n    - uses: docker/build-push-action@v6\n      with:\n        context: .\n"
            "        file: docker/Dockerfile\n        build-args: |\n          V=1\n          W=${{ matrix.w }}\n",
            ["docker/Dockerfile . V=1"],
        ),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a:\n    steps:\n    - run: docker build -f docker/Dockerfile .\n",
            ["docker/Dockerfile ."],
        ),
        ("Makefile", "a:\n\t@docker build -t x --build-arg=V=1 docker\n", ["docker/Dockerfile docker V=1"]),
        ("Makefile", "a:\n\tcd docker && docker build --no-cache -t x .\n", ["docker/Dockerfile docker"]),
        (
            "ci/build.sh",
            'docker buildx build --platform linux/amd64 \\\n  -f docker/Dockerfile \\\n  --target run "$PWD"\n',
            ["docker/Dockerfile . run"],
        ),
        ("docker/build.sh", "podman build -t a:b .", ["docker/Dockerfile docker"]),
        ("README.md", "    $ docker build -f docker/Dockerfile -t x .\n", ["docker/Dockerfile ."]),
        # What is not plain, or leads out of the project, names nothing: own folder.
        ("Makefile", "a:\n\tdocker build -f $(FILE) docker\n", ["docker/Dockerfile docker"]),
        ("compose.yml", "services: {a: {build: ../..}}", ["docker/Dockerfile docker"]),
        ("compose.yml", "services: {a: {build: 'https://h/x.git'}}", ["docker/Dockerfile docker"]),
        ("compose.yml", "services: [", ["docker/Dockerfile docker"]),
        (".devcontainer/devcontainer.json", "{", ["docker/Dockerfile docker"]),
    ],
)
def test_context_target_and_arguments_are_those_of_the_file_that_names_the_dockerfile(
    name: str, text: str, builds: list[str], tmp_path: Path
) -> None:
    discovery = discovered(tmp_path, {"docker/Dockerfile": TF, name: text})
    assert [shown(build, tmp_path) for build in discovery.builds] == builds


def test_a_dockerfile_is_one_by_whatever_name_it_is_built(tmp_path: Path) -> None:
    files = {"image.df": TF, "compose.yml": "services: {a: {build: {context: ., dockerfile: image.df}}}"}
    assert [path.name for path in discovered(tmp_path, files).dockerfiles] == ["image.df"]


def test_a_link_to_a_dockerfile_is_no_second_one(tmp_path: Path) -> None:
    written(tmp_path, {"docker/Dockerfile.gpu": TF})
    (tmp_path / "Dockerfile").symlink_to("docker/Dockerfile.gpu")
    assert [path.name for path in discovered(tmp_path, {}).dockerfiles] == ["Dockerfile.gpu"]


def test_a_context_that_leads_out_names_nothing(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    project = written(tmp_path / "project", {"Dockerfile": TF})
    (project / "link").symlink_to(tmp_path / "out")
    text = "services: {a: {build: {context: link, dockerfile: ../Dockerfile}}}"
    [build] = discovered(project, {"compose.yml": text}).builds
    assert build.named_by is None


def test_compose_is_believed_before_a_readme(tmp_path: Path) -> None:
    files = {
        "docker/Dockerfile": TF,
        "README.md": "docker build docker",
        "compose.yml": "services: {a: {build: {context: ., dockerfile: docker/Dockerfile}}}",
    }
    [build] = discovered(tmp_path, files).builds
    assert shown(build, tmp_path) == "docker/Dockerfile ."
    assert build.named_by
    assert build.named_by.source.path.name == "compose.yml"


@pytest.mark.parametrize(
    ("dockerfile", "context"),
    [
        (TF, "docker"),
        (f"{TF}COPY requirements.txt setup.py /app/\n", "."),
        (f"{TF}COPY entry.sh /\n", "docker"),
        (f"{TF}COPY entry.sh requirements.txt setup.py /app/\n", "."),
        (f"{TF}COPY . /app\n", "."),
        (f"{TF}COPY src/*.py /app\n", "."),
        (f"{TF}COPY --from=x setup.py $FILE https://h/x /app/\n", "docker"),
        (f"{TF}RUN --mount=type=bind,source=setup.py,target=/s pip install x\n", "."),
    ],
)
def test_the_context_is_where_most_of_what_is_copied_lies(
    dockerfile: str, context: str, tmp_path: Path
) -> None:
    files = {"docker/Dockerfile": dockerfile, "docker/entry.sh": "", "setup.py": "", "src/a.py": ""}
    if "COPY . " in dockerfile:
        del files["docker/entry.sh"]
    [build] = discovered(tmp_path, {**files, "requirements.txt": ""}).builds
    assert build.context.relative_to(tmp_path) == Path(context)
    assert build.named_by is None


def test_requirement_files_are_those_of_the_context(tmp_path: Path) -> None:
    files = {
        "docker/Dockerfile": TF,
        "docker/requirements.txt": "wrong",
        "requirements.txt": "right",
        "compose.yml": "services: {a: {build: {context: ., dockerfile: docker/Dockerfile}}}",
    }
    [build] = discovered(tmp_path, files).builds
    source = lookup_for(build, Files((tmp_path,)))("requirements.txt")
    assert source
    assert source.text == "right"


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("notebook.Dockerfile", "FROM {{ base }}\nRUN x\n", "it is a template"),
        ("Dockerfile.base", "{% if x %}\nFROM a\n{% endif %}\n", "it is a template"),
        ("part.Dockerfile", "LABEL a=b\n", "it has no FROM"),
        ("DockerfileLint", "#!/usr/bin/env node\n", "it does not begin as a Dockerfile does"),
        ("MyDockerfile", TF, ""),
        ("Dockerfile", "LABEL a=b\n", ""),
        ("Dockerfile.x", f"{TF}RUN docker ps --format '{{{{.ID}}}}'\n", ""),
    ],
)
def test_what_is_only_called_like_a_dockerfile_is_passed_over(
    name: str, text: str, why: str, tmp_path: Path
) -> None:
    discovery = discovered(tmp_path, {name: text})
    assert discovery.passed_over == (((tmp_path / name, why),) if why else ())
    assert len(discovery.builds) == (not why)


@pytest.mark.parametrize(
    ("name", "text", "uses"),
    [
        (
            "compose.yml",
            "services: {a: {image: 'tensorflow/tensorflow:1', gpus: all}}",
            ["tensorflow/tensorflow:1 gpu"],
        ),
        (
            "compose.yml",
            "services: {a: {image: '${I:-tensorflow/tensorflow}:${T}'}}",
            ["tensorflow/tensorflow:2"],
        ),
        ("compose.yml", "services: {a: {image: 'tensorflow/tensorflow:1', build: .}, b: {image: redis}}", []),
        (
            "k8s/pod.yaml",
            "kind: List\n---\nspec:\n  containers:\n"
            "  - {image: tensorflow/serving, resources: {limits: {nvidia.com/gpu: 1}}}",
            ["tensorflow/serving gpu"],
        ),
        ("values.yaml", "image: {repository: tensorflow/tensorflow, tag: 1}", ["tensorflow/tensorflow:1"]),
        (".gitlab-ci.yml", "image: {name: tensorflow/tensorflow}", ["tensorflow/tensorflow"]),
        (
            ".github/workflows/ci.yml",
            "jobs:\n  a: {container: tensorflow/tensorflow}\n"
            "  b: {container: {image: tensorflow/tensorflow:1, options: --gpus all}}",
            ["tensorflow/tensorflow", "tensorflow/tensorflow:1 gpu"],
        ),
        (
            ".github/workflows/ci.yml",
            "jobs: {a: {steps: [{uses: 'docker://tensorflow/tensorflow:1'}, {uses: tensorflow/models@v1}]}}",
            ["tensorflow/tensorflow:1"],
        ),
        ("chart.yaml", "{{ if }}\nimage: tensorflow/tensorflow", []),
        (
            ".devcontainer/devcontainer.json",
            '{"image": "tensorflow/tensorflow", "hostRequirements": {"gpu": true}}',
            ["tensorflow/tensorflow gpu"],
        ),
    ],
)
def test_images_with_tensorflow_that_files_name(
    name: str, text: str, uses: list[str], tmp_path: Path
) -> None:
    discovery = discovered(tmp_path, {name: text, ".env": "T=2\n"})
    assert [use.image + " gpu" * use.gpu for use in discovery.uses] == uses
    for use in discovery.uses:
        assert use.span.text in (
            use.image,
            use.image.partition(":")[0],
            "${I:-tensorflow/tensorflow}:${T}",
        )


@pytest.mark.parametrize(
    ("run", "gpu"),
    [
        ("docker run --rm --gpus all train", True),
        ("docker run -it \\\n  --runtime=nvidia train bash", True),
        ("nvidia-docker run train", True),
        ("docker run --rm train", False),
        ("docker run --gpus all other", False),
    ],
)
def test_a_command_that_runs_it_with_a_gpu_means_one(tmp_path: Path, run: str, gpu: bool) -> None:
    (tmp_path / "Dockerfile").write_text("FROM python:3.11-slim\nRUN pip install tensorflow\n")
    (tmp_path / "Makefile").write_text(f"all:\n\tdocker build -t train .\n\t{run}\n")
    [build] = discover(find_files([tmp_path], lambda _: None), Files((tmp_path,))).builds
    assert build.gpu is gpu
