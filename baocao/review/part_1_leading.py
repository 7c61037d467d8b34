"""The opening, and part I: how the work was led and directed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from baocao.answering import Stand
from baocao.directive_rows import Line
from baocao.models import Directive
from baocao.review.parts_shared import paragraph, plain, tasks_of
from baocao.review.record import Record, Row
from baocao.review.sources import Pages
from baocao.review.wording import day, in_period, joined, line, name, number, small
from baocao.sealed.shape import Block, Part, Sentence
from chuongtrinh.models import Programme
from nhiemvu.models import CONTINUING, Task

KINDS = {
    Directive.Kind.INSTRUCTION: "ý kiến chỉ đạo",
    Directive.Kind.CONCLUSION: "kết luận cuộc họp",
    Directive.Kind.URGING: "lượt đôn đốc",
}
ANSWERED = (Stand.ANSWERED, Stand.ACCEPTED)
WAITING = (Stand.OPEN, Stand.LATE)


def cited(programme: Programme) -> str:
    """Chương trình hành động số 08-CTr/ĐUUB ngày 05/5/2026."""
    on = f" ngày {day(programme.issued_on)}" if programme.issued_on else ""
    kind = line(programme.kind_label) or "Chương trình hành động"
    return f"{kind} số {line(programme.number)}{on}"


def opening(record: Record, pages: Pages) -> Part:
    period, programme = record.period, record.programme
    about = small(line(programme.subject)).rstrip(" .")
    about = f" về việc {about}" if about.startswith("thực hiện") else f" {about}" if about else ""
    over = record.as_of >= period.end
    running = "" if over else f" (kỳ báo cáo kết thúc ngày {day(period.end)})"
    text = (
        f"Thực hiện {cited(programme)}{about}, {line(record.committee.name)} báo cáo kết quả "
        f"thực hiện {in_period(period.kind, period.label)}; "
        f"số liệu tính đến ngày {day(record.as_of)}{running}."
    )
    return Part("mo-dau", 0, "", (plain(text), paragraph(handed_in(record, pages))))


def handed_in(record: Record, pages: Pages) -> Sentence:
    """How many of the units asked have sent everything, and which have not."""
    source = pages.period(record.period.label, record.period.key)
    units = record.who.known_units
    asked = len(record.asked)
    lacking = sorted(
        f"{units[pk].name} (còn {number(len(rows))} việc)"
        for pk, rows in record.asked.items()
        if rows and pk in units
    )
    if not asked:
        return Sentence("Kỳ này chưa yêu cầu đơn vị nào báo cáo.", (source,))
    some = f"{number(asked - len(lacking))}/{number(asked)} đơn vị"
    if not lacking:
        return Sentence(f"Đến thời điểm tổng hợp, {some} đã nộp đủ báo cáo.", (source,))
    return Sentence(
        f"Đến thời điểm tổng hợp có {some} nộp đủ báo cáo; chưa nộp đủ: {joined(lacking)}.", (source,)
    )


def missing(record: Record) -> list[str]:
    """The units asked that have not sent everything, by name."""
    units = record.who.known_units
    return sorted(units[pk].name for pk, rows in record.asked.items() if rows and pk in units)


def leading(record: Record, pages: Pages) -> Part:
    blocks = [
        _programme(record, pages),
        *_plans(record, pages),
        *directed(record, pages),
        _extended(record, pages),
        _reports(record, pages),
    ]
    return Part("I", 1, "I- CÔNG TÁC LÃNH ĐẠO, CHỈ ĐẠO", tuple(blocks))


def _programme(record: Record, pages: Pages) -> Block:
    kinds = Counter(row.task.kind for row in record.rows)
    tasks, projects = kinds[Task.Kind.TASK], kinds[Task.Kind.PROJECT]
    if not record.rows:
        return plain("Chương trình chưa xác định nhiệm vụ, đề án cụ thể.")
    sources = [
        pages.rows(count, what, asked)
        for count, what, asked in (
            (tasks, "nhiệm vụ", {"loai": "task"}),
            (projects, "đề án", {"loai": "project"}),
        )
        if count
    ]
    inner = joined([f"{number(n)} {what}" for n, what in ((tasks, "nhiệm vụ"), (projects, "đề án")) if n])
    return plain(
        f"Chương trình đề ra {inner}, giao các phòng, đơn vị, chi bộ chủ trì, phối hợp thực hiện.",
        *sources,
    )


def _plans(record: Record, pages: Pages) -> list[Block]:
    year, every = record.as_of.year, len(record.items)
    if not every:
        return [plain(f"Đến ngày {day(record.as_of)} chưa giao việc cụ thể nào theo kế hoạch năm {year}.")]
    asked = {"loai": Task.Kind.PLAN_ITEM.value, "nam": year}
    units: dict[int, list[Row]] = {}
    for row in record.items:
        if row.unit:
            units.setdefault(row.unit.pk, []).append(row)
    sources = [pages.rows(every, f"việc cụ thể năm {year}", asked)]
    parts = []
    for rows in sorted(units.values(), key=lambda rows: (-len(rows), rows[0].leads)):
        unit = rows[0].unit
        if unit:
            parts.append(f"{unit.name} {number(len(rows))} việc")
            sources.append(pages.rows(len(rows), f"việc của {unit.name}", asked, {"chu-tri": unit.pk}))
    inner = f": {', '.join(parts)}" if parts else ""
    text = f"Năm {year}, đã giao các đơn vị {number(every)} việc cụ thể theo kế hoạch năm{inner}."
    return [plain(text, *sources)]


@dataclass(frozen=True, slots=True)
class Given:
    """One directive with the units that it addresses."""

    lines: tuple[Line, ...]

    @property
    def first(self) -> Line:
        return self.lines[0]


def directives(record: Record) -> list[Given]:
    held: dict[int, list[Line]] = {}
    for one in record.directives:
        held.setdefault(one.directive, []).append(one)
    return [Given(tuple(held[pk])) for pk in sorted(held, key=lambda pk: (held[pk][0].given_on, pk))]


def directive_label(given: Given) -> str:
    return f"{KINDS[Directive.Kind(given.first.kind)]} ngày {day(given.first.given_on)}"


def directed(record: Record, pages: Pages) -> list[Block]:
    every = directives(record)
    new = [one for one in every if one.first.given_on >= record.period.start]
    old = [one for one in every if one not in new and any(part.stand in WAITING for part in one.lines)]
    if not new:
        blocks = [
            plain("Trong kỳ không phát sinh ý kiến chỉ đạo, kết luận cuộc họp, đôn đốc về Chương trình.")
        ]
    else:
        kinds = Counter(Directive.Kind(one.first.kind) for one in new)
        stands = Counter(part.stand for one in new for part in one.lines)
        what = joined(f"{number(kinds[kind])} {word}" for kind, word in KINDS.items() if kinds[kind])
        parts = sum(stands.values())
        answered, late = sum(stands[one] for one in ANSWERED), stands[Stand.LATE]
        # A unit that is asked more than once is counted each time.
        once = parts == len({part.unit_pk for one in new for part in one.lines})
        to, of = ("đơn vị", "đơn vị") if once else ("lượt đơn vị", "lượt")
        said = [
            f"{number(answered)} {of} đã trả lời" if answered else f"chưa có {of} nào trả lời",
            f"{number(stands[Stand.OPEN])} {of} còn trong hạn trả lời" if stands[Stand.OPEN] else "",
            f"{number(late)} {of} quá hạn trả lời" if late else "",
            f"{number(stands[Stand.WITHDRAWN])} {of} không phải trả lời do đã rút yêu cầu"
            if stands[Stand.WITHDRAWN]
            else "",
        ]
        sources = [pages.directive(directive_label(one), one.first.directive) for one in new]
        text = f"Trong kỳ có {what} gửi {number(parts)} {to}; đến nay {joined(said)}."
        blocks = [plain(text, *sources)]
    if old:
        sources = [pages.directive(directive_label(one), one.first.directive) for one in old]
        blocks.append(
            plain(
                f"Từ kỳ trước chuyển sang còn {number(len(old))} nội dung chỉ đạo, đôn đốc chưa trả lời.",
                *sources,
            )
        )
    return blocks


def _extended(record: Record, pages: Pages) -> Block:
    if not record.extended:
        return plain("Trong kỳ không có nhiệm vụ nào được gia hạn.")
    sentences, rows = [], []
    for pk, document in record.extended:
        row = record.every.get(pk)
        if row:
            rows.append(row)
            last = row.moved[-1] if row.moved else None
            days = f" từ {_due(last.before)} đến {_due(last.after)}" if last else ""
            sentences.append(f"{name(row.task.title)}{days} (theo {line(document)})")
    return plain(
        f"Trong kỳ đã gia hạn {number(len(rows))} việc: {'; '.join(sentences)}.", *pages.tasks(tasks_of(rows))
    )


def _due(text: str) -> str:
    return "thường xuyên" if text == CONTINUING else f"ngày {day(date.fromisoformat(text))}"


def _reports(record: Record, pages: Pages) -> Block:
    if not record.reports:
        return plain("Văn phòng chưa xác nhận báo cáo kỳ của đơn vị nào.")
    names = joined(one.unit.name for one in record.reports)
    sources = [
        pages.unit_report(one.unit.name, record.period.key, one.unit.short_name) for one in record.reports
    ]
    return plain(
        f"Văn phòng đã xác nhận báo cáo kỳ của {number(len(record.reports))} đơn vị: {names}.", *sources
    )
