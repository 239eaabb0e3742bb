"""The sweep: every address, as strangers. An address without an entry in the book fails.

Tân Hòa's rows carry a secret word in every text. Nobody of another agency, no overseer at the wrong door and no
visitor may read it, and no request of theirs may change anything (architecture §3, ring 4).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from audits import actions as auditing
from audits.models import Audit
from documents import actions as writing
from documents import (
    changing,
    delegating,
    disposing,
    exporting,
    filing,
    import_runs,
    law,
    record_keeping,
    reviewing,
    set_actions,
)
from documents import clauses as clauses_served
from documents.content import Component, Content, LegalBasis, RecordKept, Step, Time, TimeUnit, Who
from documents.copies import hand_out
from documents.import_archives import Brought
from documents.models import (
    ChangeRequest,
    Clause,
    ClauseNote,
    Delegation,
    Disposal,
    DocumentExport,
    FrameworkChoice,
    ImportedFile,
    ImportRun,
    LegalUpdate,
    OwnLegalText,
    PeriodicReview,
    RecordGroup,
    RecordHold,
    RecordSeries,
    ServedClause,
    Version,
)
from documents.paper_reading import Office
from documents.tasks import render_version_pdf
from processes import actions as working
from processes.models import Dossier, Service
from processes.tasks import render_slip
from tenants import clock
from tenants.actions import add_closure
from tenants.models import JournalEntry, Mail, Member, Role, StoredFile, User
from tests.cast import Cast

SECRET = "BIMATTANHOA"
RESIDENT = f"Nguyễn Văn {SECRET}"


@dataclass
class World:
    cast: Cast
    version: Version
    dossier: Dossier
    audit: Audit
    finding: str
    mail: Mail
    closure: int
    request: ChangeRequest
    delegation: Delegation
    series: RecordSeries
    group: RecordGroup
    hold: RecordHold
    disposal: Disposal
    export: DocumentExport
    text: str = ""
    update: int = 0
    imported: int = 0
    calendar_day: int = 0
    attached: str = ""
    clients: dict[str, Client] = field(default_factory=dict)


def secret_procedure(cast: Cast) -> Version:
    steps = (
        Step(f"Tiếp nhận {SECRET}", Who.ROLE, Role.RECEPTIONIST, "Một cửa", Time(1, TimeUnit.HOUR), ""),  # type: ignore[arg-type]
        Step(f"Thẩm tra {SECRET}", Who.ROLE, Role.OFFICER, "Công chức", Time(4, TimeUnit.HOUR), ""),  # type: ignore[arg-type]
    )
    content = Content(
        purpose=SECRET, scope=SECRET, services=("1.001193",), legal_bases=(LegalBasis("60/2014/QH13", SECRET),), place=SECRET,
        components=(Component(SECRET),), limit=Time(3, TimeUnit.WORKING_DAY), result=SECRET, steps=steps,
        records=(RecordKept(f"Hồ sơ {SECRET}", SECRET, "5 năm"), RecordKept(f"Sổ {SECRET}", SECRET, "5 năm")),  # type: ignore[arg-type]
    )  # fmt: skip
    version = writing.create_document(
        "operational_procedure", "QT.TP.01", f"Quy trình {SECRET}", cast.ha.unit, by=cast.ha, content=content
    )
    version = filing.attach(version, filing.examine(SECRET.encode(), f"{SECRET}.txt", as_content=False), by=cast.ha)
    writing.submit(version, by=cast.ha)
    writing.review(version, by=cast.oanh)
    return writing.approve(version, by=cast.duc, effective_from=clock.today())


def records_of(cast: Cast, version: Version) -> tuple[RecordSeries, RecordGroup, RecordHold, Disposal]:
    """One group in a disposal that was carried out, one that is held."""
    series, other = RecordSeries.objects.filter(document=version.document).order_by("code")
    days = {"first_on": dt.date(2010, 1, 1), "closed_on": dt.date(2010, 12, 31)}
    gone = record_keeping.open_group(series, by=cast.nhung, title=SECRET, location=SECRET, **days)
    group = record_keeping.open_group(series, by=cast.nhung, title=SECRET, location=SECRET, **days)
    disposal = disposing.approve(
        disposing.propose([gone], by=cast.nhung, reason=SECRET), by=cast.duc, decision=SECRET, confirmed="password"
    )
    commission = [SECRET, SECRET]
    disposal = disposing.carry_out(
        disposal, by=cast.nhung, on=clock.today(), place=SECRET, method=SECRET, commission=commission
    )
    disposing.render_minutes(cast.agency.pk, disposal.pk)
    hold = record_keeping.place_hold(other, by=cast.khanh, kind="lawsuit", reason=SECRET)
    return series, group, hold, disposal


def build_world(cast: Cast) -> World:
    Service.objects.get_or_create(code="1.001193", defaults={"name": "Đăng ký khai sinh", "sha256": "x"})
    version = secret_procedure(cast)
    applicant = {"name": RESIDENT, "phone": "0912345678", "address": SECRET}
    dossier = working.receive(version.document, applicant, by=cast.tuan, subject=SECRET)
    planned = clock.today() + dt.timedelta(days=3)
    clauses = Clause.objects.filter(number__in=("8.1", "8.5.1"), edition__is_default=True)
    audit = auditing.plan(cast.ha.unit, f"Đợt {SECRET}", planned, cast.mai, [cast.bao], clauses, by=cast.khanh)
    audit = auditing.begin(audit, by=cast.mai)
    finding = auditing.find(audit, clauses[0], "minor", SECRET, SECRET, by=cast.mai)
    render_version_pdf(cast.agency.pk, version.pk)
    render_slip(cast.agency.pk, dossier.pk)
    hand_out(version, by=cast.nhung, holder=SECRET, place=SECRET)
    closure = add_closure(clock.today() + dt.timedelta(days=9), SECRET, by=cast.khanh)
    request = changing.propose(version.document, SECRET, SECRET, by=cast.ha)
    delegation = delegating.delegate(cast.thanh, SECRET, clock.today(), clock.today(), by=cast.duc)
    reviewing.review_document(version.document, "keep", SECRET, by=cast.khanh)
    series, group, hold, disposal = records_of(cast, version)
    export = exporting.ask(by=cast.khanh, all_versions=True)
    exporting.make_export(cast.agency.pk, export.pk)
    export.refresh_from_db()
    mail = Mail.objects.create(member=cast.ha, key="x", subject=SECRET, body=SECRET)
    text = law.record_text(
        shared=False,
        by=cast.khanh,
        number="77/2026/HĐND",
        title=SECRET,
        effective_from=clock.today(),
        replaces=["60/2014/QH13"],
    )
    update = LegalUpdate.objects.get(document=version.document)
    clauses_served.name_clauses(
        version.document, Clause.objects.filter(edition__is_default=True, number="7.2"), by=cast.khanh
    )
    set_actions.name_document("public-posting", version.document, by=cast.khanh)
    audits_clause = Clause.objects.get(edition__is_default=True, number="9.2")
    clauses_served.note_clause(audits_clause, applies=True, words=SECRET, by=cast.khanh)
    run = import_runs.bring(SECRET, [Brought(f"{SECRET}.txt", f"# {SECRET}".encode())], by=cast.ha)
    import_runs.read_next(cast.agency.pk, run.pk, Office())
    version.refresh_from_db()
    return World(
        cast, version, dossier, audit, finding.code, mail, closure.pk, request, delegation, series, group, hold, disposal, export,
        text.code, update.pk, run.pk, attached=Content.of(version.content).attachments[0].sha256,
    )  # fmt: skip


@pytest.fixture
def world(cast: Cast) -> World:
    return build_world(cast)


def book(world: World) -> dict[str, list[object]]:
    """The address book: arguments of every address that shows or changes something of an agency."""
    cast, number = world.cast, (world.version.issue, world.version.revision)
    document, versions = [world.version.document.code], [world.version.document.code, number]
    dossier, audit, unit = [world.dossier.code], [world.audit.code], [cast.ha.unit_id]
    day = "2026-11-24"
    return {
        "home": [], "search": [], "members": [], "appoint": [], "member": [cast.ha.pk], "edit_member": [cast.ha.pk], "release": [cast.ha.pk],
        "renew_password": [cast.ha.pk], "open_unit": [], "edit_unit": unit, "journal": [], "calendar": [], "add_closure": [],
        "remove_closure": [world.closure], "work_hours": [], "set_calendar_day": [], "remove_calendar_day": [day], "mails": [],
        "mail": [world.mail.pk], "province": [], "province_agency": [cast.agency.slug],
        "documents": [], "create_document": [], "document": document, "edit_document": document, "document_activity": document,
        "draft_version": document, "version": versions, "version_pdf": versions, "edit_version": versions, "steps": versions,
        "submit": versions, "review": versions, "approve": versions, "send_back_version": versions, "withdraw": versions,
        "take_over": versions, "drop": versions, "version_files": versions, "version_file": [*versions, world.attached],
        "copies": versions, "hand_out_copy": versions, "recall_copy": [*versions, 1], "copy_pdf": [*versions, 1],
        "compare": document, "compare_versions": [*versions, number], "comparison_pdf": [*versions, number],
        "propose_change": document, "review_document": document, "distribute": document, "change_requests": [],
        "change_request": [world.request.code], "accept_change": [world.request.code], "refuse_change": [world.request.code],
        "codes": [], "approval_routes": [], "approval_route": ["regulation"], "version_route": versions,
        "replace_signer": [*versions, 1, 1], "delegations": [], "delegate": [], "end_delegation": [world.delegation.pk],
        "framework_set": [], "framework_template": ["quality-policy"], "answer_item": ["public-posting"], "readiness": [], "readiness_pdf": [],
        "acknowledge": versions, "acknowledgements": [],
        "past_list": [], "external_list": [], "amendments": [], "distribution_list": [],
        "imports": [], "import_run": [world.imported], "imported_file": [world.imported, 1], "imported_original": [world.imported, 1],
        "document_clauses": document, "legal_texts": [], "record_legal_text": [], "legal_text": [world.text], "edit_legal_text": [world.text],
        "waive_update": [world.update], "standards": [], "standard": ["tcvn-iso-9001-2015"], "clause": ["tcvn-iso-9001-2015", "9.2"],
        "note_clause": ["tcvn-iso-9001-2015", "9.2"], "evidence": [],
        "records": [], "record_series_list": [], "record_series": [world.series.code], "edit_record_series": [world.series.code],
        "open_record_group": [world.series.code], "hold_record_series": [world.series.code], "record_group": [world.group.code],
        "edit_record_group": [world.group.code], "close_record_group": [world.group.code], "hold_record_group": [world.group.code],
        "lift_hold": [world.hold.pk], "disposals": [], "propose_disposal": [], "disposal": [world.disposal.code],
        "approve_disposal": [world.disposal.code], "refuse_disposal": [world.disposal.code],
        "take_back_disposal": [world.disposal.code], "carry_out_disposal": [world.disposal.code],
        "disposal_minutes": [world.disposal.code], "exports": [], "export_file": [world.export.pk],
        "procedures": [], "services": [], "service": ["1.001193"], "draft_procedure": ["1.001193"],
        "dossiers": [], "choose_procedure": [], "receive": document, "dossier": dossier, "dossier_activity": dossier, "slip": dossier,
        "control_slip": dossier, "complete": dossier, "send_back_task": dossier, "assign": dossier, "close_dossier": dossier,
        "correct_applicant": dossier,
        "audits": [], "plan_audit": [], "audit": audit, "audit_activity": audit, "edit_audit": audit, "begin_audit": audit,
        "cancel_audit": audit, "checklist": audit, "find": audit, "finding": [*audit, world.finding],
        "correct_finding": [*audit, world.finding], "withdraw_finding": [*audit, world.finding], "close_audit": audit,
        "report": audit, "report_pdf": audit,
    }  # fmt: skip


# Addresses that belong to no agency's data: signing in, settings, health; and the public pages, swept on their own below.
WITHOUT_AGENCY = {
    "account", "account_email", "choose_agency", "set_language", "theme", "live", "ready", "short_procedure", "short_dossier",
}  # fmt: skip
PUBLIC = {"procedures", "procedure", "track", "check"}


def names(resolver: URLResolver | None = None) -> set[str]:
    """The name of every address of ours, admin and packages apart."""
    found: set[str] = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace in {"admin", "public"} or "allauth" in str(getattr(pattern, "urlconf_name", "")):
                continue
            found |= names(pattern)
        elif isinstance(pattern, URLPattern) and not pattern.lookup_str.startswith("allauth."):
            found.add(pattern.name or pattern.lookup_str)
    return found


def test_every_address_is_in_the_book(world: World) -> None:
    assert names() == set(book(world)) | WITHOUT_AGENCY


def test_every_public_address_is_swept() -> None:
    public = next(p for p in get_resolver().url_patterns if getattr(p, "namespace", "") == "public")
    assert {pattern.name for pattern in public.url_patterns} == PUBLIC


def paths(world: World) -> dict[str, str]:
    return {name: reverse(name, args=arguments) for name, arguments in book(world).items()}


def admin_paths(world: World) -> list[str]:
    rows = {
        "tenants.member": world.cast.ha.pk, "tenants.unit": world.cast.ha.unit_id, "documents.document": world.version.document_id,
        "documents.version": world.version.pk, "processes.dossier": world.dossier.pk, "audits.audit": world.audit.pk,
        "tenants.journalentry": JournalEntry.objects.first().pk, "tenants.agency": world.cast.agency.pk, "tenants.mail": world.mail.pk,
        "documents.ownlegaltext": OwnLegalText.objects.get(code=world.text).pk, "documents.legalupdate": world.update,
        "tenants.user": world.cast.ha.user_id, "tenants.closure": world.closure,
        "documents.recordseries": world.series.pk, "documents.recordgroup": world.group.pk, "documents.recordhold": world.hold.pk,
        "documents.disposal": world.disposal.pk, "documents.documentexport": world.export.pk,
        "documents.changerequest": world.request.pk, "documents.delegation": world.delegation.pk,
        "documents.importrun": world.imported, "documents.importedfile": ImportedFile.objects.get(run=world.imported).pk,
    }  # fmt: skip
    found = [
        reverse("admin:index"),
        reverse("admin:autocomplete") + "?app_label=tenants&model_name=member&field_name=unit",
    ]
    for model, governed in admin.site._registry.items():
        label, base = model._meta.label_lower, f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found.append(reverse(f"{base}_changelist"))
        found.append(reverse(f"{base}_add"))
        if label in rows:
            found += [reverse(f"{base}_{page}", args=[rows[label]]) for page in ("change", "history")]
            found += [reverse(f"{base}_deed", args=[rows[label], verb]) for verb in governed.deeds]
            found.append(reverse("admin:view_on_site", args=[ContentType.objects.get_for_model(model).pk, rows[label]]))
    return found


def census() -> tuple[int, ...]:
    owned = (
        JournalEntry, Member, Version, Dossier, Audit, StoredFile, Mail, LegalUpdate, OwnLegalText, ServedClause, ClauseNote,
        ChangeRequest, Delegation, PeriodicReview, FrameworkChoice, ImportRun, ImportedFile, RecordSeries, RecordGroup, RecordHold,
        Disposal, DocumentExport,
    )  # fmt: skip
    return (*(model.objects.count() for model in owned), User.objects.count())


def test_members_do_see_what_strangers_must_not(world: World, client_of: Callable[[Member], Client]) -> None:
    """The secret could be read: otherwise the rest of this file proves nothing."""
    client = client_of(world.cast.khanh)
    for name in (
        "documents",
        "version",
        "dossier",
        "audit",
        "journal",
        "calendar",
        "procedures",
        "past_list",
        "amendments",
        "distribution_list",
        "legal_texts",
        "legal_text",
        "clause",
        "evidence",
        "change_requests",
        "delegations",
        "framework_set",
        "readiness",
        "imports",
        "import_run",
        "imported_file",
        "records",
        "record_series",
        "record_group",
        "disposals",
        "disposal",
    ):
        response = client.get(f"/tan-hoa{paths(world)[name]}")
        assert response.status_code == 200, name
        assert SECRET in response.content.decode(), name


@pytest.mark.parametrize("stranger", ["lan", "yen", "ngoc"])
def test_a_stranger_finds_nothing_at_the_agencys_addresses(
    world: World, client_of: Callable[[Member], Client], stranger: str
) -> None:
    """Head and administrator of another commune, overseer at the wrong door: 404 everywhere, nothing changes."""
    client, before = client_of(getattr(world.cast, stranger)), census()
    for path in [*paths(world).values(), *admin_paths(world)]:
        for answer in (client.get(f"/tan-hoa{path}"), client.post(f"/tan-hoa{path}", {"reason": "x", "confirm": "on"})):
            assert answer.status_code == 404, path
            assert SECRET not in answer.content.decode(), path
    assert census() == before


def test_a_visitor_is_sent_to_sign_in(world: World) -> None:
    client, before = Client(), census()
    for path in [*paths(world).values(), *admin_paths(world)]:
        for answer in (client.get(f"/tan-hoa{path}"), client.post(f"/tan-hoa{path}", {"reason": "x"})):
            assert answer.status_code == 302, path
            assert "/sign-in/" in answer["Location"], path
    assert census() == before


@pytest.mark.parametrize(
    ("home", "stranger"), [("phu-lam", "lan"), ("phu-lam", "yen"), ("phu-lam", "long"), ("so-khcn", "ngoc")]
)
def test_at_home_nothing_of_another_agency_shows(
    world: World, client_of: Callable[[Member], Client], home: str, stranger: str
) -> None:
    """Their own lists, searches, forms and admin, with Tân Hòa's codes and ids: never the secret, never a change, never a 500."""
    client, before = client_of(getattr(world.cast, stranger)), census()
    for name, path in {**paths(world), **{path: path for path in admin_paths(world)}}.items():
        for extra in ("", f"?q={SECRET}", "?as=xlsx", "?as=csv"):
            answer = client.get(f"/{home}{path}{extra}")
            assert answer.status_code < 500, (name, extra)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            text = (
                body.decode(errors="replace")
                .replace(f"q={SECRET}", "")
                .replace(f"q%3D{SECRET}", "")
                .replace(f'value="{SECRET}"', "")
            )
            text = text.replace(f"“{SECRET}”", "")  # what they typed themselves may be said back
            assert SECRET not in text, (name, extra)
            if answer.status_code != 200:
                break
        if "edit" not in name and name not in {"appoint", "open_unit", "add_closure", "work_hours", "create_document"}:
            answer = client.post(f"/{home}{path}", {"reason": "x", "confirm": "on"})
            assert answer.status_code < 500, name
    assert census() == before


def account_paths(key: int) -> dict[str, str]:
    """Every address of the package that signs people in, for the second step of somebody else."""
    given = {
        "account_confirm_email": ["x"], "account_reset_password_from_key": ["1", "x-y"], "mfa_remove_webauthn": [key],
        "mfa_edit_webauthn": [key], "openid_connect_login": ["x"], "openid_connect_callback": ["x"],
    }  # fmt: skip
    of_package = next(p for p in get_resolver().url_patterns if "allauth" in str(getattr(p, "urlconf_name", "")))
    found, waiting = set(), [of_package]
    while waiting:
        for pattern in waiting.pop().url_patterns:
            waiting += [pattern] if isinstance(pattern, URLResolver) else []
            found |= {pattern.name} if isinstance(pattern, URLPattern) and pattern.name else set()
    return {name: reverse(name, args=given.get(name)) for name in sorted(found)}


def test_accounts_show_nothing_of_somebody_else(world: World, client_of: Callable[[Member], Client]) -> None:
    """Signed in elsewhere or not at all: no other person's key, address or session."""
    own = {"name": SECRET, "passwordless": False, "credential": {}}
    key = Authenticator.objects.create(user=world.cast.ha.user, type=Authenticator.Type.WEBAUTHN, data=own)
    assert SECRET in client_of(world.cast.ha).get("/accounts/2fa/webauthn/").content.decode()
    before, paths = census(), account_paths(key.pk)
    assert len(paths) > 20
    for client in (client_of(world.cast.lan), client_of(world.cast.ngoc), Client()):
        for name, path in paths.items():
            for place in ("", "/tan-hoa"):
                sent = {"email": "ha@example.vn", "name": "x", "next": f"/tan-hoa/{SECRET}"}
                answers = (client.get(place + path), client.post(place + path, sent) if "logout" not in name else None)
                for answer in filter(None, answers):
                    assert answer.status_code < 500, name
                    text = answer.content.decode(errors="replace").replace(f"/tan-hoa/{SECRET}", "")
                    assert SECRET not in text, name
    key.refresh_from_db()
    assert key.data == own
    assert census() == before
    assert User.objects.get(pk=world.cast.ha.user_id).email == "ha@example.vn"


def test_public_pages_show_procedures_and_never_a_resident(world: World) -> None:
    client = Client()
    shown = client.get("/tan-hoa/public/procedures/").content.decode()
    assert "QT.TP.01" in shown or "1.001193" in shown
    page = client.get(f"/tan-hoa{reverse('public:track')}", {"code": world.dossier.code, "k": world.dossier.look_up})
    wrong = client.get(f"/tan-hoa{reverse('public:track')}", {"code": world.dossier.code, "k": "AAAAAA"})
    elsewhere = client.get(
        f"/phu-lam{reverse('public:track')}", {"code": world.dossier.code, "k": world.dossier.look_up}
    )
    for answer in (page, wrong, elsewhere):
        assert answer.status_code == 200
        assert RESIDENT not in answer.content.decode()
        assert "0912345678" not in answer.content.decode()
    mark = world.version.sha256[:16]
    number = (world.version.issue, world.version.revision)
    for home, code, known in (
        ("tan-hoa", "QT.TP.01", "0" * 16),
        ("tan-hoa", "QT.TP.02", mark),
        ("phu-lam", "QT.TP.01", mark),
    ):
        answer = client.get(f"/{home}{reverse('public:check', args=[code, number, known])}")
        assert answer.status_code == 404
        assert SECRET not in answer.content.decode()
    checked = client.get(f"/tan-hoa{reverse('public:check', args=['QT.TP.01', number, mark])}").content.decode()
    assert checked.replace(f"Quy trình {SECRET}", "").count(SECRET) == 0, "nothing but the title"
    assert "QT.TP.01" not in wrong.content.decode()
    assert "QT.TP.01" not in elsewhere.content.decode()
