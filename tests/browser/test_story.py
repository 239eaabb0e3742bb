"""The product's main job as its people do it, each in a browser of their own."""

from __future__ import annotations

import hashlib
import re

from playwright.sync_api import Page, expect

from qms.sample import PASSWORD
from tenants import clock
from tests.browser.acting import button, field, paper, say, text_of
from tests.browser.conftest import PHONE, Desk
from tests.browser.looking import nothing_wrong, problems
from tests.browser.site import Site

CODE = "QT.TP.90"
STEPS = [  # what, who (the words of the select), hours, form
    ("Tiếp nhận, kiểm tra, số hóa hồ sơ", "Receptionist at the one-stop desk", "1", "Mẫu 01, Mẫu 06"),
    ("Kiểm tra điều kiện, ghi sổ", "Officer", "3", "Dự thảo kết quả"),
    ("Xem xét, trình ký", "Head of unit", "1", "Phiếu trình"),
    ("Ký duyệt", "Deputy head, quality representative", "1", "Trích lục"),
    ("Trả kết quả, lưu hồ sơ", "Receptionist at the one-stop desk", "1", "Mẫu 07"),
]


def test_a_procedure_is_written_and_signed_and_a_dossier_runs_by_it(desk: Desk, site: Site) -> None:
    defects: list[str] = []
    write(desk.of("ha"), defects)
    sign(desk, defects)
    compare_paper(desk.of("khanh"), site)
    code, slip = receive(desk.of("tuan"), defects)
    work(desk, code)
    follow(desk, code, slip, defects)
    nothing_wrong(defects)


def write(page: Page, defects: list[str]) -> None:
    """From the catalogue to a submitted draft."""
    page.get_by_role("navigation", name=say("Sections")).get_by_role("link", name=say("Catalogue of services")).click()
    field(page, "Search name or code").fill("chung thuc chu ky")
    page.keyboard.press("Enter")
    page.locator("main").get_by_role("link", name="Chứng thực chữ ký").first.click()
    button(page, "Draft a procedure").click()
    field(page, "Code", "document").fill(CODE)
    field(page, "Title", "document").fill("Quy trình chứng thực chữ ký lưu động")
    page.get_by_label(say("another one, entered below")).check()
    field(page, "Other time limit").fill("2")
    field(page, "Unit of time").select_option("working_day")
    button(page, "Begin the draft").click()

    expect(page.locator("html[data-editors=ready]")).to_be_attached()  # until then the plain areas stand there
    field(page, "1. Purpose").fill("Chứng thực chữ ký tại nhà cho người không đi lại được.")
    field(page, "2. Scope").fill("Áp dụng tại xã Tân Hòa.")
    field(page, "5.1 Legal basis").fill("23/2015/NĐ-CP | Cấp bản sao từ sổ gốc, chứng thực")
    page.locator("input[name=paper-1]").fill("Giấy tờ, văn bản sẽ ký")
    page.locator("input[name=originals-1]").fill("1")
    field(page, "5.5 Place of reception and return").fill("Trung tâm Phục vụ hành chính công")
    field(page, "Result").fill("Văn bản được chứng thực chữ ký")
    field(page, "7. Records kept").fill("Hồ sơ chứng thực | Tư pháp – Hộ tịch | 02 năm")
    defects += problems(page, shot="story-edit_version")
    button(page, "Save and go to the steps").click()

    expect(page).to_have_url(re.compile(r"/steps/$"))
    for number, (name, who, hours, form) in enumerate(STEPS, 1):
        if not page.locator(f"[name=name-{number}]").count():
            button(page, "Add a step at the end").click()
        page.locator(f"[name=name-{number}]").fill(name)
        page.locator(f"[name=who-{number}]").select_option(label=say(who))
        page.locator(f"[name=norm-{number}]").fill(hours)
        page.locator(f"[name=unit-{number}]").select_option("hour")
        page.locator(f"[name=form-{number}]").fill(form)
    while page.locator(f"[name=name-{len(STEPS) + 1}]").count():  # the draft began with the usual eight steps
        with page.expect_navigation():
            page.locator(f"[name=remove-{len(STEPS) + 1}]").click()
    defects += problems(page, shot="story-steps")
    button(page, "Save the steps").click()
    button(page, "Submit for review").click()
    page.locator("[name=read]").check()
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form").get_by_role("button", name=say("Submit for review")).click()
    expect(page).to_have_url(re.compile(r"/versions/1\.0/$"))
    expect(button(page, "Submit for review")).to_have_count(0)


def sign(desk: Desk, defects: list[str]) -> None:
    """The deputy reads and signs the review, the head signs for today: nobody signs their own text."""
    author = desk.of("ha")
    author.goto(f"/tan-hoa/documents/{CODE}/versions/1.0/")
    expect(button(author, "Sign the review")).to_have_count(0)
    for name, deed in (("oanh", "Sign the review"), ("duc", "Sign the approval")):
        page = desk.of(name)
        page.get_by_role("link", name=re.compile(CODE)).first.click()
        page.wait_for_url(re.compile("/documents/"))
        if not page.url.endswith("/versions/1.0/"):
            page.goto(f"/tan-hoa/documents/{CODE}/versions/1.0/")
        button(page, deed).click()
        button(page, deed).click()  # unread: the page comes back and says what is missing
        expect(page.get_by_role("alert")).to_be_visible()
        defects += problems(page, shot=f"story-{name}-unread")
        page.locator("[name=read]").focus()
        page.keyboard.press("Space")
        page.locator("[name=password]").fill(PASSWORD)
        button(page, deed).click()
    expect(page.locator(".state").first).to_contain_text(re.compile(r"\d\d/\d\d/\d{4}"))
    expect(page.locator(".state.ok").first).to_be_visible()


def compare_paper(page: Page, site: Site) -> None:
    """The stored paper is the one whose hash the system holds."""
    address = f"/tan-hoa/documents/{CODE}/versions/1.0.pdf"
    content = paper(page, address)
    text = text_of(content)
    for words in ("Lê Thu Hà", "Nguyễn Thị Kim Oanh", "Trần Văn Đức", STEPS[1][0]):
        assert words in text
    page.goto(address.removesuffix(".pdf") + "/")
    expect(page.get_by_text(hashlib.sha256(content).hexdigest())).to_be_visible()
    expect(button(page, "Download the signed PDF")).to_be_visible()


def receive(page: Page, defects: list[str]) -> tuple[str, str]:
    """The counter: by keyboard where the clerk's hands are. Returns the dossier's code and the text of the slip."""
    page.locator("main").get_by_role("link", name=say("Receive a dossier")).click()
    page.get_by_role("link", name="Quy trình chứng thực chữ ký lưu động").click()
    button(page, "Receive and print the slip").click()
    expect(page.get_by_role("alert")).to_be_visible()
    defects += problems(page, shot="story-receive-empty")
    page.locator("[name=name]").focus()
    page.keyboard.type("Lò Thị Vân")
    page.keyboard.press("Tab")
    page.keyboard.type("014190001234")
    page.keyboard.press("Tab")
    page.keyboard.type("0912 345 318")
    page.keyboard.press("Enter")
    expect(page.locator("aside dd", has_text="Lò Thị Vân")).to_be_visible()
    code = page.url.rstrip("/").rsplit("/", 1)[1]
    slip = text_of(paper(page, f"/tan-hoa/dossiers/{code}/slips/1.pdf"))
    assert code in slip
    assert "Lò Thị Vân" in slip
    return code, slip


def work(desk: Desk, code: str) -> None:
    """Hand-overs, one return with its reason, and the result handed out."""
    address = f"/tan-hoa/dossiers/{code}/"

    def hand_over(name: str) -> None:
        page = desk.of(name)
        page.goto(address)
        button(page, "Done, hand over").click()
        button(page, "Done, hand over").click()
        expect(page).to_have_url(re.compile(re.escape(address) + "$"))
        expect(page.get_by_role("status").first).to_be_visible()

    hand_over("tuan")
    hand_over("ha")
    head = desk.of("thanh")
    head.goto(address)
    button(head, "Return to the previous step").click()
    button(head, "Return to the previous step").click()
    expect(head.get_by_role("alert")).to_be_visible()
    field(head, "Reason").fill("Thiếu lời chứng")
    button(head, "Return to the previous step").click()
    expect(head.locator("aside").get_by_text("Thiếu lời chứng")).to_be_visible()
    hand_over("ha")
    hand_over("thanh")
    hand_over("oanh")
    desk_clerk = desk.of("tuan")
    desk_clerk.goto(address)
    button(desk_clerk, "Hand out the result and close").click()
    button(desk_clerk, "Hand out the result and close").click()
    expect(desk_clerk).to_have_url(re.compile(re.escape(address) + "$"))
    expect(button(desk_clerk, "Hand out the result and close")).to_have_count(0)


def follow(desk: Desk, code: str, slip: str, defects: list[str]) -> None:
    """The resident opens the address of the slip's QR code on a phone."""
    word = re.search(r"Mã tra cứu: ([A-Z0-9]{6})", slip)
    assert word
    page = desk.visitor(size=PHONE)
    page.goto(f"/tan-hoa/t/{code}?k={word[1]}")
    expect(page).to_have_url(re.compile(r"/tan-hoa/public/track/\?"))
    for name, *_ in STEPS:
        expect(page.locator(".track").get_by_text(name)).to_be_visible()
    expect(page.locator(".track").get_by_text("Nguyễn Thị Kim Oanh").first).to_be_visible()
    assert "Lò Thị Vân" not in page.content()
    assert "0912345318" not in page.content()
    defects += problems(page, shot="story-track")
    page.get_by_role("button", name="English").click()
    expect(page.locator("h1")).to_have_text("Track a dossier")
    defects += problems(page, language="en", shot="story-track-en")


def test_an_audit_is_planned_answered_found_closed_and_reported(desk: Desk) -> None:
    """An audit of its own: those of the sample stay as the pages of the address book need them."""
    page, defects = desk.of("mai"), []
    code = plan(desk.of("khanh"))
    page.goto(f"/tan-hoa/audits/{code}/")
    for _ in ("the audit's page", "its confirmation"):
        button(page, "Begin the audit").click()
    expect(page.get_by_role("status").first).to_be_visible()
    page.goto(f"/tan-hoa/audits/{code}/checklist/")
    questions = page.locator(".question")
    for number in range(questions.count()):
        question = questions.nth(number)
        minor = number == 2
        question.get_by_label(say("Minor nonconformity" if minor else "Conforming"), exact=True).check()
        question.get_by_role("textbox").fill(
            "Hồ sơ thiếu phiếu kiểm soát" if minor else "Xem 05 hồ sơ, đúng quy trình."
        )
    button(page, "Save all answers").click()
    page.get_by_role("link", name=re.compile(say("Write the finding"))).first.click()
    field(page, "What was found").fill("Hai hồ sơ không có phiếu kiểm soát.")
    field(page, "Evidence seen").fill("Hồ sơ 0012, 0019")
    button(page, "Write the finding").click()
    defects += problems(page, shot="story-finding")

    page.goto(f"/tan-hoa/audits/{code}/close/")
    field(page, "Conclusion").fill("Bộ phận làm đúng quy trình, cần lưu đủ phiếu kiểm soát.")
    button(page, "Close the audit").click()
    expect(page).to_have_url(re.compile(r"/report/$"))
    opened = button(page, "Open the report")
    expect(opened).to_be_visible(timeout=120_000)  # the page follows the worker's progress by itself
    defects += problems(page, shot="story-report")
    content = paper(page, f"/tan-hoa/audits/{code}/report.pdf")
    assert "Hai hồ sơ không có phiếu kiểm soát" in text_of(content)
    page.goto(f"/tan-hoa/audits/{code}/report/")
    expect(page.get_by_text(hashlib.sha256(content).hexdigest())).to_be_visible()
    nothing_wrong(defects)


def plan(page: Page) -> str:
    """The secretary plans three clauses for today. Returns the audit's code."""
    page.goto("/tan-hoa/audits/new/")
    field(page, "Unit audited").select_option(label="Tư pháp – Hộ tịch")
    field(page, "Title of the audit").fill("Đánh giá đột xuất bộ phận Tư pháp – Hộ tịch")
    field(page, "Date of the audit").fill(f"{clock.today():%d/%m/%Y}")
    field(page, "Lead auditor").select_option(label="Ngô Thị Mai, Văn phòng HĐND và UBND")
    for clause in ("7.5.3", "8.1", "8.6"):
        page.get_by_label(re.compile(rf"^\s*{re.escape(clause)}\s")).check()
    button(page, "Plan the audit").click()
    expect(page).to_have_url(re.compile(r"/audits/[^/]+/$"))
    return page.url.rstrip("/").rsplit("/", 1)[1]


def test_the_overseer_says_why_and_the_agency_sees_the_visit(desk: Desk) -> None:
    page, defects = desk.of("ngoc"), []
    page.get_by_role("link", name=say("Agencies"), exact=True).click()
    page.locator("[name=purpose]").fill("Kiểm tra hồ sơ trễ hạn quý IV")
    page.keyboard.press("Enter")
    table = page.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(1 + 20)
    defects += problems(page, shot="story-province")
    table.get_by_role("link", name="UBND xã Tân Hòa").click()
    expect(page.get_by_role("rowheader", name=re.compile("QT.TP.01"))).to_be_visible()
    defects += problems(page, shot="story-province_agency")
    head = desk.of("duc")
    head.goto("/tan-hoa/journal/")
    expect(head.get_by_text("Kiểm tra hồ sơ trễ hạn quý IV").first).to_be_visible()
    nothing_wrong(defects)
