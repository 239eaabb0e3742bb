"""A restricted document is seen by its readers, who keeps, drafts, signs or audits it: through every way in."""

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents import actions, changing, reading, routing
from documents.content import Content
from documents.models import Acknowledgement, Document, Kind, Version
from documents.papers import public_address, render_version_pdf
from documents.permissions import SEE_RESTRICTED
from documents.reminders import occasions
from documents.routes import Route, Stage
from qms import menu
from tenants import clock
from tenants.actions import edit_member
from tenants.models import Mail, Member, Role
from tenants.reminders import Night
from tests.cast import Cast
from tests.documents.library import as_shown, draft

SignIn = Callable[[Member], Client]
SECRET = "Khuyếnnghịkín"
PAGE = "/tan-hoa/documents/QC.09/"


@pytest.fixture
def restricted(cast: Cast) -> Version:
    """Of the office, drafted by the secretary, in force; readers are those of the economy unit."""
    version = actions.create_document(
        Kind.REGULATION, "QC.09", SECRET, cast.units["tan-hoa/Văn phòng"], by=cast.khanh,
        content=Content(text=f"{SECRET} trong nội dung"), confidentiality="restricted",
    )  # fmt: skip
    reading.distribute(version.document, [cast.units["tan-hoa/Kinh tế"]], [], [], by=cast.khanh)
    version = actions.review(actions.submit(version, by=cast.khanh), by=cast.oanh)
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    render_version_pdf(cast.agency.pk, version.pk)
    return version


def test_who_sees_it(cast: Cast, restricted: Version) -> None:
    see = {
        key
        for key, member in cast.members.items()
        if member.agency_id == cast.agency.pk
        and Document.objects.visible_to(member).filter(code="QC.09").exists()
        and Version.objects.visible_to(member).filter(pk=restricted.pk).exists()
    }
    assert see == {"khanh", "nhung", "duc", "oanh", "bao", "mai"}  # keepers, head, signer, reader and auditor, auditor
    assert cast.bao.has_role(*SEE_RESTRICTED)


def test_a_reader_is_asked_and_nobody_else(cast: Cast, restricted: Version) -> None:
    assert set(Acknowledgement.objects.values_list("member__name", flat=True)) == {cast.bao.name}


def test_without_readers_nobody_is_asked(cast: Cast) -> None:
    version = actions.create_document(
        Kind.REGULATION, "QC.09", SECRET, None, by=cast.khanh, content=Content(text="A"), confidentiality="restricted"
    )
    version = actions.review(actions.submit(version, by=cast.khanh), by=cast.oanh)
    actions.approve(version, by=cast.duc, effective_from=clock.today())
    assert Acknowledgement.objects.count() == 0


def addresses(version: Version) -> list[str]:
    """Every page of the document and its versions."""
    code, number = version.document.code, (version.issue, version.revision)
    names = (
        "document edit_document document_activity draft_version compare propose_change review_document distribute"
        " document_clauses"
    ).split()
    of_version = (
        "version version_pdf edit_version steps submit review approve take_over drop send_back_version withdraw"
        " acknowledge copies hand_out_copy version_route"
    ).split()
    found = [reverse(name, args=[code]) for name in names] + [reverse(name, args=[code, number]) for name in of_version]
    return [
        *found,
        reverse("compare_versions", args=[code, number, number]),
        reverse("comparison_pdf", args=[code, number, number]),
    ]


@pytest.mark.parametrize("who", ["ha", "tuan", "thanh"])
def test_its_pages_are_not_there(cast: Cast, client_of: SignIn, restricted: Version, who: str) -> None:
    client = client_of(cast.members[who])
    for address in addresses(restricted):
        assert client.get(f"/tan-hoa{address}").status_code == 404, address
    assert client_of(cast.bao).get(PAGE).status_code == 200


LISTS = [
    "", "documents/", "documents/?q=QC.09", "documents/?kind=regulation", "documents/?as=xlsx", "search/?q=QC.09", f"search/?q={SECRET}",
    "search/?q=khuyennghikin", "search/?q=QC.9", "master-list/", "master-list/?as=xlsx", "master-list/external/", "master-list/amendments/",
    "master-list/distribution/", "requests/", "requests/?q=QC.09", "acknowledgements/", "journal/", "journal/?q=QC.09", "evidence/", "standards/",
    "standards/tcvn-iso-9001-2015/clauses/7.5.1/", "legal-documents/", "documents/new/", "procedures/", "services/", "codes/routes/",
]  # fmt: skip


def test_no_list_names_or_counts_it(cast: Cast, client_of: SignIn, restricted: Version) -> None:
    asked = changing.propose(restricted.document, "1", SECRET, by=cast.bao)
    client, keeper = client_of(cast.ha), client_of(cast.khanh)
    for address in LISTS:
        answer = client.get(f"/tan-hoa/{address}")
        assert answer.status_code == 200, address
        text = (
            b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode(errors="replace")
        )
        assert SECRET not in text.replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", ""), address
        assert "documents/QC.09" not in text, address
    assert client.get(f"/tan-hoa/requests/{asked.code}/").status_code == 404
    for address in (
        "documents/",
        "search/?q=QC.09",
        "journal/",
        "requests/",
        "master-list/",
        "master-list/amendments/",
    ):
        assert SECRET in keeper.get(f"/tan-hoa/{address}").content.decode(), address


def test_counts_leave_it_out(cast: Cast, client_of: SignIn, restricted: Version) -> None:
    assert (menu.count(cast.ha)["documents"], menu.count(cast.khanh)["documents"]) == (0, 1)
    shown = client_of(cast.ha).get("/tan-hoa/documents/").context
    assert (shown["total"], shown["found"], shown["states"]) == (0, 0, {})
    assert client_of(cast.khanh).get("/tan-hoa/documents/").context["total"] == 1


def test_the_admin_leaves_it_out(cast: Cast, client_of: SignIn, restricted: Version) -> None:
    """Hà administers the agency; that makes nobody a reader."""
    cast.ha.roles = [*cast.ha.roles, Role.AGENCY_ADMIN]
    edit_member(cast.ha, by=cast.khanh)
    client = client_of(cast.ha)
    tables = (
        "document version signature acknowledgement audience changerequest periodicreview controlledcopy comment"
        " legalupdate servedclause"
    ).split()
    for table in (f"documents/{name}" for name in tables):
        answer = client.get(f"/tan-hoa/admin/{table}/?q=QC.09")
        assert (answer.status_code, "QC.09 " in answer.content.decode()) == (200, False), table
    for table in ("tenants/journalentry", "tenants/mail"):
        assert SECRET not in client.get(f"/tan-hoa/admin/{table}/").content.decode()
    assert client.get(f"/tan-hoa/admin/documents/document/{restricted.document_id}/change/").status_code == 404
    assert SECRET in client_of(cast.khanh).get("/tan-hoa/admin/documents/document/").content.decode()


def test_mails_and_reminders_say_the_code_only(cast: Cast, restricted: Version) -> None:
    assert Mail.objects.filter(subject__contains="QC.09").exists()
    assert not Mail.objects.filter(subject__contains=SECRET).exists()
    assert not Mail.objects.filter(body__contains=SECRET).exists()
    assert SECRET not in str([occasion.text for occasion in occasions(Night.of(cast.agency))])


def test_who_is_asked_to_sign_sees_it_from_then_on(cast: Cast, client_of: SignIn) -> None:
    routing.set_route(Kind.REGULATION, Route((Stage((f"member:{cast.tuan.pk}",)),)), by=cast.khanh)
    version = actions.create_document(
        Kind.REGULATION, "QC.09", SECRET, None, by=cast.khanh, content=Content(text="A"), confidentiality="restricted"
    )
    tuan = client_of(cast.tuan)
    assert tuan.get(PAGE).status_code == 404
    version = actions.submit(version, by=cast.khanh)
    assert SECRET in tuan.get("/tan-hoa/").content.decode()
    actions.review(version, by=cast.tuan)
    assert tuan.get(PAGE).status_code == 200


def test_restricting_takes_it_from_the_reading_list(cast: Cast, client_of: SignIn) -> None:
    version = actions.create_document(Kind.REGULATION, "QC.09", SECRET, None, by=cast.khanh, content=Content(text="A"))
    version = actions.review(actions.submit(version, by=cast.khanh), by=cast.oanh)
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    ha = client_of(cast.ha)
    assert SECRET in ha.get("/tan-hoa/acknowledgements/").content.decode()
    khanh = client_of(cast.khanh)
    entered = as_shown(khanh.get(f"{PAGE}edit/").content.decode())
    assert khanh.post(f"{PAGE}edit/", entered | {"confidentiality": "restricted"}).status_code == 302
    for address in ("", "acknowledgements/"):
        assert SECRET not in ha.get(f"/tan-hoa/{address}").content.decode()
    assert menu.count(cast.ha)["unread"] == 0
    assert ha.post(f"{PAGE}versions/1.0/acknowledge/").status_code == 404


def test_an_operational_procedure_is_never_restricted(cast: Cast, client_of: SignIn) -> None:
    version = draft(cast)
    assert version.document.confidentiality == "public"
    page = client_of(cast.khanh).get("/tan-hoa/documents/QT.TP.01/edit/").content.decode()
    assert 'value="restricted"' not in page
    assert "Tuyệt mật" in page
    with pytest.raises(ValidationError):
        actions.edit_document(version.document, by=cast.khanh, confidentiality="restricted")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE documents_document SET confidentiality = 'restricted'")


def test_the_public_check_says_no_title(cast: Cast, restricted: Version) -> None:
    page = Client().get(public_address(restricted).removeprefix("http://127.0.0.1:8000"))
    assert page.status_code == 200
    assert SECRET not in page.content.decode()


def test_lists_ask_no_more_than_before(cast: Cast, client_of: SignIn, restricted: Version) -> None:
    """For whoever must be kept out as for whoever sees everything: the same number of statements."""

    def statements(member: Member, address: str) -> int:
        client = client_of(member)
        client.get(f"/tan-hoa/{address}")
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(f"/tan-hoa/{address}")
        return len(asked)

    for address in ("documents/", "master-list/", "journal/"):
        assert statements(cast.ha, address) <= statements(cast.khanh, address)
