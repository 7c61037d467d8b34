"""Words that every file of a report says alike, and what of a text a file can hold."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from baocao.sealed.frozen import Frozen
from baocao.sealed.shape import Annex, Block

RULE = "-----"

# What XML 1.0 forbids, and the marks that would have a line read backwards. No writing of ours needs them.
_FORBIDDEN = re.compile(
    "[^\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u007f-\u009f\u202a-\u202e\u2066-\u2069]"
)
_NEW_LINE = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")


def clean(text: str) -> str:
    return _FORBIDDEN.sub("", _NEW_LINE.sub("\n", text).replace("\t", " "))


def item_of(block: Block) -> tuple[str, str]:
    """An item of a list as its mark, "-" or "+", and its text without it."""
    text = clean(block.text).strip()
    return (text[0], text[2:].lstrip()) if text.startswith(("- ", "+ ")) else ("-", text)


def mark(frozen: Frozen) -> str:
    """What stands under the number of a report that is not a real office's issued one."""
    draft = [f"Dự thảo lần {frozen.draft}"] if frozen.draft is not None else []
    marks = ", ".join(draft + ["dữ liệu minh họa"] * frozen.sample)
    return marks[:1].upper() + marks[1:]


def instead_of(frozen: Frozen) -> str:
    """The line that names the edition which this one replaces, or nothing."""
    if frozen.replaces is None:
        return ""
    number = frozen.replaces["number"].removeprefix("Số").strip()
    return f"(Thay cho Báo cáo số {number} ngày {day(frozen.replaces['issued_on'])})"


def annex_label(annex: Annex) -> str:
    return f"PHỤ LỤC {annex.number}"


def nothing_in(annex: Annex) -> str:
    """What stands in the table of an annex without lines."""
    return "" if annex.lines else annex.note or "Không có."


def note_beneath(annex: Annex) -> str:
    return annex.note if annex.lines else ""


def day(iso: str) -> str:
    """05/5/2026, as documents write it: a 0 before days under 10 and months under 3."""
    on = date.fromisoformat(iso)
    return f"{on:%d}/{f'{on:%m}' if on.month < 3 else on.month}/{on.year}"


def moment(frozen: Frozen) -> datetime:
    """When a file says that it was made: fixed by the report, in UTC."""
    if frozen.issued_on:
        return datetime.fromisoformat(frozen.issued_on).replace(tzinfo=UTC)
    return datetime.fromisoformat(frozen.known_at).astimezone(UTC).replace(microsecond=0)
