"""Whatever stands in logs, registers and terms, a report shows it as plain text and nothing else."""

import re
from functools import cache
from html.parser import HTMLParser

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plainterms.engine.explain import explain
from plainterms.engine.report.html import is_link, render_html
from plainterms.engine.report.model import Report
from plainterms.engine.report.tree import explanation_tree
from plainterms.engine.report.visible import visible
from tests.report.golden import console, printed, text_of
from tests.report.hostile import HOSTILE, controls, poisoned
from tests.report.samples import PERIOD, REGISTERS, events, report

TAGS = """
    html head meta title style body main header section article footer p h1 h2 h3 h4 dl dt dd ul li div span a bdi
    br blockquote table caption thead tbody tr th td details summary mark figure figcaption svg desc rect line
    circle text
"""
ATTRIBUTES = """
    lang charset http-equiv content name class id href rel scope colspan open role aria-label aria-labelledby
    viewbox x y x1 y1 x2 y2 cx cy r fill width height text-anchor
"""
TEXTS = st.one_of(
    st.sampled_from(HOSTILE[:-1]),
    st.text(max_size=40),
    st.lists(st.sampled_from(HOSTILE[:-1]), max_size=3).map("".join),
)


@cache
def sample() -> Report:
    return report(excerpt=60)


class Page(HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: set[str] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name == "href"}

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.tags.add(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        if decl != "doctype html":
            self.tags.add(f"declaration {decl}")


def checked(text: str) -> Page:
    page = Page(render_html(poisoned(sample(), text)))
    assert page.tags <= set(TAGS.split())
    assert page.attributes <= set(ATTRIBUTES.split())
    assert all(link.startswith("#finding-") or is_link(link) for link in page.links)
    assert controls(page.text) <= {"\u200c", "\u200d", "\ufe0f"}
    return page


@pytest.mark.parametrize("text", HOSTILE[:-1])
def test_the_page_shows_it_as_text(text: str) -> None:
    shown = checked(text).text
    assert f"Acme Model API Terms of Use{visible(text)}" in shown
    assert f"organisation{visible(text)} Northwind Research{visible(text)}" in shown
    assert f"Supported countries only{visible(text)}" in shown
    assert f"req-nw-001{visible(text)}" in shown


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS)
def test_no_text_becomes_markup_of_the_page(text: str) -> None:
    checked(text)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=TEXTS, width=st.sampled_from([30, 60, 80, 120]))
def test_no_text_becomes_markup_of_the_terminal(text: str, width: int) -> None:
    shown = printed(poisoned(sample(), text), width)
    assert controls(shown) == set()


def test_rich_markup_is_shown() -> None:
    assert "Supported countries only[bold red]rich[/bold red] :smile:" in re.sub(
        r"\s+", " ", printed(poisoned(sample(), HOSTILE[6]), 80)
    )


@pytest.mark.parametrize("width", [20, 40, 60, 100, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    for text in ("", "x" * 3000):
        shown = printed(poisoned(sample(), text), width)
        assert max(map(len, shown.splitlines())) <= width


@pytest.mark.parametrize("text", HOSTILE)
def test_an_explanation_shows_it_as_text(text: str) -> None:
    given = poisoned(sample(), text)
    for finding in given.result.findings:
        told = explain(finding, poisoned(events(), text), poisoned(REGISTERS, text), PERIOD)
        target = console(100)
        target.print(explanation_tree(told, given.plan.schema))
        assert controls(text_of(target)) == set()


def test_only_addresses_of_the_web_are_links() -> None:
    assert is_link("https://acme.example/terms")
    for address in (
        "javascript:alert(1)",
        "data:text/html,x",
        "//acme.example",
        "https://",
        "https://a\u202eb",
        "http://[",
    ):
        assert not is_link(address)


def test_a_long_text_is_cut() -> None:
    shown = checked("x" * 3000).text
    assert "x" * 3000 in shown, "the words of the terms are whole"
    assert "req-nw-001" + "x" * 3000 not in shown, "an id is not"


def test_the_page_asks_the_browser_to_load_nothing() -> None:
    page = render_html(sample())
    assert "default-src 'none'" in page
    assert not re.search(r"<(script|link|img|iframe|object|embed)\b|@import|url\(", page)
