"""Who is asked to read: everybody, or the units, roles and persons named; what a minor correction keeps."""

import dataclasses
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from documents import actions, past, reading
from documents.content import Content, File, Time, TimeUnit
from documents.correcting import BOUND, unmended
from documents.models import Acknowledgement, Kind, Version
from tenants import clock
from tenants.models import Mail, Member
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import BIRTH, approved, reviewed, signed_again

SignIn = Callable[[Member], Client]


def asked(version: Version) -> set[str]:
    return set(version.acknowledgements.values_list("member__user__username", flat=True))


@pytest.mark.parametrize(
    ("units", "roles", "members", "expected"),
    [
        ([], [], [], {"bao", "khanh", "mai", "nhung", "thanh", "tuan"}),
        (["tan-hoa/Văn phòng"], [], [], {"khanh", "mai", "nhung"}),
        ([], ["officer"], [], {"bao", "thanh"}),
        ([], [], ["tuan"], {"tuan"}),
        (["tan-hoa/Một cửa"], ["lead_auditor"], ["bao"], {"tuan", "mai", "bao"}),
    ],
)
def test_it_is_read_by_whom_it_is_meant_for(
    cast: Cast, units: list[str], roles: list[str], members: list[str], expected: set[str]
) -> None:
    version = reviewed(cast)
    people = [cast.members[name] for name in members]
    reading.distribute(version.document, [cast.units[name] for name in units], roles, people, by=cast.khanh)
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    assert asked(version) == expected
    assert (
        set(Mail.objects.filter(key__startswith="in-force").values_list("member__user__username", flat=True))
        == expected
    )


def test_whom_it_is_meant_for_later_is_asked_by_the_sweep(cast: Cast) -> None:
    version = reviewed(cast)
    reading.distribute(version.document, [], [], [cast.tuan], by=cast.khanh)
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    reading.distribute(version.document, [], [], [cast.tuan, cast.mai], by=cast.khanh)
    assert reading.ask_newcomers(by=cast.agency.clock()) == 1
    assert asked(version) == {"tuan", "mai"}
    assert reading.ask_newcomers(by=cast.agency.clock()) == 0


def test_only_who_keeps_the_documents_chooses(cast: Cast) -> None:
    document = reviewed(cast).document
    with pytest.raises(NotAllowed):
        reading.distribute(document, [], [], [cast.tuan], by=cast.ha)


def test_a_minor_correction_keeps_what_was_read_and_a_revision_does_not(cast: Cast) -> None:
    first = approved(cast)
    read = actions.acknowledge(first, by=cast.tuan)
    corrected = actions.begin_draft(
        first.document, by=cast.khanh, drafter=cast.ha, new_issue=False, minor=True, reason="Lỗi chính tả"
    )
    corrected = actions.review(actions.submit(corrected, by=cast.ha), by=cast.oanh)
    corrected = actions.approve(corrected, by=cast.duc, effective_from=clock.today())
    kept = corrected.acknowledgements.get(member=cast.tuan)
    assert (kept.read_at, kept.asked_at) == (read.read_at, read.asked_at)
    assert corrected.acknowledgements.filter(read_at=None).count() == 5
    assert not Mail.objects.filter(member=cast.tuan, key=f"in-force.{corrected.pk}.1").exists()
    revised = signed_again(cast, corrected)
    assert not revised.acknowledgements.exclude(read_at=None).exists()


def test_the_list_of_readers_says_which_version_was_read(cast: Cast) -> None:
    first = approved(cast)
    actions.acknowledge(first, by=cast.tuan)
    with clock.at(clock.now() + dt.timedelta(days=3)):
        second = corrected(cast, first)
        actions.acknowledge(second, by=cast.mai)
    with clock.at(clock.now() + dt.timedelta(days=6)):
        corrected(cast, second)
        listing = past.distribution_list(cast.khanh, clock.today())
        said = {line.values[1]: (line.values[0], line.values[-1]) for line in listing.lines(listing.rows)}
    assert said[cast.tuan.name] == ("01/02", "01/00")
    assert said[cast.mai.name] == ("01/02", "01/01")
    assert said[cast.bao.name] == ("01/02", "")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"steps": BIRTH.steps[:2]}, "steps"),
        ({"limit": Time(Decimal(30), TimeUnit.WORKING_DAY)}, "limit"),
        ({"fee": "Thu 5.000.000 đồng"}, "fee"),
        ({"place": "Nhà văn hóa", "forms": ()}, "forms"),
        ({"legal_bases": BIRTH.legal_bases[:1]}, "legal_bases"),
        ({"scope": "Chỉ áp dụng cho người thường trú"}, "scope"),
        ({"limit_note": "Phải xác minh: 30 ngày"}, "limit_note"),
        ({"records": ()}, "records"),
    ],
)
def test_a_minor_correction_changes_nothing_people_work_by(cast: Cast, changed: dict[str, Any], named: str) -> None:
    version = correction(cast, approved(cast))
    version = actions.edit(version, dataclasses.replace(BIRTH, **changed), version.title, by=cast.ha)
    with pytest.raises(NotPossible) as refused:
        actions.submit(version, by=cast.ha)
    assert f"“{BOUND[named]}”" in str(refused.value)
    version = actions.edit(version, dataclasses.replace(BIRTH, purpose="Thống nhất"), version.title, by=cast.ha)
    assert actions.submit(version, by=cast.ha).state == "in_review"


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("Điều 1. Mức thu là 5.000 đồng.\n\nĐiều 2. Hồ sơ nộp tại quầy.", False),
        ("Điều 1. Mức thu là 5.000.000 đồng.\n\nĐiều 2. Hồ sở nộp tại quầy.", True),
        ("Điều 2. Hồ sở nộp tại quầy.\n\nĐiều 1. Mức thu là 5.000 đồng.", True),
        ("Điều 1. Mức thu là 5.000 đồng.\n\nĐiều 2. Ai nộp muộn một ngày thì bị từ chối và phải làm lại từ đầu.", True),
        ("Điều 1. Mức thu là 5.000 đồng.", True),
    ],
)
def test_a_minor_correction_changes_a_few_words_of_a_text_and_no_figure(cast: Cast, text: str, refused: bool) -> None:
    before = Content(text="Điều 1. Mức thu là 5.000 đồng.\n\nĐiều 2. Hồ sở nộp tại quầy.")
    first = actions.create_document(Kind.REGULATION, "QC.01", "Quy chế", None, by=cast.ha, content=before)
    first = actions.review(actions.submit(first, by=cast.ha), by=cast.oanh)
    version = correction(cast, actions.approve(first, by=cast.duc, effective_from=clock.today()))
    version = actions.edit(version, Content(text=text), version.title, by=cast.ha)
    if refused:
        with pytest.raises(NotPossible), translation.override("en"):
            actions.submit(version, by=cast.ha)
    else:
        assert actions.submit(version, by=cast.ha).state == "in_review"


def test_a_minor_correction_puts_no_other_file_or_attachment(cast: Cast) -> None:
    other = File("phu-luc.pdf", "application/pdf", 5, "a" * 64)
    version = correction(cast, approved(cast))
    version.content = dataclasses.replace(BIRTH, attachments=(other,)).as_json()
    assert f"“{BOUND['attachments']}”" in " ".join(unmended(version))
    version.content = dataclasses.replace(BIRTH, file=other, link="https://example.vn/khac").as_json()
    assert f"“{BOUND['file']}”, “{BOUND['link']}”" in " ".join(unmended(version))


def correction(cast: Cast, version: Version) -> Version:
    return actions.begin_draft(
        version.document, by=cast.khanh, drafter=cast.ha, new_issue=False, minor=True, reason="Lỗi chính tả"
    )


def corrected(cast: Cast, version: Version) -> Version:
    """The next version, a minor correction signed by all three."""
    version = actions.review(actions.submit(correction(cast, version), by=cast.ha), by=cast.oanh)
    return actions.approve(version, by=cast.duc, effective_from=clock.today())


def test_a_new_issue_is_no_minor_correction(cast: Cast) -> None:
    document = approved(cast).document
    with pytest.raises(NotPossible):
        actions.begin_draft(document, by=cast.khanh, new_issue=True, minor=True, reason="Lỗi chính tả")


def test_the_question_is_answered_before_it_is_confirmed(cast: Cast, client_of: SignIn) -> None:
    version = approved(cast)
    actions.edit_document(version.document, by=cast.khanh, question="Hạn trả kết quả là bao lâu?")
    tuan, address = client_of(cast.tuan), "/tan-hoa/documents/QT.TP.01/versions/1.0/acknowledge/"
    assert "Hạn trả kết quả là bao lâu?" in tuan.get(address).content.decode()
    assert tuan.post(address, {"answer": " "}).status_code == 200
    with pytest.raises(NotPossible):
        actions.acknowledge(version, by=cast.tuan)
    assert tuan.post(address, {"answer": "Trong ngày"}).status_code == 302
    assert Acknowledgement.objects.get(member=cast.tuan).answer == "Trong ngày"


def test_the_page_says_how_many_of_each_unit_have_read(cast: Cast, client_of: SignIn) -> None:
    version = approved(cast)
    actions.acknowledge(version, by=cast.khanh)
    lines = {line.unit: (line.asked, line.read, line.percent) for line in reading.by_unit(version)}
    assert lines["Văn phòng"] == (3, 1, 33)
    assert lines["Kinh tế"] == (1, 0, 0)
    assert "33 % (1/3)" in client_of(cast.duc).get("/tan-hoa/documents/QT.TP.01/versions/1.0/").content.decode()


def test_through_the_page(cast: Cast, client_of: SignIn) -> None:
    version = reviewed(cast)
    address = "/tan-hoa/documents/QT.TP.01/readers/"
    entered = {"units": [cast.tuan.unit_id], "roles": ["officer"]}
    assert client_of(cast.khanh).post(address, entered).status_code == 302
    assert version.document.audience.count() == 2
    assert client_of(cast.khanh).post(address, {}).status_code == 302
    assert not version.document.audience.exists()
