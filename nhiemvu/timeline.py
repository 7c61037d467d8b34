"""Diễn biến: all that happened to one piece of work, newest first, with who and when; one query a page.

It is read from the rows that record it: updates and what became of them, decisions, giao, histories of texts
and assignments (nhiemvu.timeline_rows). A parent tells of its given items too. Of updates it tells only those
that the reader may see, as they stood at the end of the day asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from baocao.models import Answer, Directive, Update
from nhiemvu.as_of import Day
from nhiemvu.models import Decision, Task
from nhiemvu.status import Verdict
from nhiemvu.timeline_rows import TEXT_FIELDS, WHOM, Row, rows_of
from phancong.models import Assignment, Unit

PER_PAGE = 20
_ANSWERS = {"refused": "Không đồng ý gia hạn", "withdrawn": "Rút đề nghị gia hạn"}
_SIGNS = {
    Update.State.CONFIRMED: ("Xác nhận", "completed", "✔"),
    Update.State.RETURNED: ("Trả lại", "warning", "↩"),
    Update.State.RECALLED: ("Thu hồi", "", "↶"),
    Update.State.SUBMITTED: ("Chờ xác nhận", "undetermined", "○"),
}


@dataclass(frozen=True, slots=True)
class Proof:
    """A file to download, or a document by number, day and issuer."""

    pk: int
    name: str
    size: int
    number: str
    issued_on: date | None
    issuer: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a unit said, as shown."""

    pk: int
    unit: str
    period: str
    effective_on: date
    content: str
    more: bool
    percent: int | None
    verdict: Verdict | None
    reason: str
    product: str
    difficulties: str
    requests: str
    no_change: bool
    claims_completion: bool
    by_office: bool
    share: bool
    figure: bool
    corrects: bool
    replaced: bool
    state: str
    proofs: list[Proof]

    @property
    def superseded(self) -> bool:
        """Sent and never judged: a newer one stands in its place."""
        return self.replaced and self.state == Update.State.SUBMITTED

    @property
    def state_label(self) -> str:
        return (
            _SIGNS[Update.State(self.state)][0]
            if self.state == "submitted"
            else Update.State(self.state).label
        )

    @property
    def sign(self) -> str:
        return _SIGNS[Update.State(self.state)][1]

    @property
    def icon(self) -> str:
        return _SIGNS[Update.State(self.state)][2]


@dataclass(slots=True)
class Event:
    """One thing that happened. ``code`` names the row where it is not the page's own."""

    at: datetime
    who: str
    kind: str
    heading: str
    code: str = ""
    report: Report | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    text: str = ""
    directive: int = 0
    proofs: list[Proof] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Timeline:
    events: list[Event]
    page: int
    older: bool

    @classmethod
    def read(
        cls, task: Task, sections: Iterable[int], user: Any, day: Day, *, page: int = 1, whole: int = 0
    ) -> Timeline:
        """A page of the task's events. ``sections``: where its duties can come from; ``whole``: the update
        whose words are not to be shortened. A page beyond the last is empty."""
        start = (page - 1) * PER_PAGE
        rows = list(rows_of(task, sections, user, day, whole)[start : start + PER_PAGE + 1])
        events = [event for event in _events(rows[:PER_PAGE], task) if event]
        return cls(events, page, older=len(rows) > PER_PAGE)

    @property
    def newer_query(self) -> str:
        return f"trang={self.page - 1}" if self.page > 2 else ""


# -- in words ----------------------------------------------------------------------------------------------


def _events(rows: Iterable[Row], task: Task) -> list[Event | None]:
    found: list[Event | None] = []
    for _, together in groupby(rows, key=_together):
        many = list(together)
        if many[0][3] == "decision":
            found.append(_decision(many, task))
        elif many[0][3] == "given":
            found.append(_giving(many, task))
        else:
            found += [_single(row, task) for row in many]
    return found


def _together(row: Row) -> tuple[Any, ...]:
    """What one document decided at one time is one event, and so is what one plan gave out."""
    moment, _, entry, what, who, said, _, _ = row
    minute = moment.replace(second=0, microsecond=0)
    if what == "decision":
        return what, minute, who, said["document"], said["reason"], said["effective_on"], said["code"]
    if what == "given":
        return what, minute, who, said["unit"], said["year"]
    return what, entry


def _single(row: Row, task: Task) -> Event | None:
    moment, _, entry, what, who, said, was, proofs = row
    event = Event(moment, who or "Hệ thống", what, "", _other(said.get("code"), task))
    if what == "sent":
        event.report = _report(entry, said, proofs)
        event.heading = f"Cập nhật {_of_period(said['period'])}"
    elif what == "settled":
        state = Update.State(said["state"])
        told = "báo hoàn thành" if said["claims_completion"] else "cập nhật"
        event.heading = f"{_SIGNS[state][0]} {told} {_of_period(said['period'])} của {said['unit']}"
        if said["reason"]:
            event.notes.append(f"Lý do: {said['reason']}")
    elif what in ("wished", "answered"):
        until = f"{date.fromisoformat(said['due']):%d/%m/%Y}"
        act = "Xin gia hạn" if what == "wished" else _ANSWERS[said["state"]]
        event.heading = f"{act} đến {until}"
        event.notes += [said["unit"]] if what == "wished" else []
        event.notes += [f"Lý do: {said['reason']}"] if said["reason"] else []
    elif "directive" in said:
        _directive(event, said, proofs)
    elif what == "text":
        return _text(event, said, was)
    else:
        return _assignment(event, said, was)
    return event


def _of_period(label: str) -> str:
    return f"kỳ {label[:1].lower()}{label[1:]}"


def _other(code: str | None, task: Task) -> str:
    return code if code and code not in (task.code, task.mirrors.code if task.mirrors else "") else ""


def _report(pk: int, said: dict[str, Any], proofs: list[Any] | None) -> Report:
    texts = ("unit", "period", "content", "reason", "product", "difficulties", "requests", "state")
    flags = ("no_change", "claims_completion", "by_office", "share", "replaced")
    told: dict[str, Any] = {name: said[name] for name in texts} | {name: bool(said[name]) for name in flags}
    return Report(
        pk=pk,
        effective_on=date.fromisoformat(said["effective_on"]),
        more=said["length"] > len(said["content"]),
        percent=said["percent"],
        verdict=Verdict.of(said["verdict"]) if said["verdict"] else None,
        figure=told["by_office"] and not told["share"] and said["kind"] == Unit.Kind.COMMITTEE,
        corrects=said["corrects"] is not None,
        proofs=_proofs(proofs),
        **told,
    )


def _proofs(said: list[Any] | None) -> list[Proof]:
    return [
        Proof(**{**one, "issued_on": date.fromisoformat(one["issued_on"]) if one["issued_on"] else None})
        for one in sorted(said or [], key=lambda one: one["pk"])
    ]


def _directive(event: Event, said: dict[str, Any], proofs: list[Any] | None) -> None:
    """A directive, its answer, and what was said of that. The whole of it is on a page of its own."""
    event.directive, event.text, event.proofs = said["directive"], said.get("text", ""), _proofs(proofs)
    due = f"{date.fromisoformat(said['due']):%d/%m/%Y}" if said.get("due") else ""
    reason = [f"Lý do: {said['reason']}"] if said.get("reason") else []
    if event.kind == "directed":
        event.heading = f"{Directive.Kind(said['kind']).label}, {said['unit']} trả lời chậm nhất {due}"
        event.notes += [f"Theo {said['document']}"] if said["document"] else []
    elif event.kind == "replied":
        event.heading = f"{said['unit']} trả lời ý kiến chỉ đạo"
        event.notes += ["Văn phòng nhập thay"] if said["by_office"] else []
    elif event.kind == "called_off":
        event.heading, event.notes = "Rút ý kiến chỉ đạo", reason
    else:
        state = Answer.State(said["state"]).label
        event.heading = f"{state}: trả lời của {said['unit']}"
        event.notes += [f"{said['reason'].rstrip('.')}; hạn trả lời lại {due}"] if due else []


def _decision(rows: list[Row], task: Task) -> Event:
    moment, _, _, what, who, said, _, _ = rows[0]
    on = f", ngày {date.fromisoformat(said['effective_on']):%d/%m/%Y}"
    event = Event(moment, who or "", what, f"Theo {said['document']}{on}", _other(said["code"], task))
    for *_, said, _, _ in reversed(rows):
        decision = Decision(subject=said["subject"], before=said["before"], after=said["after"])
        if decision.subject == Decision.Subject.ADDED:
            event.notes.append(decision.get_subject_display())
        else:
            event.changes.append(
                (decision.get_subject_display(), decision.before_label, decision.after_label)
            )
    if said["reason"]:
        event.notes.append(f"Lý do: {said['reason']}")
    return event


def _giving(rows: list[Row], task: Task) -> Event:
    moment, _, _, what, who, said, _, _ = rows[0]
    codes = [row[5]["code"] for row in reversed(rows)]
    work = "Giao việc" if codes == [task.code] else f"Giao {len(codes)} việc"
    event = Event(
        moment, who or "Hệ thống", what, f"{work} theo kế hoạch năm {said['year']} của {said['unit']}"
    )
    if codes != [task.code]:
        event.notes.append(", ".join(codes))
    if said["document"]:
        event.notes.append(f"Theo {said['document']}, ngày {date.fromisoformat(said['on']):%d/%m/%Y}")
    return event


def _text(event: Event, said: dict[str, Any], was: Mapping[str, Any] | None) -> Event | None:
    if said["act"] == "+":
        event.heading = "Đưa vào bảng việc"
        return event
    event.heading = "Sửa nội dung"
    if said["why"]:
        event.notes.append(f"Lý do: {said['why']}")
    for name in TEXT_FIELDS:
        old, new = _words(name, (was or {}).get(name)), _words(name, said[name])
        if old != new:
            event.changes.append((_label(name), old, new))
    return event if event.changes else None


def _label(name: str) -> str:
    label = str(Task._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _words(name: str, value: Any) -> str:
    if name == "continuing":
        return "Có" if value else "Không"
    if value in (None, ""):
        return "chưa có"
    if name in ("start", "due"):
        return f"{date.fromisoformat(value):%d/%m/%Y}"
    return str(Task.Priority(value).label) if name == "priority" else str(value)


def _assignment(event: Event, said: dict[str, Any], was: dict[str, Any] | None) -> Event | None:
    role = Assignment.Role(said["role"]).label
    where = f" (mục {said['section']})" if said["section"] else ""
    act = {"+": "Phân công", "~": "Sửa phân công", "-": "Bỏ phân công"}[said["act"]]
    event.heading = f"{act}{where}"
    now, before = _who(said), _who(was) if was else ""
    if said["act"] == "~" and was:
        if (was["role"], before) == (said["role"], now):
            return None
        old_role = Assignment.Role(was["role"]).label
        event.changes.append((role, before if old_role == role else f"{old_role}: {before}", now))
    else:
        event.notes.append(f"{role}: {now}")
    if said["decided_by"]:
        event.notes.append(f"Theo {said['decided_by']}")
    return event


def _who(said: Mapping[str, Any]) -> str:
    name = next((said[one] for one in WHOM if said[one]), said["text"] or "(đã xóa)")
    parts = [name]
    if said["principal"]:
        parts.append("chịu trách nhiệm chính")
    for one, word in (("valid_from", "từ"), ("valid_to", "đến")):
        if said[one]:
            parts.append(f"{word} {date.fromisoformat(said[one]):%d/%m/%Y}")
    return ", ".join(parts)
