"""What concerns whom on a day: deadlines, reports to hand in, what came back, what waits for an answer.

Each source yields things for accounts; lists, digests and calendars are made of them (baocao.reminding). A
deadline concerns its unit from 7 days before, the office from day 7 after, and from day 14 the comrade who
directs the work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, Min, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import Truncator

from baocao.answering import Stand
from baocao.directive_rows import lines, live
from baocao.models import Addressed, Asked, ExtensionRequest, Period, UnitReport, Update
from baocao.reminding import DIRECTOR_FROM, OFFICE_FROM, Kind, Thing
from baocao.standing import STANDING, superseded
from chuongtrinh.models import Programme, User
from nhiemvu.as_of import Day
from nhiemvu.facts import facts_of
from nhiemvu.models import Task
from nhiemvu.status import Progress, Status, status
from phancong.answerable import WITH_SECTIONS, Answerability, sections_of
from phancong.models import Assignment, Comrade, Plan, PlanAct, Unit
from phancong.permissions import can_approve_plans, can_run_periods, reports_for_a_unit

Found = Iterator[tuple[int, Thing]]
TITLE_AT_MOST = 160
"""Characters of what a directive says."""
_OF_ASKED = (
    "period__key", "period__label", "period__submit_by", "unit__name", "unit__short_name",
    "task__code", "task__title", "task__section", "task__parent",
)  # fmt: skip


def things_of(
    programme: Programme, people: Iterable[User], day: date, ct: str = ""
) -> dict[int, list[Thing]]:
    """Everything of the programme that concerns each of these accounts of its committee, sooner or later, in
    a constant number of queries. What concerns somebody in two ways is there once, as it is heard first."""
    around = Around(programme, people, day, ct)
    found: dict[int, dict[str, Thing]] = {user.pk: {} for user in around.people}
    for source in SOURCES:
        for pk, thing in source(around):
            known = found[pk].get(thing.about)
            if known is None or thing.since < known.since:
                found[pk][thing.about] = thing
    return {pk: list(things.values()) for pk, things in found.items()}


class Around:
    """What the sources share: the accounts by what they answer for, the work and how it stands."""

    def __init__(self, programme: Programme, people: Iterable[User], day: date, ct: str) -> None:
        self.programme, self.day, self.ct = programme, day, ct
        self.people = [
            user for user in people if user.is_active and user.committee_id == programme.committee_id
        ]
        self.reporters: dict[int, list[int]] = defaultdict(list)
        self.comrades: dict[int, list[int]] = defaultdict(list)
        for user in self.people:
            if reports_for_a_unit(user):
                self.reporters[user.unit_id or 0].append(user.pk)
            if user.comrade_id:
                self.comrades[user.comrade_id].append(user.pk)
        self.office = [user.pk for user in self.people if can_run_periods(user)]
        self.leaders = [user.pk for user in self.people if can_approve_plans(user)]

    @cached_property
    def anybody(self) -> bool:
        """Whether anyone of them has to do with the work itself."""
        return bool(self.reporters or self.comrades or self.office)

    @cached_property
    def _given(self) -> list[Any]:
        """The document's work and all given items, each with its request to move the deadline that waits."""
        waits = Q(extensions__state=ExtensionRequest.State.WAITING)
        rows = Task.objects.filter(programme=self.programme).exclude(
            kind=Task.Kind.PLAN_ITEM, entry__given_on=None
        )
        rows = rows.annotate(
            wish=FilteredRelation("extensions", condition=waits),
            wish_pk=F("wish__pk"),
            wish_due=F("wish__due_asked"),
            wish_at=F("wish__asked_at"),
            wish_unit=F("wish__unit"),
            wish_unit_name=F("wish__unit__name"),
            office_extends=F("programme__committee__reporting_rules__office_extends"),
            left=F("carried_over__pk"),
        )
        return list(rows.select_related("mirrors", WITH_SECTIONS).defer("search_key"))

    @cached_property
    def rows(self) -> list[Any]:
        """Work in force; last year's item of which somebody has decided what becomes of it is none."""
        return [row for row in self._given if row.left is None]

    @cached_property
    def wishes(self) -> list[Any]:
        """The rows whose deadline somebody asks to move, the oldest request first."""
        return sorted((row for row in self._given if row.wish_pk), key=lambda row: (row.wish_at, row.wish_pk))

    @cached_property
    def stands(self) -> dict[int, Status]:
        return {pk: status(facts, self.day) for pk, facts in facts_of(self.rows).items()}

    @cached_property
    def who(self) -> Answerability:
        who = Answerability(self.programme, on=self.day, tasks=self.rows, overseers=False)
        who.sections = sections_of(self.rows)
        return who

    def leads(self, task: Task) -> tuple[list[Unit], str]:
        """The units that lead, or share what groups alone lead; and the leads as the text has them."""
        duties = [duty for duty in self.who.duties(task) if duty.role == Assignment.Role.LEAD]
        units = [duty.target for duty in duties if isinstance(duty.target, Unit)]
        shared = self.who.sharing_units(task) if self.reporters else []
        return shared or units, ", ".join(duty.name for duty in duties)

    def directors(self, task: Task) -> list[int]:
        """The accounts of the comrades who direct the work."""
        duties = self.who.duties(task) if self.comrades else []
        people = [duty.target for duty in duties if duty.role == Assignment.Role.DIRECT]
        return [pk for one in people if isinstance(one, Comrade) for pk in self.comrades.get(one.pk, ())]

    @cached_property
    def asked(self) -> list[Any]:
        """What open periods ask of these people's units, or of all where somebody looks after all."""
        rows = Asked.objects.filter(
            period__programme=self.programme, period__state=Period.State.OPEN, asked_on__lte=self.day
        )
        if not self.office and not self.comrades:
            rows = rows.filter(unit__in=self.reporters)
        of_row = Update.objects.filter(
            **{name: OuterRef(name) for name in ("task", "period", "unit", "share")}
        )
        returned = of_row.filter(state=Update.State.RETURNED).order_by("-pk")
        words = {"period": OuterRef("period"), "unit": OuterRef("unit")}
        told = UnitReport.history.filter(**words).order_by("-history_date", "-history_id")
        return list(
            rows.select_related("period", "unit", "task")
            .only(*_OF_ASKED)
            .annotate(
                standing=Exists(of_row.filter(state__in=STANDING)),
                returned_pk=Subquery(returned.values("pk")[:1]),
                returned_at=Subquery(returned.values("settled_at")[:1]),
                words=Subquery(UnitReport.objects.filter(**words).values("state")[:1]),
                words_at=Subquery(told.values("history_date")[:1]),
            )
            .order_by("period__submit_by", "period", "unit__name", "task__ordinal", "pk")
        )

    @cached_property
    def missing(self) -> list[Any]:
        """What was asked and has no report standing; not of work that has come to rest since."""
        return [
            row
            for row in self.asked
            if not row.standing and not (row.task_id in self.stands and self.stands[row.task_id].at_rest)
        ]

    def reports(self, state: str) -> dict[tuple[Period, Unit], date]:
        """The units' own words that are in this state in an open period, each with the day since when."""
        return {
            (row.period, row.unit): timezone.localdate(row.words_at)
            for row in self.asked
            if row.words == state and row.words_at
        }

    def url(self, path: str, **query: str) -> str:
        said = {name: value for name, value in (query | {"ct": self.ct}).items() if value}
        return f"{path}?{urlencode(said)}" if said else path


# -- the sources -------------------------------------------------------------------------------------------


def _work(around: Around) -> Found:
    """Deadlines of work that is not done. A claim of completion waits for the office, not for the unit."""
    for task in around.rows if around.anybody else ():
        stands = around.stands[task.pk]
        elsewhere = task.mirrors_id and not task.due  # entered once, on the other row
        if not stands.due or elsewhere or stands.at_rest or stands.progress is Progress.COMPLETION_PENDING:
            continue
        units, leads = around.leads(task)
        own = Thing(
            about=f"due:{task.pk}:{stands.due.isoformat()}",
            kind=Kind.WORK,
            title=f"{task.code} {task.title}",
            url=around.url(task.get_absolute_url()),
            due=stands.due,
        )
        led = replace(own, detail=f"{leads} chủ trì" if leads else "chưa rõ ai chủ trì")
        asked = f"đã xin gia hạn đến {task.wish_due:%d/%m/%Y}" if task.wish_pk else ""
        known = replace(led, detail=f"{led.detail}, {asked}") if asked else led
        for unit in units:
            wished = replace(own, detail=asked) if unit.pk == task.wish_unit else own
            yield from _to(around.reporters.get(unit.pk, ()), wished)
        for pk in around.directors(task):  # what waits is not everybody's to read
            yield pk, replace(known if pk in around.leaders else led, since=DIRECTOR_FROM)
        yield from _to(around.office, replace(known, since=OFFICE_FROM, own=False))


def _reports(around: Around) -> Found:
    """What a period asks of a unit and has not got; for who directs, all of the period in one."""
    if not around.anybody:
        return
    by_unit: dict[tuple[Period, Unit], int] = defaultdict(int)
    by_director: dict[tuple[Period, int], dict[int, list[Unit]]] = defaultdict(lambda: defaultdict(list))
    for row in around.missing:
        by_unit[row.period, row.unit] += 1
        for pk in around.directors(row.task):
            by_director[row.period, pk][row.task_id].append(row.unit)  # many units may share one task
    for (period, unit), count in by_unit.items():
        own = Thing(
            about=f"report:{period.pk}:{unit.pk}:{_last_day(period)}",
            kind=Kind.REPORT,
            title=f"Báo cáo kỳ {period.label}: còn {count} việc chưa gửi",
            detail=f"gửi trước {timezone.localtime(period.submit_by):%H:%M}",
            url=around.url(reverse("viec-cua-toi"), ky=period.key),
            due=_last_day(period),
        )
        late = replace(
            own,
            title=f"{unit.name} còn {count} việc chưa gửi, kỳ {period.label}",
            detail="",
            url=around.url(_period(period), **{"don-vi": unit.short_name, "xem": "tat-ca"}),
            since=OFFICE_FROM,
            own=False,
        )
        yield from _to(around.reporters.get(unit.pk, ()), own)
        yield from _to(around.office, late)
    for (period, pk), tasks in by_director.items():
        unreported = Thing(
            about=f"unreported:{period.pk}:{_last_day(period)}",
            kind=Kind.REPORT,
            title=f"{len(tasks)} việc đồng chí chỉ đạo chưa được báo cáo, kỳ {period.label}",
            detail=", ".join(dict.fromkeys(unit.name for units in tasks.values() for unit in units)),
            url=around.url(_period(period)),
            due=_last_day(period),
            since=DIRECTOR_FROM,
            own=False,
        )
        yield pk, unreported


def _returned(around: Around) -> Found:
    """What the office sent back to a unit, while it can be mended."""
    if not around.reporters:
        return
    for row in around.missing:
        if not row.returned_pk:
            continue
        update = Thing(
            about=f"returned:{row.returned_pk}",
            kind=Kind.RETURNED,
            title=f"{row.task.code} {row.task.title}",
            detail=f"cập nhật kỳ {row.period.label}",
            url=around.url(reverse("viec-cua-toi"), ky=row.period.key),
            due=timezone.localdate(row.returned_at),
            since=0,
        )
        yield from _to(around.reporters.get(row.unit_id, ()), update)
    for (period, unit), day in around.reports(UnitReport.State.RETURNED).items():
        report = Thing(
            about=f"returned-words:{period.pk}:{unit.pk}:{day}",
            kind=Kind.RETURNED,
            title=f"Báo cáo của {unit.name}, kỳ {period.label}",
            url=around.url(reverse("bao-cao-don-vi", args=[period.key, unit.short_name])),
            due=day,
            since=0,
        )
        yield from _to(around.reporters.get(unit.pk, ()), report)


def _confirmations(around: Around) -> Found:
    """What units sent and the office has not settled, by period."""
    if not around.office:
        return
    rows = Update.objects.filter(period__programme=around.programme, state=Update.State.SUBMITTED)
    found = rows.filter(~superseded()).values("period", "period__key", "period__label")
    for row in found.annotate(count=Count("pk"), oldest=Min("recorded_at")).order_by("period"):
        since = timezone.localdate(row["oldest"])
        waiting = Thing(
            about=f"confirm:{row['period']}:{since}",
            kind=Kind.CONFIRM,
            title=f"{row['count']} cập nhật chờ xác nhận, kỳ {row['period__label']}",
            url=around.url(reverse("ky-bao-cao-chi-tiet", args=[row["period__key"]]), xem="cho"),
            due=since,
            since=0,
        )
        yield from _to(around.office, waiting)
    for (period, unit), since in around.reports(UnitReport.State.SUBMITTED).items():
        report = Thing(
            about=f"confirm-words:{period.pk}:{unit.pk}:{since}",
            kind=Kind.CONFIRM,
            title=f"Báo cáo của {unit.name} chờ xác nhận, kỳ {period.label}",
            url=around.url(reverse("bao-cao-don-vi", args=[period.key, unit.short_name])),
            due=since,
            since=0,
        )
        yield from _to(around.office, report)


def _plans(around: Around) -> Found:
    """Plans that a unit has submitted, for who approves them."""
    if not around.leaders:
        return
    submitted = PlanAct.objects.filter(plan=OuterRef("pk"), act=PlanAct.Act.SUBMIT).order_by("-pk")
    rows: Any = Plan.objects.filter(programme=around.programme, state=Plan.State.SUBMITTED)
    rows = rows.annotate(submitted_at=Subquery(submitted.values("recorded_at")[:1]))
    for plan in rows.exclude(submitted_at=None).select_related("unit").order_by("pk"):
        since = timezone.localdate(plan.submitted_at)
        waiting = Thing(
            about=f"plan:{plan.pk}:{since}",
            kind=Kind.PLAN,
            title=f"{plan} chờ duyệt",
            url=around.url(plan.get_absolute_url()),
            due=since,
            since=0,
        )
        yield from _to(around.leaders, waiting)


def _extensions(around: Around) -> Found:
    """Requests to move a deadline, for who decides them: leaders, and the office where the rules say so."""
    if not around.leaders and not around.office:
        return
    for task in around.wishes:
        waiting = Thing(
            about=f"extension:{task.wish_pk}",
            kind=Kind.EXTENSION,
            title=f"Xin gia hạn {task.code} {task.title}",
            detail=f"{task.wish_unit_name} xin đến {task.wish_due:%d/%m/%Y}",
            url=around.url(reverse("gia-han", args=[task.code])),
            due=timezone.localdate(task.wish_at),
            since=0,
        )
        yield from _to([*around.leaders, *(around.office if task.office_extends else ())], waiting)


def _directives(around: Around) -> Found:
    """What a unit has to answer, from day 1 after also for who wants the answer; and answers that wait."""
    if not around.people:
        return
    known = {user.pk for user in around.people}
    rows = live(Addressed.objects.filter(directive__programme=around.programme))
    for line in lines(rows, Day(around.day, around.day)):
        by = [*(around.office if line.by_office else ()), line.given_by_pk]
        wants = [pk for pk in dict.fromkeys(by) if pk in known]
        told = Thing(
            about=f"answer:{line.pk}:{line.standing.answer_by}",
            kind=Kind.ANSWER,
            title=f"{line.kind_label}: {Truncator(' '.join(line.text.split())).chars(TITLE_AT_MOST)}",
            detail=line.about,
            url=around.url(reverse("chi-dao-chi-tiet", args=[line.directive]), noi=str(line.pk)),
            due=line.standing.answer_by,
        )
        answered_on = line.standing.answered_on
        if line.stand is Stand.ANSWERED and answered_on:
            about = f"answered:{line.pk}:{answered_on}"
            waits = replace(told, about=about, kind=Kind.ANSWERED, detail=line.unit, due=answered_on, since=0)
            yield from _to(wants, waits)
        else:
            yield from _to(around.reporters.get(line.unit_pk, ()), told)
            late = replace(told, detail=f"{line.unit} chưa trả lời", since=1, own=False)
            yield from _to(wants, late)


SOURCES: Sequence[Callable[[Around], Found]] = (
    _work, _reports, _returned, _directives, _confirmations, _plans, _extensions,
)  # fmt: skip


def _to(accounts: Iterable[int], thing: Thing) -> Found:
    return ((pk, thing) for pk in accounts)


def _last_day(period: Period) -> date:
    return timezone.localdate(period.submit_by)


def _period(period: Period) -> str:
    return reverse("ky-bao-cao-chi-tiet", args=[period.key])
