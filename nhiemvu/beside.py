"""What hangs beside one row of work: read in one query, whatever it is and however much there is of it.

Small relations are joined and taken apart again; those with long texts, or of which a person may see only
some, come as lists in a column.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import FilteredRelation, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject, TruncDate

from baocao.models import ExtensionRequest
from chuongtrinh.models import Citation, Clause, Correction
from chuongtrinh.vietnamese import format_number
from nhiemvu.as_of import Day, account_then, name_then
from nhiemvu.models import DeadlineProposal, Decision, Indicator, Task
from nhiemvu.status import HANOI
from nhiemvu.timeline_rows import JsonList
from phancong.models import Unit
from phancong.permissions import visible_extensions


def _listed(rows: QuerySet, beside: str, *columns: str) -> Subquery:
    """The rows beside one, as a list in a column."""
    said = JSONObject(**{name: name for name in ("pk", *columns)})
    return Subquery(rows.order_by().values(beside).annotate(listed=JsonList(said)).values("listed"))


def _of_clause() -> dict[str, Subquery]:
    """The corrections and citations of the task's clause, and the clause on the duty of heads (IV.2)."""
    heads = Clause.objects.filter(duty=Clause.Duty.HEADS, section__programme=OuterRef("programme"))
    said = JSONObject(pk="pk", text="text", section__number="section__number")
    cited = [f"document__{name}" for name in ("kind", "number", "issued_on", "issuer")]
    clause = {"clause": OuterRef("clause")}
    return {
        "heads": Subquery(heads.order_by("section__ordinal", "ordinal").values(said=said)[:1]),
        "corrected": _listed(
            Correction.objects.filter(**clause), "clause", "ordinal", "original", "corrected", "reason"
        ),
        "cited": _listed(Citation.objects.filter(**clause), "clause", "as_written", *cited),
    }


_DECISION = (
    "pk",
    "subject",
    "before",
    "after",
    "document",
    "reason",
    "effective_on",
    "recorded_at",
)


_AIM = ("name", "unit", "target", "target_high", "direction", "every_year")


def beside_of(task: Task, units: set[int], day: Day, user: Any) -> list[dict[str, Any]]:
    """Proposals, indicators, decisions of the task and the requests to move its deadline that one may read,
    and the plans of these units from the day's year on."""
    pending = Q(deadline_proposals__state=DeadlineProposal.State.PENDING)
    planned = Q(programme__plans__unit__in=units or {0}, programme__plans__year__gte=day.on.year)
    # What each said at the end of a past day, in the place of what it says now.
    then = {f"{name}_then": name_then(Indicator, "indicators", day, name) for name in _AIM if day.past}
    rows = Task.objects.filter(pk=task.pk).annotate(
        pending=FilteredRelation("deadline_proposals", condition=pending),
        plans=FilteredRelation("programme__plans", condition=planned),
        wished=_extensions(user),
        decider=account_then("decisions__decided_by", day),
        **then,
        **_of_clause(),
    )
    found = rows.order_by("indicators__code", "pending__pk", "decisions__pk").values(
        *(f"decisions__{name}" for name in _DECISION),
        *("wished", "heads", "corrected", "cited", "decider", *then),
        *(f"plans__{name}" for name in ("pk", "year", "unit_id", "state")),
        *(f"pending__{name}" for name in ("pk", "as_written", "due", "continuing")),
        *(f"indicators__{name}" for name in ("pk", "code", "as_written", *_AIM)),
    )
    return [_said(row, then) for row in found]


def _said(row: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    told = {f"indicators__{name.removesuffix('_then')}": row[name] for name in then}
    return row | told | {"decisions__by": row["decider"]}


def in_order(rows: list[dict[str, Any]] | None, key: str) -> list[dict[str, Any]]:
    return sorted(rows or [], key=lambda row: row[key])


def dated(row: dict[str, Any]) -> dict[str, Any]:
    day = row["document__issued_on"]
    return row | {"document__issued_on": date.fromisoformat(day) if day else None}


def distinct(rows: list[dict[str, Any]], relation: str) -> list[dict[str, Any]]:
    """The different rows of one joined relation, in their order, named without the relation."""
    start = f"{relation}__"
    found = {}
    for row in rows:
        if row[f"{start}pk"]:
            short = {name[len(start) :]: value for name, value in row.items() if name.startswith(start)}
            if relation == "indicators":
                short["aim"] = indicator_aim(short)
            found[short["pk"]] = short
    return list(found.values())


def _extensions(user: Any) -> Subquery:
    """The requests of a row that this person may read, as a list beside it."""
    unit = {"name": "unit__name", "short_name": "unit__short_name"}
    said = JSONObject(
        pk="pk",
        state="state",
        due_asked="due_asked",
        reason="reason",
        asked_on=TruncDate("asked_at"),
        unit=JSONObject(**unit),
        decision=JSONObject(after="decision__after", document="decision__document"),
    )
    rows = visible_extensions(user).filter(task=OuterRef("pk")).order_by().values("task")
    return Subquery(rows.annotate(listed=JsonList(said)).values("listed"))


def extension(said: dict[str, Any]) -> ExtensionRequest:
    """The request as the card shows it."""
    decision = Decision(subject=Decision.Subject.DUE, **said["decision"])
    return ExtensionRequest(
        pk=said["pk"],
        state=said["state"],
        due_asked=date.fromisoformat(said["due_asked"]),
        reason=said["reason"],
        asked_at=datetime.combine(date.fromisoformat(said["asked_on"]), time.min, HANOI),
        unit=Unit(**said["unit"]),
        decision=decision if decision.document else None,
    )


def indicator_aim(row: dict[str, Any]) -> str:
    """A numeric target in words: "từ 13 % trở lên", "từ 20 đến 25 ha"."""
    low, unit, every = format_number(row["target"]), row["unit"], " mỗi năm" if row["every_year"] else ""
    words = {
        Indicator.Direction.AT_LEAST: f"từ {low} {unit} trở lên",
        Indicator.Direction.AT_MOST: f"không quá {low} {unit}",
        Indicator.Direction.EQUAL: f"đúng {low} {unit}",
    }
    if row["direction"] == Indicator.Direction.BETWEEN:
        return f"từ {low} đến {format_number(row['target_high'])} {unit}{every}"
    return f"{words[row['direction']]}{every}"
