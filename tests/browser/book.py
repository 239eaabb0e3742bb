"""The address book of the browser tests: every page with real arguments of the sample, and by whom it is read.

An address without an entry fails `test_every_address_is_read`. The isolation sweep (tests/test_isolation.py) has the
same addresses with hostile readers; here are the people the pages are made for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.browser.site import Site


@dataclass(frozen=True)
class Entry:
    """A page: the name of its address, arguments, who reads it, the query string, and the status it answers."""

    name: str
    arguments: tuple[object, ...] = ()
    query: str = ""
    status: int = 200
    core: bool = False  # looked at in every size and theme

    @property
    def path(self) -> str:
        """Below the agency's own address."""
        return reverse(self.name, args=self.arguments).lstrip("/") + self.query

    @property
    def label(self) -> str:
        return "-".join([self.name.replace(":", "-"), *(str(one) for one in self.arguments[:1])]).replace("/", "-")


# Addresses that show no page of their own: files, machines, redirects, and what is only posted to.
NO_PAGE = {
    "account_email", "set_language", "theme", "live", "ready", "short_procedure", "short_dossier", "version_pdf", "version_file", "report_pdf", "readiness_pdf", "comparison_pdf", "copy_pdf",
    "imported_original", "export_file",
    "django.views.generic.base.RedirectView", "mfa_download_recovery_codes", "mfa_login_webauthn", "openid_connect_login", "openid_connect_callback",
}  # fmt: skip
# Looked at where their story leads to them: test_accounts.py, test_story.py, test_strangers_and_refusals.
IN_STORIES = {
    "account_login", "mfa_authenticate", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_reset_password_done",
    "account_reset_password_from_key", "province_agency", "steps", "remove_closure",
}  # fmt: skip
# Switched off: nobody signs up, no e-mail is verified, no code comes by mail.
SWITCHED_OFF = {
    "account_signup", "account_confirm_email", "account_email_verification_sent", "account_confirm_login_code",
"mfa_signup_webauthn",
    "socialaccount_signup", "socialaccount_login_cancelled", "socialaccount_login_error", "account_reset_password_from_key_done",
    "account_set_password", "account_inactive",
}  # fmt: skip


def names(resolver: URLResolver | None = None, space: str = "") -> set[str]:
    """The name of every address, admin apart."""
    found: set[str] = set()
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.namespace != "admin":
                found |= names(pattern, f"{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            found.add(space + (pattern.name or pattern.lookup_str))
    return found


def book(site: Site) -> dict[str, list[Entry]]:
    """For each reader the pages they read."""
    ask, other = partial(site.row, "tan-hoa"), partial(site.row, "phu-lam")
    dossier = "SELECT code FROM processes_dossier d WHERE state = %s AND EXISTS (SELECT 1 FROM processes_task t WHERE t.dossier_id = d.id) ORDER BY code DESC LIMIT 1"
    open_task = """SELECT d.code FROM processes_dossier d JOIN processes_task t ON t.dossier_id = d.id AND t.state = 'open'
        LEFT JOIN tenants_member m ON m.id = t.member_id LEFT JOIN tenants_user u ON u.id = m.user_id
        WHERE u.username = %s OR t.role = %s OR t.unit_id = (SELECT m.unit_id FROM tenants_member m JOIN tenants_user u ON u.id = m.user_id WHERE u.username = %s
            AND m.agency_id = d.agency_id) ORDER BY d.code DESC LIMIT 1"""
    member = "SELECT m.id FROM tenants_member m JOIN tenants_user u ON u.id = m.user_id WHERE u.username = %s"
    # A story that ran before may have closed one of its own, whose slip is drawn: the sample's are still to come.
    closed = ask(dossier.replace("ORDER", "AND slip_id IS NULL ORDER"), "closed")
    ready, received = ask(dossier, "result_ready"), ask(dossier, "processing")
    ha = ask(open_task, "ha", "officer", "ha")
    mail = "SELECT x.id FROM tenants_mail x JOIN tenants_member m ON m.id = x.member_id JOIN tenants_user u ON u.id = m.user_id WHERE u.username = %s LIMIT 1"
    audit = "SELECT code FROM audits_audit WHERE state = %s ORDER BY code LIMIT 1"
    done, running, planned = (ask(audit, state) for state in ("closed", "in_progress", "planned"))
    finding = ask(
        "SELECT f.code FROM audits_finding f JOIN audits_audit a ON a.id = f.audit_id WHERE a.code = %s LIMIT 1", done
    )
    open_finding = ask(
        "SELECT f.code FROM audits_finding f JOIN audits_audit a ON a.id = f.audit_id WHERE a.code = %s LIMIT 1",
        running,
    )
    unit = ask("SELECT unit_id FROM tenants_member m JOIN tenants_user u ON u.id = m.user_id WHERE u.username = 'ha'")
    asked = ask("SELECT code FROM documents_changerequest WHERE state = 'proposed' ORDER BY code LIMIT 1")
    delegation = ask("SELECT id FROM documents_delegation WHERE last_day >= current_date LIMIT 1")
    first = (1, 0)
    mark = "SELECT left(v.sha256, 16) FROM documents_version v JOIN documents_document d ON d.id = v.document_id WHERE d.code = 'QT.TP.01' AND v.revision = %s"
    law = ask("SELECT code FROM documents_legaltext ORDER BY code LIMIT 1")
    own = ask("SELECT code FROM documents_ownlegaltext ORDER BY code LIMIT 1")
    update = ask("SELECT id FROM documents_legalupdate WHERE state = 'open' ORDER BY due_on LIMIT 1")
    done_run, new_run = (
        ask(f"SELECT id FROM documents_importrun WHERE asked_at IS {given} ORDER BY id LIMIT 1")
        for given in ("NOT NULL", "NULL")
    )
    disposal = "SELECT code FROM documents_disposal WHERE state = %s ORDER BY code LIMIT 1"
    waiting, approved, carried = (ask(disposal, state) for state in ("proposed", "approved", "carried_out"))
    group = "SELECT code FROM documents_recordgroup WHERE state = %s ORDER BY code DESC LIMIT 1"
    filled, kept = ask(group, "open"), ask(group, "closed")
    hold = ask("SELECT id FROM documents_recordhold WHERE lifted_at IS NULL ORDER BY id LIMIT 1")
    held = ask(
        "SELECT g.code FROM documents_recordgroup g JOIN documents_recordhold h ON h.group_id = g.id ORDER BY g.code LIMIT 1"
    )
    english = other(dossier, "processing")
    track = f"?code={closed}&k={ask('SELECT a.look_up FROM processes_applicant a JOIN processes_dossier d ON d.applicant_id = a.id WHERE d.code = %s', closed)}"
    return {
        "tuan": [
            Entry("home", core=True), Entry("dossiers", core=True), Entry("dossiers", query="?due=near,late"), Entry("dossiers", query="?state=all&page=2"),
            Entry("choose_procedure"), Entry("receive", ("QT.TP.01",), core=True), Entry("dossier", (ready,), core=True),
            Entry("slip", (closed,), status=202), Entry("close_dossier", (ready,)), Entry("dossier_activity", (closed,)),
            Entry("control_slip", (closed,)), Entry("correct_applicant", (received,)), Entry("search"), Entry("search", query="?q=khai+sinh"), Entry("acknowledgements"), Entry("acknowledge", ("QT.TP.01", (1, 1)), core=True),
            Entry("account"), Entry("choose_agency", query="?stay"), Entry("mails"), Entry("account_logout"), Entry("account_change_password"),
            Entry("mfa_index"), Entry("socialaccount_connections"), Entry("documents", status=200),
        ],
        "ha": [
            Entry("home", core=True), Entry("dossier", (ha,), core=True), Entry("complete", (ha,)), Entry("send_back_task", (ha,)), Entry("services"),
            Entry("services", query="?q=khai+sinh"), Entry("service", ("1.001193",)), Entry("draft_procedure", ("1.001193",)),
            Entry("procedures"), Entry("propose_change", ("QT.TP.03",)), Entry("change_requests"), Entry("change_requests", query="?q=khong+co+gi"), Entry("create_document"), Entry("acknowledge", ("QT.HT.01", first)),
            Entry("version", ("HD.VP.01", first)), Entry("dossiers", query="?mine=1"), Entry("dossiers", query="?q=khong+co+gi"),
            Entry("mails"), Entry("mail", (ask(mail, "ha"),)),
        ],
        "nhung": [Entry("home"), Entry("imports", core=True), Entry("import_run", (done_run,), core=True), Entry("import_run", (new_run,), core=True), Entry("imported_file", (done_run, 1), core=True), Entry("copies", ("QT.TP.01", first), core=True), Entry("copies", ("QT.TP.01", (1, 1))), Entry("hand_out_copy", ("QT.TP.01", (1, 1))),
            Entry("recall_copy", ("QT.TP.01", first, 1)), Entry("submit", ("HD.VP.01", first)), Entry("version", ("HD.VP.03", first)),
            Entry("disposals", core=True), Entry("propose_disposal", core=True), Entry("disposal", (carried,), core=True), Entry("take_back_disposal", (waiting,)),
            Entry("carry_out_disposal", (approved,), core=True), Entry("disposal_minutes", (carried,), status=202)],
        "thanh": [Entry("home"), Entry("assign", (ha,)), Entry("dossiers", query="?state=all")],
        "duc": [
            Entry("home", core=True), Entry("review", ("HD.VP.02", first)), Entry("approve", ("QT.VP.01", first)), Entry("send_back_version", ("QT.VP.01", first)),
            Entry("withdraw", ("QT.TP.04", first)), Entry("version", ("QT.VP.01", first), core=True), Entry("version", ("QT.VP.02", first)),
            Entry("members", core=True), Entry("member", (ask(member, "ha"),)), Entry("journal", core=True), Entry("delegations", core=True), Entry("delegate"),
            Entry("disposal", (waiting,)), Entry("approve_disposal", (waiting,), core=True), Entry("refuse_disposal", (waiting,)), Entry("exports"),
            Entry("end_delegation", (delegation,)), Entry("review_document", ("QT.TP.04",)), Entry("documents", query="?review=overdue"),
        ],
        "khanh": [
            Entry("home"), Entry("documents", core=True), Entry("past_list", query="?on=31/12/2025"), Entry("amendments"), Entry("distribution_list"), Entry("documents", query="?state=draft"), Entry("document", ("QT.TP.01",), core=True),
            Entry("edit_document", ("QT.TP.01",)), Entry("document_activity", ("QT.TP.01",)), Entry("version", ("QT.TP.01", (1, 1)), core=True),
            Entry("version", ("QT.TP.01", first)), Entry("version", ("HD.VP.00", first)),
            Entry("compare", ("QT.TP.01",)), Entry("compare_versions", ("QT.TP.01", (1, 1), first), core=True),
            Entry("compare_versions", ("QT.TP.01", (1, 1), first), query="?view=side&all=1"), Entry("take_over", ("HD.VP.01", first)), Entry("drop", ("HD.VP.01", first)),
            Entry("edit_version", ("HD.VP.01", first)), Entry("version_files", ("HD.VP.01", first)), Entry("appoint"), Entry("edit_member", (ask(member, "ha"),)), Entry("release", (ask(member, "ha"),)),
            Entry("renew_password", (ask(member, "ha"),)), Entry("open_unit"), Entry("edit_unit", (unit,)), Entry("calendar", core=True),
            Entry("calendar", query="?year=2027"), Entry("add_closure"), Entry("work_hours"), Entry("audits", core=True), Entry("plan_audit", core=True),
            Entry("edit_audit", (planned,)), Entry("cancel_audit", (planned,)), Entry("acknowledgements"), Entry("draft_version", ("QT.TP.03",)),
            Entry("change_requests", core=True), Entry("change_request", (asked,), core=True), Entry("accept_change", (asked,)), Entry("refuse_change", (asked,)),
            Entry("distribute", ("QT.TP.01",)), Entry("codes"), Entry("approval_routes"), Entry("approval_route", ("regulation",)),
            Entry("version_route", ("QC.02", first)), Entry("replace_signer", ("QC.02", first, 2, 1)), Entry("create_document", query="?procedure=QT.TP.01"),
            Entry("readiness", core=True), Entry("framework_set"), Entry("framework_template", ("quality-objectives",)), Entry("answer_item", ("public-posting",)),
            Entry("legal_texts", core=True), Entry("record_legal_text"), Entry("legal_text", (law,)), Entry("waive_update", (update,)),
            Entry("standards"), Entry("standard", ("tcvn-iso-9001-2015",)), Entry("clause", ("tcvn-iso-9001-2015", "9.2"), core=True),
            Entry("note_clause", ("tcvn-iso-9001-2015", "8.3")), Entry("document_clauses", ("QT.TP.01",)), Entry("evidence", core=True),
            Entry("evidence", query="?gaps=1"), Entry("edit_legal_text", (own,)),
            Entry("records", core=True), Entry("records", query="?state=due"), Entry("records", query="?on=01/01/2020"), Entry("record_series_list", core=True),
            Entry("record_series", ("QT.TP.01-HS01",), core=True), Entry("record_series", ("QT.HT.02-HS01",)), Entry("edit_record_series", ("QT.TP.02-HS01",)),
            Entry("edit_record_series", ("QT.HT.02-HS01",)), Entry("open_record_group", ("QT.HT.02-HS01",)), Entry("hold_record_series", ("QT.TP.01-HS01",)),
            Entry("record_group", (held,), core=True), Entry("edit_record_group", (kept,)), Entry("close_record_group", (filled,)), Entry("hold_record_group", (kept,)),
            Entry("lift_hold", (hold,)), Entry("exports", core=True),
        ],
        "mai": [
            Entry("home"), Entry("audit", (done,), core=True), Entry("audit", (running,)), Entry("audit_activity", (done,)), Entry("begin_audit", (planned,)),
            Entry("checklist", (running,), core=True), Entry("checklist", (done,)), Entry("find", (running,)), Entry("finding", (done, finding)), Entry("correct_finding", (running, open_finding)), Entry("withdraw_finding", (running, open_finding)),
            Entry("close_audit", (running,)), Entry("report", (running,)), Entry("report", (done,)), Entry("choose_agency"),
        ],
        "ngoc": [Entry("home"), Entry("province", core=True)],
        "quantri": [
            Entry("home"), Entry("set_calendar_day"), Entry("remove_calendar_day", (ask("SELECT day FROM tenants_calendarday ORDER BY day DESC LIMIT 1"),)), Entry("calendar"),
        ],
        "diep": [
            Entry("home", core=True), Entry("dossiers"), Entry("dossier", (english,)), Entry("dossier_activity", (english,)), Entry("control_slip", (english,)),
            Entry("documents"), Entry("document", ("QT.KT.01",)), Entry("version", ("QT.KT.01", (2, 0)), core=True), Entry("compare_versions", ("QT.KT.01", (2, 0), first), query="?view=side"), Entry("procedures"), Entry("services"), Entry("past_list", core=True), Entry("external_list"), Entry("amendments"), Entry("distribution_list"),
            Entry("service", ("1.001193",)), Entry("draft_procedure", ("1.001193",)), Entry("acknowledgements"), Entry("audits"), Entry("members"),
            Entry("journal"), Entry("readiness"), Entry("framework_set"), Entry("framework_template", ("risk-opportunity",)), Entry("calendar"), Entry("mails"), Entry("search", query="?q=khai+sinh"), Entry("account"), Entry("account_change_password"),
            Entry("mfa_index"), Entry("choose_agency", query="?stay"), Entry("propose_change", ("QT.TP.03",)), Entry("change_requests"), Entry("delegations"),
            Entry("records"), Entry("record_series_list"), Entry("disposals"),
        ],
        "": [  # residents and whoever is not signed in
            Entry("public:procedures", core=True), Entry("public:procedures", query="?q=khai+sinh"), Entry("public:procedure", ("QT.TP.01",), core=True),
            Entry("public:track"), Entry("public:track", query=track, core=True), Entry("public:track", query="?code=X&k=ABCDEF"),
            Entry("public:check", ("QT.TP.01", (1, 1), ask(mark, 1)), core=True), Entry("public:check", ("QT.TP.01", first, ask(mark, 0))),
            Entry("account_reset_password"),
        ],
    }  # fmt: skip
