"""Proof from the system beside a question: figures of our own rows, of the unit and the moment asked about."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from audits.proof import SOURCES, proofs_for
from documents import actions as documents
from documents.models import Clause
from tenants import clock
from tests import cast as the_cast
from tests.audits.stage import answered, justice
from tests.cast import Cast
from tests.office import in_force, office_time, received, submitted

MONDAY = office_time("2026-03-02")


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    with clock.at(MONDAY):
        cast = the_cast.build()
        with cast.agency.active():
            yield cast


def facts(cast: Cast, clause: str, unit: str = "Tư pháp – Hộ tịch") -> list[tuple[str, str]]:
    found = proofs_for(cast.units[f"tan-hoa/{unit}"], [clause], clock.now())
    return [(proof.fact, proof.more) for proof in found.get(clause, [])]


def figures(cast: Cast, clause: str, unit: str = "Tư pháp – Hộ tịch") -> list[list[str]]:
    """The numbers in each fact, whatever the language around them."""
    words = [f"{fact} {more}".replace("(", " ").replace("%", " ") for fact, more in facts(cast, clause, unit)]
    return [[part.strip(".;:,") for part in line.split() if part.strip(".;:,").isdigit()] for line in words]


def test_a_clause_without_rows_of_ours_has_no_proof(cast: Cast) -> None:
    assert facts(cast, "7.1.3") == []


def test_every_source_speaks_for_a_clause_of_the_standard(cast: Cast) -> None:
    numbers = set(Clause.objects.filter(edition__is_default=True, assessable=True).values_list("number", flat=True))
    for about, _source in SOURCES:
        assert any(number == about or number.startswith(f"{about}.") for number in numbers), about


def test_procedures_and_dossiers_are_counted_for_the_unit(cast: Cast) -> None:
    version = in_force(cast)
    received(cast, version.document)
    assert figures(cast, "8.1") == [["1", "1"], ["1", "2026", "0"]]
    assert figures(cast, "8.1", "Kinh tế") == [["0", "1"], ["2026"]]


def test_a_dossier_past_its_due_date_is_named_as_such(cast: Cast) -> None:
    received(cast, in_force(cast).document)
    with clock.at(office_time("2026-03-20")):
        assert figures(cast, "8.1")[1] == ["1", "2026", "1"]


def test_steps_are_counted_where_they_are_done(cast: Cast) -> None:
    received(cast, in_force(cast).document)
    one_stop = proofs_for(cast.units["tan-hoa/Một cửa"], ["8.5.1"], clock.now())["8.5.1"]
    assert len(one_stop) == 2


def test_documents_in_force_and_in_work(cast: Cast) -> None:
    in_force(cast)
    submitted(cast, "QT.TP.02")
    assert figures(cast, "7.5.3") == [["1", "1", "0"]]


def test_awareness_is_the_share_of_the_unit_that_has_read(cast: Cast) -> None:
    version = in_force(cast)
    asked = version.acknowledgements.filter(member__unit=justice(cast)).count()
    assert figures(cast, "7.3")[0][:2] == ["0", str(asked)]
    documents.acknowledge(version, by=cast.thanh)
    assert figures(cast, "7.3")[0][:2] == ["1", str(asked)]


def test_audits_and_findings_of_the_year(cast: Cast) -> None:
    answered(cast)
    assert figures(cast, "9.2") == [["1", "2026", "0", "1"]]


def test_one_source_is_asked_once_for_many_clauses(
    cast: Cast, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = proofs_for(justice(cast), ["7.5.1", "7.5.2", "7.5.3", "7.5"], clock.now())
    assert len(found) == 4
