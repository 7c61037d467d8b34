"""The audit page's lines from append-only tables: decisions, steps of plans, periods and reports, what
units sent and asked for, directives and their answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import BigIntegerField, Case, CharField, DateField, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.text import Truncator

from baocao.models import Answer, Directive, ExtensionRequest, IndicatorValue, PeriodAct, ReviewAct, Update
from chuongtrinh.vietnamese import format_number
from nhiemvu.models import Decision
from phancong.models import CarryOver, PlanAct


@dataclass(slots=True)
class Entry:
    """One line of the page."""

    at: datetime
    who: str
    kind: str
    act: str
    subject: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def sign(self) -> str:
        """How the act is marked: a deletion stands out."""
        return "gone" if self.act == "Xóa" else ""


Found = dict[tuple[str, int], Entry]


def appended(wanted: dict[str, list[int]]) -> Found:
    """The entries of these kinds and keys, in one or two queries for each sort."""
    return _decided(wanted) | _stepped(wanted) | _reported(wanted) | _directed(wanted) | _measured(wanted)


def _decided(wanted: dict[str, list[int]]) -> Found:
    """What documents decided."""
    found = {}
    for row in _rows(Decision, wanted, "task", "decided_by"):
        line = Entry(row.recorded_at, str(row.decided_by), "Quyết định thay đổi", "Ghi", str(row.task))
        if row.subject != Decision.Subject.ADDED:
            line.changes = [(row.get_subject_display(), row.before_label, row.after_label)]
        else:
            line.notes.append(row.get_subject_display())
        line.notes += _basis(row.document, row.effective_on, row.reason)
        found["decision", row.pk] = line
    return found


def _stepped(wanted: dict[str, list[int]]) -> Found:
    """The steps of plans, periods and requests for extension, and what became of last year's work, in one
    query for all of them."""
    source = Concat("source__code", Value(" "), "source__title", output_field=TextField())
    into = Concat("into__code", Value(" "), "into__title", output_field=TextField())
    plan = Concat(Value("Kế hoạch năm "), Cast("plan__year", CharField()), Value(" của "), "plan__unit__name")
    task = Concat("task__code", Value(" "), "task__title", output_field=TextField())
    report = Concat("review__period__label", Value(", bản "), Cast("review__edition", CharField()))
    parts = [
        _steps(PlanAct, wanted, plan, act="act", document="document", day="effective_on"),
        _steps(PeriodAct, wanted, F("period__label"), act="act"),
        _steps(ReviewAct, wanted, report, act="act"),
        _steps(CarryOver, wanted, source, note=Case(When(into__isnull=False, then=into))),
        _steps(ExtensionRequest, wanted, task, day="due_asked", by="asked_by", at="asked_at"),
        _steps(
            ExtensionRequest,
            wanted,
            task,
            act="state",
            document="decision__document",
            day="decision__effective_on",
            reason="answer",
            by="decided_by",
            at="decided_at",
            of=EXTENSION_SETTLED,
        ),
    ]
    known = [part for part in parts if part is not None]
    if not known:
        return {}
    found = {}
    rows = known[0].union(*known[1:], all=True) if len(known) > 1 else known[0]
    for of, pk, at, who, subject, act, document, day, reason, note in rows:
        if of == "carryover":
            name, done = "Việc năm trước", "Đưa sang năm sau" if note else "Không đưa tiếp"
        else:
            name, acts = _ACTS[of]
            done = acts[act]
        line = Entry(at, who or "Hệ thống", name, done, subject)
        if of == "extensionrequest":
            line.notes.append(f"Xin đến {day:%d/%m/%Y}")
        line.notes += [f"Thành {note}"] if note else []
        line.notes += _basis(document, day if document else None, reason)
        found[of, pk] = line
    return found


EXTENSION_SETTLED = "extensionsettled"
_ACTS = {
    "planact": ("Kế hoạch năm", dict(PlanAct.Act.choices)),
    "periodact": ("Báo cáo", dict(PeriodAct.Act.choices)),
    "reviewact": ("Báo cáo của cấp ủy", dict(ReviewAct.Act.choices)),
    "extensionrequest": ("Đề nghị gia hạn", {"": "Gửi"}),
    EXTENSION_SETTLED: ("Đề nghị gia hạn", dict(ExtensionRequest.State.choices)),
}


def _steps(
    model: Any,
    wanted: dict[str, list[int]],
    subject: Any,
    *,
    act: str = "",
    document: str = "",
    day: str = "",
    note: Any = None,
    reason: str = "reason",
    by: str = "by",
    at: str = "recorded_at",
    of: str = "",
) -> QuerySet | None:
    """``of`` is the second key of a table whose rows tell of two acts."""
    pks = wanted.get(of or model._meta.model_name)
    if not pks:
        return None
    name = Case(When(**{f"{by}__full_name": "", "then": F(f"{by}__username")}), default=F(f"{by}__full_name"))
    texts = {"step": F(act) if act else Value(""), "paper": F(document) if document else Value("")}
    return (
        model._base_manager.filter(pk__in=pks)
        .order_by()
        .annotate(
            of=Value(of or model._meta.model_name, CharField()),
            entry=Cast("pk", BigIntegerField()),
            moment=F(at),
            who=Cast(name, TextField()),
            about=Cast(subject, TextField()),
            **{key: Cast(value, TextField()) for key, value in texts.items()},
            since=Cast(F(day) if day else Value(None), DateField()),
            why=Cast(reason, TextField()),
            so=Cast(note or Value(""), TextField()),
        )
        .values_list("of", "entry", "moment", "who", "about", "step", "paper", "since", "why", "so")
    )


def _reported(wanted: dict[str, list[int]]) -> Found:
    """What units sent and what became of it. The words stand on the task's page."""
    sent, settled = set(wanted.get("update", ())), set(wanted.get("settled", ()))
    found: Found = {}
    if not sent | settled:
        return found
    rows = Update._base_manager.filter(pk__in=sent | settled)
    for row in rows.select_related("task", "period", "unit", "author", "settled_by"):
        kind = "Số liệu chung" if row.is_figure else "Cập nhật"
        if row.pk in sent:
            act = "Ghi" if row.is_figure else "Gửi thay đơn vị" if row.by_office else "Gửi"
            line = Entry(row.recorded_at, str(row.author), kind, act, str(row.task))
            line.notes.append(f"{row.unit}, kỳ {row.period.label}: {_told(row)}")
            found["update", row.pk] = line
        if row.pk in settled and row.settled_at:
            act = _SETTLED[Update.State(row.state)]
            line = Entry(row.settled_at, str(row.settled_by), kind, act, str(row.task))
            line.notes.append(f"{row.unit}, kỳ {row.period.label}")
            line.notes += _basis("", None, row.return_reason)
            found["settled", row.pk] = line
    return found


def _directed(wanted: dict[str, list[int]]) -> Found:
    """What was instructed, urged or withdrawn, and what became of the answers, whose words stand on the
    directive's page."""
    found: Found = {}
    given, off = set(wanted.get("directive", ())), set(wanted.get("calledoff", ()))
    if given | off:
        rows = Directive._base_manager.filter(pk__in=given | off).select_related("given_by", "withdrawn_by")
        for row in rows:
            name, words = str(row.get_kind_display()), Truncator(row.text).chars(120)
            if row.pk in given:
                line = Entry(row.recorded_at, str(row.given_by), name, "Gửi", words)
                line.notes += _basis(row.document, row.given_on, "")
                found["directive", row.pk] = line
            if row.pk in off and row.withdrawn_at:
                line = Entry(row.withdrawn_at, str(row.withdrawn_by), name, "Rút", words)
                line.notes += _basis("", None, row.withdrawn_because)
                found["calledoff", row.pk] = line
    sent, judged = set(wanted.get("answer", ())), set(wanted.get("judged", ()))
    if sent | judged:
        answers = Answer._base_manager.filter(pk__in=sent | judged)
        for one in answers.select_related(
            "author", "settled_by", "addressed__unit", "addressed__task", "addressed__directive"
        ):
            about = f"{one.addressed.directive}: {one.addressed.task or one.addressed.unit}"
            name = "Trả lời ý kiến chỉ đạo"
            if one.pk in sent:
                act = "Gửi thay đơn vị" if one.by_office else "Gửi"
                found["answer", one.pk] = Entry(one.recorded_at, str(one.author), name, act, about)
                found["answer", one.pk].notes.append(one.addressed.unit.name)
            if one.pk in judged and one.settled_at:
                act = str(one.get_state_display())
                line = Entry(one.settled_at, str(one.settled_by), name, act, about)
                line.notes.append(one.addressed.unit.name)
                line.notes += _basis("", None, one.asked_again_because)
                found["judged", one.pk] = line
    return found


_SETTLED = {
    Update.State.CONFIRMED: "Xác nhận",
    Update.State.RETURNED: "Trả lại",
    Update.State.RECALLED: "Thu hồi",
}


def _measured(wanted: dict[str, list[int]]) -> Found:
    """The values of indicators that units sent, and what the office made of them."""
    sent, settled = set(wanted.get("indicatorvalue", ())), set(wanted.get("indicatorsettled", ()))
    found: Found = {}
    if not sent | settled:
        return found
    rows = IndicatorValue._base_manager.filter(pk__in=sent | settled)
    for row in rows.select_related("indicator", "unit", "author", "settled_by"):
        said = f"{format_number(row.value)} {row.indicator.unit}, tính đến {row.on:%d/%m/%Y}"
        if row.pk in sent:
            act = "Gửi thay đơn vị" if row.by_office else "Gửi"
            line = Entry(row.recorded_at, str(row.author), "Số liệu chỉ tiêu", act, str(row.indicator))
            line.notes += [f"{row.unit}: {said}", f"Nguồn: {row.source}"]
            found["indicatorvalue", row.pk] = line
        if row.pk in settled and row.settled_at:
            act = "Xác nhận" if row.state == IndicatorValue.State.CONFIRMED else "Trả lại"
            line = Entry(row.settled_at, str(row.settled_by), "Số liệu chỉ tiêu", act, str(row.indicator))
            line.notes += [said, *_basis("", None, row.return_reason)]
            found["indicatorsettled", row.pk] = line
    return found


def _told(row: Update) -> str:
    """An update in a few words: "báo hoàn thành, 100%, đúng tiến độ"."""
    parts = ["báo hoàn thành" if row.claims_completion else "", "không phát sinh" if row.no_change else ""]
    parts += ["" if row.percent is None else f"{row.percent}%", str(row.get_verdict_display()).lower()]
    return ", ".join(part for part in parts if part) or "có nội dung"


def _rows(model: Any, wanted: dict[str, list[int]], *related: str) -> Iterable[Any]:
    pks = wanted.get(model._meta.model_name)
    return model._base_manager.filter(pk__in=pks).select_related(*related) if pks else ()


def _basis(document: str, day: date | None, reason: str) -> list[str]:
    on = f", ngày {day:%d/%m/%Y}" if day else ""
    return ([f"Theo {document}{on}"] if document else []) + ([f"Lý do: {reason}"] if reason else [])
