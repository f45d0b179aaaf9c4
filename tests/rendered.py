"""What GitHub makes of our Markdown, and whether anything in it is live that is not ours."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from cmarkgfm.cmark import Options, markdown_to_html_with_extensions
from markdown_it import MarkdownIt

OURS = {
    *("h2", "h3", "p", "em", "strong", "ul", "li", "code", "pre", "sub", "span", "details", "summary"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
# What GitHub would turn into a link or a notification, in text outside code.
LIVE = re.compile(
    r"@\w|#\d|gh-\d|https?://|www\.\w|\$[^$]+\$|:[a-z+-]\w*:|\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b",
    re.IGNORECASE | re.ASCII,
)
MARKER = "<!-- tf-docker-check"  # what a comment is found by


class Page(HTMLParser):
    """The tags, and the text outside code as GitHub's filters get it: in pieces between tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.attributes: set[str] = set()
        self.pieces: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "code" not in self.open:
            self.pieces.append(data)


def page(text: str) -> Page:
    return Page(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text))


def as_github_parses(text: str) -> Page:
    """By GitHub's own parser, with bare addresses linked; what it would drop as unsafe is kept to be seen."""
    extensions = ["table", "strikethrough", "autolink", "tasklist"]
    html = markdown_to_html_with_extensions(text, options=Options.CMARK_OPT_UNSAFE, extensions=extensions)
    return Page(html)


def assert_inert(text: str) -> None:
    assert MARKER not in text
    for shown in (page(text), as_github_parses(text)):
        assert set(shown.tags) <= OURS
        assert shown.attributes <= {"class", "lang"}
        assert not shown.open
        assert not [piece for piece in shown.pieces if LIVE.search(piece)]
