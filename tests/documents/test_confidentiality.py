"""A restricted document is seen by its readers, who keeps, drafts, signs or audits it: through every way in."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from audits.evidence import records_since
from documents import (
    actions,
    changing,
    clauses,
    copies,
    disposing,
    filing,
    law,
    reading,
    record_keeping,
    reviewing,
    routing,
    set_actions,
)
from documents.content import Content, LegalBasis, RecordKept
from documents.hiding import PATHS
from documents.models import (
    Acknowledgement,
    Clause,
    Disposal,
    Document,
    ImportedFile,
    ImportRun,
    Kind,
    LegalUpdate,
    OwnLegalText,
    RecordGroup,
    RecordHold,
    RecordSeries,
    Version,
)
from documents.papers import public_address, render_version_pdf
from documents.permissions import SEE_RESTRICTED
from documents.reminders import occasions
from documents.routes import Route, Stage
from qms import menu
from tenants import clock
from tenants.actions import edit_member
from tenants.history import doing
from tenants.models import Mail, Member, Role
from tenants.reminders import Night
from tests import test_isolation
from tests.cast import Cast
from tests.documents.library import BIRTH, as_shown, draft
from tests.test_isolation import World

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


def test_the_page_of_its_readers_says_that_nobody_named_is_nobody(
    cast: Cast, client_of: SignIn, restricted: Version
) -> None:
    khanh = client_of(cast.khanh)
    khanh.cookies["django_language"] = "en"
    assert "nobody is asked" in khanh.get("/tan-hoa/documents/QC.09/readers/").content.decode()
    draft(cast)
    assert "everybody is" in khanh.get("/tan-hoa/documents/QT.TP.01/readers/").content.decode()


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


CITED, PROCEDURE = "123/2015/NĐ-CP", "QT.MAT.01"


@pytest.fixture
def world(cast: Cast) -> World:
    """One row of everything an address leads to, none of it restricted."""
    return test_isolation.build_world(cast)


@pytest.fixture
def everywhere(world: World, cast: Cast) -> Version:
    """A restricted procedure with a row in every table a document leaves one in, each with the secret in its words."""
    office = cast.units["tan-hoa/Văn phòng"]
    kept = RecordKept(f"{SECRET} hồ sơ", "Tư pháp – Hộ tịch", "10 năm")
    content = replace(BIRTH, services=(), forms=(), legal_bases=(LegalBasis(CITED, SECRET),), records=(kept, kept))
    version = actions.create_document(
        Kind.SYSTEM_PROCEDURE, PROCEDURE, f"Đánh giá nội bộ {SECRET}", office, by=cast.khanh, content=content,
        confidentiality="restricted",
    )  # fmt: skip
    version = filing.attach(version, filing.examine(SECRET.encode(), f"{SECRET}.txt", as_content=False), by=cast.khanh)
    version.refresh_from_db()
    reading.distribute(version.document, [cast.units["tan-hoa/Kinh tế"]], [], [], by=cast.khanh)
    version = actions.review(actions.submit(version, by=cast.khanh), by=cast.oanh)
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    copies.hand_out(version, by=cast.nhung, holder=SECRET, place=SECRET)
    changing.propose(version.document, SECRET, SECRET, by=cast.bao)
    reviewing.review_document(version.document, "keep", SECRET, by=cast.khanh)
    law.record_text(
        shared=False,
        by=cast.khanh,
        number="335/2026/NĐ-CP",
        title="Mới",
        effective_from=clock.today(),
        replaces=[CITED],
    )
    law.record_text(shared=False, by=cast.khanh, number=CITED, title="Hộ tịch", effective_from=dt.date(2016, 1, 1))
    clauses.name_clauses(version.document, Clause.objects.filter(edition__is_default=True, number="9.2"), by=cast.khanh)
    set_actions.name_document("internal-audit", version.document, by=cast.khanh)
    series, other = RecordSeries.objects.filter(document=version.document).order_by("code")
    days = {"first_on": dt.date(2010, 1, 1), "closed_on": dt.date(2010, 12, 31)}
    gone = record_keeping.open_group(series, by=cast.nhung, title=SECRET, location=SECRET, **days)
    disposing.propose([gone], by=cast.nhung, reason=SECRET)
    record_keeping.open_group(series, by=cast.nhung, title=SECRET, location=SECRET, **days)
    group = record_keeping.open_group(other, by=cast.nhung, title=SECRET, location=SECRET, **days)
    record_keeping.place_hold(group, by=cast.khanh, kind="lawsuit", reason=SECRET)
    record_keeping.place_hold(series, by=cast.khanh, kind="lawsuit", reason=SECRET)
    run = ImportRun(label=SECRET, by=cast.khanh)
    with doing(cast.khanh):
        run.save()
    for position, document in enumerate((version.document, None), 1):
        ImportedFile.objects.create(
            run=run,
            position=position,
            name=f"{SECRET}.docx",
            sha256="a" * 64,
            code=PROCEDURE,
            title=SECRET,
            document=document,
        )
    render_version_pdf(cast.agency.pk, version.pk)
    return version


def own_book(world: World, version: Version) -> dict[str, str]:
    """The address book of the isolation sweep, with the rows of the restricted procedure in it."""
    document, series = version.document, RecordSeries.objects.filter(document=version.document)
    hold = RecordHold.objects.filter(series__in=series).get()
    secret = replace(
        world, version=version, request=document.change_requests.get(), series=series.order_by("code")[0], hold=hold,
        group=RecordGroup.objects.filter(series__in=series).order_by("code")[0],
        disposal=Disposal.objects.get(items__group__series__in=series),
        text=OwnLegalText.objects.get(number=CITED).code, update=LegalUpdate.objects.get(document=document).pk,
        imported=ImportRun.objects.get(label=SECRET).pk, attached=Content.of(version.content).attachments[0].sha256,
    )  # fmt: skip
    return test_isolation.paths(secret)


def said_in(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body[:5] == b"%PDF-":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if body[:4] == b"PK\x03\x04":
        archive = zipfile.ZipFile(io.BytesIO(body))
        body = b"".join(archive.read(name) for name in archive.namelist())
    return str(body.decode(errors="replace"))


def told(answer: Any, address: str) -> list[str]:
    """Which of the secret words the answer says, apart from those of the address it was asked at."""
    text = said_in(answer)
    for asked in (address, quote(address), address.split("?", maxsplit=1)[0]):
        text = text.replace(asked, "")
    return [word for word in (SECRET, PROCEDURE) if word in text]


def test_every_address_keeps_it_from_whoever_is_kept_out(
    world: World, everywhere: Version, cast: Cast, client_of: SignIn
) -> None:
    """Every page of every app, with the general book and with the codes and ids of the procedure itself."""
    paths = {
        **{f"{name} (theirs)": path for name, path in own_book(world, everywhere).items()},
        **test_isolation.paths(world),
    }
    found = []
    for who in ("ha", "tuan", "thanh"):
        client = client_of(cast.members[who])
        for name, path in paths.items():
            answer = client.get(f"/tan-hoa{path}")
            by_code = name.startswith("mail")  # whoever was asked to sign for a day keeps the mail, which says the code
            words = [word for word in told(answer, path) if not (by_code and word == PROCEDURE)]
            found += [(who, name, answer.status_code, word) for word in words]
    assert found == []


def test_what_is_kept_out_could_be_read(world: World, everywhere: Version, cast: Cast, client_of: SignIn) -> None:
    client = client_of(cast.khanh)
    paths = own_book(world, everywhere)
    for name in (
        "document", "version", "version_file", "journal", "legal_text", "readiness", "readiness_pdf", "framework_set", "records",
        "record_series_list", "record_series", "record_group", "disposal", "change_requests", "past_list", "import_run",
    ):  # fmt: skip
        assert told(client.get(f"/tan-hoa{paths[name]}"), paths[name]), name


def test_every_list_of_the_admin_leaves_it_out(
    world: World, everywhere: Version, cast: Cast, client_of: SignIn
) -> None:
    """Hà administers the agency; so do her lists, searches, pages of a row, and the journal."""
    cast.ha.roles = [*cast.ha.roles, Role.AGENCY_ADMIN]
    edit_member(cast.ha, by=cast.khanh)
    ha, khanh = client_of(cast.ha), client_of(cast.khanh)
    found, seen = [], set()
    for model in admin.site._registry:
        base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        keys = list(model.objects.values_list("pk", flat=True))
        if model._meta.app_label not in ("documents", "tenants") or len(keys) > 200:
            keys = keys[:3]
        for extra in ("", f"?q={PROCEDURE}", f"?q={SECRET}"):
            address = reverse(f"{base}_changelist") + extra
            answer = ha.get(f"/tan-hoa{address}")
            by_code = "/tenants/mail/" in address  # a mail says the code, so that its reader knows what it is about
            found += [(address, word) for word in _named(answer, address) if not (by_code and word == PROCEDURE)]
            seen |= {model._meta.label_lower} if _named(khanh.get(f"/tan-hoa{address}"), address) else set()
        for key in keys if model._meta.app_label == "documents" else ():
            for page in ("change", "history"):
                address = reverse(f"{base}_{page}", args=[key])
                found += [(address, word) for word in _named(ha.get(f"/tan-hoa{address}"), address)]
    assert found == []
    of_documents = {f"documents.{name}" for name in (
        "document", "version", "recordseries", "recordgroup", "recordhold", "disposal", "disposalitem", "importrun", "importedfile",
        "uploadedfile", "legalupdate", "changerequest",
    )}  # fmt: skip
    assert of_documents <= seen


def _named(answer: Any, address: str) -> list[str]:
    """What was searched for stands in the page itself."""
    if "?q=" not in address:
        return told(answer, address)
    word = address.split("?q=")[1]
    text = said_in(answer)
    for typed in (f'value="{word}"', f"“{word}”", *(f"{q}{w}" for q in ("q=", "q%3D") for w in (word, quote(word)))):
        text = text.replace(typed, "")
    text = text.replace(f"q%3D{quote(quote(word))}", "")
    return [one for one in (SECRET, PROCEDURE) if one in text]


def test_every_row_of_a_document_in_the_journal_knows_its_way() -> None:
    """Of the tables with a history, from which journal lines come."""
    known = [model for model in apps.get_app_config("documents").get_models() if hasattr(model, "history")]
    ways = {model._meta.model_name for model in known if _leads_to_document(model)}
    assert ways - set(PATHS) == set()


def _leads_to_document(model: Any, depth: int = 3) -> bool:
    if model is Document:
        return True
    ahead = [field.related_model for field in model._meta.get_fields() if field.many_to_one and field.concrete]
    return depth > 0 and any(
        _leads_to_document(one, depth - 1) for one in ahead if one._meta.app_label == "documents" and one is not model
    )


def test_mails_and_reminders_say_the_code_only(cast: Cast, restricted: Version) -> None:
    assert Mail.objects.filter(subject__contains="QC.09").exists()
    assert not Mail.objects.filter(subject__contains=SECRET).exists()
    assert not Mail.objects.filter(body__contains=SECRET).exists()
    assert SECRET not in str([occasion.text for occasion in occasions(Night.of(cast.agency))])


def test_mails_say_nothing_of_what_was_written_about_it(cast: Cast, restricted: Version) -> None:
    changing.propose(restricted.document, SECRET, SECRET, by=cast.bao)
    reviewing.review_document(restricted.document, "withdraw", SECRET, by=cast.khanh)
    actions.withdraw(restricted, by=cast.duc, reason=SECRET)
    assert Mail.objects.filter(body__contains="QC.09").count() > 3
    assert not Mail.objects.filter(body__contains=SECRET).exists()


def test_it_is_no_evidence_that_everybody_reads(cast: Cast, restricted: Version) -> None:
    actions.acknowledge(restricted, by=cast.bao)
    assert [record.words for about, record in records_since(clock.today()) if about in ("7.3", "7.5.1", "7.5.2")] == []


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
