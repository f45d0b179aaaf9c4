import pytest

from tf_docker_check.errors import UsageError
from tf_docker_check.matrix.pythons import resolve_pythons

POSSIBLE = ("3.5", "3.9", "3.10", "3.11", "3.12", "3.15")


@pytest.mark.parametrize(
    ("specs", "pythons"),
    [
        (["auto"], ["3.12"]),
        (["all"], ["3.9", "3.10", "3.11", "3.12"]),
        (["3.11"], ["3.11"]),
        (["3.11.7"], ["3.11.7"]),
        (["3.14"], ["3.14"]),
        ([">=3.10"], ["3.10", "3.11", "3.12"]),
        (["3.12", "auto", "3.10"], ["3.12", "3.10"]),
    ],
)
def test_specs(specs, pythons):
    assert list(resolve_pythons(specs, POSSIBLE)) == pythons


@pytest.mark.parametrize("spec", ["3.99", "4.0", "three", "", "3"])
def test_pythons_that_never_were_are_refused(spec):
    with pytest.raises(UsageError, match="no Python"):
        resolve_pythons([spec], POSSIBLE)


def test_where_none_fits_the_newest_is_left_to_be_excluded_by_name():
    assert resolve_pythons(["auto"], ["3.5"]) == ("3.5",)
