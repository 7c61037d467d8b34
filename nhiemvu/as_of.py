"""A past day: which one a page is asked for, and what rows said at the end of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, TypeVar, cast

from django.db.models import (
    Case,
    Exists,
    F,
    IntegerField,
    Max,
    Min,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, JSONObject

from chuongtrinh.models import User
from nhiemvu.models import Decision, Task
from nhiemvu.status import FROM_THE_START, HANOI, Deadline, Facts, day_end

_WRITTEN = re.compile(
    r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})/(?P<m2>\d{1,2})/(?P<y2>\d{4})"
)
_KNOWN = "%Y%m%dT%H%M%S%f"
_TEXTS = ("title", "product", "authority", "priority", "continuing")
_DAYS = ("start", "due")
_BESIDE = ("parent", "mirrors")
_READ = Q(history_type="+", history_user=None)
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Day:
    """The day that a page shows; ``note`` says why it is not the one that was asked for. ``known``: what had
    been recorded by this moment counts, as in a report; by default by the end of the day."""

    on: date
    today: date
    note: str = ""
    known: datetime | None = None

    @property
    def past(self) -> bool:
        return self.known is not None or self.on < self.today

    @property
    def known_at(self) -> datetime:
        """What is recorded later is not known yet: by default the end of the day in Hà Nội."""
        return self.known or day_end(self.on)

    @property
    def said(self) -> str:
        """What a page says of a past day that it shows."""
        if self.known:
            known = f"{self.known.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"
            return f"Ngày {self.on:%d/%m/%Y}, theo số liệu đã ghi đến {known}"
        return f"Như đã biết đến hết ngày {self.on:%d/%m/%Y}"

    @property
    def address(self) -> str:
        """The day as ``?ngay=`` has it; "" for the present one."""
        known = f"~{self.known.astimezone(UTC):{_KNOWN}}" if self.known else ""
        return f"{self.on.isoformat()}{known}" if self.past else ""


def asked_day(text: str, today: date) -> Day:
    """``?ngay=``: 2026-09-30, or 30/09/2026 as people type it. What cannot be shown is today, with a note.
    A report's links add the moment up to which it knew the record (``Day.address``)."""
    text, _, moment = text.strip().partition("~")
    if moment:
        return _known_by(asked_day(text, today), moment)
    if not text:
        return Day(today, today)
    found = _WRITTEN.fullmatch(text) if text.isascii() else None
    try:
        y, m, d = (part for part in found.groups() if part) if found else ("", "", "")
        day = date(int(y), int(m), int(d)) if found and found["y"] else date(int(d), int(m), int(y))
    except ValueError:
        said = text if len(text) <= 20 else f"{text[:20]}…"
        return Day(today, today, f"Không có ngày “{said}”: ghi dạng 30/09/2026. Đang xem hôm nay.")
    if day > today:
        return Day(today, today, f"Ngày {day:%d/%m/%Y} chưa đến. Đang xem hôm nay.")
    if day.year < 1900:
        return Day(today, today, f"Ngày {day:%d/%m/%Y} quá xa. Đang xem hôm nay.")
    return Day(day, today)


def _known_by(day: Day, moment: str) -> Day:
    try:
        known = datetime.strptime(moment, _KNOWN).replace(tzinfo=UTC)
        known.astimezone(HANOI)  # what lies outside the calendar there is no moment
    except (ValueError, OverflowError):
        return day
    return day if day.note else replace(day, known=known)


def known_on(day: Day) -> Q:
    """The rows that were there to be read at the end of the day: what was signed, what the office had added
    by then, and plan items once they were given."""
    if not day.past:
        return ~Q(pk=None)
    versions = Task.history.model.objects.filter(id=OuterRef("pk"), history_date__lt=day.known_at)
    item = Q(kind=Task.Kind.PLAN_ITEM)
    given = Q(entry__given_on__lte=day.on, entry__given_at__lt=day.known_at)
    return (item & given) | (~item & (Q(clause__isnull=False) | Q(Exists(versions))))


def past_fields(day: Day) -> dict[str, Any]:
    """What filters ask of a row's words, as they stood at the end of the day: of the row itself, and of the
    row where its work is entered. A row that has no version so old has today's."""

    def then(value: Any, of: Any, present: Any) -> Coalesce:
        versions = Task.history.model.objects.filter(said_by(day.known_at), id=of)
        return Coalesce(Subquery(versions.annotate(v=value).order_by("-history_id").values("v")[:1]), present)

    def work(name: str) -> Case:
        return Case(When(mirrors__isnull=True, then=F(name)), default=F(f"mirrors__{name}"))

    own, entered = OuterRef("pk"), Coalesce(OuterRef("mirrors_id"), OuterRef("pk"))
    moved = Decision.objects.filter(task=entered, subject=Decision.Subject.DUE)
    in_force = moved.filter(effective_on__lte=day.on, recorded_at__lt=day.known_at)
    timed = (Q(mirrors__isnull=True) & _timed()) | _timed("mirrors__")
    present = Case(When(timed, then=Value("some")), default=Value(""))
    first = moved.order_by("effective_on", "pk").values("before")[:1]
    return {
        "then_title": then(F("title"), own, F("title")),
        "then_due": then(F("due"), own, F("due")),
        "then_product": then(F("product"), entered, work("product")),
        "then_authority": then(F("authority"), entered, work("authority")),
        # As status has it: what a deadline was before the first decision on it stood from the start.
        "then_decided": Exists(in_force),
        "then_first": Coalesce(Subquery(first), present),
    }


def _timed(path: str = "") -> Q:
    return Q(**{f"{path}due__isnull": False}) | Q(**{f"{path}continuing": True})


def said_by(known_at: datetime) -> Q:
    """Of a row's versions those that tell of the moment: older ones, and what was read from the signed text,
    which holds from the start, whenever it was loaded."""
    return Q(history_date__lt=known_at) | _READ


def name_then(model: type[Model], path: str, day: Day, field: str = "name") -> Any:
    """What a row that ``path`` leads to was called at the end of the day; or what another field said."""
    if not day.past:
        return F(f"{path}__{field}")
    return Coalesce(Subquery(_newest(model, path, day).values(field)[:1]), F(f"{path}__{field}"))


def account_then(path: str, day: Day) -> Any:
    """What the account that ``path`` leads to was called at the end of the day: its name, or else the word by
    which it signs in."""
    present = _called(f"{path}__")
    if not day.past:
        return present
    versions = _newest(User, path, day).annotate(called=_called(""))
    return Coalesce(Subquery(versions.values("called")[:1]), present, output_field=TextField())


def _called(path: str) -> Any:
    name, word = F(f"{path}full_name"), F(f"{path}username")
    return Cast(Case(When(**{f"{path}full_name": ""}, then=word), default=name), TextField())


def _newest(model: type[Model], path: str, day: Day) -> QuerySet[Any]:
    history = cast(Any, model).history.model.objects
    found: QuerySet[Any] = history.filter(said_by(day.known_at), id=OuterRef(f"{path}__pk"))
    return found.order_by("-history_id")


def with_past_words(tasks: QuerySet[Task], day: Day) -> QuerySet[Task]:
    """The rows with what each, what it belongs to and what it mirrors said at the end of the day, for
    ``say_then``."""
    said = JSONObject(**{name: name for name in (*_TEXTS, *_DAYS)})

    def then(path: str) -> Subquery:
        versions = Task.history.model.objects.filter(said_by(day.known_at), id=OuterRef(path))
        return Subquery(versions.order_by("-history_id").values(said=said)[:1])

    return tasks.annotate(said_then=then("pk"), **{f"{name}_then": then(f"{name}_id") for name in _BESIDE})


def read_then(tasks: QuerySet[Task], day: Day) -> list[Task]:
    """The rows as they were called at the end of the day; copies that are never to be saved."""
    if not day.past:
        return list(tasks)
    rows: list[Task] = list(with_past_words(tasks, day))
    for row in rows:
        say_then(row)
    return rows


def say_then(task: Task) -> None:
    """Put the words of the past day in the place of today's, on this copy alone (never to be saved), and on
    what was read along with it."""
    _say(task, getattr(task, "said_then", None))
    for name in _BESIDE:
        other = cast(Any, Task._meta.get_field(name)).get_cached_value(task, default=None)
        if other is not None:
            _say(other, getattr(task, f"{name}_then", None))


def _say(task: Task, said: dict[str, Any] | None) -> None:
    if not said:
        return
    for name in _TEXTS:
        setattr(task, name, said[name])
    task.continuing = bool(task.continuing)
    for name in _DAYS:
        setattr(task, name, date.fromisoformat(said[name]) if said[name] else None)


def as_known(model: type[M], known_at: datetime, **where: Any) -> list[M]:
    """All rows of a kind as they were known before the moment, those deleted since among them; copies under
    their own keys, by key, never to be saved. In one query, from the kind's history.

    What nobody entered was read from the signed text: it holds from the start, whenever it was loaded.
    """
    versions = versions_known(model, known_at, **where).order_by("id")
    return [model(**row) for row in versions.values(*_tracked(model))]


def all_known(
    wanted: dict[type[Model], dict[str, Any]],
    known_at: datetime,
    beside: Mapping[type[Model], Mapping[str, str]] = MappingProxyType({}),
) -> dict[type[Model], list[Any]]:
    """``as_known`` of several kinds, each under its own conditions, in one query for all. ``beside``: what is
    read along with the rows of a kind, by attribute and path."""
    kinds = list(wanted)
    parts = []
    for place, (model, where) in enumerate(wanted.items()):
        said = JSONObject(**{name: name for name in _tracked(model)}, **beside.get(model, {}))
        versions = versions_known(model, known_at, **where).order_by()
        parts.append(versions.values_list(Value(place, IntegerField()), "id", said))
    found: dict[type[Model], list[Any]] = {model: [] for model in kinds}
    fields = {model: cast(Any, model).history.model.tracked_fields for model in kinds}
    for place, _, said in sorted(parts[0].union(*parts[1:], all=True), key=lambda row: row[:2]):
        model = kinds[place]
        row = {field.attname: _read(field, said[field.attname]) for field in fields[model]}
        found[model].append(model(**row))
        for name in beside.get(model, {}):
            setattr(found[model][-1], name, said[name])
    return found


def _read(field: Any, value: Any) -> Any:
    """A value of a JSON object as the field has it: days come as text, and yes and no as 1 and 0."""
    return value if field.is_relation else field.to_python(value)


def _tracked(model: type[Model]) -> list[str]:
    return [field.attname for field in cast(Any, model).history.model.tracked_fields]


def versions_known(model: type[Model], known_at: datetime, **where: Any) -> QuerySet[Any]:
    """Of each row of a kind the version that told of it before the moment, unless it was deleted by then."""
    history = cast(Any, model).history.model.objects.filter(**where)
    chosen = (
        history.order_by()
        .values("id")
        .annotate(
            last=Max("history_id", filter=Q(history_date__lt=known_at)),
            read=Min("history_id", filter=_READ),
        )
        .values(chosen=Coalesce("last", "read"))
    )
    found: QuerySet[Any] = history.filter(history_id__in=chosen).exclude(history_type="-")
    return found


def in_draft(facts: Facts, then: Task) -> Facts:
    """The facts of an item not yet given out on the day: its draft said so, no decision did."""
    start: dict[str, Any] = {"effective_on": FROM_THE_START.date(), "recorded_at": FROM_THE_START}
    due: dict[str, Any] = {"due": then.due, "continuing": then.continuing}
    deadlines = (Deadline(**start, **due),) if then.due or then.continuing else ()
    return replace(facts, code=then.code, title=then.title, deadlines=deadlines)


def deadline_on(facts: Facts, day: date, *, known_at: datetime | None = None) -> Deadline | None:
    """The deadline in force on the day as it was known then: the row's own, or else the mirrored one's."""
    known_at = known_at or day_end(day)
    for work in (facts, facts.mirrors):
        held = [
            row
            for row in (work.deadlines if work else ())
            if row.effective_on <= day and row.recorded_at < known_at
        ]
        if held:
            return max(held, key=lambda row: (row.effective_on, row.recorded_at))
    return None
