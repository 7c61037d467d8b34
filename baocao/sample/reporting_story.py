"""Every month a period opens and asks, units report, the office confirms or returns, the period is locked.

Most goes its usual way; ``SENT``, ``RETURNED`` and ``DEADLINES`` are what does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.utils import timezone

from baocao import drafting, extension, periods, reporting, shares, unit_reports
from baocao.models import Asked, Draft, ExtensionRequest, Period, UnitReport, Update
from baocao.report_data import QUIET_AT_MOST, ReportData
from baocao.reporting import row_of
from baocao.sample.reports import (
    FIRST,
    MONTHLY,
    ON_TRACK,
    REPORTS,
    STALE,
    STILL,
    THIN,
    UNIT_REPORTS,
    UNPLANNED,
    Said,
)
from baocao.sample.shares import FIGURES, KEPT_UP, SHARES
from baocao.sample.stage import BEGIN, UNITS, Event, Stage, event
from nhiemvu.models import Task

LONGER = (("{0}-Q{1}", (3, 6, 9, 12)), ("{0}-6T", (6,)), ("{0}-9T", (9,)), ("{0}", (12,)))
"""The longer periods, by key, and the months that end them."""
AHEAD = {"PKT": 2, "VHXH": 1, "VPUBND": 0, "UBKT": 3}
"""How many working days before the last one a unit usually reports."""
SENT: dict[tuple[str, str], date | None] = {
    ("2026-07", "VPUBND"): date(2026, 7, 16),
    ("2026-08", "VPUBND"): None,
    ("2026-10", "VPUBND"): date(2026, 10, 20),
    ("2026-11", "VHXH"): date(2026, 11, 25),
    ("2026-12", "UBKT"): date(2026, 11, 20),
}
"""Who reported late, not at all, or long before the others."""
BY_OFFICE = {("2026-10", "VPUBND")}
CONFIRMED = {("2026-11", "VPUBND"): date(2026, 11, 25)}
HELD = {
    ("2026-11", "Giám sát chuyên đề việc thực hiện trách nhiệm nêu gương tại 02 chi bộ"): date(2026, 11, 25)
}
"""What waits longer than usual for the office: all of a unit, or one claim of completion that it checks."""
REPORT_WAITS = ("2026-11", "PKT")
"""The unit report that nobody has confirmed yet."""
DRAFTS_AT_ONCE = 3


class Returned(NamedTuple):
    reason: str
    mended_on: date
    mended: str = ""  # what is said instead; the usual words where it is empty


RETURNED = {
    ("2026-08", "VHXH", "Lấy ý kiến hài lòng của người dân tại bộ phận một cửa"): Returned(
        "Nêu rõ số phiếu đã lấy và tỷ lệ hài lòng.", date(2026, 8, 18)
    ),
    ("2026-11", "PKT", "Lập nhiệm vụ quy hoạch chung xã"): Returned(
        "Nêu rõ trình cơ quan nào, ngày nào, kèm số tờ trình.",
        date(2026, 11, 25),
        "Đã trình dự thảo nhiệm vụ quy hoạch lên HĐND xã ngày 12/11 theo Tờ trình số 38/TTr-UBND.",
    ),
}


class Wish(NamedTuple):
    """A request for a later deadline: granted by a document, refused with an answer, or still waiting."""

    short: str
    title: str
    asked_on: date
    due: date
    reason: str
    decided_on: date | None = None
    document: str = ""
    answer: str = ""


DEADLINES = (
    Wish(
        "PKT",
        "Lập nhiệm vụ quy hoạch chung xã",
        date(2026, 9, 18),
        date(2026, 12, 10),
        "Chờ thành phố ban hành định hướng quy hoạch chung.",
        date(2026, 9, 24),
        document="21-TB/ĐUUB",
    ),
    Wish(
        "VHXH",
        "Tập huấn kỹ năng số cho cán bộ, công chức",
        date(2026, 10, 20),
        date(2026, 12, 31),
        "Giảng viên lớp thứ hai trùng lịch đến giữa tháng 11.",
        date(2026, 10, 23),
        answer="Lớp thứ hai có thể mời báo cáo viên của thành phố: giữ nguyên thời hạn.",
    ),
    Wish(
        "PKT",
        "Khảo sát vùng sản xuất rươi, cáy và lúa hữu cơ",
        date(2026, 11, 19),
        date(2026, 12, 20),
        "Nước lên không khảo sát được vùng thứ hai, thứ ba; con nước thuận lợi vào đầu tháng 12.",
    ),
)


@dataclass
class ReportingStory:
    stage: Stage
    quiet: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How many times running a unit said nothing of a row, as in what was sent."""

    def events(self, until: date) -> Iterator[Event]:
        self.rules = reporting.rules_of(self.stage.programme)
        last = until.year * 12 + until.month  # the month after: its period opens in this one
        for count in range(BEGIN.year * 12 + BEGIN.month - 1, last + 1):
            yield from self.month(count // 12, count % 12 + 1)
        for wish in DEADLINES:
            yield event(wish.asked_on, partial(self.ask, wish))
            if wish.decided_on:
                yield event(wish.decided_on, partial(self.decide, wish))

    def month(self, year: int, month: int) -> Iterator[Event]:
        """The period of a month, and those of the quarter, half-year … that end with it."""
        span = periods.by_key(f"{year}-{month:02}", self.rules)
        last = periods.submit_by(span, self.rules).date()
        opened, longer = self._opened(year, month)
        keys = [span.key, *(key.format(year, month // 3) for key, ends in LONGER if month in ends)]
        for key in keys:
            day = opened if key == span.key else longer
            yield event(day, partial(self.open, key), hour=8, told=periods.by_key(key, self.rules).label)
        for place, short in enumerate(UNITS):
            usual = max(self._working(last, -AHEAD[short]), opened + timedelta(days=1))
            sent = SENT.get((span.key, short), usual)
            begun = self._working(opened, 2)
            if begun < (sent or last) and short in ("PKT", "VHXH"):
                yield event(begun, partial(self.begin, short, span.key), hour=14, minute=place)
            if sent is None:
                continue
            early = sent < longer  # before the longer periods have opened
            sending = [(sent, keys[:1]), (usual, keys[1:])] if early else [(sent, keys)]
            for day, some in sending:
                yield event(day, partial(self.send, short, some), hour=10, minute=5 * place)
            confirmed = CONFIRMED.get((span.key, short), self._working(max(sent, last), 1))
            yield event(confirmed, partial(self.settle, short, keys), hour=14, minute=5 * place)
        for (key, short, title), what in RETURNED.items():
            if key == span.key:
                yield event(what.mended_on, partial(self.mend, short, span.key, title, what))
        for (key, title), day in HELD.items():
            if key == span.key:
                yield event(day, partial(self.confirm, span.key, title), hour=15)
        locked = self._working(date(year, month, 26), 0)
        if year == BEGIN.year and month in FIGURES:
            yield event(locked, partial(self.figures, month, keys), hour=15)
        yield event(locked, partial(self.lock, keys), hour=16)

    def _opened(self, year: int, month: int) -> tuple[date, date]:
        """When the period of a month opens, and the longer ones that end with it. The first follows the
        programme, the second the plans that were given on 1 June."""
        if (year, month) == (BEGIN.year, BEGIN.month):
            return BEGIN, BEGIN
        if (year, month) == (2026, 6):
            return date(2026, 6, 2), date(2026, 6, 2)
        before = date(year, month, 1) - timedelta(days=1)
        return self._working(before.replace(day=18), 0), self._working(date(year, month, 1), 0)

    def _working(self, day: date, n: int) -> date:
        return periods.add_working_days(day, n, self.rules)

    # -- steps ---------------------------------------------------------------------------------------------

    def open(self, key: str) -> None:
        reporting.open_period(self.stage.programme, key, self.stage.office)

    def begin(self, short: str, key: str) -> None:
        """A unit writes its first drafts of a period."""
        worded = [asked for asked in self._asked(short, key) if self._said(asked)]
        for asked in worded[:DRAFTS_AT_ONCE]:
            self.draft(asked, self.stage.head(short))

    def send(self, short: str, keys: list[str]) -> None:
        for key in keys:
            user = self.stage.office if (key, short) in BY_OFFICE else self.stage.head(short)
            for asked in self._asked(short, key):
                draft = self.draft(asked, user)
                silent = draft.no_change and not draft.content
                row = asked.task_id, asked.unit_id
                self.quiet[row] = self.quiet[row] + 1 if silent else 0
            reporting.send(self._period(key), self.stage.units[short], user)
            if words := UNIT_REPORTS.get((key, short)):
                self.report(short, key, words._asdict())

    def draft(self, asked: Asked, user: Any) -> Draft:
        known = Draft.objects.filter(**row_of(asked)).first()
        data = self.data(asked)
        draft = reporting.save_draft(asked, user, data, version=known.version if known else None)
        said = self._said(asked)
        if said and said[-1].proof:
            number, issued_on, issuer = said[-1].proof
            drafting.attach_document(draft, user, number, issued_on=issued_on, issuer=issuer)
        return draft

    def settle(self, short: str, keys: list[str]) -> None:
        """The office returns what is not clear enough and confirms the rest."""
        for key in keys:
            rows = Update.objects.filter(period=self._period(key), unit=self.stage.units[short])
            good = []
            for update in rows.filter(state=Update.State.SUBMITTED).select_related("task").order_by("pk"):
                if what := RETURNED.get((key, short, update.task.title)):
                    reporting.send_back(update, self.stage.office, what.reason)
                elif (key, update.task.title) not in HELD:
                    good.append(update)
            reporting.confirm(good, self.stage.office)
            if (key, short) in UNIT_REPORTS and (key, short) != REPORT_WAITS:
                report = UnitReport.objects.get(period=self._period(key), unit=self.stage.units[short])
                reporting.confirm_report(report, self.stage.office)

    def confirm(self, key: str, title: str) -> None:
        rows = Update.objects.filter(period=self._period(key), task__title=title)
        reporting.confirm(rows, self.stage.office)

    def mend(self, short: str, key: str, title: str, what: Returned) -> None:
        """The unit mends what was returned; the office confirms it the same day."""
        head, period = self.stage.head(short), self._period(key)
        draft = Draft.objects.select_related("task").get(period=period, task__title=title)
        content = what.mended or MONTHLY[title].format(**_figures(int(key[-2:])))
        data = replace(ReportData.of(draft), content=content)
        asked = Asked.objects.select_related("period").get(period=period, task=draft.task)
        reporting.save_draft(asked, head, data, version=draft.version)
        sent = reporting.send(period, self.stage.units[short], head, only=asked)
        reporting.confirm(sent, self.stage.office)

    def figures(self, month: int, keys: list[str]) -> None:
        """The office's figures of what groups lead, from the words of the units."""
        office = self.stage.office
        for key in keys:
            period = self._period(key)
            for code, figure in FIGURES[month].items():
                task = self.stage.tasks[code]
                work = shares.SharedWork.read(period, task, office)
                if work is None:
                    continue
                data = replace(work.suggested, **figure._asdict())
                shares.record_figure(period, task, office, data, seen=None)

    def report(self, short: str, key: str, words: dict[str, str]) -> None:
        """The unit's own words for the period, beside the reports on its tasks."""
        row, _ = unit_reports.begin(self._period(key), self.stage.units[short])
        vars(row)["_history_user"] = self.stage.head(short)
        for name, text in words.items():
            setattr(row, name, text)
        row.save()
        unit_reports.take(row, self.stage.head(short), "submit")

    def lock(self, keys: list[str]) -> None:
        for key in keys:
            self._period(key).record("lock", self.stage.office)

    def ask(self, wish: Wish) -> None:
        task = self.stage.item(wish.title)
        head = self.stage.head(wish.short)
        extension.ask(task, head, due=wish.due, reason=wish.reason, due_seen=task.due)

    def decide(self, wish: Wish) -> None:
        task, leader = self.stage.item(wish.title), self.stage.secretary
        request = ExtensionRequest.objects.select_related("task").get(task=task)
        if wish.document:
            on = timezone.localdate()
            extension.grant(request, leader, document=wish.document, effective_on=on, due_seen=task.due)
        else:
            extension.refuse(request, leader, wish.answer)

    # -- words ---------------------------------------------------------------------------------------------

    def data(self, asked: Asked) -> ReportData:
        """What the unit reports of a row: of a longer period all that it said month by month."""
        task, period = asked.task, asked.period
        on = min(period.end, timezone.localdate())
        if period.key == f"{BEGIN.year}-{BEGIN.month:02}":
            return ReportData(content=FIRST, no_change=True, effective_on=on)
        if said := self._said(asked):
            now = said[-1]
            return ReportData(
                content="\n".join(one.content for one in said),
                percent=now.percent,
                verdict=now.verdict,
                reason=now.reason,
                product=now.product,
                difficulties=now.difficulties,
                requests=now.requests,
                claims_completion=now.done,
                effective_on=on,
            )
        why = KEPT_UP if asked.share else STILL if task.kind == Task.Kind.PLAN_ITEM else UNPLANNED
        if period.kind != periods.Kind.MONTH:
            why = "Trong kỳ chưa phát sinh kết quả."
        elif self.quiet[task.pk, asked.unit_id] < QUIET_AT_MOST:
            why = ""
        return ReportData(content=why, no_change=True, effective_on=on)

    def _said(self, asked: Asked) -> list[Said]:
        """What is said of a row in the months of a period."""
        task, period = asked.task, asked.period
        months = [period.end.month] if period.kind == periods.Kind.MONTH else _months(period)
        if task.kind == Task.Kind.PLAN_ITEM and task.title in MONTHLY:
            month = months[-1]
            thin = any((period.key, task.title) == (key, title) for key, _, title in RETURNED)
            words = THIN if thin else MONTHLY[task.title].format(**_figures(month))
            return [Said(month, words, verdict=ON_TRACK)]
        if period.end.year != BEGIN.year:
            return []
        if asked.share:
            told = SHARES.get((task.code, asked.unit.short_name), ())
        else:
            told = REPORTS.get(task.title if task.kind == Task.Kind.PLAN_ITEM else task.code, ())
        return [said for said in told if said.month in months]

    def _asked(self, short: str, key: str) -> list[Asked]:
        """The rows that a unit reports on, without the one that it has lost sight of."""
        period = self._period(key)
        rows = Asked.objects.filter(period=period, unit=self.stage.units[short])
        title, month = STALE
        stale = period.end.year == BEGIN.year and period.end.month >= month
        rows = rows.exclude(task__title=title) if stale else rows
        ordered = rows.order_by("share", "task__kind", "task__code", "pk")
        return list(ordered.select_related("task", "period", "unit"))

    def _period(self, key: str) -> Period:
        return Period.objects.get(programme=self.stage.programme, key=key)


def _months(period: Period) -> list[int]:
    """The reporting months of a longer period, which all end within one year."""
    first = (period.start + timedelta(days=31)).month if period.start.month != 12 else 1
    return list(range(first, period.end.month + 1))


def _figures(month: int) -> dict[str, int]:
    """Small figures that differ from month to month and are the same every time."""
    return {"month": month, "before": (month - 2) % 12 + 1, "twice": 2 + month % 3, "forms": 60 + 7 * month}
