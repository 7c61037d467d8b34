"""Of part II: the projects with their milestones and capital, and the indicators against their targets."""

from __future__ import annotations

from collections import Counter

from baocao.indicators import Shown
from baocao.review.parts_shared import called, counted, item, led, plain, results, without_results
from baocao.review.record import Record, Row
from baocao.review.sources import Pages
from baocao.review.wording import capital, day, measured, name, number, number_of, percent
from baocao.sealed.shape import Block, Sentence
from chuongtrinh.vietnamese import format_number
from nhiemvu.models import Indicator, Task
from nhiemvu.projects import Beside
from nhiemvu.status import Mark
from nhiemvu.targets import Point, Standing

PROJECTS = {"loai": Task.Kind.PROJECT.value}


# -- projects ----------------------------------------------------------------------------------------------


def projects(record: Record, pages: Pages) -> list[Block]:
    rows = [row for row in record.rows if row.task.kind == Task.Kind.PROJECT]
    if not rows:
        return [plain("Chương trình không có đề án.")]
    text, sources = counted(rows, "đề án", pages, PROJECTS)
    blocks = [
        plain(
            f"Trong {number(len(rows))} đề án của Chương trình có {text}.",
            pages.rows(len(rows), "đề án", PROJECTS),
            *sources,
        )
    ]
    rest = []
    for row in rows:
        source = pages.project(row.task)
        told = [Sentence(text, (source,)) for text in beside_words(row, record)]
        found = results(row, record, pages)
        if not (found or told):
            rest.append(row)
        elif found:
            blocks += [Block((*found[0].sentences, *told), found[0].kind), *found[1:]]
        else:
            head = Sentence(f"{called(row)} ({led(row)}): {told[0].text}", (source,))
            blocks.append(item(head, *told[1:]))
    return [*blocks, *without_results(rest, record, pages, "đề án")]


def beside_words(row: Row, record: Record) -> list[str]:
    """The project's phase, milestones, capital and high risks, each a sentence."""
    held = record.projects.get(row.task.pk)
    if held is None:
        return []
    told = []
    if held.profile.phase:
        told.append(f"Đang ở giai đoạn {held.profile.get_phase_display().lower()}.")
    told += _steps(held)
    if held.planned:
        told.append(_capital(held))
    return told


def _steps(held: Beside) -> list[str]:
    if not held.milestones:
        return []
    told = (
        f"Đã đạt {number(held.reached)}/{number(len(held.milestones))} mốc"
        if held.reached
        else f"Chưa đạt mốc nào trong {number(len(held.milestones))} mốc"
    )
    if held.next_step:
        step, mark = held.next_step
        late = ", đã quá hạn" if mark is Mark.OVERDUE else ""
        told += f"; mốc tiếp theo: {name(step.title)}, dự kiến ngày {day(step.due)}{late}"
    return [f"{told}."]


def _capital(held: Beside) -> str:
    capital_ = held.capital
    share = f" ({percent(capital_.percent)})" if capital_.percent is not None else ""
    planned, spent = format_number(held.planned), format_number(held.disbursed)
    if not held.disbursed:
        return f"Kế hoạch vốn {planned} triệu đồng, chưa giải ngân."
    on = f", tính đến ngày {day(capital_.disbursed_on)}" if capital_.disbursed_on else ""
    return f"Giải ngân {spent}/{planned} triệu đồng{share}{on}."


# -- indicators --------------------------------------------------------------------------------------------


def indicators(record: Record, pages: Pages) -> list[Block]:
    if not record.indicators:
        return [plain("Chương trình không có chỉ tiêu bằng số.")]
    told = [one for one in record.indicators if one.judged.point]
    silent = [one for one in record.indicators if not one.judged.point]
    blocks = []
    if told:
        standings = Counter(one.judged.standing for one in told)
        words = {Standing.MET: "đạt", Standing.BELOW: "chưa đạt", Standing.ABOVE: "vượt mức"}
        inner = ", ".join(
            f"{number(standings[kind])} {word}" for kind, word in words.items() if standings[kind]
        )
        if len(standings) == 1 and len(told) > 1:
            inner = f"cả {inner}"
        whole = f"Trong {number(len(record.indicators))} chỉ tiêu của Chương trình"
        text = f"{whole}, {number(len(told))} chỉ tiêu đã có số liệu được xác nhận ({inner}):"
        blocks.append(plain(text, *(pages.indicator(one.indicator.code) for one in told)))
        blocks += [_indicator(one, point, pages) for one in told if (point := one.judged.point)]
    if silent:
        names = "; ".join(name(one.indicator.name) for one in silent)
        sources = [pages.indicator(one.indicator.code) for one in silent]
        blocks.append(
            plain(f"{number(len(silent))} chỉ tiêu chưa có số liệu được xác nhận: {names}.", *sources)
        )
    return blocks


def _indicator(one: Shown, point: Point, pages: Pages) -> Block:
    row, held = one.indicator, one.newest
    source = f", theo {name(held.source)}" if held and held.source else ""
    value = f"{measured(point.value, row.unit)} (số liệu đến ngày {day(point.on)}{source})"
    aim = f"mục tiêu {aimed(row)}: {one.judged_words.lower()}"
    text = f"{capital(name(row.name))}: {value}; {aim}."
    return item(Sentence(text, (pages.indicator(row.code),)))


def aimed(row: Indicator) -> str:
    """A numeric target: "từ 13% trở lên mỗi năm", "100%", "từ 20 đến 25 ha"."""
    low, every = measured(row.target, row.unit), " mỗi năm" if row.every_year else ""
    full = row.unit.strip() == "%" and row.target == 100
    if row.direction == Indicator.Direction.BETWEEN:
        high = measured(row.target_high or row.target, row.unit)
        return f"từ {number_of(row.target)} đến {high}{every}"
    if row.direction == Indicator.Direction.AT_MOST:
        return f"không quá {low}{every}"
    if row.direction == Indicator.Direction.AT_LEAST and not full:
        return f"từ {low} trở lên{every}"
    return f"{low}{every}"
