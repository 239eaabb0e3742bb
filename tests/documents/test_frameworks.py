"""`import_framework`: our own format, libraries of CISO Assistant, hostile files, and people's words that stay."""

from __future__ import annotations

import io
import json
import re
import textwrap
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from documents.models import Clause, StandardEdition
from documents.standard_models import Correlation
from documents.standard_reports import clause_label

pytestmark = pytest.mark.django_db
EDITIONS = Path(__file__).resolve().parents[2] / "documents" / "editions"
NODE = "urn:intuitem:risk:req_node:mau"


def load(*files: Path, exit_code: int = 0, **options: Any) -> dict[str, Any]:
    """The report of the command, which must end with this exit code."""
    said = io.StringIO()
    try:
        call_command("import_framework", *files, json=True, stdout=said, **options)
        ended = 0
    except CommandError as refused:
        ended = refused.returncode
    assert ended == exit_code, said.getvalue()
    return json.loads(said.getvalue())


def counts(report: dict[str, Any]) -> tuple[int, int, int, int]:
    return report["created"], report["updated"], report["unchanged"], len(report["rejected"])


def node(name: str, parent: str = "", /, **more: Any) -> dict[str, Any]:
    found = {
        "urn": f"{NODE}:{name}",
        "assessable": True,
        "depth": 1,
        "ref_id": name,
        "name": f"Name {name}",
        "description": f"About {name}",
    }
    return found | ({"parent_urn": f"{NODE}:{parent}", "depth": 2} if parent else {}) | more


def framework(nodes: list[Any], code: str = "mau", **more: Any) -> dict[str, Any]:
    about = {
        "urn": f"urn:intuitem:risk:framework:{code}",
        "ref_id": code,
        "name": f"Khung {code}",
        "requirement_nodes": nodes,
    }
    return {
        "urn": f"urn:intuitem:risk:library:{code}",
        "locale": "en",
        "version": 1,
        "objects": {"framework": about | more},
    }


def file(folder: Path, data: Any, name: str = "library.yaml") -> Path:
    path = folder / name
    path.write_text(
        data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
    return path


# --- what we ship ----------------------------------------------------------------------------------


def test_the_editions_are_there_after_migrating_and_importing_them_changes_nothing() -> None:
    report = load(*sorted(EDITIONS.glob("*.yaml"), key=lambda path: "2026" in path.name or "2008" in path.name))
    assert report["read"] > 300
    assert counts(report) == (0, 0, report["read"], 0)
    asked = {row.code: row.clauses.filter(assessable=True).count() for row in StandardEdition.objects.all()}
    assert asked["tcvn-iso-9001-2015"] == 50
    assert asked["tcvn-iso-18091-2020"] == 39
    assert StandardEdition.objects.get(is_default=True).code == "tcvn-iso-9001-2015"
    assert StandardEdition.objects.get(code="iso-9001-2026").is_draft


def test_every_clause_of_2008_went_somewhere_and_every_clause_of_2015_came_from_somewhere() -> None:
    old = Clause.objects.filter(edition__code="tcvn-iso-9001-2008", assessable=True)
    assert not old.filter(later=None).exists()
    new = Clause.objects.filter(edition__code="tcvn-iso-9001-2015", assessable=True)
    assert sorted(new.filter(former=None).values_list("number", flat=True)) == []
    assert not new.exclude(pk__in=Correlation.objects.exclude(former=None).values("former")).exists()


def test_the_example_of_our_documentation_is_a_framework(tmp_path: Path) -> None:
    said = (EDITIONS.parents[1] / "docs" / "imports.md").read_text(encoding="utf-8")
    example = textwrap.dedent(re.search(r"^ {6}format: qms-framework(.+\n)+", said, re.MULTILINE)[0])  # type: ignore[index]
    assert counts(load(file(tmp_path, example))) == (5, 0, 0, 0)
    clause = Clause.objects.get(edition__code="quy-che-mau", number="9.3")
    assert (str(clause.parent), clause.question_vi, clause.former.get().kind) == ("9", "…", "changed")
    assert counts(load(file(tmp_path, example))) == (0, 0, 5, 0)


# --- libraries of CISO Assistant -------------------------------------------------------------------


def test_a_library_keeps_its_counts_its_tree_and_its_order(tmp_path: Path) -> None:
    nodes = [
        node("1", assessable=False),
        node("1.10", "1"),
        node("1.2", "1"),
        node("2", name=None),
        {"urn": f"{NODE}:node5", "assessable": True, "depth": 1, "description": "Without a number"},
    ]
    report = load(file(tmp_path, framework(nodes)))
    assert counts(report) == (5, 0, 0, 0)
    edition = StandardEdition.objects.get(urn="urn:intuitem:risk:framework:mau")
    assert (edition.code, edition.name, edition.is_default) == ("mau", "Khung mau", False)
    rows = list(edition.clauses.order_by("position").values_list("number", "parent__number", "assessable", "depth"))
    assert rows == [
        ("1", None, False, 1),
        ("1.10", "1", True, 2),
        ("1.2", "1", True, 2),
        ("2", None, True, 1),
        ("", None, True, 1),
    ]
    assert counts(load(file(tmp_path, framework(nodes)))) == (0, 0, 5, 0)


def test_a_number_stays_as_it_is_written(tmp_path: Path) -> None:
    text = yaml.safe_dump(framework([node("a")])).replace("ref_id: a", "ref_id: 4.10")
    load(file(tmp_path, text))
    assert Clause.objects.get(urn=f"{NODE}:a").number == "4.10"


def test_children_may_stand_before_their_parents_and_urns_in_any_case(tmp_path: Path) -> None:
    child = node("b", "a") | {"parent_urn": f"{NODE}:A".upper()}
    assert counts(load(file(tmp_path, framework([child, node("a")])))) == (2, 0, 0, 0)
    assert Clause.objects.get(urn=f"{NODE}:b").parent == Clause.objects.get(urn=f"{NODE}:a")


def test_an_update_takes_new_words_and_leaves_those_that_people_wrote(tmp_path: Path) -> None:
    load(file(tmp_path, framework([node("a"), node("b"), node("c")])))
    row = Clause.objects.get(urn=f"{NODE}:a")
    row.title_en, row.title_vi = "Our own name", "Tên của chúng tôi"
    row.save()
    report = load(
        file(tmp_path, framework([node("a", name="New", description="Newer"), node("b", name="New"), node("d")]))
    )
    assert counts(report) == (1, 3, 0, 0)  # d; a and b, and c that is gone
    row.refresh_from_db()
    assert (row.title_en, row.title_vi, row.asks_en) == ("Our own name", "Tên của chúng tôi", "Newer")
    assert Clause.objects.get(urn=f"{NODE}:b").title_en == "New"
    assert Clause.objects.get(urn=f"{NODE}:c").gone


def test_an_update_leaves_the_facts_and_the_notes_that_people_changed(tmp_path: Path) -> None:
    load(file(tmp_path, framework([node("a"), node("b")])))
    Clause.objects.filter(urn=f"{NODE}:a").update(number="A.1", assessable=False)
    report = load(file(tmp_path, framework([node("a", ref_id="a1"), node("b", ref_id="b1", assessable=False)])))
    assert counts(report) == (0, 2, 0, 0)
    rows = Clause.objects.filter(edition__code="mau").order_by("position").values_list("number", "assessable")
    assert list(rows) == [("A.1", False), ("b1", False)]
    Correlation.objects.exclude(note_vi="").update(note_vi="Lời của chúng tôi")
    StandardEdition.objects.filter(code="iso-9001-2026").update(is_draft=False)
    report = load(*sorted(EDITIONS.glob("*.yaml"), key=lambda path: "2026" in path.name or "2008" in path.name))
    assert counts(report) == (0, 0, report["read"], 0)
    assert Correlation.objects.filter(note_vi="Lời của chúng tôi").exists()
    assert not StandardEdition.objects.get(code="iso-9001-2026").is_draft


def test_translations_into_vietnamese_are_taken(tmp_path: Path) -> None:
    load(file(tmp_path, framework([node("a", translations={"vi": {"name": "Tên"}, "fr": {"name": "Nom"}})])))
    row = Clause.objects.get(urn=f"{NODE}:a")
    assert (row.title_en, row.title_vi) == ("Name a", "Tên")


@pytest.mark.parametrize("key", ["requirement_mapping_set", "requirement_mapping_sets"])
def test_mappings_between_frameworks_are_taken_once_from_either_side(tmp_path: Path, key: str) -> None:
    one = file(tmp_path, framework([node("a"), node("b"), node("c")]), "one.yaml")
    other = framework([node("x") | {"urn": "urn:k:x"}, node("y") | {"urn": "urn:k:y"}], "khac")

    def mapping(*pairs: tuple[str, str, str], turned: bool = False) -> dict[str, Any]:
        ends = ["urn:intuitem:risk:framework:mau", "urn:intuitem:risk:framework:khac"]
        source, target = reversed(ends) if turned else ends
        rows = [
            {"source_requirement_urn": a, "target_requirement_urn": b, "relationship": kind, "rationale": "semantic"}
            for a, b, kind in pairs
        ]
        return {
            "urn": "urn:set",
            "source_framework_urn": source,
            "target_framework_urn": target,
            "requirement_mappings": rows,
        }

    forward = mapping(
        (f"{NODE}:a", "urn:k:x", "equal"),
        (f"{NODE}:b", "urn:k:y", "subset"),
        (f"{NODE}:c", "urn:k:y", "not_related"),
        (f"{NODE}:zzz", "urn:k:y", "equal"),
    )
    back = mapping(("urn:k:x", f"{NODE}:a", "equal"), turned=True)
    sets: Any = [forward, back] if key.endswith("s") else forward
    library = file(tmp_path, {"objects": {key: sets}}, "mapping.yaml")
    load(library, exit_code=2)  # the frameworks are not here yet
    report = load(library, one, file(tmp_path, other, "other.yaml"), exit_code=1)
    assert [row["row"] for row in report["rejected"]] == [f"4 {NODE}:zzz → urn:k:y"]
    assert sorted(Correlation.objects.filter(former__edition__code="mau").values_list("kind", flat=True)) == [
        "equal",
        "part_of",
    ]
    again = load(library, exit_code=1)
    assert (again["created"], again["updated"]) == (0, 0)


def test_the_null_of_yaml_is_no_word(tmp_path: Path) -> None:
    nulls = {"name": None, "description": None, "ref_id": None, "depth": None, "parent_urn": None, "assessable": None}
    load(file(tmp_path, framework([{"urn": f"{NODE}:a", **nulls, "translations": {"vi": nulls}}], description=None)))
    row = Clause.objects.get(urn=f"{NODE}:a")
    assert (row.number, row.title, row.asks, row.title_en, row.asks_en, row.assessable) == ("", "", "", "", "", False)
    assert row.edition.description == ""


def test_depths_counted_from_nought_and_marks_of_one_and_nought_are_taken(tmp_path: Path) -> None:
    load(file(tmp_path, framework([node("a", depth=0, assessable=0), node("b", "a", depth=1, assessable=1)])))
    assert list(Clause.objects.filter(edition__code="mau").order_by("position").values_list("assessable", "depth")) == [
        (False, 1),
        (True, 1),
    ]


def test_english_words_of_a_library_in_a_third_language_are_taken(tmp_path: Path) -> None:
    english = {"en": {"name": "Train people", "description": None}}
    nodes = [node("a", name="Former", description="Chaque agent", translations=english), node("b", name="Protéger")]
    french = framework(nodes, name="Guide d'hygiène", translations={"en": {"name": "Guideline"}})
    load(file(tmp_path, french | {"locale": "fr"}))
    assert list(
        Clause.objects.filter(edition__name="Guideline").order_by("position").values_list("title_en", "asks_en")
    ) == [
        ("Train people", "Chaque agent"),
        ("Protéger", "About b"),
    ]


def test_the_vietnamese_edition_of_a_library_leaves_the_english_words(tmp_path: Path) -> None:
    load(file(tmp_path, framework([node("a")])))
    load(file(tmp_path, framework([node("a", name="Đào tạo", description="Mỗi người")]) | {"locale": "vi"}))
    row = Clause.objects.get(urn=f"{NODE}:a")
    assert (row.title_vi, row.asks_vi, row.title_en, row.asks_en) == ("Đào tạo", "Mỗi người", "Name a", "About a")


@pytest.mark.parametrize("indent", [None, "\t"])
def test_json_with_tabs_and_emoji_is_taken(tmp_path: Path, indent: str | None) -> None:
    written = json.dumps(framework([node("a", name="😀 https:\\/\\/x"), node("b", "a", ref_id=1.10)]), indent=indent)
    load(file(tmp_path, written.replace("1.1,", "1.10,"), "library.json"))
    rows = Clause.objects.filter(edition__code="mau").order_by("position")
    assert list(rows.values_list("number", "title_en")) == [("a", "😀 https:\\/\\/x"), ("1.10", "Name b")]


def test_lists_shared_by_thousands_of_nodes_and_merged_mappings_are_taken(tmp_path: Path) -> None:
    nodes = [node(str(number), implementation_groups=["a", "b"]) for number in range(1200)]
    for row in nodes:
        row["implementation_groups"] = nodes[0]["implementation_groups"]
    assert counts(load(file(tmp_path, framework(nodes)))) == (1200, 0, 0, 0)
    merged = "x: &x {assessable: true, name: Shared}\nobjects: {framework: {urn: 'urn:a:b:merged', requirement_nodes: [{urn: u, <<: *x}]}}"
    load(file(tmp_path, merged))
    row = Clause.objects.get(urn="u")
    assert (row.title_en, row.assessable) == ("Shared", True)


def test_a_pair_that_is_told_twice_is_kept_as_it_was_told_first(tmp_path: Path) -> None:
    one, other = (
        file(tmp_path, framework([node("a")]), "one.yaml"),
        file(tmp_path, framework([node("b")], "khac"), "b.yaml"),
    )
    ends = {
        f"{side}_framework_urn": f"urn:intuitem:risk:framework:{code}"
        for side, code in (("source", "mau"), ("target", "khac"))
    }
    pair = {"source_requirement_urn": f"{NODE}:a", "target_requirement_urn": f"{NODE}:b"}
    pairs = [pair | {"relationship": kind, "annotation": f"{at}"} for at, kind in enumerate(["equal"] * 2 + ["subset"])]
    library = file(tmp_path, {"objects": {"requirement_mapping_set": ends | {"requirement_mappings": pairs}}}, "m.yaml")
    assert counts(load(one, other, library, exit_code=1)) == (3, 0, 1, 1)
    assert counts(load(library, exit_code=1)) == (0, 0, 2, 1)
    assert Correlation.objects.filter(former__urn=f"{NODE}:a").values_list("kind", "note_en").get() == ("equal", "0")


def test_a_framework_is_taken_although_what_it_corresponds_to_is_not_here(tmp_path: Path) -> None:
    library = framework([node("a")])
    pair = {"source_requirement_urn": f"{NODE}:a", "target_requirement_urn": "urn:x", "relationship": "equal"}
    library["objects"]["requirement_mapping_sets"] = [
        {
            "source_framework_urn": "urn:intuitem:risk:framework:mau",
            "target_framework_urn": "urn:elsewhere",
            "requirement_mappings": [pair, pair],
        }
    ]
    report = load(file(tmp_path, library), exit_code=1)
    assert (report["read"], counts(report)) == (3, (1, 0, 0, 1))
    assert "urn:elsewhere" in report["rejected"][0]["reason"]


def test_a_node_is_called_by_its_number_and_title_or_by_what_it_has(tmp_path: Path) -> None:
    bare = {"ref_id": None, "name": None}
    nodes = [node("1.3"), node("n1", "1.3", ref_id=None, name="(must)"), node("n2", "1.3", **bare)]
    nodes += [node("n3", **bare), node("n4", "1.3", description=None, **bare), node("n5", description=None, **bare)]
    load(file(tmp_path, framework(nodes)))
    labels = [clause_label(row) for row in Clause.objects.filter(edition__code="mau").order_by("position")]
    assert labels == ["1.3 Name 1.3", "1.3 › (must)", "1.3 › About n2", "About n3", "1.3 › n4", "n5"]


# --- rows that cannot be taken ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "rejected"),
    [
        ([node("a"), node("a")], 1),
        ([node("b", "nowhere"), node("c", "b")], 2),
        ([node("b", "c"), node("c", "b")], 2),
        ([node("b", "b")], 1),
        (["a text", 17, None, [1]], 4),
        ([node("b", assessable="maybe")], 1),
        ([node("b", depth="deep"), node("c", depth=-1)], 2),
        ([node("b", name=["a", "list"]), node("c", description={"a": 1})], 2),
        ([node("b", urn="")], 1),
        ([node("b", ref_id="x" * 200), node("c", urn="u" * 400)], 2),
    ],
)
def test_rows_that_cannot_be_taken_are_named_and_the_others_are_in(
    tmp_path: Path, wrong: list[Any], rejected: int
) -> None:
    report = load(file(tmp_path, framework([node("good"), *wrong])), exit_code=1)
    assert len(report["rejected"]) == rejected
    assert all(row["reason"] for row in report["rejected"])
    assert report["read"] == 1 + len(wrong)
    assert Clause.objects.filter(urn=f"{NODE}:good").exists()
    assert Clause.objects.filter(edition__code="mau").count() == 1 + len(wrong) - rejected


def test_a_node_that_is_rejected_today_stays_as_it_was(tmp_path: Path) -> None:
    load(file(tmp_path, framework([node("a"), node("B", "a"), node("c")])))
    changed = [node("a"), node("B", "nowhere"), node("c", depth="deep"), node("d")]
    assert counts(load(file(tmp_path, framework(changed)), exit_code=1)) == (1, 0, 1, 2)
    assert not Clause.objects.filter(edition__code="mau", gone=True).exists()


def test_a_clause_rejected_today_stays_however_its_number_is_composed(tmp_path: Path) -> None:
    ours = "format: qms-framework/1\nedition: {code: mau, name: M}\nclauses: [{number: '%s', title: A%s}]"
    number = unicodedata.normalize("NFD", "Điều 5 khoản ỹ")
    load(file(tmp_path, ours % (number, "")))
    load(file(tmp_path, ours % (number, ", assessable: maybe")), exit_code=1)
    assert not Clause.objects.get(edition__code="mau").gone


@pytest.mark.parametrize("nodes", [None, [], {}])
def test_a_framework_without_nodes_takes_nothing_away(tmp_path: Path, nodes: Any) -> None:
    load(file(tmp_path, framework([node("a")])))
    emptied = framework([node("a")])
    emptied["objects"]["framework"] |= {"requirement_nodes": nodes, "nodes": [node("a")]}
    load(file(tmp_path, emptied), exit_code=2)
    load(file(tmp_path, "format: qms-framework/1\nedition: {code: iso-9001-2026}\nclause: []"), exit_code=2)
    assert not Clause.objects.filter(gone=True).exists()


def bomb(named: str = "objects: {framework: *a29}") -> str:
    lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x,x]"] + [f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 30)]
    return "\n".join([*lines, named])


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\1\2",
        b"PK\x03\x04rubbish",
        b"%PDF-1.7",
        "just words",
        "- a\n- list",
        "a: [unclosed",
        "a: b: c",
        "\tx: 1",
        "objects: 3",
        "objects: {}",
        "objects: {framework: [1]}",
        "objects: {framework: {name: x}}",
        "objects: {framework: {urn: 'urn:x:y', requirement_nodes: 3}}",
        "objects: {framework: {urn: [1], requirement_nodes: []}}",
        "format: qms-framework/1",
        "format: qms-framework/1\nedition: {code: 'Not A Code'}\nclauses: []",
        "format: qms-framework/1\nedition: 5",
        "format: qms-framework/1\nedition: {code: x}\nclauses: {a: 1}",
        "--- 1\n--- 2",
        "a: &a [*a]\nobjects: *a",
        "{" * 200 + "}" * 200,
        "[" * 100_000,
        bomb(),
        bomb("format: *a29"),
        bomb("locale: *a29\nobjects: {framework: {urn: 'urn:x:y', requirement_nodes: [{urn: u}]}}"),
        bomb("objects: {framework: {urn: 'urn:x:y', requirement_nodes: [{urn: u, assessable: *a29}]}}"),
        "x: &x "
        + "long " * 4000
        + "\nobjects: {framework: {urn: 'urn:x:y', requirement_nodes: ["
        + "{urn: *x}," * 9000
        + "]}}",
        "objects: {requirement_mapping_set: {source_framework_urn: iso-9001-2026, target_framework_urn: iso-9001-2026, mappings: [a]}}",
        "x: !!python/object/apply:os.system ['true']",
        "? [a, b]\n: c",
        "a: *nowhere",
        "\xff\xfe\xfa".encode("latin-1"),
        "objects: {requirement_mapping_sets: [{source_framework_urn: a, target_framework_urn: b, requirement_mappings: []}]}",
        "objects: {requirement_mapping_set: {urn: x}}",
        b"\x80\x81\xff\xfe objects",
        "\ud7ff\ue000: 1\nobjects: []",
    ],
    ids=lambda content: repr(content[:24]),
)
def test_a_file_that_is_no_framework_is_refused_whole(tmp_path: Path, content: str | bytes) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    before = (StandardEdition.objects.count(), Clause.objects.count())
    good = file(tmp_path, framework([node("good")]), "good.yaml")
    report = load(good, path, exit_code=2)
    assert report["rejected"][0]["reason"]
    assert (StandardEdition.objects.count(), Clause.objects.count()) == before


def test_what_holds_itself_is_refused(tmp_path: Path) -> None:
    text = yaml.safe_dump(framework([node("a")]))
    load(file(tmp_path, f"more: &m {{<<: [*m, *m], k: v}}\n{text}"), exit_code=2)
    load(file(tmp_path, f"more: [&m 1, &m {{<<: *m, k: v}}]\n{text}"), exit_code=2)


def test_json_keeps_signs_that_yaml_admits_by_number_only(tmp_path: Path) -> None:
    said = "a\x80b\x85c\u2028d\uffff"
    load(file(tmp_path, json.dumps(framework([node("a", name=said)]), ensure_ascii=False)))
    assert Clause.objects.get(urn=f"{NODE}:a").title_en == said


def test_a_spreadsheet_is_told_to_be_saved_as_yaml(tmp_path: Path) -> None:
    path = tmp_path / "library.xlsx"
    path.write_bytes(b"PK\x03\x04\x14\0\6\0")
    with translation.override("en"):
        assert load(path, exit_code=2)["rejected"][0]["reason"] == "library.xlsx is no text; save it as YAML."


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    load(tmp_path / "nothing.yaml", exit_code=2)
    load(tmp_path, exit_code=2)


def test_a_library_may_name_a_list_twice_by_an_alias(tmp_path: Path) -> None:
    groups = ["a", "b"]
    nodes = [node("a", implementation_groups=groups), node("b", implementation_groups=groups)]
    text = yaml.safe_dump(framework(nodes))
    assert "&id001" in text
    assert counts(load(file(tmp_path, text))) == (2, 0, 0, 0)


def test_thousands_of_nodes_in_one_line_are_a_tree_too(tmp_path: Path) -> None:
    nodes = [node("0"), *(node(str(n), str(n - 1)) | {"depth": None} for n in range(1, 300))]
    assert counts(load(file(tmp_path, framework(list(reversed(nodes)))))) == (300, 0, 0, 0)
    assert Clause.objects.get(urn=f"{NODE}:299").depth == 300


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    assert counts(load(file(tmp_path, framework([node("a")])), dry_run=True)) == (1, 0, 0, 0)
    assert not StandardEdition.objects.filter(code="mau").exists()


def test_frameworks_of_the_same_name_stand_side_by_side(tmp_path: Path) -> None:
    ours = StandardEdition.objects.get(code="iso-9001-2026")
    before = set(ours.clauses.values_list("urn", flat=True))
    theirs = framework([node("a")], "iso-9001-2026")
    others = framework([node("a")], "iso-9001-2026", urn="urn:somebody:risk:framework:iso-9001-2026")
    for _time in range(2):
        load(file(tmp_path, theirs), file(tmp_path, others, "others.yaml"))
    assert set(ours.clauses.values_list("urn", flat=True)) == before
    codes = StandardEdition.objects.filter(name="Khung iso-9001-2026").order_by("pk").values_list("code", flat=True)
    assert list(codes) == ["iso-9001-2026-2", "iso-9001-2026-3"]


def test_a_framework_named_in_another_script_has_an_address(tmp_path: Path) -> None:
    load(file(tmp_path, framework([node("a")], "等级保护")))
    assert StandardEdition.objects.get(urn="urn:intuitem:risk:framework:等级保护").code == "framework"
