"""Markdown: strangers' text in the page that GitHub makes of it, where nothing is live but what is ours."""

from __future__ import annotations

from hypothesis import strategies as st

from attacks import attacks, everything
from fuzz.bend import bent
from rendered import as_github_parses, assert_inert
from tf_docker_check.report.escape import block, code, fold, grid, html_code, prose

TOKENS = (
    *(
        "`",
        "``",
        "~~~",
        "```",
        "<",
        ">",
        "<!--",
        "-->",
        "<br>",
        "</details>",
        "&",
        "&lt;",
        "&#64;",
        "\\",
        "[",
        "]",
    ),
    *(
        "(",
        ")",
        "](",
        "![",
        "|",
        "@octocat",
        "@",
        "#1",
        "GH-1",
        "org/repo#1",
        "https://",
        "www.",
        "://",
        "a@b.c",
    ),
    *(
        "*",
        "_",
        "**",
        "~~",
        "$",
        "$$",
        "$`",
        ":tada:",
        ":+1:",
        "abcdef1",
        "0" * 40,
        "\n\n",
        "\n    ",
        "- [ ] ",
    ),
    *(
        "1. ",
        "# ",
        "> ",
        "---",
        "===",
        "[^1]",
        "[a]: b",
        "::",
        "<a href=x>",
        "<script>",
        "\u200b",
        "\u00ad",
        "w" * 3,
    ),
    *("xmpp:", "mailto:", "ftp://", "HTTPS://", "@\u200bx", "#\u00ad1", "\u2066", "<!\u200b--", "GH\u200b-1"),
)
INPUTS = st.tuples(*[bent([*attacks("markdown"), *everything()], TOKENS)] * 3)
TAGS = {"h2": 0, "table": 1, "pre": 1, "details": 1, "td": 2}


def check(value: tuple[str, str, str]) -> None:
    one, two, three = value
    parts = (prose(one), code(two), prose(f"`{three}` {one}"), grid(["a", "b"], [[prose(one), code(two)]]))
    text = "\n\n".join((*parts, block(three), fold(html_code(two), prose(three)), f"- {prose(two)}"))
    assert_inert(text)
    tags = as_github_parses(text).tags
    assert {name: tags.count(name) for name in TAGS} == TAGS
