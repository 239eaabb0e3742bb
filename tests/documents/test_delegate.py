"""The head delegates the signing of approvals: on these days, by this decision, TUQ.; outside them it is refused."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from documents import actions, delegating
from documents.content import Content
from documents.models import Delegation, Kind, Signature, State, Version
from documents.permissions import capacities
from tenants import clock
from tenants.history import doing
from tenants.models import JournalEntry, Mail, Member, Role
from tenants.transitions import NotAllowed, NotPossible
from tests.cast import Cast
from tests.documents.library import reviewed, submitted

SignIn = Callable[[Member], Client]
DAY = dt.timedelta(days=1)


def given(cast: Cast, to: str = "thanh", first: int = 0, last: int = 2) -> Delegation:
    today = clock.today()
    return delegating.delegate(cast.members[to], "12/QĐ-UBND", today + first * DAY, today + last * DAY, by=cast.duc)


def test_the_head_of_a_unit_approves_by_delegation_and_the_signature_says_so(cast: Cast) -> None:
    delegation = given(cast)
    version = actions.approve(reviewed(cast), by=cast.thanh, effective_from=clock.today())
    row = Signature.objects.get(role="approved")
    assert (version.state, row.capacity, row.delegation) == (State.IN_FORCE, "TUQ.", delegation)
    assert Mail.objects.filter(key__startswith="delegated").get().member == cast.thanh


@pytest.mark.parametrize("days", [-1, 3])
def test_outside_its_days_it_gives_no_signature(cast: Cast, days: int) -> None:
    given(cast, first=1 if days < 0 else 0)
    version = reviewed(cast)
    with clock.at(clock.now() + (days if days > 0 else 0) * DAY), pytest.raises(NotAllowed):
        actions.approve(version, by=cast.thanh, effective_from=clock.today())
    assert Version.objects.get().state == State.IN_APPROVAL


def test_it_is_shown_as_work_and_told_by_mail_only_while_it_stands(cast: Cast) -> None:
    given(cast)
    version = reviewed(cast)
    assert version in Version.objects.waiting_for(cast.thanh)
    assert Mail.objects.filter(key__startswith="approve", member=cast.thanh).exists()
    with clock.at(clock.now() + 3 * DAY):
        assert version not in Version.objects.waiting_for(cast.thanh)


@pytest.mark.parametrize(("asked", "kept"), [(None, "KT."), ("TUQ.", "TUQ.")])
def test_a_deputy_signs_kt_and_tuq_only_by_a_delegation_given_formerly(
    cast: Cast, asked: str | None, kept: str
) -> None:
    today = clock.today()
    with doing(cast.duc):
        former = Delegation(by=cast.duc, to=cast.oanh, decision="12/QĐ-UBND", first_day=today, last_day=today)
        former.save()
    assert capacities(cast.oanh, "approved") == ["KT.", "TM. KT.", "TUQ."]
    version = actions.review(submitted(cast), by=cast.thanh)
    actions.approve(version, by=cast.oanh, effective_from=today, capacity=asked)
    row = Signature.objects.get(role="approved")
    assert (row.capacity, row.delegation) == (kept, former if kept == "TUQ." else None)


def test_what_is_delegated_is_kept_in_words(cast: Cast, client_of: SignIn) -> None:
    duc, today = client_of(cast.duc), f"{clock.today():%d/%m/%Y}"
    page = "/tan-hoa/delegations/new/"
    assert cast.oanh.name not in duc.get(page).content.decode().partition("<main")[2]
    entered = {"to": cast.thanh.pk, "decision": "12/QĐ-UBND", "first_day": today, "last_day": today}
    assert duc.post(page, entered | {"what": "Biểu mẫu của đơn vị"}).status_code == 302
    assert Delegation.objects.get().what == "Biểu mẫu của đơn vị"
    assert "Biểu mẫu của đơn vị" in client_of(cast.ha).get("/tan-hoa/delegations/").content.decode()


def test_limited_to_kinds_it_gives_no_signature_under_another_kind(cast: Cast, client_of: SignIn) -> None:
    today = f"{clock.today():%d/%m/%Y}"
    entered = {"to": cast.thanh.pk, "decision": "12/QĐ-UBND", "first_day": today, "last_day": today}
    page = "/tan-hoa/delegations/new/"
    assert client_of(cast.duc).post(page, entered | {"kinds": ["none"]}).status_code == 200
    assert client_of(cast.duc).post(page, entered | {"kinds": ["regulation", "form"]}).status_code == 302
    assert "Quy chế" in client_of(cast.ha).get("/tan-hoa/delegations/").content.decode()
    assert "Quy chế" in Mail.objects.get(key__startswith="delegated").body
    other = reviewed(cast)  # an operational procedure
    draft = actions.create_document(
        Kind.REGULATION, "QC.01", "Quy chế làm việc", None, by=cast.ha, content=Content(text="Điều 1"), confidentiality="restricted"
    )  # fmt: skip
    regulation = actions.review(actions.submit(draft, by=cast.ha), by=cast.oanh)
    assert list(Version.objects.waiting_for(cast.thanh)) == [regulation]
    assert [mail.key.split(".")[1] for mail in Mail.objects.filter(key__startswith="approve", member=cast.thanh)] == [
        str(regulation.pk)
    ]
    assert regulation in Version.objects.visible_to(cast.thanh)  # to be signed it must be seen
    assert (capacities(cast.thanh, "approved", regulation), capacities(cast.thanh, "approved", other)) == (
        ["TUQ."],
        [""],
    )
    with pytest.raises(NotAllowed):
        actions.approve(other, by=cast.thanh, effective_from=clock.today())
    assert actions.approve(regulation, by=cast.thanh, effective_from=clock.today()).state == State.IN_FORCE
    assert Signature.objects.get(role="approved").capacity == "TUQ."


def test_nobody_approves_their_own_text_by_delegation(cast: Cast) -> None:
    given(cast)
    version = actions.review(submitted(cast), by=cast.thanh)
    with pytest.raises(NotAllowed):
        actions.approve(version, by=cast.thanh, effective_from=clock.today())


def test_ended_early_it_gives_no_signature(cast: Cast) -> None:
    delegation = delegating.end_delegation(given(cast), by=cast.duc, reason="Đã về cơ quan")
    version = reviewed(cast)
    with pytest.raises(NotAllowed):
        actions.approve(version, by=cast.thanh, effective_from=clock.today())
    with pytest.raises(NotPossible):
        delegating.end_delegation(delegation, by=cast.duc, reason="Lần nữa")
    assert JournalEntry.objects.get(verb="ended_delegation").reason == "Đã về cơ quan"


def test_it_falls_when_whoever_gave_it_no_longer_leads(cast: Cast) -> None:
    given(cast)
    with connection.cursor() as cursor:  # as a release would leave it
        cursor.execute("UPDATE tenants_member SET roles = %s WHERE id = %s", [[Role.OFFICER], cast.duc.pk])
    version = reviewed(cast)
    with pytest.raises(NotAllowed):
        actions.approve(version, by=cast.thanh, effective_from=clock.today())


@pytest.mark.parametrize("who", ["oanh", "khanh", "thanh"])
def test_only_the_head_delegates(cast: Cast, who: str) -> None:
    today = clock.today()
    with pytest.raises(NotAllowed):
        delegating.delegate(cast.bao, "12/QĐ", today, today, by=cast.members[who])


@pytest.mark.parametrize(
    ("to", "first", "last"),
    [("ha", 0, 1), ("oanh", 0, 1), ("duc", 0, 1), ("thanh", -1, 1), ("thanh", 2, 1), ("thanh", 0, 400)],
)
def test_neither_anybody_nor_any_days_will_do(cast: Cast, to: str, first: int, last: int) -> None:
    with pytest.raises(NotPossible):
        given(cast, to, first, last)
    assert not Delegation.objects.exists()


def test_two_do_not_overlap(cast: Cast) -> None:
    given(cast)
    with pytest.raises(NotPossible):
        given(cast, first=2, last=5)
    given(cast, first=3, last=5)


def test_two_of_different_kinds_may_stand_on_the_same_days(cast: Cast) -> None:
    def of(*kinds: str) -> Delegation:
        return delegating.delegate(cast.thanh, "12/QĐ-UBND", clock.today(), clock.today(), by=cast.duc, kinds=kinds)

    of(Kind.FORM)
    of(Kind.REGULATION)
    for kinds in ([Kind.FORM, Kind.DECISION], [], ["none"]):
        with pytest.raises(NotPossible):
            of(*kinds)
    assert Delegation.objects.count() == 2


def test_it_cannot_name_somebody_of_another_agency(cast: Cast) -> None:
    delegation = given(cast)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute("UPDATE documents_delegation SET to_id = %s WHERE id = %s", [cast.son.pk, delegation.pk])
