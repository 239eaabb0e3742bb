"""The approval route of a kind: stages, quorum, order, copied at submission; who is waited for; who may sign as what."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client

from documents import actions, delegating, reports, routes, routing
from documents.content import Content
from documents.models import Kind, Signature, State, Version
from documents.permissions import capacities
from documents.reminders import occasions
from documents.routes import OWN_UNIT, Route, Stage
from tenants import clock
from tenants.actions import edit_member, release
from tenants.models import JournalEntry, Mail, Member, Reminder, Role
from tenants.reminders import remind
from tenants.transitions import NotAllowed, NotPossible
from tests import cast as the_cast
from tests.cast import PASSWORD, Cast
from tests.documents.library import approved, as_shown, reviewed, submitted
from tests.documents.test_two_at_once import at_once

SignIn = Callable[[Member], Client]
RULES = "/tan-hoa/documents/QC.01/versions/1.0/"


def by_name(*members: Member) -> tuple[str, ...]:
    return tuple(f"member:{member.pk}" for member in members)


def regulation(cast: Cast) -> Version:
    """Drafted and submitted by Hà."""
    unit = cast.units["tan-hoa/Tư pháp – Hộ tịch"]
    version = actions.create_document(
        Kind.REGULATION, "QC.01", "Quy chế làm việc", unit, by=cast.ha, content=Content(text="Điều 1.")
    )
    return actions.submit(version, by=cast.ha)


def long_route(cast: Cast) -> Route:
    """Two of three in parallel, then the secretary, then the head."""
    stages = (
        Stage(by_name(cast.thanh, cast.oanh, cast.bao), needed=2, name="Góp ý"),
        Stage(by_name(cast.khanh), name="Thẩm định pháp lý"),
    )
    routing.set_route(Kind.REGULATION, Route(stages), by=cast.khanh)
    return Route(stages)


def test_the_usual_three_hands_need_no_configuration(cast: Cast) -> None:
    version = approved(cast)
    assert Route.of(version.route).is_usual
    rows = list(version.signatures.values_list("role", "stage", "place").order_by("stage"))
    assert rows == [("drafted", 0, 0), ("reviewed", 1, 0), ("approved", 2, 0)]


def test_a_quorum_moves_the_version_on(cast: Cast) -> None:
    long_route(cast)
    version = regulation(cast)
    assert (version.state, version.stage, sorted(version.awaited)) == (
        State.IN_REVIEW, 1, sorted(by_name(cast.thanh, cast.oanh, cast.bao)),
    )  # fmt: skip
    version = actions.review(version, by=cast.bao)
    assert (version.state, version.stage) == (State.IN_REVIEW, 1)
    assert sorted(version.awaited) == sorted(by_name(cast.thanh, cast.oanh))
    version = actions.review(version, by=cast.thanh)
    assert (version.state, version.stage, version.awaited) == (State.IN_REVIEW, 2, list(by_name(cast.khanh)))
    with pytest.raises(NotAllowed):
        actions.review(version, by=cast.oanh)
    version = actions.review(version, by=cast.khanh)
    assert (version.state, version.stage) == (State.IN_APPROVAL, 3)
    version = actions.approve(version, by=cast.duc, effective_from=clock.today())
    assert (version.state, version.awaited) == (State.IN_FORCE, [])
    verbs = list(JournalEntry.objects.about(version).order_by("pk").values_list("verb", flat=True))
    assert verbs == ["submit", "sign_along", "sign_along", "review", "approve", "bring_into_force"]
    boxes = reports.sheet_of(version).signatures
    assert [(box.meaning, box.name) for box in boxes] == [
        ("Soạn thảo", "Lê Thu Hà"), ("Góp ý", "Hoàng Gia Bảo"), ("Góp ý", "Bùi Xuân Thành"),
        ("Thẩm định pháp lý", "Phạm Quốc Khánh"), ("Phê duyệt", "Trần Văn Đức"),
    ]  # fmt: skip


def test_in_order_only_the_next_signs(cast: Cast) -> None:
    routing.set_route(Kind.REGULATION, Route((Stage(by_name(cast.bao, cast.thanh), ordered=True),)), by=cast.khanh)
    version = regulation(cast)
    with pytest.raises(NotAllowed):
        actions.review(version, by=cast.thanh)
    assert set(Mail.objects.filter(key__startswith="review").values_list("member__name", flat=True)) == {cast.bao.name}
    version = actions.review(version, by=cast.bao)
    assert Mail.objects.filter(key__startswith="review", member=cast.thanh).count() == 1
    assert actions.review(version, by=cast.thanh).state == State.IN_APPROVAL


def test_nobody_signs_twice_or_their_own_text(cast: Cast) -> None:
    """Oanh holds two places by her roles; Hà heads no unit, but is named, and drafted it."""
    stages = (Stage(("role:deputy_head", *by_name(cast.oanh, cast.bao)), needed=2),)
    routing.set_route(Kind.REGULATION, Route(stages), by=cast.khanh)
    version = actions.review(regulation(cast), by=cast.oanh)
    assert version.signatures.get(role="reviewed").place == 1  # by name before by role
    with pytest.raises(NotAllowed):
        actions.review(version, by=cast.oanh)
    assert actions.review(version, by=cast.bao).state == State.IN_APPROVAL
    with pytest.raises(NotAllowed):
        actions.approve(version, by=cast.oanh, effective_from=clock.today())


def test_a_running_version_keeps_its_route(cast: Cast) -> None:
    long_route(cast)
    version = regulation(cast)
    assert routing.set_route(Kind.REGULATION, None, by=cast.khanh)
    version.refresh_from_db()
    assert [stage.name for stage in routes.route_of(version).reviews] == ["Góp ý", "Thẩm định pháp lý"]
    assert actions.review(version, by=cast.oanh).state == State.IN_REVIEW


def test_the_database_keeps_the_route_and_one_signature_per_place(cast: Cast) -> None:
    version = reviewed(cast)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE documents_version SET route = '{}' WHERE id = %s", [version.pk])
    row = version.signatures.get(role="reviewed")
    row.pk, row.member = None, cast.bao
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("drafter_unit_head", [False, True])
def test_the_head_of_the_unit_in_charge_is_found_at_submission(cast: Cast, drafter_unit_head: bool) -> None:
    routing.set_route(Kind.REGULATION, Route((Stage((OWN_UNIT,)),)), by=cast.khanh)
    unit = cast.units["tan-hoa/Tư pháp – Hộ tịch"] if drafter_unit_head else cast.units["tan-hoa/Kinh tế"]
    drafter = cast.thanh if drafter_unit_head else cast.ha
    version = actions.create_document(Kind.REGULATION, "QC.01", "Quy chế", unit, by=drafter, content=Content(text="A"))
    with pytest.raises(NotPossible) as refusal:  # he drafted it himself; or nobody heads that unit
        actions.submit(version, by=drafter)
    assert unit.name in refusal.value.message


@pytest.mark.parametrize(
    "stages",
    [
        (),
        (Stage(()),),
        (Stage(("role:deputy_head",), needed=2),),
        (Stage(("role:deputy_head", "role:deputy_head"), needed=2),),
        (Stage(("role:deputy_head",)), Stage(("role:deputy_head",))),
        (Stage(("member:999999",)),),
        (Stage(("role:agency_head",)), Stage(("role:deputy_head",))),  # nobody is left to approve
        (Stage(("role:deputy_head", "role:unit_head"), needed=1, ordered=True),),
    ],
)
def test_a_route_that_cannot_be_fulfilled_is_refused(cast: Cast, stages: tuple[Stage, ...]) -> None:
    with pytest.raises(ValidationError):
        routing.set_route(Kind.REGULATION, Route(stages), by=cast.khanh)
    assert routing.configured() == {}


def test_places_are_filled_by_different_people_in_the_best_way(cast: Cast) -> None:
    """Whoever is free for one place alone does not lose it to somebody with a choice."""
    stages = (Stage(by_name(cast.bao, cast.mai), needed=1), Stage(by_name(cast.bao)))
    assert routing.set_route(Kind.REGULATION, Route(stages), by=cast.khanh)


def test_only_the_secretary_sets_routes(cast: Cast) -> None:
    for member in (cast.ha, cast.duc, cast.nhung):
        with pytest.raises(NotAllowed):
            routing.set_route(Kind.REGULATION, Route(), by=member)


def test_whoever_is_waited_for_may_return_it(cast: Cast) -> None:
    long_route(cast)
    version = actions.review(regulation(cast), by=cast.bao)
    with pytest.raises(NotAllowed):
        actions.send_back(version, by=cast.duc, reason="Chưa rõ")
    version = actions.send_back(version, by=cast.thanh, reason="Chưa rõ")
    assert (version.state, version.round, version.awaited) == (State.DRAFT, 2, [])
    version = actions.submit(version, by=cast.ha)
    assert actions.review(version, by=cast.bao).stage == 1  # a new round: he signs again


def test_somebody_who_left_is_replaced_with_a_reason(cast: Cast) -> None:
    long_route(cast)
    version = regulation(cast)
    version = actions.review(actions.review(version, by=cast.bao), by=cast.thanh)
    with pytest.raises(NotAllowed):
        routing.replace_signer(version, 2, 0, cast.mai, by=cast.oanh, reason="Nghỉ ốm")
    for wrong in (cast.ha, cast.bao, cast.khanh):
        with pytest.raises(NotPossible):
            routing.replace_signer(version, 2, 0, wrong, by=cast.khanh, reason="Nghỉ ốm")
    with pytest.raises(NotPossible):  # reviews nothing by her office: the head may name her
        routing.replace_signer(version, 2, 0, cast.mai, by=cast.khanh, reason="Nghỉ ốm")
    version = routing.replace_signer(version, 2, 0, cast.mai, by=cast.duc, reason="Nghỉ ốm")
    line = JournalEntry.objects.get(verb="replaced_signer")
    assert (line.reason, line.details["to"]) == ("Nghỉ ốm", cast.mai.name)
    assert Mail.objects.filter(member=cast.mai, key__startswith="named").count() == 1
    with pytest.raises(NotAllowed):
        actions.review(version, by=cast.khanh)
    assert actions.review(version, by=cast.mai).state == State.IN_APPROVAL
    with pytest.raises(NotAllowed):
        routing.replace_signer(version, 2, 0, cast.nhung, by=cast.khanh, reason="x")


def test_the_secretary_neither_names_themself_nor_replaces_an_office_somebody_holds(cast: Cast) -> None:
    version = submitted(cast)  # through the usual three hands
    for place, member in ((0, cast.khanh), (0, cast.bao), (1, cast.duc)):
        with pytest.raises(NotPossible):
            routing.replace_signer(version, 1, place, member, by=cast.khanh, reason="x")
    with pytest.raises(NotPossible):
        routing.replace_signer(version, 1, 0, cast.duc, by=cast.duc, reason="x")
    release(cast.oanh, by=cast.khanh, on=clock.today())
    with clock.at(clock.now() + dt.timedelta(days=1)):
        version = routing.replace_signer(version, 1, 0, cast.duc, by=cast.khanh, reason="Đã nghỉ")
    assert routes.route_of(version).stage(1).who[0] == f"member:{cast.duc.pk}"


def test_who_holds_two_places_leaves_the_one_others_can_sign(cast: Cast) -> None:
    """Oanh is deputy and the only head of a unit, Bảo deputy as well: she signs as head of the unit."""
    cast.thanh.roles, cast.bao.roles = [Role.OFFICER], [Role.DEPUTY_HEAD]
    cast.oanh.roles = [Role.DEPUTY_HEAD, Role.UNIT_HEAD]
    for member in (cast.thanh, cast.bao, cast.oanh):
        edit_member(member, by=cast.khanh)
    routing.set_route(Kind.REGULATION, Route((Stage(("role:deputy_head", "role:unit_head")),)), by=cast.khanh)
    version = actions.review(regulation(cast), by=cast.oanh)
    assert version.awaited == ["role:deputy_head"]
    assert actions.review(version, by=cast.bao).state == State.IN_APPROVAL


def test_a_role_is_signed_by_who_holds_it_now(cast: Cast) -> None:
    routing.set_route(Kind.REGULATION, Route((Stage(("role:unit_head",)),)), by=cast.khanh)
    version = regulation(cast)
    cast.thanh.roles, cast.bao.roles = [Role.OFFICER], [Role.UNIT_HEAD]
    edit_member(cast.thanh, by=cast.khanh)
    edit_member(cast.bao, by=cast.khanh)
    with pytest.raises(NotAllowed):
        actions.review(version, by=cast.thanh)
    assert Version.objects.waiting_for(cast.bao).filter(pk=version.pk).exists()
    assert actions.review(version, by=cast.bao).state == State.IN_APPROVAL


def test_who_has_left_signs_nothing(cast: Cast) -> None:
    long_route(cast)
    version = regulation(cast)
    release(cast.bao, by=cast.khanh, on=clock.today())
    with clock.at(clock.now() + dt.timedelta(days=1)), pytest.raises(NotAllowed):
        actions.review(version, by=cast.bao)


def test_who_is_waited_for_sees_it_and_hears_of_it(cast: Cast, client_of: SignIn) -> None:
    long_route(cast)
    version = regulation(cast)
    waiting = {name for name in ("thanh", "oanh", "bao", "khanh", "duc") if _waits(cast, name)}
    assert waiting == {"thanh", "oanh", "bao"}
    assert "Quy chế làm việc" in client_of(cast.bao).get("/tan-hoa/").content.decode()
    page = client_of(cast.duc).get(RULES).content.decode()
    for name in ("Bùi Xuân Thành", "Nguyễn Thị Kim Oanh", "Hoàng Gia Bảo"):
        assert name in page
    assert "Hoàng Gia Bảo" in client_of(cast.duc).get("/tan-hoa/documents/?kind=regulation").content.decode()
    actions.review(version, by=cast.bao)
    with clock.at(clock.now() + dt.timedelta(days=6)):
        remind(cast.agency, [occasions])
    told = set(Reminder.objects.filter(kind="signature_waiting").values_list("member__name", flat=True))
    assert told == {"Bùi Xuân Thành", "Nguyễn Thị Kim Oanh"}


def _waits(cast: Cast, name: str) -> bool:
    return Version.objects.waiting_for(cast.members[name]).filter(document__code="QC.01").exists()


def test_two_at_once_move_it_on_once(committed: None) -> None:
    """The last two signatures of a quorum of two, and a third who comes at the same moment."""
    cast = the_cast.build()
    with cast.agency.active():
        long_route(cast)
        version = regulation(cast)

    def sign(member: Member) -> Callable[[], object]:
        def deed() -> object:
            with cast.agency.active():
                return actions.review(version, by=member)

        return deed

    answers = at_once(sign(cast.bao), sign(cast.thanh), sign(cast.oanh))
    assert [type(answer).__name__ for answer in answers].count("NotAllowed") == 1
    with cast.agency.active():
        version.refresh_from_db()
        assert (version.state, version.stage) == (State.IN_REVIEW, 2)
        assert Signature.objects.filter(version=version, role="reviewed", stage=1).count() == 2
        assert Mail.objects.filter(key__startswith="review", member=cast.khanh).count() == 1


# --- capacities ------------------------------------------------------------------------------------


def test_a_collective_signs_only_where_there_is_one(cast: Cast) -> None:
    assert capacities(cast.duc, "approved") == ["", "TM."]
    with cast.dost.active():
        cast.ngoc.roles = [Role.AGENCY_HEAD]
        assert capacities(cast.ngoc, "approved") == [""]


def test_by_order_needs_the_regulation(cast: Cast) -> None:
    """The head of the unit in charge approves TL. where the route names the regulation; nowhere else."""
    version = reviewed(cast)
    with pytest.raises(NotAllowed):
        actions.approve(version, by=cast.thanh, effective_from=clock.today(), capacity=None)
    routing.set_route(
        Kind.REGULATION, Route((Stage(("role:deputy_head",)),), by_order="05/QĐ-UBND"), by=cast.khanh
    )  # fmt: skip
    version = actions.review(regulation(cast), by=cast.oanh)
    assert Version.objects.waiting_for(cast.thanh).filter(pk=version.pk).exists()
    with pytest.raises(NotPossible):
        actions.approve(version, by=cast.thanh, effective_from=clock.today(), capacity="KT.")
    version = actions.approve(version, by=cast.thanh, effective_from=clock.today())
    row = version.signatures.get(role="approved")
    assert (row.capacity, row.authority, row.basis) == ("TL.", "TL. CHỦ TỊCH", "05/QĐ-UBND")


@pytest.mark.parametrize(
    ("who", "capacity", "authority", "basis"),
    [("duc", "TM.", "TM. ỦY BAN NHÂN DÂN", ""), ("oanh", "KT.", "KT. CHỦ TỊCH", ""),
     ("oanh", "TM. KT.", "TM. ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH", ""), ("thanh", "TUQ.", "TUQ. CHỦ TỊCH", "27/QĐ")],
)  # fmt: skip
def test_the_line_of_the_office_is_kept_and_printed(
    cast: Cast, client_of: SignIn, who: str, capacity: str, authority: str, basis: str
) -> None:
    if who == "thanh":
        delegating.delegate(cast.thanh, "27/QĐ", clock.today(), clock.today(), by=cast.duc)
    version = actions.review(submitted(cast), by=cast.duc if who == "oanh" else cast.oanh)
    actions.approve(version, by=cast.members[who], effective_from=clock.today(), capacity=capacity)
    row = version.signatures.get(role="approved")
    assert (row.authority, row.basis) == (authority, basis)
    assert authority in client_of(cast.ha).get("/tan-hoa/documents/QT.TP.01/versions/1.0/").content.decode()


@pytest.mark.parametrize(
    ("title", "line"),
    [("Chủ tịch UBND xã Tân Hòa", "KT. CHỦ TỊCH"), ("Chủ tịch, Bí thư Đảng ủy", "KT. CHỦ TỊCH"), ("", "KT. CHỦ TỊCH"),
     ("Chi cục trưởng Chi cục Tiêu chuẩn", "KT. CHI CỤC TRƯỞNG"), ("Chánh Văn phòng UBND tỉnh", "KT. CHÁNH VĂN PHÒNG")],
)  # fmt: skip
def test_the_line_names_the_office_without_the_agency(cast: Cast, title: str, line: str) -> None:
    cast.duc.title = title
    edit_member(cast.duc, by=cast.khanh)
    assert routing.authority(cast.agency, "KT.") == line
    release(cast.duc, by=cast.khanh, on=clock.today())
    with clock.at(clock.now() + dt.timedelta(days=1)):
        assert routing.authority(cast.agency, "KT.") == line


def test_a_signature_is_sealed_as_a_whole(cast: Cast) -> None:
    row = Signature.objects.filter(version=approved(cast)).first()
    assert row.is_intact
    row.meaning = "khác"
    assert not row.is_intact
    row.seal = ""
    assert row.is_intact  # a row from before there were seals


# --- pages -----------------------------------------------------------------------------------------


def test_the_secretary_sets_a_route_on_the_page(cast: Cast, client_of: SignIn) -> None:
    page = "/tan-hoa/codes/routes/regulation/"
    khanh = client_of(cast.khanh)
    assert client_of(cast.ha).get("/tan-hoa/codes/routes/").status_code == 200
    assert client_of(cast.ha).get(page).status_code == 403
    assert khanh.get("/tan-hoa/codes/routes/nonsense/").status_code == 404
    entered = as_shown(khanh.get(page).content.decode())
    first, second = by_name(cast.bao, cast.mai)
    wanted = {"who_1_1": first, "who_1_2": second, "who_1_3": "", "order_1": "some", "needed_1": "3"}
    answer = khanh.post(page, entered | wanted)
    assert (answer.status_code, routing.configured()) == (200, {})
    assert khanh.post(page, entered | wanted | {"needed_1": "1"}).status_code == 302
    assert routing.configured()["regulation"].reviews[0] == Stage((first, second), needed=1)
    assert cast.bao.name in client_of(cast.ha).get("/tan-hoa/codes/routes/").content.decode()
    assert khanh.post(page, {"usual": "on"}).status_code == 302
    assert routing.configured()["regulation"].is_usual


def test_signing_along_by_page(cast: Cast, client_of: SignIn) -> None:
    long_route(cast)
    regulation(cast)
    bao = client_of(cast.bao)
    entered = as_shown(bao.get(RULES + "review/").content.decode())
    answer = bao.post(RULES + "review/", entered | {"read": "on", "capacity": "own", "password": PASSWORD})
    assert answer.status_code == 302
    assert Signature.objects.filter(role="reviewed", member=cast.bao, confirmed="password").count() == 1
    assert "Hoàng Gia Bảo" in client_of(cast.ha).get(RULES + "route/").content.decode()
    khanh = client_of(cast.khanh)
    assert khanh.get(RULES + "route/2/1/").status_code == 200
    answer = khanh.post(RULES + "route/2/1/", {"member": cast.mai.pk, "reason": "Đi công tác"})
    assert answer.status_code == 200  # not among those he may name
    answer = khanh.post(RULES + "route/2/1/", {"member": cast.thanh.pk, "reason": "Đi công tác"})
    assert answer.status_code == 302
    assert client_of(cast.ha).get(RULES + "route/2/1/").status_code == 403
    assert khanh.get(RULES + "route/9/9/").status_code == 404


def test_the_page_of_submission_names_what_is_missing(cast: Cast, client_of: SignIn) -> None:
    long_route(cast)
    unit = cast.units["tan-hoa/Tư pháp – Hộ tịch"]
    actions.create_document(Kind.REGULATION, "QC.02", "Quy chế", unit, by=cast.khanh, content=Content(text="Điều 1."))
    khanh, page = client_of(cast.khanh), "/tan-hoa/documents/QC.02/versions/1.0/"
    for address in ("submit/", "route/"):
        assert "Phạm Quốc Khánh" in khanh.get(page + address).content.decode()
    entered = as_shown(khanh.get(page + "submit/").content.decode())
    khanh.post(page + "submit/", entered | {"read": "on", "password": PASSWORD})
    assert Version.objects.get(document__code="QC.02").state == State.DRAFT
