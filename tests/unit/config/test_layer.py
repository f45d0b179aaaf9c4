from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tf_docker_check.config.layer import Layer, Place, merge

LEAVES = st.one_of(st.text(max_size=2), st.integers(), st.lists(st.integers(), max_size=2))
FOLDERS = st.dictionaries(st.sampled_from("xyz"), LEAVES, max_size=3)
SHAPED = st.fixed_dictionaries({}, optional={"a": LEAVES, "b": FOLDERS, "c": FOLDERS}).map(Layer)
LAYERS = st.dictionaries(st.sampled_from("abc"), st.one_of(LEAVES, FOLDERS), max_size=3).map(Layer)


def test_the_later_layer_wins_key_by_key_and_lists_as_a_whole() -> None:
    below = Layer({"a": {"x": 1, "y": [1, 2]}, "b": 1})
    above = Layer({"a": {"y": [3]}, "c": 2})
    assert merge([below, above]).values == {"a": {"x": 1, "y": [3]}, "b": 1, "c": 2}


def test_a_value_keeps_the_place_of_the_layer_that_said_it() -> None:
    below = Layer({"a": 1, "b": 1}, {}, {("a",): Place("f", 1, 1), ("b",): Place("f", 2, 1)})
    above = Layer({"a": 2}, {}, {("a",): Place("input a")})
    merged = merge([below, above])
    assert (merged.place(("a",)), merged.place(("b",))) == (Place("input a"), Place("f", 2, 1))


def test_a_value_of_another_shape_ends_what_was_below_it() -> None:
    layers = [Layer({"b": {"x": 1}}), Layer({"b": 1}), Layer({"b": {"y": 2}})]
    assert merge(layers).values == {"b": {"y": 2}}


@given(SHAPED, SHAPED, SHAPED)
def test_how_layers_of_one_shape_are_grouped_does_not_matter(a: Layer, b: Layer, c: Layer) -> None:
    assert merge([a, merge([b, c])]).values == merge([merge([a, b]), c]).values == merge([a, b, c]).values


@given(LAYERS)
def test_an_empty_layer_and_a_repeated_one_change_nothing(layer: Layer) -> None:
    assert merge([Layer(), layer, Layer(), layer]).values == layer.values
