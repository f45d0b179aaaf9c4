import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.matrix.versions import resolve, tensorflow_specifiers
from tf_docker_check.resources.images import published


@pytest.mark.parametrize(
    ("specs", "versions"),
    [
        (["2.21.0"], ["2.21.0"]),
        (["2.16"], ["2.16.2"]),
        (["2.16.*"], ["2.16.1", "2.16.2"]),
        ([">=2.19,<2.21"], ["2.19.0", "2.19.1", "2.20.0"]),
        (["~=2.19.0"], ["2.19.0", "2.19.1"]),
        (["latest"], ["2.21.0"]),
        (["nightly"], ["nightly"]),
        (["auto"], ["2.21.0"]),
        (["2.22.0rc0"], ["2.22.0rc0"]),
        (["2.15.0.post1"], ["2.15.0.post1"]),
        (["2.10"], ["2.10.1"]),
        (["latest", "2.21.0", "2.21"], ["2.21.0"]),
        (["2.20.0", "2.16.*"], ["2.20.0", "2.16.1", "2.16.2"]),
    ],
)
def test_specs(specs, versions):
    assert list(resolve(specs).versions) == versions


@pytest.mark.parametrize(
    ("specs", "requirements", "pythons", "version"),
    [
        (["auto"], ["tensorflow>=2.9"], ["3.8"], "2.13.1"),
        (["auto"], [], ["3.8.10", "3.9"], "2.20.0"),
        (["auto"], ["tensorflow>=2.16"], ["3.8"], "2.21.0"),  # none fits: its cell says so
        (["latest"], [], ["3.8"], "2.21.0"),
    ],
)
def test_auto_keeps_to_the_pythons_that_are_named(specs, requirements, pythons, version):
    assert resolve(specs, requirements, pythons=pythons).versions == (version,)


@pytest.mark.parametrize(
    ("spec", "near"),
    [
        ("2.99", "2.21.0"),
        ("2.99.0", "2.21.0"),
        ("3.x", "2.21.0"),
        ("2.16.7", "2.16.2 and 2.17.0"),
        ("2.13.9", "2.13.1 and 2.14.0"),
        (">=3", "2.21.0"),
        ("newest", "2.21.0"),
        ("", "2.21.0"),
        ("2.16.*.*", "2.16.1"),
    ],
)
def test_versions_that_are_none_name_the_nearest(spec, near):
    with pytest.raises(UsageError) as refused:
        resolve([spec])
    assert near in refused.value.why
    assert repr(spec) in refused.value.what


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        ("2.21.1", "newer than the catalog"),
        ("2.22.0", "newer than the catalog"),
        ("2.23.0", "newer than the catalog"),
        ("1.14.0", "older than the catalog, which begins with 1.15.0"),
        ("0.12.1", "older than the catalog"),
        ("2.9.0rc0", "a release candidate, which the catalog does not have"),
    ],
)
def test_what_the_catalog_lacks_and_may_exist_is_taken_at_its_word(spec, why):
    resolved = resolve([spec])
    assert resolved.versions == (spec,)
    assert why in resolved.notes[0]


@pytest.mark.parametrize(
    ("lines", "version"),
    [
        (["numpy", "tensorflow>=2.15,<2.18"], "2.17.1"),
        (["tensorflow[and-cuda]~=2.16.1"], "2.16.2"),
        (["tensorflow-cpu==2.15.*", "tensorflow!=2.15.1"], "2.15.0.post1"),
        (
            ["tensorflow==2.15.*; python_version < '3.10'", "tensorflow<2.17; python_version >= '3.10'"],
            "2.16.2",
        ),
        (["tensorflow==2.9.0; sys_platform == 'win32'", "tensorflow<2.17"], "2.16.2"),
        (["-r other.txt", "not a requirement!", "tensorflow-text==2.15"], "2.21.0"),
    ],
)
def test_auto_goes_by_the_projects_requirements(lines, version):
    assert resolve(["auto"], lines).versions == (version,)


@pytest.mark.parametrize(
    "line", ["tensorflow==2.99.0", "tensorflow<1.15", "tensorflow==1.4.*", "tensorflow==2.99"]
)
def test_auto_with_a_requirement_that_no_release_meets_chooses_none_and_says_so(line):
    resolved = resolve(["auto"], [line])
    assert resolved.versions == ()
    assert f"is {line}: no base image is chosen" in resolved.notes[0]


@pytest.mark.parametrize(
    ("version", "why"),
    [
        ("1.14.0", "older than the catalog"),
        ("0.12.1", "older than the catalog"),
        ("2.9.0rc0", "a release candidate"),
    ],
)
def test_what_the_catalog_does_not_have_is_not_said_to_be_none(version, why):
    for resolved in (resolve([version]), resolve(["auto"], [f"tensorflow=={version}"])):
        assert resolved.versions == (version,)
        assert why in resolved.notes[0]


def test_ranges_over_images_keep_to_published_ones():
    resolved = resolve([">=2.16,<2.18"], has_image=published)
    assert resolved.versions == ("2.16.1", "2.17.0")
    assert resolved.without_image == ("2.16.2", "2.17.1")


def test_a_minor_of_an_image_is_its_newest_published_patch():
    assert resolve(["2.17"], has_image=published).versions == ("2.17.0",)


def test_an_exact_version_is_never_dropped():
    assert resolve(["2.17.1", "2.17.*"], has_image=published).versions == ("2.17.1", "2.17.0")


def test_tensorflow_specifier_of_strangers_is_empty():
    assert tensorflow_specifiers(["numpy<2", "", "tf-keras==2.1"]) == [""]
