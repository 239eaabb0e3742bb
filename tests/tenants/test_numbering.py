"""Running numbers: no two alike, none left out, each agency its own, again from 1 with each date part."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connections, transaction

from tenants.numbering import from_pattern, next_number
from tests import cast as the_cast

DAY = dt.date(2026, 11, 5)


def test_numbers_run_from_one(cast):
    assert [next_number("x") for _turn in range(3)] == [1, 2, 3]
    assert next_number("y") == 1


def test_every_agency_has_its_own(cast):
    next_number("x")
    with cast.other.active():
        assert next_number("x") == 1


def test_a_number_of_a_deed_that_failed_is_given_again(cast):
    with transaction.atomic():
        next_number("x")
        transaction.set_rollback(True)
    assert next_number("x") == 1


def test_a_hundred_at_once_are_a_hundred_different_numbers(committed):
    cast = the_cast.build()
    taken: list[int] = []

    def take() -> None:
        try:
            for _turn in range(10):
                with cast.agency.active():
                    taken.append(next_number("dossier"))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take) for _worker in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == list(range(1, 101))


@pytest.mark.parametrize(
    ("pattern", "codes"),
    [
        ("{symbol}-{yy}{mm}{dd}-{nnnn}", ["TH-261105-0001", "TH-261105-0002"]),
        ("{yyyy}/{n}", ["2026/1", "2026/2"]),
        ("H{code}.{nn}", ["H.01", "H.02"]),
        ("{unknown}-{nnn}", ["{unknown}-001", "{unknown}-002"]),
    ],
)
def test_a_pattern_makes_codes(cast, pattern, codes):
    assert [from_pattern(pattern, agency=cast.agency, kind="dossier", on=DAY) for _turn in range(2)] == codes


def test_the_number_begins_again_with_each_date_part(cast):
    def code(day: dt.date, pattern: str = "{yy}{mm}-{nn}") -> str:
        return from_pattern(pattern, agency=cast.agency, kind="dossier", on=day)

    assert [code(DAY), code(DAY + dt.timedelta(days=1)), code(dt.date(2026, 12, 1))] == [
        "2611-01",
        "2611-02",
        "2612-01",
    ]


def test_kinds_do_not_share_numbers(cast):
    first = from_pattern("{nn}", agency=cast.agency, kind="dossier", on=DAY)
    assert from_pattern("{nn}", agency=cast.agency, kind="audit", on=DAY) == first == "01"


def test_a_number_longer_than_its_room_is_written_in_full(cast):
    for _turn in range(9):
        next_number("dossier {n}")
    assert from_pattern("{n}", agency=cast.agency, kind="dossier", on=DAY) == "10"


def test_signs_that_end_an_address_are_left_out_of_a_code(cast):
    cast.agency.symbol = "UB/VP #1"
    assert from_pattern("{symbol}-{nn}", agency=cast.agency, kind="dossier", on=DAY) == "UBVP1-01"
