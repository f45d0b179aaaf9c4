import base64

import pytest

from runner.masks import forms, job_outputs, masked

SECRET = 'hunter2 "&" x'


@pytest.mark.parametrize(
    "shown",
    [
        SECRET,
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"xx{SECRET}".encode()).decode(),
        'hunter2 \\"&\\" x',
        "hunter2%20%22%26%22%20x",
        "hunter2 &quot;&amp;&quot; x",
    ],
)
def test_a_secret_is_hidden_in_the_forms_it_travels_in(shown: str) -> None:
    assert "***" in masked(f"a {shown} b", forms(SECRET))


@pytest.mark.parametrize(
    ("text", "shown"),
    [("xabcx", "x***x"), ("ababc", "***"), ("abc abc", "*** ***"), ("nothing", "nothing"), ("", "")],
)
def test_overlapping_and_touching_secrets_become_one_mask(text: str, shown: str) -> None:
    assert masked(text, {"abc", "ab"}) == shown


def test_an_output_that_holds_a_secret_never_leaves_the_job() -> None:
    outputs = {"matrix": '{"image": "registry.example/app"}', "passed": "1", "empty": ""}
    assert job_outputs(outputs, forms("registry.example")) == {"passed": "1"}


def test_too_much_output_is_no_output() -> None:
    assert job_outputs({"a": "x" * (1024 * 1024 - 1)}, ()) != {}
    assert job_outputs({"a": "x" * 1024 * 1024}, ()) == {}
