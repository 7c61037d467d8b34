"""What the screens of reporting periods show: the matrix of units and periods, and the office's inbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from baocao.models import Asked, Evidence, Period, UnitReport, Update
from baocao.shares import together, with_figures
from baocao.standing import (
    Discipline,
    Due,
    Round,
    Tally,
    asked_rows,
    due_periods,
    rounds,
    superseded,
    tallies,
)
from chuongtrinh.models import Programme
from nhiemvu.facts import facts_of
from nhiemvu.status import Contradiction, Status, Timeliness, Verdict, status
from phancong.context import pager
from phancong.models import Unit
from phancong.permissions import can_run_periods, visible_unit_reports, visible_updates

State = Update.State
PER_PAGE = 40
COLUMNS = 12
"""So many periods stand beside each other: a year of months."""


def period_url(period: Period, ct: str = "", **wanted: Any) -> str:
    query = {**{name: value for name, value in wanted.items() if value}, **({"ct": ct} if ct else {})}
    path = reverse("ky-bao-cao-chi-tiet", args=[period.key])
    return f"{path}?{urlencode(query)}" if query else path


# -- the list of periods -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit in a period; no discipline where it was not asked."""

    tally: Tally | None = None
    discipline: Discipline | None = None
    url: str = ""


class Periods:
    """All periods of a programme as ``user`` sees them at the moment ``now``."""

    def __init__(self, programme: Programme, user: Any, now: datetime, ct: str = "") -> None:
        self.programme, self.now, self.ct = programme, now, ct
        self.rounds = rounds(programme, now, COLUMNS)
        self.may_run = can_run_periods(user)

    @property
    def running(self) -> list[Round]:
        return [one for one in self.rounds if one.period.is_open]

    @property
    def locked(self) -> list[Round]:
        return [one for one in self.rounds if not one.period.is_open]

    @cached_property
    def due(self) -> list[Due]:
        today = timezone.localtime(self.now).date()
        return due_periods(self.programme, today, [one.period.key for one in self.rounds])

    @property
    def columns(self) -> list[Round]:
        """The newest periods, in the order of time."""
        return self.rounds[:COLUMNS][::-1]

    @cached_property
    def matrix(self) -> list[tuple[Unit, list[Cell]]]:
        held = {(t.unit.pk, one.period.pk): t for one in self.columns for t in one.units}
        units = {t.unit.pk: t.unit for t in held.values()}
        return [
            (unit, [self._cell(unit, one.period, held.get((unit.pk, one.period.pk))) for one in self.columns])
            for unit in sorted(units.values(), key=lambda unit: unit.name)
        ]

    def _cell(self, unit: Unit, period: Period, tally: Tally | None) -> Cell:
        if tally is None:
            return Cell()
        url = period_url(period, self.ct, **{"don-vi": unit.short_name, "xem": "tat-ca"})
        return Cell(tally, tally.discipline(self.now), url)


# -- one period ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Words:
    """One field of a report; ``before``: what the last confirmed one said, where that was something else."""

    label: str
    text: str
    before: str = ""
    same: bool = False


@dataclass(slots=True)
class Entry:
    """One update in the inbox beside the last confirmed one of its row."""

    update: Any
    before: Update | None
    stood: Status | None
    late: bool

    @property
    def waiting(self) -> bool:
        return self.update.state == State.SUBMITTED and not self.update.superseded

    @property
    def contradictions(self) -> list[str]:
        """What does not fit in the report itself; the row's own are shown where its status is."""
        found = []
        late = self.stood is not None and self.stood.timeliness is Timeliness.OVERDUE
        if late and self.update.verdict == Verdict.ON_TRACK and not self.update.claims_completion:
            found.append(Contradiction.ON_TRACK_BUT_OVERDUE.label)
        if self.update.percent == 100 and not self.update.claims_completion:
            found.append(Contradiction.FULL_BUT_NOT_DECLARED.label)
        if self.update.claims_completion and not self.update.product.strip():
            found.append("Báo hoàn thành nhưng chưa ghi sản phẩm")
        return found

    @property
    def percent(self) -> Words | None:
        return self._words("percent", "Tiến độ", lambda value: f"{value}%" if value is not None else "")

    @property
    def verdict(self) -> Words | None:
        return self._words("verdict", "Đánh giá", lambda value: _VERDICTS.get(value, ""))

    @property
    def texts(self) -> list[Words]:
        found = (self._words(name, label, str) for name, label in _TEXTS.items())
        return [words for words in found if words]

    def _words(self, name: str, label: str, say: Any) -> Words | None:
        text = say(getattr(self.update, name))
        if not text:
            return None
        before = say(getattr(self.before, name)) if self.before else ""
        same = bool(before) and before.strip() == text.strip()
        return Words(label, text, "" if same else before, same)


_VERDICTS = dict(Update._meta.get_field("verdict").choices or ())
_TEXTS = {
    "content": "Kết quả",
    "reason": "Lý do",
    "product": "Sản phẩm",
    "difficulties": "Khó khăn, vướng mắc",
    "requests": "Đề xuất, kiến nghị",
}
REPORT_TEXTS = {
    "results": "Kết quả nổi bật",
    "shortcomings": "Tồn tại, hạn chế",
    "causes": "Nguyên nhân",
    "next_period": "Nhiệm vụ kỳ tới",
    "requests": "Đề xuất, kiến nghị",
}


@dataclass(slots=True)
class Group:
    """A unit's updates on this page of the inbox."""

    unit: Unit
    entries: list[Entry] = field(default_factory=list)

    @property
    def waiting(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.waiting]


@dataclass(slots=True)
class Line:
    """A unit in the table of the period."""

    tally: Tally
    discipline: Discipline
    url: str
    report: UnitReport | None = None
    writing: bool = False
    """The unit is writing its report, which this person does not read."""


class Shown:
    """What of a period's updates is asked for: those waiting, confirmed, returned, or all; of one unit."""

    WAITING, CONFIRMED, RETURNED, ALL = "cho", "da-xac-nhan", "tra-lai", "tat-ca"
    LABELS = {  # noqa: RUF012
        WAITING: "Chờ xác nhận", CONFIRMED: "Đã xác nhận", RETURNED: "Đã trả lại", ALL: "Tất cả",
    }  # fmt: skip

    def __init__(self, asked: str, unit: str, page: str) -> None:
        self.asked = asked if asked in self.LABELS else ""
        self.unit, self.page = unit[:20], page

    def of(self, default: str) -> str:
        return self.asked or default


class PeriodPage:
    """One period as ``user`` sees it: figures of every unit, and the updates that this person may read."""

    def __init__(self, period: Period, user: Any, now: datetime, shown: Shown, ct: str = "") -> None:
        self.period, self.user, self.now, self.shown, self.ct = period, user, now, shown, ct
        self.may_run = can_run_periods(user)
        rows = list(with_figures(asked_rows(Asked.objects.filter(period=period))))
        self.together = together(period.programme, rows)
        self._facts = facts_of(row.task for row in rows)
        held = tallies(rows, self._facts)
        self.round = Round(period, sorted(held.values(), key=lambda tally: tally.unit.name), now)
        default = Shown.WAITING if self.may_run and self.round.waiting else Shown.ALL
        self.showing = shown.of(default)

    @property
    def figured(self) -> int:
        return sum(one.figured for one in self.together)

    @cached_property
    def acts(self) -> list[Any]:
        return list(self.period.acts.select_related("by").order_by("-pk"))

    @cached_property
    def lines(self) -> list[Line]:
        return [
            Line(
                tally,
                tally.discipline(self.now),
                period_url(
                    self.period, self.ct, **{"don-vi": tally.unit.short_name, "xem": self.shown.asked}
                ),
                self.reports.get(tally.unit.pk),
                self.may_run and tally.unit.pk in self._reports and tally.unit.pk not in self.reports,
            )
            for tally in self.round.units
        ]

    @property
    def lacking(self) -> int:
        return sum(tally.lacking for tally in self.round.units)

    @property
    def any_waiting(self) -> bool:
        return any(group.waiting for group in self.groups)

    @property
    def all_units_url(self) -> str:
        return self._url(unit="", xem=self.shown.asked)

    @cached_property
    def unit(self) -> Tally | None:
        """The unit that was asked for; None for all of them."""
        return next((one for one in self.round.units if one.unit.short_name == self.shown.unit), None)

    @cached_property
    def _reports(self) -> dict[int, Any]:
        readable = Exists(visible_unit_reports(self.user).filter(pk=OuterRef("pk")))
        rows = UnitReport.objects.filter(period=self.period).select_related("unit")
        return {row.unit_id: row for row in rows.annotate(readable=readable)}

    @cached_property
    def reports(self) -> dict[int, UnitReport]:
        """The units' own words, as far as this person may read them, by unit."""
        return {unit: row for unit, row in self._reports.items() if row.readable}

    @property
    def shown_reports(self) -> list[tuple[UnitReport, list[Words]]]:
        """Those that wait, or the one of the unit that was asked for."""
        rows = [
            row
            for row in self.reports.values()
            if (row.state == UnitReport.State.SUBMITTED or self.unit)
            and (not self.unit or row.unit_id == self.unit.unit.pk)
        ]
        return [
            (
                row,
                [Words(label, text) for name, label in REPORT_TEXTS.items() if (text := getattr(row, name))],
            )
            for row in sorted(rows, key=lambda row: row.unit.name)
        ]

    @cached_property
    def _readable(self) -> QuerySet[Any]:
        rows = visible_updates(self.user).filter(period=self.period).exclude(state=State.RECALLED)
        if self.unit:
            rows = rows.filter(unit=self.unit.unit)
        return rows.annotate(superseded=superseded())

    @cached_property
    def chips(self) -> list[tuple[str, int, str, bool]]:
        """The four views of the inbox: label, how many, address, whether it is the present one."""
        states = {name: Count("pk", filter=wanted) for name, wanted in _WANTED.items()}
        counts = self._readable.aggregate(**{name.replace("-", "_"): count for name, count in states.items()})
        return [
            (
                label,
                counts[name.replace("-", "_")],
                f"{self._url(xem=name)}#hop-thu",
                name == self.showing,
            )
            for name, label in Shown.LABELS.items()
        ]

    @cached_property
    def page(self) -> Page:
        rows = self._readable.filter(_WANTED[self.showing])
        earlier = Update.objects.filter(
            Q(share=False) | Q(unit=OuterRef("unit")),
            task=OuterRef("task"),
            share=OuterRef("share"),
            state=State.CONFIRMED,
            pk__lt=OuterRef("pk"),
        ).order_by("-effective_on", "-pk")
        rows = (
            rows.annotate(before_pk=Subquery(earlier.values("pk")[:1]))
            .select_related("task__mirrors", "unit", "author", "settled_by", "replaces")
            .defer("task__search_key", "task__mirrors__search_key")
            .prefetch_related(Prefetch("evidence", Evidence.objects.order_by("pk")))
            .order_by("unit__name", "unit", "task__ordinal", "pk")
        )
        total = next(count for label, count, _, here in self.chips if here)
        pages = _Counted(rows, PER_PAGE, total)
        return pages.get_page(self.shown.page)

    @property
    def pager(self) -> dict[str, Any]:
        return pager(self.page, self._at)

    def _at(self, number: int) -> str:
        return self._url(xem=self.showing, trang=number)

    def _url(self, unit: str | None = None, **wanted: Any) -> str:
        """This page with other wishes, for the unit that is being looked at unless another is named."""
        if unit is None:
            unit = self.unit.unit.short_name if self.unit else ""
        return period_url(self.period, self.ct, **{"don-vi": unit, **wanted})

    @cached_property
    def groups(self) -> list[Group]:
        rows = list(self.page)
        before = Update.objects.select_related("period").in_bulk(
            [row.before_pk for row in rows if row.before_pk]
        )
        today = timezone.localtime(self.now).date()
        found: dict[int, Group] = {}
        for row in rows:
            facts = self._facts.get(row.task_id)
            stood = status(facts, today) if facts else None
            entry = Entry(row, before.get(row.before_pk), stood, row.recorded_at > self.period.submit_by)
            found.setdefault(row.unit_id, Group(row.unit)).entries.append(entry)
        return list(found.values())

    @property
    def here(self) -> str:
        """The query of this page, so that an act leads back to what one was looking at."""
        unit = self.unit.unit.short_name if self.unit else ""
        wanted = {"don-vi": unit, "xem": self.shown.asked, "trang": self.shown.page, "ct": self.ct}
        kept = {name: value for name, value in wanted.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


_WANTED = {
    Shown.WAITING: Q(state=State.SUBMITTED, superseded=False),
    Shown.CONFIRMED: Q(state=State.CONFIRMED),
    Shown.RETURNED: Q(state=State.RETURNED),
    Shown.ALL: Q(),
}


class _Counted(Paginator):
    """The chips have counted already."""

    def __init__(self, rows: Any, per_page: int, total: int) -> None:
        super().__init__(rows, per_page)
        self.__dict__["count"] = total


def how_settled(row: Any, user: Any) -> str:
    """Of an update that was settled before: which, by whom, how and when."""
    who = "bạn" if row.settled_by_id == user.pk else str(row.settled_by)
    what = {State.CONFIRMED: "xác nhận", State.RETURNED: "trả lại", State.RECALLED: "thu hồi"}[row.state]
    return f"{row.task.code}: {who} đã {what} lúc {timezone.localtime(row.settled_at):%H:%M %d/%m/%Y}"
