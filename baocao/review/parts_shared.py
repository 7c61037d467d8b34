"""What the parts of a report share: counts by the government's split, and what is said of one row of work."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from baocao.review.record import Record, Row
from baocao.review.reported import Told
from baocao.review.sources import Pages
from baocao.review.wording import BODY, capital, cut, day, joined, name, number, percent, sentence
from baocao.sealed.shape import Block, Sentence, Source
from nhiemvu.models import Task
from nhiemvu.split import DONE, NOT_DONE, Split
from nhiemvu.status import Progress

SPLIT = "phan-loai"
"""How the list of work is asked for one part of the split."""
_GROUPS = (
    ("done", "đã hoàn thành", DONE),
    ("not_done", "chưa hoàn thành", NOT_DONE),
)
_WORDS = {
    Split.DONE_ON_TIME: ("hoàn thành đúng hạn", "đúng hạn"),
    Split.DONE_LATE: ("hoàn thành quá hạn", "quá hạn"),
    Split.DONE_UNDATED: ("hoàn thành, không có thời hạn", "không có thời hạn"),
    Split.ON_TIME: ("chưa hoàn thành nhưng còn trong hạn", "còn trong hạn"),
    Split.DUE_SOON: ("chưa hoàn thành, sắp đến hạn", "sắp đến hạn"),
    Split.OVERDUE: ("chưa hoàn thành, đã quá hạn", "đã quá hạn"),
    Split.CONTINUING: ("thường xuyên", ""),
    Split.NO_DEADLINE: ("chưa xác định thời hạn", ""),
    Split.PAUSED: ("tạm dừng", ""),
    Split.DROPPED: ("thôi thực hiện", ""),
}


def paragraph(*sentences: Sentence) -> Block:
    return Block(sentences)


def item(*sentences: Sentence, mark: str = "-") -> Block:
    """An item of a list: its text begins with the mark."""
    first = sentences[0]
    return Block((Sentence(f"{mark} {first.text}", first.sources), *sentences[1:]), "item")


def plain(text: str, *sources: Source) -> Block:
    return paragraph(Sentence(text, sources))


# -- counts ------------------------------------------------------------------------------------------------


def counted(
    rows: Sequence[Row], noun: str, pages: Pages, *asked: Mapping[str, Any]
) -> tuple[str, list[Source]]:
    """How many of these rows are completed, not completed, continuing …, in words, with the list of each."""
    splits = Counter(row.split for row in rows)
    sources: list[Source] = []
    told: list[str] = []

    def tell(total: int, words: str, group: str) -> str:
        sources.append(pages.rows(total, words, *asked, {SPLIT: group}))
        return f"{number(total)} {noun} {words}"

    for group, words, kinds in _GROUPS:
        held = [kind for kind in kinds if splits[kind]]
        if len(held) == 1:
            told.append(tell(splits[held[0]], _WORDS[held[0]][0], held[0].value))
        elif held:
            whole = tell(sum(splits[kind] for kind in held), words, group)
            for kind in held:
                tell(splits[kind], _WORDS[kind][0], kind.value)
            inner = ", ".join(f"{number(splits[kind])} {_WORDS[kind][1]}" for kind in held)
            told.append(f"{whole} ({inner})")
    rest = [kind for kind in _WORDS if kind not in (*DONE, *NOT_DONE) and splits[kind]]
    told += [tell(splits[kind], _WORDS[kind][0], kind.value) for kind in rest]
    return joined(told), sources


def alike(rows: Sequence[Row]) -> str:
    """What all of several rows are, in words; "" where they are not alike."""
    kinds = {row.split for row in rows}
    return _WORDS[next(iter(kinds))][0] if len(kinds) == 1 and len(rows) > 1 else ""


def figures_of(rows: Sequence[Row], prefix: str) -> dict[str, int]:
    splits = Counter(row.split for row in rows)
    return {
        prefix: len(rows),
        f"{prefix}_done": sum(splits[kind] for kind in DONE),
        f"{prefix}_not_done": sum(splits[kind] for kind in NOT_DONE),
        **{f"{prefix}_{kind}": splits[kind] for kind in Split},
    }


# -- one row -----------------------------------------------------------------------------------------------


def called(row: Row) -> str:
    """The row's title at the beginning of a sentence."""
    return capital(name(row.task.title))


def led(row: Row) -> str:
    return joined(row.leads) or "chưa phân công chủ trì"


def progress(row: Row) -> str:
    """How far it is, as a sentence; "" where nothing was told."""
    stood = row.stood
    if stood.progress is Progress.COMPLETED and stood.completed_on:
        return f"Hoàn thành ngày {day(stood.completed_on)}{_against_due(row)}."
    if stood.progress is Progress.COMPLETION_PENDING:
        return "Đơn vị đã báo hoàn thành, đang chờ xác nhận."
    if stood.progress in (Progress.PAUSED, Progress.DROPPED):
        return f"{stood.progress.label} theo quyết định."
    if not stood.percent_told or stood.percent is None:
        return ""
    of_items = f" (bình quân của {number(len(stood.counted))} việc cụ thể)" if len(stood.counted) > 1 else ""
    return f"Tiến độ đạt {percent(stood.percent)}{of_items}."


def _against_due(row: Row) -> str:
    split = row.split
    if split is Split.DONE_LATE:
        late = row.stood.days_late
        return f", quá hạn {number(late)} ngày" if late else ", quá hạn"
    return ", đúng hạn" if split is Split.DONE_ON_TIME else ""


def words_of(told: Told, most: int = BODY) -> str:
    """What a unit said was done, with its product."""
    text = cut(sentence(told.content), most) if told.done else ""
    product = name(told.product)
    return " ".join(part for part in (text, f"Sản phẩm: {product}." if product else "") if part)


def results(row: Row, record: Record, pages: Pages, *, mark: str = "-") -> list[Block]:
    """What was done of a row in the period: itself, then its given items that have something to tell."""
    under = [one for one in record.items_of(row) if one.done]
    if not (row.done or under):
        return []
    told = _told(row)
    if not len(under) == 1 == len(row.stood.counted):  # else the one item says the same
        told += [text for text in [progress(row)] if text]
    if not (told or under):
        told = ["Đơn vị có cập nhật nhưng chưa nêu kết quả cụ thể."]
    if mark == "+":
        head = f"{called(row)}:"
    elif row.sharing:
        head = closed(f"{called(row)} (các đơn vị cùng thực hiện)")
    else:
        head = f"{called(row)} ({led(row)}):"
    if told and head.endswith(":"):
        head, told = f"{head} {told[0]}", told[1:]
    source = pages.task(row.task)
    blocks = [item(*(Sentence(text, (source,)) for text in (head, *told)), mark=mark)]
    for one in under:
        blocks += results(one, record, pages, mark="+")
    return blocks


def _told(row: Row) -> list[str]:
    """In the words of its unit, or of each unit that shares it."""
    found = [(one.unit, text) for one in row.told if (text := words_of(one))]
    return [f"{unit}: {text}" if row.sharing else text for unit, text in found]


def closed(text: str) -> str:
    """With an end mark, unless it has one."""
    return text if text.endswith(("…", ".", "!", "?")) else f"{text}."


def named(rows: Iterable[Row], most: int = 60) -> str:
    """Titles in one list; of very many the first ones."""
    titles = [name(row.task.title) for row in rows]
    more = len(titles) - most
    if more > 1:
        return f"{'; '.join(titles[:most])} và {number(more)} việc khác"
    return "; ".join(titles)


def tasks_of(rows: Iterable[Row]) -> list[Task]:
    return [row.task for row in rows]


def shared_with(work: Task | None) -> str:
    """The work that another row is counted with, as paper names it: without our codes."""
    if work is None:
        return "nhiệm vụ khác"
    kind = "đề án" if work.kind == Task.Kind.PROJECT else "nhiệm vụ"
    return f"{kind} “{name(work.title)}”"


def without_results(rows: list[Row], record: Record, pages: Pages, noun: str = "nhiệm vụ") -> list[Block]:
    """Rows of which nothing new was confirmed: those that said so, and those that said nothing."""
    quiet = [row for row in rows if not row.done and not any(one.done for one in record.items_of(row))]
    mirrored = [row for row in quiet if row.task.mirrors_id]
    quiet = [row for row in quiet if not row.task.mirrors_id]
    told = [row for row in quiet if row.told or any(one.told for one in record.items_of(row))]
    silent = [row for row in quiet if row not in told]
    blocks = []
    for row in mirrored:
        work = row.task.mirrors
        text = f"{called(row)}: Thực hiện cùng {shared_with(work)}, kết quả nêu tại đó."
        blocks.append(item(Sentence(text, (pages.task(row.task),))))
    for held, words in (
        (told, "không phát sinh kết quả mới trong kỳ"),
        (silent, "chưa có cập nhật được xác nhận trong kỳ"),
    ):
        if held:
            text = closed(f"{number(len(held))} {noun} {words}: {named(held)}")
            blocks.append(plain(text, *pages.tasks(tasks_of(held))))
    return blocks
