"""How a row's percent and mark were reached ("cách tính"), step by step, from the same facts. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from nhiemvu.status import (
    Contradiction,
    DecisionKind,
    Facts,
    Mark,
    PlanItem,
    Progress,
    Status,
    Timeliness,
    Update,
    Verdict,
    day_end,
    standing_updates,
    status,
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A plan item in a parent's average; ``left_out`` says why it is not in it."""

    code: str
    title: str
    percent: int
    told: bool
    status: Status
    left_out: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What an update says of the percent; ``stands`` in words, ``chosen`` the one that the percent is of."""

    update: Update
    percent: int | None
    stands: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Reckoning:
    status: Status
    items: tuple[Counted, ...]
    said: tuple[Said, ...]

    @property
    def counted(self) -> list[Counted]:
        return [item for item in self.items if not item.left_out]

    @property
    def sum(self) -> str:
        """(40 + 60 + 0) : 3 = 33,33; of one item alone, its percent."""
        parts = [item.percent for item in self.counted]
        if len(parts) == 1:
            return str(parts[0])
        exact = Fraction(sum(parts), len(parts) or 1)
        whole = exact.denominator == 1
        quotient = str(exact.numerator) if whole else f"{float(exact):.2f}".replace(".", ",")
        return f"({' + '.join(map(str, parts))}) : {len(parts)} = {quotient}"

    @property
    def rounded(self) -> bool:
        parts = [item.percent for item in self.counted]
        return bool(parts) and sum(parts) != (self.status.percent or 0) * len(parts)


def reckoning(facts: Facts, as_of: date) -> Reckoning:
    """As of the end of the day, as it was known then. What a row mirrors is reckoned where the work is."""
    work = facts.mirrors or facts
    stood = status(facts, as_of)
    items = tuple(
        _counted(item, as_of)
        for item in sorted(work.items, key=lambda item: (item.year, item.facts.code))
        if item.effective_on <= as_of and item.recorded_at < day_end(as_of)
    )
    return Reckoning(stood, items, _said(work, as_of))


def _counted(item: PlanItem, as_of: date) -> Counted:
    stood = status(item.facts, as_of)
    left_out = ""
    if item.year != as_of.year:
        left_out = f"thuộc kế hoạch năm {item.year}"
    elif stood.progress is Progress.DROPPED:
        left_out = "thôi thực hiện"
    facts = item.facts
    return Counted(facts.code, facts.title, stood.percent or 0, stood.percent_told, stood, left_out)


def _said(work: Facts, as_of: date) -> tuple[Said, ...]:
    """The updates known on the day, newest first, with what became of each."""
    known_at = day_end(as_of)
    known = [u for u in work.updates if u.effective_on <= as_of and u.recorded_at < known_at]
    standing = {u.id for u in standing_updates(work.updates, as_of, known_at)}
    found: list[Said] = []
    chosen = False
    for update in sorted(known, key=lambda u: (u.effective_on, u.recorded_at), reverse=True):
        percent = 100 if update.claims_completion else update.percent
        confirmed = update.confirmed_at is not None and update.confirmed_at < known_at
        if update.withdrawn_at is not None and update.withdrawn_at < known_at:
            stands = "đã thu hồi hoặc bị trả lại: không tính"
        elif update.id not in standing:
            stands = "đã có bản thay thế: không tính"
        elif update.share is not None:
            stands = "phần của một đơn vị: tiến độ chung do văn phòng ghi"
        elif not confirmed:
            stands = "chờ văn phòng xác nhận: chưa tính"
        elif percent is None:
            stands = "đã xác nhận, không khai tiến độ"
        else:
            stands = "đã xác nhận, có số mới hơn" if chosen else "đã xác nhận, mới nhất"
        takes = stands == "đã xác nhận, mới nhất"
        chosen = chosen or takes
        found.append(Said(update, percent, stands, takes))
    return tuple(found)


def mark_because(stood: Status, soon_days: int) -> str:
    """Why the row bears its mark, as a sentence with its days."""
    day = f"{stood.as_of:%d/%m/%Y}"
    if stood.mark is Mark.STOPPED:
        word = DecisionKind.DROPPED if stood.progress is Progress.DROPPED else DecisionKind.PAUSED
        return f"Có quyết định {word.label.lower()} còn hiệu lực đến ngày {day}."
    if stood.mark is Mark.COMPLETED:
        done = f"Văn phòng đã xác nhận hoàn thành ngày {stood.completed_on:%d/%m/%Y}"
        late = stood.timeliness is Timeliness.COMPLETED_LATE
        return f"{done}, {'sau' if late else 'trong'} thời hạn." if stood.due else f"{done}."
    due = stood.due or stood.item_due
    of_item = f" (theo việc cụ thể {stood.timing.worst_item})" if stood.item_due else ""
    if due and stood.mark is Mark.OVERDUE:
        overdue = f"Hạn {due:%d/%m/%Y}{of_item}; đến ngày {day} chưa hoàn thành, trễ {stood.days_late} ngày"
        waits = "; đơn vị đã báo hoàn thành, chờ văn phòng xác nhận" if stood.pending else ""
        return f"{overdue}{waits}."
    told = []
    if due and stood.timeliness is Timeliness.DUE_SOON:
        left = (due - stood.as_of).days
        told.append(f"hạn {due:%d/%m/%Y}{of_item}, còn {left} ngày (sắp đến hạn: không quá {soon_days} ngày)")
    if stood.mark is Mark.WARNING and stood.verdict in (Verdict.AT_RISK, Verdict.BEHIND):
        told.append(f"đơn vị đánh giá “{stood.verdict.label.lower()}”")
    if told:
        return f"{'; '.join(told)[:1].upper()}{'; '.join(told)[1:]}."
    if stood.mark is Mark.CONTINUING:
        return "Được xác định là việc thường xuyên, không có ngày kết thúc."
    if due:
        return f"Hạn {due:%d/%m/%Y}{of_item}, còn {(due - stood.as_of).days} ngày; không có đánh giá xấu."
    if stood.mark is Mark.ON_TIME:
        return "Chưa có thời hạn riêng; các việc cụ thể trong năm đều đúng hạn."
    return "Chưa có thời hạn, cũng chưa được xác định là việc thường xuyên."


def clash_because(found: Contradiction, stood: Status) -> str:
    """Why the contradiction is said of the row, as a sentence with its days and figures."""
    if found is Contradiction.ON_TRACK_BUT_OVERDUE:
        due = stood.due or stood.item_due
        of_item = f" (theo việc cụ thể {stood.timing.worst_item})" if not stood.due else ""
        day = f" {due:%d/%m/%Y}" if due else ""
        return (
            f"Cập nhật đã xác nhận gần nhất khai “{Verdict.ON_TRACK.label.lower()}”, "
            f"mà hạn{day}{of_item} đã qua {stood.days_late} ngày."
        )
    if found is Contradiction.FULL_BUT_NOT_DECLARED:
        return "Cập nhật đã xác nhận gần nhất khai 100%, mà đơn vị chưa báo hoàn thành."
    return f"Đã xác nhận hoàn thành ngày {stood.completed_on:%d/%m/%Y}, mà chưa cập nhật nào ghi sản phẩm."
