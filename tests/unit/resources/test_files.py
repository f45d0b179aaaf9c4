from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tf_docker_check.resources import files
from tf_docker_check.resources.rows import Row, ascending, minor


@dataclass(frozen=True, kw_only=True)
class Animal(Row):
    name: str
    legs: int
    food: tuple[str, ...] = ()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "ROOT", tmp_path)
    for cached in (files.text, files.document, files.table):
        cached.cache_clear()
    yield tmp_path
    for cached in (files.text, files.document, files.table):
        cached.cache_clear()


def write(folder, *rows, source="a book"):
    (folder / "zoo.json").write_text(json.dumps({"animals": {"source": source, "rows": rows}}))


def test_rows_become_frozen_values_with_their_tables_source(folder):
    write(
        folder,
        {"name": "ant", "legs": 6, "food": ["leaf"], "verified": True, "source": "seen"},
        {"name": "cat", "legs": 4, "verified": False},
    )
    ant, cat = files.table("zoo.json", "animals", Animal)
    assert (ant.source, ant.food, cat.source, cat.verified) == ("seen", ("leaf",), "a book", False)


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"name": "ant", "legs": "six", "verified": True}, "legs is 'six'"),
        ({"name": "ant", "legs": True, "verified": True}, "legs is True"),
        ({"name": "ant", "legs": 6, "verified": True, "wings": 0}, "wings"),
        ({"name": "ant", "verified": True}, "legs"),
        ({"name": "ant", "legs": 6}, "verified"),
        ({"name": "ant", "legs": 6, "verified": True, "source": ""}, "no source"),
        ({"name": "ant", "legs": 6, "verified": True, "food": "leaf"}, "food is 'leaf'"),
    ],
)
def test_a_bad_row_is_refused_by_name(folder, row, named):
    write(folder, {"name": "cat", "legs": 4, "verified": True}, row)
    with pytest.raises(files.BadData) as refused:
        files.table("zoo.json", "animals", Animal)
    assert "zoo.json: row 2 of animals" in str(refused.value)
    assert named in refused.value.why


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("{", "not JSON"),
        ("[]", "no JSON object"),
        ('{"animals": {"rows": []}}', "empty"),
    ],
)
def test_a_bad_file_is_refused_by_name(folder, content, said):
    if content is not None:
        (folder / "zoo.json").write_text(content)
    with pytest.raises(files.BadData, match=f"zoo.json.*{said}"):
        files.table("zoo.json", "animals", Animal)


def test_names_lists_a_folder_without_the_suffix(folder):
    for name in ("b.txt", "a.txt", "c.md"):
        (folder / name).touch()
    assert files.names(".", ".txt") == ("a", "b")


def test_versions_compare_as_versions():
    assert ascending(["2.9.0", "2.10.0", "2.10.0.post1"])
    assert not ascending(["2.10.0", "2.9.0"])
    assert not ascending(["2.9.0", "2.9.0"])
    assert minor("2.16.1") == "2.16"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["rows", "name", "legs"]), inner)
    ),
)
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@SAME_FOLDER
@given(JSON)
def test_any_document_is_a_table_or_refused(folder, said):
    (folder / "zoo.json").write_text(json.dumps({"animals": said}))
    for cached in (files.text, files.document, files.table):
        cached.cache_clear()
    with pytest.raises(files.BadData):  # no row can be whole: none names what it is verified by
        files.table("zoo.json", "animals", Animal)
