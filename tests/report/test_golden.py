"""The reports of the sample, whole or in part, as a reader sees them."""

import pytest

from plainterms.engine.report.html import render_html
from tests.report.golden import FOLDER, part, renderings
from tests.report.samples import report

RENDERINGS = renderings()
GIVEN = report()


@pytest.mark.parametrize("name", RENDERINGS)
def test_reads_as_before(name: str) -> None:
    assert RENDERINGS[name]() == (FOLDER / name).read_text(encoding="utf-8")


def test_nothing_lies_about_in_the_folder() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(RENDERINGS)


def test_the_same_audit_is_the_same_page() -> None:
    assert render_html(GIVEN) == render_html(report())


def test_a_page_says_what_it_leaves_out() -> None:
    page = render_html(GIVEN, limit=5)
    assert page.count("<article") == 5
    assert "This page shows 5 findings; 8 further findings are in the files of the audit." in page


def test_prompts_are_shown_only_when_asked_for() -> None:
    words = "grade each of the following answers"
    assert words not in part(render_html(GIVEN), '<article id="finding-1"', "</article>")
    assert f"<mark>{words}</mark>" in part(render_html(report(excerpt=60)), '<article id="finding-1"', "</article>")
