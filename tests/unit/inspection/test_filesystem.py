from __future__ import annotations

import pytest

from tf_docker_check.inspection.filesystem import MAX_DEPTH, File, Filesystem, Layer, merge_layers, normalize


def layer(*names: str, **links: str) -> Layer:
    made = Layer()
    for name in names:
        kind = "dir" if name.endswith("/") else "file"
        made.add(name.rstrip("/"), File(kind, 1))
    for name, target in links.items():
        made.add(name, File("symlink", target=target))
    return made


def test_upper_layers_win():
    upper = Layer()
    upper.add("a", File("file", 7))
    assert merge_layers([layer("a", "b"), upper]) == {"a": File("file", 7), "b": File("file", 1)}


@pytest.mark.parametrize(
    ("upper", "left"),
    [
        (layer("d/.wh.a"), {"d", "d/b", "d/sub", "d/sub/c"}),
        (layer("d/.wh.sub"), {"d", "d/a", "d/b"}),
        (layer(".wh.d"), set()),
        (layer(".wh.d", "d/new"), {"d/new"}),
        (layer("d/", "d/.wh..wh..opq", "d/new"), {"d", "d/new"}),
        (layer(".wh..wh..opq"), set()),
        (layer("d"), {"d"}),  # a file where a folder was
        (layer("d/.wh.nothing"), {"d", "d/a", "d/b", "d/sub", "d/sub/c"}),
    ],
)
def test_whiteouts_hide_what_is_below(upper, left):
    lower = layer("d/", "d/a", "d/b", "d/sub/", "d/sub/c")
    assert set(merge_layers([lower, upper])) == left


def test_a_whiteout_does_not_hide_its_own_or_higher_layers():
    assert set(merge_layers([layer("a"), layer(".wh.a", "a"), layer("b")])) == {"a", "b"}
    assert set(merge_layers([layer("a"), layer(".wh.a"), layer("a")])) == {"a"}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("./etc/passwd", "etc/passwd"),
        ("/etc//passwd/", "etc/passwd"),
        ("../../../etc/passwd", "etc/passwd"),
        ("a/../../b", "b"),
        ("./", None),
        ("a/" * MAX_DEPTH + "b", None),
    ],
)
def test_names_are_only_names(name, path):
    assert normalize(name) == path


def test_links_are_followed_through_folders():
    files = merge_layers([layer("usr/lib/x/libfoo.so.1.2", lib="usr/lib")])
    files["usr/lib/x/libfoo.so"] = File("symlink", target="libfoo.so.1")
    files["usr/lib/x/libfoo.so.1"] = File("symlink", target="/lib/x/libfoo.so.1.2")
    files["copy"] = File("hard", target="./lib/x/libfoo.so")
    found = Filesystem(files)
    for path in ("/lib/x/libfoo.so", "/usr/lib/x/../x/libfoo.so.1", "/copy"):
        assert found.resolve(path) == "/usr/lib/x/libfoo.so.1.2"
    assert found.resolve("/lib/x/libbar.so") is None
    assert found.paths_named("libfoo.so.1.2") == ["/usr/lib/x/libfoo.so.1.2"]


def test_circles_lead_nowhere():
    found = Filesystem(
        {
            "a": File("symlink", target="b"),
            "b": File("symlink", target="a"),
            "d": File("symlink", target="d/e"),
            "h": File("hard", target="h"),
        }
    )
    for path in ("/a", "/d/x", "/h", "/a/b/c"):
        assert found.resolve(path) is None
