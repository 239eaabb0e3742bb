"""Whoever comes to work after a version came into force reads it as well (ISO 9001 clause 7.3)."""

import datetime as dt

from documents.models import Acknowledgement, Version
from documents.tasks import bring_due_versions_into_force
from tenants import clock
from tenants.actions import appoint, release
from tenants.models import Member, Role, User
from tests.cast import Cast
from tests.documents.library import approved, draft, signed_again

DAY = dt.timedelta(days=1)


def newcomer(cast: Cast) -> Member:
    user = User.objects.create_user("linh", "mùa thu Hà Nội", full_name="Đinh Mỹ Linh", email="linh@example.vn")
    return appoint(user, by=cast.khanh, title="Công chức", unit=cast.units["tan-hoa/Một cửa"], roles=[Role.OFFICER])


def asked(member: Member) -> list[Version]:
    return [row.version for row in Acknowledgement.objects.filter(member=member, read_at=None).order_by("pk")]


def test_a_newcomer_is_asked_to_read_what_is_in_force_once(cast: Cast) -> None:
    current = signed_again(cast, approved(cast))
    draft(cast, code="QT.TP.02")
    linh = newcomer(cast)
    before = Acknowledgement.objects.count()
    for _sweep in range(2):
        bring_due_versions_into_force(cast.agency.pk)
        assert asked(linh) == [current]
        assert Acknowledgement.objects.count() == before + 1
    history = Acknowledgement.objects.get(member=linh).history.get()
    assert history.history_user.is_clock


def test_who_drafted_or_signed_is_not_asked(cast: Cast) -> None:
    approved(cast)
    bring_due_versions_into_force(cast.agency.pk)
    assert not Acknowledgement.objects.filter(member__in=[cast.ha, cast.oanh, cast.duc]).exists()


def test_what_somebody_has_read_is_not_asked_again(cast: Cast) -> None:
    version = approved(cast)
    Acknowledgement.objects.get(version=version, member=cast.tuan)
    count = Acknowledgement.objects.count()
    bring_due_versions_into_force(cast.agency.pk)
    assert Acknowledgement.objects.count() == count


def test_another_agencys_people_and_those_who_left_are_not_asked(cast: Cast) -> None:
    release(cast.tuan, by=cast.khanh, on=clock.today())
    with clock.at(clock.now() + 2 * DAY):
        version = approved(cast)
        bring_due_versions_into_force(cast.agency.pk)
        members = set(Acknowledgement.objects.filter(version=version).values_list("member__name", flat=True))
    assert cast.tuan.name not in members
    assert members == {cast.members[key].name for key in ("khanh", "nhung", "thanh", "bao", "mai")}
