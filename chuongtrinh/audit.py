"""The audit page's rows: every edit of every tracked table, and every plan act and decision, newest first.

One query finds which entries a page shows, one reads what they say and what stood before, one gives the names
of the rows they point to: their number does not grow with the tables or with the entries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Exists,
    F,
    ForeignKey,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat, JSONObject
from django.utils import timezone
from django.utils.text import Truncator, capfirst

from baocao.models import (
    BY_STEP,
    IndicatorValue,
    Period,
    PeriodAct,
    Review,
    ReviewAct,
    ReviewPart,
    UnitReport,
    Update,
)
from chuongtrinh.audit_acts import Entry, appended
from chuongtrinh.audit_kinds import BY_KEY, KINDS, Kind
from chuongtrinh.edits import NAMED_ACTS, in_words
from chuongtrinh.models import Clause, Programme, Section, User
from chuongtrinh.vietnamese import fold
from nhiemvu.models import (
    BY_DECISION,
    Decision,
    Task,
)
from phancong.models import CarryOver, Comrade, Group, PlanAct, Unit
from phancong.permissions import (
    visible_plans,
    visible_reviews,
    visible_tasks,
    visible_updates,
    visible_values,
)

PER_PAGE, LONGEST = 50, 2_000
SYSTEM = "he-thong"
_ACTS = {"+": "Thêm", "~": "Sửa", "-": "Xóa"}


_OF_REPORTS = ("Tình trạng", "Gửi lúc", "Lý do trả lại")


class Filters(forms.Form):
    """What the page is asked for."""

    q = forms.CharField(label="Tìm", max_length=200, required=False)
    nguoi = forms.CharField(label="Người sửa", required=False)
    loai = forms.ChoiceField(label="Loại", required=False)
    tu = forms.DateField(label="Từ ngày", required=False)
    den = forms.DateField(label="Đến ngày", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["loai"].choices = [("", "")] + [(kind.key, kind.label) for kind in KINDS]  # type: ignore[attr-defined]


def entries_of(user: User, asked: dict[str, Any]) -> QuerySet:
    """Which entries this person is shown, newest first: when, of which kind, and their key."""
    kinds = [BY_KEY[asked["loai"]]] if asked.get("loai") else KINDS
    found = [_of_kind(kind, user, asked) for kind in kinds]
    rows = found[0].union(*found[1:], all=True) if len(found) > 1 else found[0]
    return rows.order_by("-moment", "-entry", "of")


def _of_kind(kind: Kind, user: User, asked: dict[str, Any]) -> QuerySet:
    own = Q(**{kind.committee: user.committee_id})
    if kind.tracked:  # of what is gone with all that it belonged to, the editor's committee is still known
        own |= Q(history_user__committee=user.committee_id)
    rows = kind.entries._base_manager.filter(own)
    if kind.told:
        rows = rows.filter(**{f"{kind.at}__isnull": False})
    if kind.model is UnitReport:  # what a unit is still writing is its own
        drafts = Q(state=UnitReport.State.DRAFT) & ~Q(unit=user.unit_id or 0)
        rows = rows.exclude(drafts)
    if kind.model in (Review, ReviewPart):  # what was done with a report is told by its acts
        rows = rows.exclude(history_change_reason=BY_STEP)
    if kind.model is Task:  # what decisions did is told by them
        added = Decision.objects.filter(task=OuterRef("id"), subject=Decision.Subject.ADDED)
        rows = rows.exclude(history_change_reason__startswith=BY_DECISION)
        rows = rows.exclude(Q(history_type="+") & Exists(added))
    if user.role != User.Role.OFFICE:
        rows = _without_drafts(rows, kind, user)
    if asked.get("nguoi") == SYSTEM:
        rows = rows.filter(**{kind.by: None})
    elif asked.get("nguoi"):
        known = asked["nguoi"].isdecimal() and len(asked["nguoi"]) < 10
        rows = rows.filter(**{kind.by: int(asked["nguoi"])}) if known else rows.none()
    if asked.get("tu"):
        rows = rows.filter(**{f"{kind.at}__gte": _midnight(asked["tu"])})
    if asked.get("den"):
        rows = rows.filter(**{f"{kind.at}__lt": _midnight(asked["den"] + timedelta(days=1))})
    if asked.get("q", "").strip():
        rows = rows.filter(_sought(kind, asked["q"].strip()))
    return (
        rows.annotate(
            moment=F(kind.at),
            of=Value(kind.key, CharField()),
            entry=Cast("history_id" if kind.tracked else "pk", BigIntegerField()),
        )
        .order_by()
        .values_list("moment", "of", "entry")
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _without_drafts(rows: QuerySet, kind: Kind, user: User) -> QuerySet:
    """What a unit is still writing is its own and the office's: nobody else reads it here either."""
    if kind.model in (PlanAct, CarryOver):
        return rows.filter(plan__in=visible_plans(user))
    if kind.model is Update:
        return rows.filter(pk__in=visible_updates(user).order_by().values("pk"))
    if kind.model in (Review, ReviewPart, ReviewAct):
        field = "id" if kind.model is Review else "review"
        return rows.filter(**{f"{field}__in": visible_reviews(user).order_by().values("pk")})
    if kind.model is IndicatorValue:
        return rows.filter(pk__in=visible_values(user).order_by().values("pk"))
    if kind.model is Task:
        return rows.filter(~Q(kind=Task.Kind.PLAN_ITEM) | Q(id__in=visible_tasks(user).values("pk")))
    if kind.work:
        pk = f"{kind.work}_id"
        shown = visible_tasks(user).filter(pk=OuterRef(pk))
        return rows.filter(Q(**{f"{pk}__isnull": True}) | Exists(shown))
    return rows


def _sought(kind: Kind, q: str) -> Q:
    """Entries of rows that are called so, or that belong to work, a unit or a comrade called so."""
    rows_of = {model: _called(model, q) for model in (Task, Unit, Comrade)}
    meta: Any = kind.model._meta
    found = Q()
    if kind.model in rows_of:
        found |= Q(id__in=rows_of[kind.model])
    if kind.tracked:
        found |= Q(history_change_reason__icontains=q)
    told = {one.name for one in kind.entries._meta.fields}
    for one in meta.fields:
        if one.name not in told:  # its history leaves it out
            continue
        if isinstance(one, CharField | TextField) and one.name not in ("search_key", "sort_key", "password"):
            found |= Q(**{f"{one.name}__icontains": q})
        elif isinstance(one, ForeignKey):
            if one.related_model in rows_of:
                found |= Q(**{f"{one.name}__in": rows_of[one.related_model]})
            elif one.related_model is Section:
                found |= Q(**{f"{one.name}__number__iexact": q}) | Q(**{f"{one.name}__title__icontains": q})
    if kind.model in (PlanAct, CarryOver):
        found |= Q(plan__unit__in=rows_of[Unit])
    if kind.model in (Update, PeriodAct):
        found |= Q(period__label__icontains=q)
    if kind.model is ReviewAct:
        found |= Q(review__period__label__icontains=q)
    return found


def _called(model: Any, q: str) -> QuerySet:
    words = fold(q).split()
    rows = model._base_manager.filter(*(Q(search_key__contains=word) for word in words))
    return rows.values("pk") if words else rows.none().values("pk")


# --- what the entries of one page say -------------------------------------------------------------------


def read(keys: list[tuple[datetime, str, int]]) -> list[Entry]:
    """The entries in the order of their keys, each with what changed in words."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for _, kind, key in keys:
        wanted[kind].append(key)
    found = _tracked(wanted) | appended(wanted)
    return [found[kind, key] for _, kind, key in keys if (kind, key) in found]


def _tracked(wanted: dict[str, list[int]]) -> dict[tuple[str, int], Entry]:
    parts = [_contents(BY_KEY[key], pks) for key, pks in wanted.items() if BY_KEY[key].tracked]
    if not parts:
        return {}
    rows = list(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
    groups = [said for key, *_, now, before in rows for said in (now, before) if said and key == "group"]
    listed = _members([said["history_id"] for said in groups])
    names = _Names(rows, listed)
    found = {}
    for key, entry, at, act, who, reason, now, before in rows:
        kind = BY_KEY[key]
        editor = names.of(User, who) if who else "Hệ thống"
        label = Task.Kind(now["kind"]).label if kind.model is Task else kind.label
        line = Entry(at, editor, label, _ACTS[act], names.called(kind, now))
        if act == "~" and before:
            line.changes = names.changes(kind, before, now, listed)
            if kind.model is UnitReport:  # its words were the unit's alone until it sent them
                line.changes = [one for one in line.changes if one[0] in _OF_REPORTS]
        if reason in NAMED_ACTS:
            line.act = reason
        elif reason:
            line.notes.append(f"Lý do: {reason}")
        found[key, entry] = line
    return found


def _contents(kind: Kind, keys: list[int]) -> QuerySet:
    """The entries with what they say and what the one before said."""
    entries = kind.entries
    said = JSONObject(history_id="history_id", **{one.attname: one.attname for one in _fields(kind)})
    before = (
        entries._base_manager.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
        .order_by("-history_id")
        .values(said_before=said)[:1]
    )
    return (
        entries._base_manager.filter(history_id__in=keys)
        .annotate(
            of=Value(kind.key, CharField()),
            entry=Cast("history_id", BigIntegerField()),
            moment=F("history_date"),
            act=F("history_type"),
            who=F("history_user_id"),
            why=F("history_change_reason"),
            now=said,
            before=Subquery(before),
        )
        .order_by()
        .values_list("of", "entry", "moment", "act", "who", "why", "now", "before")
    )


def _fields(kind: Kind) -> list[Any]:
    return [one for one in kind.entries.tracked_fields if one.name != "id"]


def _members(entries: list[int]) -> dict[int, set[int]]:
    """Whom the groups named in these entries listed at the time, by entry."""
    found: dict[int, set[int]] = defaultdict(set)
    if entries:
        rows = apps.get_model("phancong.HistoricalGroup_comrades")._base_manager.filter(history__in=entries)
        for entry, comrade in rows.values_list("history_id", "comrade_id"):
            found[entry].add(comrade)
    return found


class _Names:
    """Names for all rows that the entries of one page point to, read in one query; of deleted rows their
    last."""

    def __init__(self, rows: Iterable[Any], listed: dict[int, set[int]]) -> None:
        wanted: dict[Any, set[int]] = defaultdict(set)
        wanted[Comrade] = {comrade for members in listed.values() for comrade in members}
        for key, _, _, _, who, _, *said in rows:
            wanted[User].add(who)
            for one in _fields(BY_KEY[key]):
                if isinstance(one, ForeignKey):
                    wanted[one.related_model] |= {now[one.attname] for now in said if now}
        parts = []
        for model, pks in wanted.items():
            if known := pks - {None}:
                parts.append(_named(model, model._base_manager.filter(pk__in=known), gone=False))
                if hasattr(model, "history"):
                    gone = model.history.model._base_manager.filter(id__in=known, history_type="-")
                    parts.append(_named(model, gone, gone=True))
        self._names: dict[tuple[str, int], str] = {}
        found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0] if parts else ()
        for of, pk, gone, name in found:
            if not gone or (of, pk) not in self._names:
                self._names[of, pk] = name.strip()

    def of(self, model: Any, pk: int) -> str:
        return self._names.get((model._meta.label_lower, pk), "(đã xóa)")

    def called(self, kind: Kind, said: dict[str, Any]) -> str:
        """The row by its own words: "Chủ trì, tham mưu · Phòng Kinh tế · II.3.2 Phát triển hạ tầng"."""
        fields = {one.name: one for one in _fields(kind)}
        parts = [self._said(fields[name], said) for name in kind.names]
        return " · ".join(part for part in parts if part)

    def changes(
        self, kind: Kind, old: dict[str, Any], new: dict[str, Any], listed: dict[int, set[int]]
    ) -> list[tuple[str, str, str]]:
        found = [
            (capfirst(str(one.verbose_name)), self._said(one, old), self._said(one, new))
            for one in _fields(kind)
            if old[one.attname] != new[one.attname]
        ]
        then, now = listed.get(old["history_id"], set()), listed.get(new["history_id"], set())
        if kind.model is Group and then != now:
            name = str(capfirst(Group._meta.get_field("comrades").verbose_name))
            found.append((name, self._list(then), self._list(now)))
        return found

    def _said(self, one: Any, said: dict[str, Any]) -> str:
        value = said[one.attname]
        if value is None or value == "":
            return ""
        return (
            self.of(one.related_model, value)
            if isinstance(one, ForeignKey)
            else Truncator(in_words(one, one.to_python(value))).chars(LONGEST)
        )

    def _list(self, comrades: set[int]) -> str:
        return ", ".join(sorted(self.of(Comrade, pk) for pk in comrades))


_NAMES: dict[Any, Any] = {
    User: Case(When(full_name="", then=F("username")), default=F("full_name")),
    Task: Concat("code", Value(" "), "title"),
    Section: Concat("number", Value(" "), "title", output_field=TextField()),
    Clause: Concat("section__number", Value(", đoạn "), Cast("ordinal", CharField())),
    Programme: Concat(Value("Số "), "number"),
    Period: F("label"),
    Review: F("period__label"),
}


def _named(model: Any, rows: QuerySet, *, gone: bool) -> QuerySet:
    return (
        rows.annotate(
            of=Value(model._meta.label_lower, CharField()),
            row=Cast("id", BigIntegerField()),
            gone=Value(gone),
            called=Cast(_NAMES.get(model, F("name")), TextField()),
        )
        .order_by()
        .values_list("of", "row", "gone", "called")
    )
