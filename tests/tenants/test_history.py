"""Every written state of a row has an author and a reason; a write that would have none is refused."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from tenants import clock
from tenants.actions import edit_unit, open_unit
from tenants.history import Undocumented, doing
from tenants.models import Agency, Unit


def test_saving_past_the_deeds_is_refused(cast):
    unit = cast.units["tan-hoa/Một cửa"]
    empty = open_unit("Chưa có ai", by=cast.khanh)
    for write in (unit.save, empty.delete, Unit(name="Mới").save, lambda: Unit.objects.create(name="Mới")):
        with pytest.raises(Undocumented), transaction.atomic():
            write()
    with pytest.raises(Undocumented), transaction.atomic():
        Agency(slug="moi", name="Mới").save()


def test_the_author_does_not_stay_on_the_instance(cast):
    unit = open_unit("Tổ công nghệ số", by=cast.khanh)
    with pytest.raises(Undocumented):
        unit.save()
    edit_unit(unit, by=cast.duc, reason="Đổi tên")
    assert [(state.history_user_id, state.history_change_reason) for state in unit.history.all()] == [
        (cast.duc.pk, "Đổi tên"),
        (cast.khanh.pk, ""),
    ]


def test_a_deed_within_a_deed_has_its_own_author(cast):
    with doing(cast.khanh, "ngoài"):
        with doing(cast.duc, "trong"):
            inner = Unit.objects.create(name="Trong")
        outer = Unit.objects.create(name="Ngoài")
    assert inner.history.get().history_user_id == cast.duc.pk
    assert outer.history.get().history_change_reason == "ngoài"


def test_history_follows_the_clock(cast):
    moment = dt.datetime(2026, 2, 12, 9, tzinfo=dt.UTC)
    with clock.at(moment):
        unit = open_unit("Tổ công nghệ số", by=cast.agency.clock())
    assert unit.history.get().history_date == moment
