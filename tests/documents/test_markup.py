"""Formatted text as it is kept: nothing foreign, one canonical form, readable and writable without the editor."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from documents.markup import LONGEST, blocks_of, clean, of_plain, plain, typed, write
from documents.markup_reading import Refused

PLAIN = "strong em u s sub sup br ul li blockquote table thead tbody tr".split()
KNOWN: dict[str, dict[str, str]] = {  # tag: attributes and their values
    **{tag: {} for tag in PLAIN},
    **{tag: {"class": r"centre|right|justify"} for tag in ("p", "h2", "h3", "h4")},
    **{tag: {"colspan": r"[1-9]\d*", "rowspan": r"[1-9]\d*"} for tag in ("td", "th")},
    "ol": {"start": r"[1-9]\d*"},
    "a": {"href": r"(?i:https?://|mailto:)\S+"},
}
PIECES = [
    "<p>", "</p>", "<p class=centre>", '<p style="text-align: right">', "<h1>", "</h1>", "<h3>", "</h3>", "<b>", "</b>", "<em>", "</em>", "<u>",
    "</u>", "<sub>", "</sub>", "<br>", "<ul>", "</ul>", '<ol start="3">', "</ol>", "<li>", "</li>", "<table>", "</table>", "<thead>", "</thead>",
    "<caption>", "<tr>", "</tr>", "<td>", '<td colspan="2">', '<td rowspan="3">', "</td>", "<th>", "</th>", "<blockquote>", "</blockquote>",
    '<a href="https://a.vn/?x=1&y=2">', '<a href="javascript:alert(1)">', '<a href="data:text/html,x">', "</a>", "<script>", "</script>", "<style>",
    "</style>", "<svg>", "</svg>", "<math>", "<div>", "</div>", '<div align="center">',
    "<span onclick=alert(1)>", "</span>", "<img src=x onerror=alert(1)>",
    "<iframe>", "<!--", "-->", "<![if]>", "<o:p>", "<template>", "</template>", "<textarea>", "<form>", "<", ">", "&", "&lt;", "&amp;lt;", "&#0;",
    "&nbsp;", "\x00", "\n", "\n\n", "\r\n", "\t", " ", "a", "đ", "ờ", "o\u031b\u0300", "\u0338", "\u200b", "\ud800", "<5 ngày", "a<b thì", "“x”",
]  # fmt: skip
markup = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=40).map("".join)


class Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    handle_decl = unknown_decl = handle_pi = handle_comment


def kept(given: str) -> str:
    try:
        return clean(given)
    except Refused:
        return ""


@given(markup)
@example("<p>\u0338x</p>")
@example("&lt;<strong>\u0338")
@example("<p><table></p>x</table>")
def test_what_is_kept_is_known_canonical_and_as_it_was_when_written_again(given: str) -> None:
    once = kept(given)
    assert kept(once) == once
    assert unicodedata.normalize("NFC", once) == once
    assert not re.search(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff]", once)
    seen = Seen()
    seen.feed(once)
    seen.close()
    for tag, attributes in seen.tags:
        assert tag in KNOWN, once
        for name, value in attributes.items():
            assert re.fullmatch(KNOWN[tag].get(name, "(?!)"), value or ""), once


@given(markup)
def test_without_the_editor_a_round_trip_changes_nothing(given: str) -> None:
    once = kept(given)
    assert clean(typed(blocks_of(once))) == once


@given(st.text(alphabet=st.sampled_from("aờ <>&;/p\n\tb\u00a0\"'#x1"), max_size=60) | st.text(max_size=60))
def test_plain_text_stays_what_it_says(text: str) -> None:
    blocks = of_plain(text)
    as_text = plain(blocks)
    assert as_text is not None
    assert of_plain(as_text) == blocks
    assert clean(write(blocks)) == write(blocks)
    assert blocks_of(clean(typed(blocks))) == blocks


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("phí \u202e000.1\u202c &#x202e;đồng\u2066", "<p>phí 000.1 đồng</p>"),
        ("Một.\n\nHai,\nba.", "<p>Một.</p><p>Hai,<br>ba.</p>"),
        ("a < b, <5 ngày, a<b thì", "<p>a &lt; b, &lt;5 ngày, a&lt;b thì</p>"),
        ("Theo mẫu <tên mẫu>", "<p>Theo mẫu &lt;tên mẫu&gt;</p>"),
        ("<p>x<script>alert(1)</script><b onclick=x>y</b></p>", "<p>x<strong>y</strong></p>"),
        ('<a href="javascript:alert(1)">x</a><a href="/y">z</a>', "<p>xz</p>"),
        ('<svg onload="x"><title>y</title></svg><p>z</p>', "<p>z</p>"),
        ("<h1>A</h1><h6>B<br>C</h6>", "<h2>A</h2><h4>B C</h4>"),
        ("<ul><li>a<ul><li>b</ul><li><h2>c</h2></ul>", "<ul><li>a<ul><li>b</li></ul></li><li><strong>c</strong></li></ul>"),
        ('<ol start="4"><li><p>a</p><p>b</p></ol>', '<ol start="4"><li><p>a</p><p>b</p></li></ol>'),
        ("<table><tr><th>A<th>B<tr><td>1</table>",
         "<table><thead><tr><th>A</th><th>B</th></tr></thead><tbody><tr><td>1</td><td></td></tr></tbody></table>"),
        ("<table><tr><td><table><tr><td>x<td>y</table></table>", "<table><tbody><tr><td><p>x</p><p>y</p></td></tr></tbody></table>"),
        ("<table><tr><td rowspan=9 colspan=2>x<td>y<tr></table>", '<table><tbody><tr><td colspan="2">x</td><td>y</td></tr></tbody></table>'),
        ("<p><b>a</b><b> <i>b</i></b></p>", "<p><strong>a <em>b</em></strong></p>"),
        ("<p>a<br><br>b<br></p><p>&nbsp;</p>", "<p>a</p><p>b</p>"),
        ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
        ('<p align="center">x</p><p class="justify y">z</p>', '<p class="centre">x</p><p class="justify">z</p>'),
    ],
)  # fmt: skip
def test_it_is_kept_in_one_form(given: str, expected: str) -> None:
    assert clean(given) == expected


@pytest.mark.parametrize(
    "given",
    ["<div>" * 200_000, "<table><tr><td>" * 1000, "<b>" * 90_000, "<ul><li>" * 40_000, "x" * 5_000_000, "<p>a" * 70_000, "&" * 290_000,
     "<table>" + "<tr><td rowspan=9999 colspan=50>" * 9 + "</table>", "<table>" + "<tr><td>x" * 6000 + "</table>", "<a><p></a>" * 29_000],
)  # fmt: skip
def test_what_is_too_much_is_refused_in_words_or_kept_short(given: str) -> None:
    said = ""
    try:
        assert len(clean(given)) <= LONGEST
    except Refused as problem:
        said = str(problem)
    assert not said or len(said) > 20
