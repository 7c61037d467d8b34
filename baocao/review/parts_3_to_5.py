"""Parts III to V: what is wanting and why, what comes next, what is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from baocao.answering import Stand
from baocao.review.part_1_leading import WAITING, cited, directive_label, directives
from baocao.review.parts_shared import SPLIT, called, closed, item, led, named, plain, tasks_of
from baocao.review.record import Record, Row
from baocao.review.reported import Own
from baocao.review.sources import Pages
from baocao.review.wording import (
    capital,
    cut,
    day,
    end_of_next,
    in_period,
    joined,
    line,
    name,
    next_period,
    number,
    sentence,
    small,
)
from baocao.sealed.shape import Block, Part, Sentence, Source
from nhiemvu.models import Task
from nhiemvu.split import NOT_DONE, Split
from nhiemvu.status import AT_REST, Contradiction, Progress, Verdict

NAMED_AT_MOST = 5
"""Of more rows that a unit left without a word the first are named; all are the sentence's sources."""


# -- III ---------------------------------------------------------------------------------------------------


def wanting(record: Record, pages: Pages) -> list[Part]:
    return [
        Part("III", 1, "III- TỒN TẠI, HẠN CHẾ VÀ NGUYÊN NHÂN"),
        Part("III.1", 2, "1. Tồn tại, hạn chế", tuple(_shortcomings(record, pages))),
        Part("III.2", 2, "2. Nguyên nhân", tuple(_causes(record, pages))),
    ]


def overdue(rows: Iterable[Row]) -> list[Row]:
    """Longest first; a row that is counted with another is told there."""
    found = [row for row in rows if row.split is Split.OVERDUE]
    return sorted(found, key=lambda row: -(row.stood.days_late or 0))


def at_risk(rows: Iterable[Row]) -> list[Row]:
    """Not overdue, and by their units in danger or behind."""
    return [
        row
        for row in rows
        if row.stood.verdict in (Verdict.AT_RISK, Verdict.BEHIND)
        and row.stood.progress not in AT_REST
        and row.split is not Split.OVERDUE
    ]


def _shortcomings(record: Record, pages: Pages) -> list[Block]:
    blocks = [
        *_overdue(record, pages),
        *_at_risk(record, pages),
        *_not_updated(record, pages),
        *_contradictions(record, pages),
        *_own(record, pages, lambda one: one.shortcomings, "Các đơn vị tự đánh giá:"),
    ]
    return blocks or [plain("Trong kỳ không ghi nhận tồn tại, hạn chế.")]


def _overdue(record: Record, pages: Pages) -> list[Block]:
    rows, items = overdue(record.rows), overdue(record.items)
    if not (rows or items):
        return []
    parts, sources = [], []
    if rows:
        parts.append(f"{number(len(rows))} nhiệm vụ, đề án")
        sources.append(pages.rows(len(rows), "nhiệm vụ, đề án quá hạn", {SPLIT: "overdue"}))
    if items:
        parts.append(f"{number(len(items))} việc cụ thể")
        asked = {"loai": Task.Kind.PLAN_ITEM.value, "nam": record.as_of.year, "phan-loai": "overdue"}
        sources.append(pages.rows(len(items), "việc cụ thể quá hạn", asked))
    by_items = [row for row in rows if row.stood.timing.worst_item]
    which = f" ({number(len(by_items))} nhiệm vụ tính theo việc cụ thể quá hạn)" if by_items else ""
    sources += pages.tasks(tasks_of(by_items))
    text = f"Đến ngày {day(record.as_of)} còn {joined(parts)} quá hạn{which}:"
    blocks = [plain(text, *sources)]
    # What is late for one of its items is told by the item.
    own = [row for row in rows if not row.stood.timing.worst_item and not row.task.mirrors_id]
    return blocks + [_late(row, pages) for row in overdue([*own, *items])]


def _late(row: Row, pages: Pages) -> Block:
    stood = row.stood
    due = f"thời hạn ngày {day(stood.due)}, " if stood.due else ""
    late = f"quá hạn {number(stood.days_late)} ngày" if stood.days_late else "quá hạn"
    return item(
        Sentence(
            f"{called(row)} ({led(row)}): {due}{late}{_standing(row)}. {_reason(row)}".rstrip(),
            (pages.task(row.task),),
        )
    )


def _standing(row: Row) -> str:
    if row.stood.progress is Progress.COMPLETION_PENDING:
        return ", đơn vị đã báo hoàn thành và chờ xác nhận"
    if row.stood.percent_told:
        return f", tiến độ {row.stood.percent}%"
    return f", {row.stood.progress_label.lower()}"


def _reason(row: Row) -> str:
    if reason := sentence(row.stood.verdict_reason):
        return f"Lý do: {small(cut(reason))}"
    return "" if row.stood.progress is Progress.COMPLETION_PENDING else "Đơn vị chưa nêu lý do."


def _at_risk(record: Record, pages: Pages) -> list[Block]:
    rows = at_risk([*record.rows, *record.items])
    if not rows:
        return []
    noun = "nhiệm vụ, việc cụ thể"
    blocks = [
        plain(
            f"{number(len(rows))} {noun} còn trong hạn nhưng đơn vị đánh giá chậm, có nguy cơ chậm tiến độ:",
            *pages.tasks(tasks_of(rows)),
        )
    ]
    for row in rows:
        verdict = "có nguy cơ chậm" if row.stood.verdict is Verdict.AT_RISK else "chậm tiến độ"
        due = f", thời hạn ngày {day(row.stood.due)}" if row.stood.due else ""
        blocks.append(
            item(
                Sentence(
                    f"{called(row)} ({led(row)}{due}): {capital(verdict)}. {_reason(row)}",
                    (pages.task(row.task),),
                )
            )
        )
    return blocks


def _not_updated(record: Record, pages: Pages) -> list[Block]:
    units = record.who.known_units
    blocks = []
    for pk, tasks in sorted(
        record.asked.items(), key=lambda one: units[one[0]].name if one[0] in units else ""
    ):
        rows = [record.every[task] for task in tasks if task in record.every]
        if not rows or pk not in units:
            continue
        what = f"{number(len(rows))} nhiệm vụ, việc cụ thể được yêu cầu trong kỳ"
        text = f"{units[pk].name} chưa cập nhật {what}: {named(rows, NAMED_AT_MOST)}"
        blocks.append(plain(closed(text), *pages.tasks(tasks_of(rows))))
    return blocks


_CLASHES = {
    Contradiction.ON_TRACK_BUT_OVERDUE: "đơn vị báo đúng tiến độ nhưng đã quá hạn",
    Contradiction.FULL_BUT_NOT_DECLARED: "đã đạt 100% nhưng đơn vị chưa báo hoàn thành",
    Contradiction.COMPLETED_WITHOUT_PRODUCT: "đã hoàn thành nhưng chưa có sản phẩm kèm theo",
}


def _contradictions(record: Record, pages: Pages) -> list[Block]:
    blocks = []
    for kind, words in _CLASHES.items():
        for rows, noun, asked in (
            (record.rows, "nhiệm vụ, đề án", {}),
            (record.items, "việc cụ thể", {"loai": Task.Kind.PLAN_ITEM.value, "nam": record.as_of.year}),
        ):
            held = [row for row in rows if kind in row.stood.contradictions]
            if held:
                source = pages.rows(len(held), f"{noun} {words}", asked, {"mau-thuan": kind.value})
                blocks.append(plain(closed(f"{number(len(held))} {noun} {words}: {named(held)}"), source))
    return blocks


def _own(record: Record, pages: Pages, of: Callable[[Own], str], heading: str) -> list[Block]:
    """What each unit wrote in its own report, unit by unit."""
    told = [(one, text) for one in record.reports if (text := cut(sentence(of(one))))]
    blocks = [
        item(Sentence(f"{one.unit.name}: {text}", (_report(one, record, pages),))) for one, text in told
    ]
    return [plain(heading), *blocks] if blocks else []


def _report(one: Own, record: Record, pages: Pages) -> Source:
    return pages.unit_report(one.unit.name, record.period.key, one.unit.short_name)


def _causes(record: Record, pages: Pages) -> list[Block]:
    blocks = _own(record, pages, lambda one: one.causes, "Theo báo cáo của các đơn vị:")
    told = []
    for row in _leaves(record):
        for one in row.told:
            if text := cut(sentence(one.difficulties)):
                told.append(item(Sentence(f"{called(row)} ({one.unit}): {text}", (pages.task(row.task),))))
    if told:
        blocks += [plain("Khó khăn, vướng mắc trong thực hiện từng việc:"), *told]
    if blocks:
        return blocks
    late = [*at_risk([*record.rows, *record.items]), *overdue([*record.rows, *record.items])]
    if any(sentence(row.stood.verdict_reason) for row in late):
        return [plain("Nguyên nhân của từng việc đã nêu tại điểm 1; các đơn vị không nêu nguyên nhân chung.")]
    return [plain("Các đơn vị không nêu nguyên nhân, khó khăn, vướng mắc.")]


def _leaves(record: Record) -> list[Row]:
    """The rows in the order of the document, each with its items; not what is counted with another."""
    rows = [row for row in record.rows if not row.task.mirrors_id]
    return [one for row in rows for one in (row, *record.items_of(row))]


# -- IV ----------------------------------------------------------------------------------------------------


def upcoming(record: Record, pages: Pages) -> Part:
    period = record.period
    last = end_of_next(period.kind, period.end)
    blocks = [*_due(record, pages), *_carried(record, pages), *_continuing(record, pages)]
    blocks += _open_directives(record, pages)
    blocks += _own(record, pages, lambda one: one.next_period, "Nhiệm vụ các đơn vị đề ra:")
    nothing = plain(f"Không có nhiệm vụ nào có thời hạn đến hết ngày {day(last)}.")
    words = next_period(period.kind, period.end).upper()
    return Part("IV", 1, f"IV- NHIỆM VỤ TRỌNG TÂM {words}", tuple(blocks or [nothing]))


def _due(record: Record, pages: Pages) -> list[Block]:
    last = end_of_next(record.period.kind, record.period.end)
    rows = [
        row
        for row in _leaves(record)
        if row.stood.due
        and record.as_of <= row.stood.due <= last
        and row.split in NOT_DONE
        and row.split is not Split.OVERDUE
    ]
    if not rows:
        return []
    rows.sort(key=lambda row: (row.stood.due or last, row.task.ordinal))
    blocks = [
        plain(
            f"Tập trung hoàn thành {number(len(rows))} nhiệm vụ, việc cụ thể có thời hạn đến hết ngày "
            f"{day(last)}:",
            *pages.tasks(tasks_of(rows)),
        )
    ]
    for row in rows:
        due = row.stood.due
        done = f", hiện đạt {row.stood.percent}%" if row.stood.percent_told else ""
        if row.stood.progress is Progress.COMPLETION_PENDING:
            done = ", đã báo hoàn thành, chờ xác nhận"
        blocks.append(
            item(
                Sentence(
                    f"{called(row)} ({led(row)}): thời hạn ngày {day(due)}{done}." if due else "",
                    (pages.task(row.task),),
                )
            )
        )
    return blocks


def _carried(record: Record, pages: Pages) -> list[Block]:
    own = [row for row in overdue(record.rows) if not row.stood.timing.worst_item and not row.task.mirrors_id]
    rows = [*own, *overdue(record.items)]
    if not rows:
        return []
    text = f"Xử lý dứt điểm {number(len(rows))} nhiệm vụ, việc cụ thể quá hạn chuyển sang: {named(rows)}"
    return [plain(closed(text), *pages.tasks(tasks_of(rows)))]


def _continuing(record: Record, pages: Pages) -> list[Block]:
    count = sum(row.split is Split.CONTINUING for row in record.rows)
    if not count:
        return []
    source = pages.rows(count, "nhiệm vụ, đề án thường xuyên", {SPLIT: Split.CONTINUING.value})
    return [plain(f"Tiếp tục thực hiện {number(count)} nhiệm vụ thường xuyên.", source)]


def _open_directives(record: Record, pages: Pages) -> list[Block]:
    held = [one for one in directives(record) if any(part.stand in WAITING for part in one.lines)]
    if not held:
        return []
    blocks = [
        plain(
            f"Trả lời {number(len(held))} nội dung chỉ đạo, đôn đốc chưa trả lời:",
            *(pages.directive(directive_label(one), one.first.directive) for one in held),
        )
    ]
    for one in held:
        waiting = [part for part in one.lines if part.stand in WAITING]
        units = joined(dict.fromkeys(part.unit for part in waiting))
        by = day(min(part.standing.answer_by for part in waiting))
        late = " (đã quá hạn)" if any(part.stand is Stand.LATE for part in waiting) else ""
        source = pages.directive(directive_label(one), one.first.directive)
        said = Sentence(f"{capital(directive_label(one))}: {cut(sentence(one.first.text), 300)}", (source,))
        blocks.append(item(said, Sentence(f"{units} trả lời trước ngày {by}{late}.", (source,))))
    return blocks


# -- V -----------------------------------------------------------------------------------------------------


def requests(record: Record, pages: Pages) -> Part:
    blocks = [
        item(Sentence(f"{one.unit.name}: {text}", (_report(one, record, pages),)))
        for one in record.reports
        if (text := cut(sentence(one.requests)))
    ]
    for row in _leaves(record):
        for told in row.told:
            if text := cut(sentence(told.requests)):
                blocks.append(
                    item(
                        Sentence(
                            f"{told.unit}, về việc “{name(row.task.title)}”: {text}", (pages.task(row.task),)
                        )
                    )
                )
    heading = plain("Các đơn vị đề xuất, kiến nghị:" if blocks else "Không có đề xuất, kiến nghị.")
    return Part("V", 1, "V- ĐỀ XUẤT, KIẾN NGHỊ", (heading, *blocks, plain(_closing(record))))


def _closing(record: Record) -> str:
    period = in_period(record.period.kind, record.period.label)
    return (
        f"Trên đây là báo cáo kết quả {period} thực hiện {cited(record.programme)} "
        f"của {line(record.committee.name)}."
    )
