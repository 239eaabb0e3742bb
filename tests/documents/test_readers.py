"""Who is asked to read: everybody, or the units, roles and persons named; what a minor correction keeps."""

from collections.abc import Callable

import pytest
from django.test import Client

from documents import actions, reading
from documents.models import Acknowledgement, Version
from tenants import clock
from tenants.models import Mail, Member
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import approved, reviewed, signed_again

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
