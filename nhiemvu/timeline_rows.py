"""The rows behind a task's timeline: kinds of record with the same columns, joined, sorted and cut by the
database in one query."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, JSONObject, Left, Length

from baocao.models import Answer, Evidence, ExtensionRequest, Update
from nhiemvu.as_of import Day, account_then, name_then
from nhiemvu.models import BY_DECISION, Decision, Task
from phancong.models import Assignment, Comrade, Group, PlanAct, PlanEntry, Unit
from phancong.permissions import visible_addressed, visible_extensions, visible_updates

SHORTENED = 700
"""Letters of a long report that the page shows until it is asked for the rest."""
TEXT_FIELDS = ("title", "product", "authority", "start", "due", "continuing", "priority")
WHOM = {"unit": Unit, "comrade": Comrade, "group": Group}
_RANK = {
    "text": 0,
    "assignment": 1,
    "given": 2,
    "wished": 3,
    "decision": 4,
    "answered": 5,
    "sent": 6,
    "settled": 7,
    "directed": 8,
    "replied": 9,
    "judged": 10,
    "called_off": 11,
}
"""What stands above what where the clock says the same."""

Row = tuple[datetime, int, int, str, str | None, dict[str, Any], dict[str, Any] | None, list[Any] | None]
"""When, its rank, its key, what it is, who, what it says, what was said before, and proofs."""


class JsonList(Aggregate):
    """The rows of a group as one JSON list, on either database."""

    function = "JSON_GROUP_ARRAY"
    output_field = JSONField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_AGG", **extra)


def rows_of(task: Task, sections: Iterable[int], user: Any, day: Day, whole: int) -> QuerySet:
    home = task.mirrors_id or task.pk
    mine = Q(task=home) | Q(task__parent=home, task__entry__given_on__isnull=False)
    updates = visible_updates(user, known_at=day.known_at).filter(mine)
    parts = [
        _sent(updates, day, whole),
        _settled(updates, day),
        _decided(mine, day),
        *_extensions(mine, user, day),
        *_directives(mine, user, day),
        _given(home, day),
        _texts(task, day),
        _assigned(task, sections, day),
    ]
    return parts[0].union(*parts[1:], all=True).order_by("-moment", "-rank", "-entry")


def _part(rows: QuerySet, kind: str, at: str, who: Any, said: dict[str, Any], **more: Any) -> QuerySet:
    """The columns that all parts share."""
    nothing = partial(Cast, Value(None, TextField()), JSONField())
    return (
        rows.order_by()
        .annotate(
            moment=Cast(at, DateTimeField()) if at == "given_at" else F(at),
            rank=Value(_RANK[kind], IntegerField()),
            entry=Cast("history_id" if kind in ("text", "assignment") else "pk", BigIntegerField()),
            what=Value(kind, CharField()),
            by_whom=who,
            said=JSONObject(**said),
            was=more.get("was", nothing()),
            proofs=more.get("proofs", nothing()),
        )
        .values_list("moment", "rank", "entry", "what", "by_whom", "said", "was", "proofs")
    )


def _sent(updates: QuerySet, day: Day, whole: int) -> QuerySet:
    end = day.known_at
    state = Case(When(settled_at__gte=end, then=Value("submitted")), default=F("state"))
    later = Update.objects.filter(replaces=OuterRef("pk"), recorded_at__lt=end)
    confirmed = later.filter(state=Update.State.CONFIRMED, settled_at__lt=end)
    withdrawn = Q(state__in=(Update.State.RETURNED, Update.State.RECALLED), settled_at__lt=end)
    content = Case(
        When(pk=whole, then=F("content")), default=Left("content", SHORTENED), output_field=TextField()
    )
    rows = updates.filter(recorded_at__lt=end).annotate(
        stood=state,
        shown=content,
        length=Length("content"),
        replaced=Case(
            When(Exists(confirmed), then=Value(1)),
            When(~Q(stood="confirmed") & Exists(later.exclude(withdrawn)), then=Value(1)),
            default=Value(0),
        ),
    )
    said = {
        name: name
        for name in (
            *("percent", "verdict", "reason", "product", "difficulties", "requests", "no_change"),
            *("claims_completion", "effective_on", "by_office", "share", "replaced", "length"),
        )
    }
    said |= {
        "code": "task__code",
        "unit": name_then(Unit, "unit", day),
        "kind": "unit__kind",
        "period": "period__label",
    }
    said |= {"state": "stood", "content": "shown", "corrects": "replaces_id"}
    return _part(rows, "sent", "recorded_at", account_then("author", day), said, proofs=_proofs("update"))


def _proofs(of: str) -> Subquery:
    """What proves an update or an answer, as a list beside it."""
    columns = {name: name for name in ("pk", "name", "size", "number", "issued_on", "issuer")}
    rows = Evidence.objects.filter(**{of: OuterRef("pk")}).order_by().values(of)
    return Subquery(rows.annotate(listed=JsonList(JSONObject(**columns))).values("listed"))


def _settled(updates: QuerySet, day: Day) -> QuerySet:
    said = {
        "code": "task__code",
        "unit": name_then(Unit, "unit", day),
        "period": "period__label",
        "state": "state",
        "reason": "return_reason",
        "percent": "percent",
        "claims_completion": "claims_completion",
    }
    figures = Q(by_office=True, share=False, unit__kind=Unit.Kind.COMMITTEE)  # recorded and confirmed in one
    rows = updates.filter(~figures, settled_at__lt=day.known_at)
    return _part(rows, "settled", "settled_at", account_then("settled_by", day), said)


def _decided(mine: Q, day: Day) -> QuerySet:
    rows = Decision.objects.filter(mine, recorded_at__lt=day.known_at)
    said = {name: name for name in ("subject", "before", "after", "document", "reason", "effective_on")}
    return _part(
        rows, "decision", "recorded_at", account_then("decided_by", day), said | {"code": "task__code"}
    )


def _extensions(mine: Q, user: Any, day: Day) -> tuple[QuerySet, QuerySet]:
    """Requests to move a deadline, and what became of those not granted: a grant is told by its decision."""
    rows = visible_extensions(user, known_at=day.known_at).filter(mine)
    ended = (ExtensionRequest.State.REFUSED, ExtensionRequest.State.WITHDRAWN)
    said = {"code": "task__code", "unit": name_then(Unit, "unit", day), "due": "due_asked", "state": "state"}
    asked = rows.filter(asked_at__lt=day.known_at)
    answered = rows.filter(state__in=ended, decided_at__lt=day.known_at)
    return (
        _part(asked, "wished", "asked_at", account_then("asked_by", day), said | {"reason": "reason"}),
        _part(
            answered, "answered", "decided_at", account_then("decided_by", day), said | {"reason": "answer"}
        ),
    )


def _directives(mine: Q, user: Any, day: Day) -> list[QuerySet]:
    """What was instructed or urged about the work, answered, accepted or asked again, and withdrawn."""
    end = day.known_at
    given = visible_addressed(user).filter(mine, directive__recorded_at__lt=end)
    said = {"code": "task__code", "unit": name_then(Unit, "unit", day), "directive": "directive_id"}
    told = {"kind": "directive__kind", "text": Left("directive__text", SHORTENED)}
    told |= {"due": "directive__answer_by", "document": "directive__document"}
    off = given.filter(directive__withdrawn_at__lt=end)
    answers = Answer.objects.filter(addressed__in=given.values("pk"), recorded_at__lt=end)
    beside = {"code": "addressed__task__code", "directive": "addressed__directive_id"}
    beside |= {"unit": name_then(Unit, "addressed__unit", day)}
    reply = {"text": Left("text", SHORTENED), "by_office": "by_office"}
    judged = {"state": "state", "reason": "asked_again_because", "due": "answer_by"}
    return [
        _part(
            given, "directed", "directive__recorded_at", account_then("directive__given_by", day), said | told
        ),
        _part(
            off,
            "called_off",
            "directive__withdrawn_at",
            account_then("directive__withdrawn_by", day),
            said | {"reason": "directive__withdrawn_because"},
        ),
        _part(
            answers,
            "replied",
            "recorded_at",
            account_then("author", day),
            beside | reply,
            proofs=_proofs("answer"),
        ),
        _part(
            answers.filter(settled_at__lt=end),
            "judged",
            "settled_at",
            account_then("settled_by", day),
            beside | judged,
        ),
    ]


def _given(home: int, day: Day) -> QuerySet:
    """What was handed out with its plan; what a document added later is told by that decision."""
    acts = PlanAct.objects.filter(plan=OuterRef("plan"), act=PlanAct.Act.GIVE).order_by("-pk")
    added = Decision.objects.filter(task=OuterRef("task"), subject=Decision.Subject.ADDED)
    rows = PlanEntry.objects.filter(
        Q(task=home) | Q(task__parent=home), ~Exists(added), given_at__lt=day.known_at
    ).annotate(document=Subquery(acts.values("document")[:1]))
    said = {
        "code": "task__code",
        "unit": name_then(Unit, "plan__unit", day),
        "year": "plan__year",
        "on": "given_on",
        "document": "document",
    }
    who = Cast(Subquery(acts.values(name=account_then("by", day))[:1]), TextField())
    return _part(rows, "given", "given_at", who, said)


def _texts(task: Task, day: Day) -> QuerySet:
    """Edits of the row itself, not its loading. A plan item's are its unit's until it is given."""
    versions = Task.history.model.objects
    rows = versions.filter(id=task.pk, history_date__lt=day.known_at)
    rows = rows.exclude(history_change_reason__startswith=BY_DECISION)
    rows = rows.exclude(history_type="+", history_user=None)
    if task.kind == Task.Kind.PLAN_ITEM:
        since = task.entry.given_at
        rows = rows.filter(history_type="~", history_date__gt=since) if since else rows.none()
        if since is None:  # an empty part of a union would lose its columns
            rows = versions.filter(id=None)
    fields = {name: name for name in TEXT_FIELDS}
    before = (
        versions.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        .order_by("-history_id")
        .values(said_before=JSONObject(**fields))[:1]
    )
    said = fields | {"act": "history_type", "why": "history_change_reason"}
    return _part(rows, "text", "history_date", account_then("history_user", day), said, was=Subquery(before))


def _assigned(task: Task, sections: Iterable[int], day: Day) -> QuerySet:
    """Changes of who answers, for the row, what it belongs to and its sections; not what loading read."""
    versions = Assignment.history.model.objects
    own = Q(task__in=[pk for pk in (task.pk, task.parent_id) if pk])
    if task.kind == Task.Kind.PLAN_ITEM:
        since = task.entry.given_at
        own = Q(task=task.parent_id)
        if since:
            own |= Q(task=task.pk, history_date__gt=since)
    rows = versions.filter(own | Q(section__in=list(sections)), history_date__lt=day.known_at)
    rows = rows.exclude(history_type="+", history_user=None)
    fields: dict[str, Any] = {name: name_then(model, name, day) for name, model in WHOM.items()}
    fields |= {name: name for name in ("role", "text", "principal", "valid_from", "valid_to", "decided_by")}
    before = (
        versions.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        .order_by("-history_id")
        .values(said_before=JSONObject(**fields))[:1]
    )
    said = fields | {"act": "history_type", "section": "section__number", "code": "task__code"}
    return _part(
        rows, "assignment", "history_date", account_then("history_user", day), said, was=Subquery(before)
    )
