"""Sets of documents to be exported."""

from __future__ import annotations

from documents import actions, filing
from documents.content import Content
from documents.models import Version
from documents.papers import render_version_pdf
from tenants import clock
from tests.cast import Cast
from tests.documents import office_files
from tests.documents.library import approved, draft, signed_again, submitted


def some_of_each(cast: Cast) -> Version:
    """One superseded and one in force with its paper; a draft and one in review; another agency's own."""
    first = approved(cast)
    render_version_pdf(cast.agency.pk, first.pk)
    second = signed_again(cast, first)
    render_version_pdf(cast.agency.pk, second.pk)
    draft(cast, code="QT.NHAP", title="BIMAT-NHAP")
    submitted(cast, code="QT.TRINH", title="BIMAT-TRINH")
    with cast.other.active():
        other = actions.create_document(
            "policy", "CSCL-PL", "BIMAT-PHULAM", None, by=cast.yen, content=Content(text="x")
        )
        actions.approve(
            actions.review(actions.submit(other, by=cast.yen), by=cast.son), by=cast.lan, effective_from=clock.today()
        )
    return second


def consisting_of_a_file(cast: Cast, code: str, words: str) -> Version:
    """A regulation in force whose content is a Word file that says this."""
    word = office_files.docx(office_files.paragraph(words))
    version = actions.create_document("regulation", code, "Nội quy", None, by=cast.ha)
    version = filing.put_content(version, filing.examine(word, f"{code}.docx", as_content=True), by=cast.ha)
    version = actions.review(actions.submit(version, by=cast.ha), by=cast.oanh)
    return actions.approve(version, by=cast.duc, effective_from=clock.today())
