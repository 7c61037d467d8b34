"""How a task, project or plan item stands on a day: one pure function, `status(facts, as_of)`.

Three separate facts are never stored and never typed as one: progress (trạng thái thực hiện), timeliness
(thời hạn) and freshness (cập nhật). Percent, the unit's verdict, contradictions and the one colour of a row
follow from the same facts. Every screen, export and report calls this function.

Two time axes run through it. The effective day (`effective_on`) is chosen by a person and is what reports
use; the recorded moments (`recorded_at`, `confirmed_at`, `withdrawn_at`) are the clock's. `as_of` bounds the
first, `known_at` the second, so that any past day can be shown as it was known then.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Self, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

SOON_DAYS = 7  # "sắp đến hạn" unless the committee's rules say otherwise
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
FROM_THE_START = datetime.min.replace(tzinfo=UTC)  # recorded moment of what the signed text itself says


def day_end(day: date) -> datetime:
    """The first moment after `day` in Hà Nội, whatever zone the host runs in."""
    return datetime.combine(day + timedelta(days=1), time.min, HANOI)


class Word(StrEnum):
    """A value as it stands in JSON, with the Vietnamese label that people see and, for marks, an icon."""

    label: str
    icon: str

    def __new__(cls, value: str, label: str, icon: str = "") -> Self:
        word = str.__new__(cls, value)
        word._value_, word.label, word.icon = value, label, icon
        return word

    @classmethod
    def of(cls, value: str) -> Self:
        """The word that stands in JSON and rows as `value`. KeyError where there is none."""
        return {str(word): word for word in cls}[value]


class Progress(Word):
    NOT_STARTED = "not_started", "Chưa triển khai"
    IN_PROGRESS = "in_progress", "Đang thực hiện"
    COMPLETION_PENDING = "completion_pending", "Chờ xác nhận hoàn thành"
    COMPLETED = "completed", "Hoàn thành"
    PAUSED = "paused", "Tạm dừng"
    DROPPED = "dropped", "Thôi thực hiện"


AT_REST = (Progress.COMPLETED, Progress.PAUSED, Progress.DROPPED)
"""What nobody is asked to report on."""


class Timeliness(Word):  # worst first, as a parent takes it from its items: _timing relies on it
    OVERDUE = "overdue", "Quá hạn"
    DUE_SOON = "due_soon", "Sắp đến hạn"
    ON_TIME = "on_time", "Trong hạn"
    COMPLETED_LATE = "completed_late", "Hoàn thành quá hạn"
    COMPLETED_ON_TIME = "completed_on_time", "Hoàn thành đúng hạn"
    CONTINUING = "continuing", "Thường xuyên"
    NO_DEADLINE = "no_deadline", "Chưa xác định thời hạn"


class Freshness(Word):
    UPDATED = "updated", "Đã cập nhật"
    NOT_YET = "not_yet", "Chưa cập nhật"
    LATE = "late", "Chậm cập nhật"
    NOT_ASKED = "not_asked", "Không yêu cầu"


class Verdict(Word):
    ON_TRACK = "on_track", "Đúng tiến độ"
    AT_RISK = "at_risk", "Có nguy cơ"
    BEHIND = "behind", "Chậm"


class Mark(Word):  # the one colour of a row, in order of precedence
    COMPLETED = "completed", "Hoàn thành", "✔"
    OVERDUE = "overdue", "Quá hạn", "■"
    WARNING = "warning", "Sắp đến hạn / có nguy cơ", "▲"
    ON_TIME = "on_time", "Trong hạn", "▶"
    CONTINUING = "continuing", "Thường xuyên", "↻"
    UNDETERMINED = "undetermined", "Chưa xác định", "○"
    STOPPED = "stopped", "Tạm dừng / thôi thực hiện", "×"


class Contradiction(Word):
    ON_TRACK_BUT_OVERDUE = "on_track_but_overdue", "Khai đúng tiến độ nhưng quá hạn"
    FULL_BUT_NOT_DECLARED = "full_but_not_declared", "Đạt 100% nhưng chưa khai hoàn thành"
    COMPLETED_WITHOUT_PRODUCT = "completed_without_product", "Hoàn thành nhưng không có sản phẩm"


class DecisionKind(Word):
    PAUSED = "paused", "Tạm dừng"
    RESUMED = "resumed", "Tiếp tục thực hiện"
    DROPPED = "dropped", "Thôi thực hiện"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A fact with its two times: the day a person chose for it, and the aware moment it was recorded."""

    effective_on: date
    recorded_at: datetime


R = TypeVar("R", bound=Recorded)
Counted: TypeAlias = "tuple[tuple[Facts, Status], ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(Recorded):
    """Set or extended by a person: the first is the original, the last the present one. ValueError unless
    it is either `due` or `continuing` (thường xuyên, said in so many words); silence is no Deadline."""

    due: date | None = None
    continuing: bool = False

    def __post_init__(self) -> None:
        if (self.due is None) != self.continuing:
            raise ValueError("a deadline is either a day or continuing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(Recorded):
    """What a unit submitted (drafts are not facts): `reason` goes with the verdict, `product` is the result
    handed in, `period` and `replaces` are ids, `withdrawn_at` is when it was returned or recalled. `share`
    is the unit that tells its own part of a group's work: no figure of the row follows from it.
    ValueError for a percent outside 0..100."""

    id: int
    text: str = ""
    percent: int | None = None
    verdict: Verdict | None = None
    reason: str = ""
    product: str = ""
    no_change: bool = False
    claims_completion: bool = False
    period: int | None = None
    share: int | None = None
    replaces: int | None = None
    confirmed_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.percent is not None and not 0 <= self.percent <= 100:
            raise ValueError("percent must lie between 0 and 100")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Recorded):
    """Pause, resume or drop: only by a decision on record; its date is `effective_on`."""

    kind: DecisionKind
    number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanItem(Recorded):
    """A việc cụ thể given under a task or project; `year` is its plan's, `effective_on` the day of giao."""

    facts: Facts
    year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A period that asks for an update, from `asked_on` until the day it locks; days of Hà Nội. `share`: of
    that unit, for its part of a group's work."""

    period: int
    share: int | None = None
    asked_on: date
    submit_by: date
    closed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that status needs to know, in any order and of any age: status leaves out what is later.
    `mirrors` is the row on which the work is entered once (DA-01 for II.3.2-02): all but an own deadline
    comes from there. `soon_days` is the committee's setting for "sắp đến hạn"."""

    code: str = ""
    title: str = ""
    deadlines: tuple[Deadline, ...] = ()
    updates: tuple[Update, ...] = ()
    decisions: tuple[Decision, ...] = ()
    asks: tuple[Ask, ...] = ()
    items: tuple[PlanItem, ...] = ()
    mirrors: Facts | None = None
    soon_days: int = SOON_DAYS


@dataclass(frozen=True, slots=True)
class Timing:
    """`days` from the day (or from completion) to the deadline: 0 on the due day, below 0 is late.
    `worst_item` is the code of the plan item whose timing a row without a deadline of its own takes."""

    timeliness: Timeliness | None
    days: int | None = None
    worst_item: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """How the work stands on `as_of`. `counted` are the plan items that a parent's percent and timing come
    from, `mirrors` is the code of the row that holds the work, `has_product`: a result was handed in,
    `reported`: some unit has said anything of it or of its given items."""

    as_of: date
    progress: Progress
    timing: Timing
    freshness: Freshness
    percent: int | None
    counted: Counted
    verdict: Verdict | None
    verdict_reason: str
    due: date | None
    due_original: date | None
    completed_on: date | None
    has_product: bool
    reported: bool
    mirrors: str | None

    @property
    def at_rest(self) -> bool:
        return self.progress in AT_REST

    @property
    def timeliness(self) -> Timeliness | None:
        return self.timing.timeliness

    @property
    def item_due(self) -> date | None:
        """The deadline of the plan item whose timing a row without one of its own takes."""
        timing = self.timing
        if self.due or not timing.worst_item or timing.days is None or self.completed_on:
            return None
        return self.as_of + timedelta(days=timing.days)

    @property
    def worst(self) -> tuple[Facts, Status] | None:
        """The plan item whose timing a row without a deadline of its own takes, and how it stands."""
        return next((pair for pair in self.counted if pair[0].code == self.timing.worst_item), None)

    @property
    def reason(self) -> str:
        """Why it is late or at risk, in the unit's own words: of the row, or else of that item."""
        return self.verdict_reason or (self.worst[1].verdict_reason if self.worst else "")

    @property
    def pending(self) -> bool:
        """Whether it waits for the office alone: the unit says that the row, or else that item, is done."""
        stands = self.worst[1] if self.worst else self
        return Progress.COMPLETION_PENDING in (self.progress, stands.progress)

    @property
    def days_late(self) -> int | None:
        return -self.timing.days if self.timing.days is not None and self.timing.days < 0 else None

    @property
    def mark(self) -> Mark:
        """The first that fits. Stopped work has no timeliness, so it is neither late nor at risk."""
        if self.timeliness is None:
            return Mark.STOPPED
        if self.progress is Progress.COMPLETED:
            return Mark.COMPLETED
        if self.timeliness is Timeliness.OVERDUE:
            return Mark.OVERDUE
        if self.timeliness is Timeliness.DUE_SOON or self.verdict in (Verdict.AT_RISK, Verdict.BEHIND):
            return Mark.WARNING
        plain = {Timeliness.ON_TIME: Mark.ON_TIME, Timeliness.CONTINUING: Mark.CONTINUING}
        return plain.get(self.timeliness, Mark.UNDETERMINED)

    @property
    def label(self) -> str:
        """The words beside the mark's icon, as exact as the facts allow ("✔ trễ", "▲ Có nguy cơ")."""
        if self.mark is Mark.STOPPED:
            return self.progress.label
        if self.mark is Mark.COMPLETED and self.timeliness is Timeliness.COMPLETED_LATE:
            return "trễ"
        if self.mark is Mark.WARNING and self.timeliness is Timeliness.DUE_SOON:
            return Timeliness.DUE_SOON.label
        return self.verdict.label if self.mark is Mark.WARNING and self.verdict else self.mark.label

    @property
    def progress_label(self) -> str:
        """Silence claims nothing: "chưa triển khai" is for those who have said so."""
        silent = self.progress is Progress.NOT_STARTED and not self.reported
        return "Chưa có báo cáo" if silent else self.progress.label

    @property
    def percent_told(self) -> bool:
        """Whether the percent rests on a confirmed report; a parent's 0 over silent items does not."""
        if self.counted:
            return any(stood.percent_told for _, stood in self.counted)
        return self.percent is not None

    @property
    def percent_formula(self) -> str:
        """How a parent's percent was reached; empty for work that reports its own."""
        parts = ", ".join(f"{facts.code} {stood.percent or 0}%" for facts, stood in self.counted)
        return f"trung bình của {len(self.counted)} việc: {parts}" if parts else ""

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        found = []
        if self.verdict is Verdict.ON_TRACK and self.timeliness is Timeliness.OVERDUE:
            found.append(Contradiction.ON_TRACK_BUT_OVERDUE)
        # A parent's 100 is an average over its year, not the word of its unit: it declares nothing.
        if self.percent == 100 and self.progress is Progress.IN_PROGRESS and not self.counted:
            found.append(Contradiction.FULL_BUT_NOT_DECLARED)
        if self.progress is Progress.COMPLETED and not self.has_product:
            found.append(Contradiction.COMPLETED_WITHOUT_PRODUCT)
        return tuple(found)


def status(facts: Facts, as_of: date, *, known_at: datetime | None = None) -> Status:
    """Status on the day `as_of`, from what had been recorded before the aware moment `known_at`.

    By default the end of `as_of` in Hà Nội: the day as it was known that day; a later moment shows the same
    day with what was learnt since."""
    known_at = known_at or day_end(as_of)
    work = facts.mirrors or facts
    updates = standing_updates(work.updates, as_of, known_at)
    own = [u for u in updates if u.share is None]
    confirmed = [u for u in own if _happened(u.confirmed_at, known_at)]
    done_on = min((u.effective_on for u in confirmed if u.claims_completion), default=None)
    given = [
        (item, status(item.facts, as_of, known_at=known_at))
        for item in _in_force(work.items, as_of, known_at)
    ]
    counted = tuple(
        (item.facts, stood)
        for item, stood in sorted(given, key=lambda pair: pair[0].facts.code)
        if item.year == as_of.year and stood.progress is not Progress.DROPPED
    )
    decisions = _in_force(work.decisions, as_of, known_at)
    progress = _progress(decisions, done_on, updates, [stood for _, stood in given])
    deadlines = _in_force(facts.deadlines, as_of, known_at) or _in_force(work.deadlines, as_of, known_at)
    stopped = progress in (Progress.PAUSED, Progress.DROPPED)
    judged = next((u for u in reversed(confirmed) if u.verdict), None)
    return Status(
        as_of=as_of,
        progress=progress,
        timing=Timing(None) if stopped else _timing(deadlines, done_on, counted, as_of, facts.soon_days),
        freshness=_freshness(work.asks, updates, as_of, progress),
        percent=_percent(confirmed, counted),
        counted=counted,
        verdict=judged.verdict if judged else None,
        verdict_reason=judged.reason if judged else "",
        due=deadlines[-1].due if deadlines else None,
        due_original=deadlines[0].due if deadlines else None,
        completed_on=done_on if progress is Progress.COMPLETED else None,
        has_product=any(u.product.strip() for u in own),
        reported=bool(updates) or any(stood.reported for _, stood in given),
        mirrors=work.code if facts.mirrors else None,
    )


def _in_force(rows: Iterable[R], as_of: date, known_at: datetime) -> list[R]:
    """What is in effect on the day and was known at the moment, in order of effect."""
    found = (row for row in rows if row.effective_on <= as_of and row.recorded_at < known_at)
    return sorted(found, key=lambda row: (row.effective_on, row.recorded_at))


def _happened(moment: datetime | None, known_at: datetime) -> bool:
    return moment is not None and moment < known_at


def standing_updates(updates: Iterable[Update], as_of: date, known_at: datetime) -> list[Update]:
    """The updates that speak, in order: in force, not withdrawn, not replaced. A correction replaces what it
    names, and what that had replaced, even if its own effective day is later; but a confirmed update only
    once it is confirmed itself: the office's word stands until then."""
    known = {u.id: u for u in updates if u.recorded_at < known_at}
    alive = {i: u for i, u in known.items() if not _happened(u.withdrawn_at, known_at)}
    confirmed = {i for i, u in alive.items() if _happened(u.confirmed_at, known_at)}
    replaced: set[int] = set()
    for i, update in alive.items():
        earlier, chain = update.replaces, {i}  # the chain ends the walk where rows name each other
        while earlier in known and earlier not in chain:
            chain.add(earlier)
            earlier = known[earlier].replaces
        replaced |= chain - {i} if i in confirmed else chain - {i} - confirmed
    return _in_force((u for i, u in alive.items() if i not in replaced), as_of, known_at)


def _progress(
    decisions: list[Decision], done_on: date | None, updates: list[Update], items: list[Status]
) -> Progress:
    """The first that fits, from dropped down to not started."""
    stops: set[DecisionKind] = set()  # since the work was last resumed
    for decision in decisions:
        stops = set() if decision.kind is DecisionKind.RESUMED else stops | {decision.kind}
    if stops:
        return Progress.DROPPED if DecisionKind.DROPPED in stops else Progress.PAUSED
    if done_on:
        return Progress.COMPLETED
    if any(u.claims_completion and u.share is None for u in updates):
        return Progress.COMPLETION_PENDING
    # "Không phát sinh" says that nothing was done, even where it has to explain why in words. Work on a
    # plan item of any year is work on its task, which runs through the whole term.
    begun = {Progress.IN_PROGRESS, Progress.COMPLETION_PENDING, Progress.COMPLETED}
    reported = any(u.percent or (u.text.strip() and not u.no_change) for u in updates)
    return Progress.IN_PROGRESS if reported or begun & {s.progress for s in items} else Progress.NOT_STARTED


def _timing(
    deadlines: list[Deadline], done_on: date | None, counted: Counted, as_of: date, soon_days: int
) -> Timing:
    """Against the present deadline, or else the worst of the counted items, or else the row's own word."""
    if deadlines and (due := deadlines[-1].due):
        days = (due - (done_on or as_of)).days
        if done_on:
            return Timing(Timeliness.COMPLETED_LATE if days < 0 else Timeliness.COMPLETED_ON_TIME, days)
        if days < 0:
            return Timing(Timeliness.OVERDUE, days)
        return Timing(Timeliness.DUE_SOON if days <= soon_days else Timeliness.ON_TIME, days)
    rank = [t for t in Timeliness if t is not Timeliness.NO_DEADLINE]
    told = [(rank.index(t), s.timing.days or 0, f.code, t) for f, s in counted if (t := s.timeliness) in rank]
    if not told:
        return Timing(Timeliness.CONTINUING if deadlines else Timeliness.NO_DEADLINE)
    if done_on:
        late = {Timeliness.OVERDUE, Timeliness.COMPLETED_LATE} & {t for *_, t in told}
        return Timing(Timeliness.COMPLETED_LATE if late else Timeliness.COMPLETED_ON_TIME)
    _, days, code, worst = min(told)
    if worst in (Timeliness.COMPLETED_LATE, Timeliness.COMPLETED_ON_TIME):
        return Timing(Timeliness.ON_TIME)
    return Timing(worst, None if worst is Timeliness.CONTINUING else days, code)


def _freshness(asks: Iterable[Ask], updates: list[Update], as_of: date, progress: Progress) -> Freshness:
    """The worst over the periods that ask on the day; late from the day after the submission deadline. Work
    that came to rest after it was asked for owes no answer."""
    asking = [a for a in asks if a.asked_on <= as_of and (a.closed_on is None or as_of < a.closed_on)]
    answered = {(u.period, u.share) for u in updates}
    waiting = [a for a in asking if (a.period, a.share) not in answered]
    if not waiting:
        return Freshness.UPDATED if asking else Freshness.NOT_ASKED
    if progress in AT_REST:
        return Freshness.NOT_ASKED
    return Freshness.LATE if any(as_of > a.submit_by for a in waiting) else Freshness.NOT_YET


def _percent(confirmed: list[Update], counted: Counted) -> int | None:
    """A parent's is the average of its counted items, half up, but 100 only where all are at 100. A leaf's
    is what the unit last reported and the office confirmed, where a claim of completion reports 100."""
    if counted:
        n, total = len(counted), sum(s.percent or 0 for _, s in counted)
        return 100 if total == 100 * n else min(99, (2 * total + n) // (2 * n))
    reported = (100 if u.claims_completion else u.percent for u in reversed(confirmed))
    return next((percent for percent in reported if percent is not None), None)
