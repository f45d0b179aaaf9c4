import pytest

from tf_docker_check.resources.images import floating_tags, official_image, published, python_image


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("2.16.1", True),
        ("2.17.0", True),
        ("2.17.1", False),
        ("2.16.2", False),
        ("2.9.1", None),
        ("2.99.0", None),
    ],
)
def test_whether_a_release_has_an_image(version, known):
    assert published(version) is known


def test_what_an_official_image_holds():
    image = official_image("2.20.0")
    assert (image.python, image.cuda, image.cudnn, image.gpu_works) == ("3.11", "12.3", "8.9.6.50", False)
    assert official_image("2.10.1").python == "3.8"
    assert official_image("2.99.0") is None


@pytest.mark.parametrize(
    ("python", "there"), [("3.6", True), ("3.12", True), ("3.12.4", True), ("3.15", False), ("3.4", False)]
)
def test_slim_images(python, there):
    assert (python_image(python) is not None) is there


def test_floating_tags():
    assert floating_tags()["python:3-slim"].points_at == "3.14"
