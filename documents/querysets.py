"""What can be asked about documents and versions."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Exists, ExpressionWrapper, F, Func, OuterRef, Q, Subquery, Value, When

from documents import permissions
from tenants import clock
from tenants.models import Role
from tenants.querysets import in_words, saying

if TYPE_CHECKING:
    from tenants.models import Member

OPEN = ("draft", "in_review", "in_approval", "approved")
TO_WITHDRAW = dt.timedelta(days=30)  # the head has, once the withdrawal is advised; then the review is due again


class Ids(models.Expression):
    """The ids that a function of the database answers with, for `__in`."""

    subquery = True

    def __init__(self, call: str, values: list[Any]) -> None:
        super().__init__(output_field=models.IntegerField())
        self.call, self.values = call, values

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return f"(SELECT {self.call})", self.values


def hidden_from(member: Member | None) -> Any:
    """The restricted documents of the active agency that this member may not see; all of them for no member.

    Whoever keeps or audits the documents and the head see every one; others those named in migrations/hidden.sql.
    """
    restricted = apps.get_model("documents", "Document").objects.order_by().filter(confidentiality="restricted")
    if member is None:
        return restricted
    if member.has_role(*permissions.SEE_RESTRICTED):
        return restricted.none()
    return restricted.filter(pk__in=hidden_ids(member))


def hidden_ids(member: Member | None) -> Any:
    """The ids of `hidden_from`, for `__in`."""
    if member is None:
        return hidden_from(member).values("pk")
    if member.has_role(*permissions.SEE_RESTRICTED):
        return []
    today = clock.today()
    works = member.at_work_on(today)
    return Ids(
        "documents_hidden(%s, %s, %s::text[], %s::bigint, %s::bigint, %s::text[], %s::date)",
        [
            member.agency_id,
            member.pk,
            list(member.roles) if works else [],
            member.unit_id if works else None,
            member.unit_id if member.has_role(Role.UNIT_HEAD) else None,
            permissions.tokens_of(member, delegated=False),
            today if member.has_role(*permissions.DELEGATED) else None,
        ],
    )


class DocumentQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        """Of their agency, restricted ones only where they may see them."""
        return self.filter(agency=member.agency_id).exclude(pk__in=hidden_ids(member))

    def unrestricted(self) -> Self:
        return self.exclude(confidentiality="restricted")

    def matching(self, text: str) -> Self:
        """Every word in the code, the title or the codes of its services; accents and case do not matter."""
        found = self
        for word in text.split()[:10]:
            found = found.filter(
                saying(word, "code", "title") | Exists(_versions().filter(content__services__contains=[word]))
            )
        return found

    def in_state(self, state: str) -> Self:
        """With a version in this state; withdrawn or dropped means that nothing took its place."""
        found = self.filter(Exists(_versions().filter(state=state)))
        ended = {"withdrawn": ["withdrawn", "superseded", "dropped"], "dropped": ["dropped"]}
        if state in ended:
            found = found.exclude(Exists(_versions().exclude(state__in=ended[state])))
        return found

    def in_order(self, *, by_title: bool = False) -> Self:
        """The order of the master list: by kind from policy to external, then by code, or by title as Vietnamese sorts."""
        return self.order_by(_place("kind", self.model), *([in_words("title")] if by_title else []), "code")

    def due_for_review(self, on: dt.date) -> Self:
        """In force, the review date has come, and no verdict holds it off.

        Kept, the date itself moves. To be revised holds it off while the request is undecided or its draft is open; to be
        withdrawn for the days in which the head decides.
        """
        reviews = apps.get_model("documents", "PeriodicReview").objects.order_by()
        given = reviews.filter(version__document=OuterRef("pk"))
        undecided = Q(verdict="revise", request__state="proposed")
        written = Q(verdict="revise", request__state="accepted", request__version__state__in=OPEN)
        advised = Q(verdict="withdraw", reviewed_at__gte=clock.midnight_after(clock.today() - TO_WITHDRAW))
        held_off = Exists(given.filter(undecided | written | advised))
        return self.filter(next_review_on__lte=on, versions__state="in_force").exclude(held_off)


class VersionQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member) -> Self:
        """Of their agency and of documents they may see."""
        return self.filter(agency=member.agency_id).exclude(document__in=hidden_ids(member))

    def unrestricted(self) -> Self:
        return self.exclude(document__confidentiality="restricted")

    def in_force(self) -> Self:
        """In the state: what deeds go by. What is read on a page is `in_force_on(today)`, which waits for no sweep."""
        return self.filter(state="in_force")

    def in_force_on(self, day: dt.date) -> Self:
        """The text that held on that day, whatever has become of it since.

        An approved version holds from its day, though the sweep is still to come; the one it replaces no longer does.
        What was withdrawn before it came into force has no last day: it never held.
        """
        held = Q(state__in=["in_force", "approved"]) | Q(state__in=["superseded", "withdrawn"], effective_to__gte=day)
        come = self.model._default_manager.filter(
            document=OuterRef("document"), state="approved", effective_from__lte=day
        )
        return self.filter(held, effective_from__lte=day).exclude(Exists(come), state="in_force")

    def that_may_count(self) -> Self:
        """Without those of which a list says nothing: followed by another, and neither in force nor open."""
        after = Q(issue__gt=OuterRef("issue")) | Q(issue=OuterRef("issue"), revision__gt=OuterRef("revision"))
        later = self.model._default_manager.order_by().filter(~Q(state="dropped"), after, document=OuterRef("document"))
        return self.filter(Q(state__in=["in_force", *OPEN]) | ~Exists(later))

    def newest_of_each(self) -> Self:
        """Of these, the highest number of each document."""
        newest = self.order_by("document_id", "-issue", "-revision").distinct("document_id")
        return self.model._default_manager.filter(pk__in=newest.values("pk"))

    def in_order_of_documents(self) -> Self:
        """The order of the master list, for versions."""
        return self.order_by(_place("document__kind", apps.get_model("documents", "Document")), "document__code", "pk")

    def with_unasked(self) -> Self:
        """`unasked`: ids of the members at work it is meant for who have no acknowledgement of it, whoever wrote or
        signed it apart.
        """
        signatures = apps.get_model("documents", "Signature").objects.order_by()
        signed = signatures.filter(version=OuterRef(OuterRef("pk")), round=OuterRef(OuterRef("round")))
        asked = apps.get_model("documents", "Acknowledgement").objects.filter(version=OuterRef(OuterRef("pk")))
        readers = apps.get_model("tenants", "Member").objects.order_by().at_work()
        readers = readers.exclude(Exists(signed.filter(member=OuterRef("pk"))))
        readers = readers.exclude(Exists(asked.filter(member=OuterRef("pk")))).exclude(pk=OuterRef("drafted_by"))
        readers = readers.filter(_in_audience())
        return self.annotate(unasked=ArraySubquery(readers.values("pk")))

    def open(self) -> Self:
        return self.filter(state__in=OPEN)

    def with_hands(self) -> Self:
        """`hands`: ids of the members who may not sign it (see documents.permissions.hands_in)."""
        return self.annotate(hands=_hands())

    def waiting_for(self, member: Member) -> Self:
        """What this member can review or approve now, and drafts of theirs to finish (see documents.permissions)."""
        mine = Q(state="draft", drafted_by=member)
        tokens = permissions.tokens_of(member, delegated=False)
        signs: Any = Q(awaited__overlap=tokens)
        if tokens and member.has_role(*permissions.DELEGATES) and not member.has_role(*permissions.APPROVERS):
            signs |= _signs_by_delegation(member)
        signs &= Q(state__in=["in_review", "in_approval"]) & ~Q(hands__contains=[member.pk])
        return self.alias(hands=_hands()).filter(mine | signs)

    def due_to_come_into_force(self, on: dt.date | None = None) -> Self:
        return self.filter(state="approved", effective_from__lte=on or clock.today())


class AcknowledgementQuerySet(models.QuerySet[Any]):
    def of(self, member: Member) -> Self:
        """Their own, of documents they may still see."""
        return self.filter(member=member).exclude(version__document__in=hidden_ids(member))

    def with_read_in(self) -> Self:
        """`read_in`: id of the version that was read. After minor corrections it is a former one, whose reading was kept
        with its moment; none while it is not read.
        """
        kept = self.model._default_manager.filter(
            member=OuterRef("member"), version__document=OuterRef("version__document"), read_at=OuterRef("read_at")
        )
        first = kept.order_by("version__issue", "version__revision").values("version")[:1]
        own = When(version__is_minor=False, read_at__isnull=False, then=F("version"))
        return self.annotate(read_in=Case(own, default=Subquery(first), output_field=models.BigIntegerField()))

    def still_meant(self) -> Self:
        """Without those of restricted documents whose readers no longer include the person."""
        named = apps.get_model("documents", "Audience").objects.order_by()
        named = named.filter(document=OuterRef("version__document"))
        roles = ExpressionWrapper(OuterRef("member__roles"), output_field=ArrayField(models.CharField()))
        theirs = Q(unit=OuterRef("member__unit")) | Q(member=OuterRef("member")) | Q(roles__contains=[F("role")])
        named = named.alias(roles=roles).filter(theirs)
        return self.filter(~Q(version__document__confidentiality="restricted") | Exists(named))


def _signs_by_delegation(member: Member) -> Any:
    """Of a version: its approval is awaited, and a delegation of today covers its kind."""
    standing = apps.get_model("documents", "Delegation").objects.order_by().standing().filter(to=member)
    return Q(awaited__contains=["delegate"]) & Exists(standing.for_kind(OuterRef("document__kind")))


def _place(field: str, documents: Any) -> Func:
    """Where a kind stands in the master list."""
    from_top = [kind for kind, _label in documents._meta.get_field("kind").choices]
    kinds = Value(from_top, ArrayField(models.CharField()))
    return Func(kinds, F(field), function="array_position", output_field=models.IntegerField())


def _versions() -> Any:
    """The versions of the document of the outer query."""
    return apps.get_model("documents", "Version").objects.filter(document=OuterRef("pk"))


def _in_audience() -> Any:
    """Of a member, inside a query of versions: the document is for everybody, or names the unit, a role or the person.
    A restricted one is for those it names.
    """
    named = apps.get_model("documents", "Audience").objects.order_by()
    named = named.filter(document=OuterRef(OuterRef("document")))
    roles = ExpressionWrapper(OuterRef("roles"), output_field=ArrayField(models.CharField()))
    theirs = Q(unit=OuterRef("unit")) | Q(member=OuterRef("pk")) | Q(roles__contains=[F("role")])
    restricted = (
        apps.get_model("documents", "Document")
        .objects.order_by()
        .filter(pk=OuterRef(OuterRef("document")), confidentiality="restricted")
    )
    return (~Exists(named) & ~Exists(restricted)) | Exists(named.alias(roles=roles).filter(theirs))


def _hands() -> Any:
    """Member ids: who drafted, edited or submitted the version in any round, and who has signed in this one."""
    drafts = apps.get_model("documents", "HistoricalVersion").objects.order_by().filter(state="draft")
    earlier = drafts.filter(id=OuterRef("id"), round=OuterRef("round"), history_id__lt=OuterRef("history_id"))
    written = drafts.filter(id=OuterRef("pk"), history_date__gte=OuterRef("created_at"))
    edits = written.filter(Exists(earlier))  # a round's first row is the beginning or the return
    signatures = apps.get_model("documents", "Signature").objects.order_by()
    signed = signatures.filter(Q(role="drafted") | Q(round=OuterRef("round")), version=OuterRef("pk"))
    signed = signed.filter(signed_at__gte=OuterRef("created_at"))
    ids: Any = ArrayField(models.BigIntegerField())
    all_of_them: Any = ArraySubquery(edits.values("history_user"))
    for others in (written.values("drafted_by").distinct(), signed.values("member")):
        all_of_them = Func(all_of_them, ArraySubquery(others), function="array_cat", output_field=ids)
    return Func(all_of_them, F("drafted_by"), function="array_append", output_field=ids)
