"""The one shape of a plan's table, the same out and in: its columns, and a row as plain values. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from chuongtrinh.vietnamese import fold

MAX_ROWS = 2000
CONTINUING = "thường xuyên"
PRIORITIES = {1: "Cao", 2: "Bình thường", 3: "Thấp"}
NORMAL = 2
_YEARS = range(2000, 2101)
_TEXT_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})")
_EXCEL_DAYS = range(36526, 73416)  # 01/01/2000 to 31/12/2100 as Excel counts days
_EXCEL_ZERO = date(1899, 12, 30)
LONGEST_CELL = 5000
"""No cell of a plan is longer; what is, is refused before anything is done with it."""


@dataclass(frozen=True, slots=True)
class Column:
    key: str
    heading: str
    width: int
    limit: int
    help: str


COLUMNS = (
    Column("code", "Mã việc", 14, 40, "Để trống nếu là việc mới. Không sửa mã của việc đã có."),
    Column(
        "task", "Thuộc nhiệm vụ", 15, 40, "Mã nhiệm vụ, đề án của chương trình, chọn trong bảng dưới đây."
    ),
    Column("title", "Việc phải làm", 48, 300, "Bắt đầu bằng động từ. Bắt buộc, nhiều nhất 300 ký tự."),
    Column("product", "Sản phẩm", 32, 500, "Kết quả cụ thể phải có khi xong việc."),
    Column("start", "Bắt đầu", 12, 40, "Ngày, ví dụ 15/01/2027."),
    Column("due", "Thời hạn", 14, 40, "Ngày, ví dụ 31/12/2027, hoặc ghi: thường xuyên."),
    Column("authority", "Thẩm quyền ký duyệt", 26, 300, "Ai ký, ai duyệt sản phẩm."),
    Column("direct", "Đồng chí chỉ đạo", 24, 100, "Họ và tên. Để trống thì theo nhiệm vụ cấp trên."),
    Column(
        "coordinators",
        "Phối hợp",
        30,
        2000,
        "Tên hoặc tên tắt của đơn vị, ngăn cách bằng dấu chấm phẩy. Để trống thì theo nhiệm vụ cấp trên.",
    ),
    Column("priority", "Ưu tiên", 13, 40, "Cao, Bình thường hoặc Thấp. Để trống là Bình thường."),
)
BY_KEY = {column.key: column for column in COLUMNS}
PLAN_TITLE, GUIDE_TITLE = "Kế hoạch", "Hướng dẫn"
READ_ONLY_HEADING = "Tên nhiệm vụ (chỉ để đọc)"
REQUIRED = ("task", "title")
HEADINGS = {fold(column.heading): column.key for column in COLUMNS}


class SheetError(Exception):
    """Why a whole file is refused, in words for people."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one cell. Reads as in "Ô F7: …"."""

    address: str
    message: str

    def __str__(self) -> str:
        return f"Ô {self.address}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One piece of work as a row states it; ``number`` is the row's in Excel."""

    number: int
    code: str = ""
    task: str = ""
    title: str = ""
    product: str = ""
    start: date | None = None
    due: date | None = None
    continuing: bool = False
    authority: str = ""
    direct: str = ""
    coordinators: tuple[str, ...] = ()
    priority: int = NORMAL

    @property
    def is_unfilled(self) -> bool:
        """Whether this is a line of the empty form: only the task stands there."""
        said = (self.code, self.title, self.product, self.start, self.due, self.authority, self.direct)
        return not any(said) and not self.continuing and not self.coordinators

    def shown(self) -> dict[str, str]:
        """The text of each cell, as people read it."""
        return {
            "code": self.code,
            "task": self.task,
            "title": self.title,
            "product": self.product,
            "start": day(self.start),
            "due": CONTINUING if self.continuing else day(self.due),
            "authority": self.authority,
            "direct": self.direct,
            "coordinators": "; ".join(self.coordinators),
            "priority": PRIORITIES.get(self.priority, ""),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was read of a file. ``letters`` gives the column letter of each field that the file has."""

    letters: dict[str, str]
    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()

    def address(self, number: int, key: str) -> str:
        return f"{self.letters.get(key) or next(iter(self.letters.values()))}{number}"

    def packed(self) -> list[Any]:
        """As JSON can hold it."""
        return [self.letters, list(self.notes), [_packed(row) for row in self.rows]]

    @classmethod
    def unpacked(cls, packed: list[Any]) -> Sheet:
        letters, notes, rows = packed
        return cls(letters=letters, notes=tuple(notes), rows=tuple(_unpacked(row) for row in rows))


def _packed(row: Row) -> list[Any]:
    values = [getattr(row, name) for name in Row.__dataclass_fields__]
    return [value.isoformat() if isinstance(value, date) else value for value in values]


def _unpacked(values: list[Any]) -> Row:
    known = dict(zip(Row.__dataclass_fields__, values, strict=True))
    for name in ("start", "due"):
        known[name] = date.fromisoformat(known[name]) if known[name] else None
    known["coordinators"] = tuple(known["coordinators"])
    return Row(**known)


def day(value: date | None) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


def tidy(text: str) -> str:
    """A cell's text without what cannot be seen in it: one spelling of each letter, single spaces.

    Excel writes a carriage return as _x000D_.
    """
    plain = unicodedata.normalize("NFC", text.replace("_x000D_", " "))
    kept = (char for char in plain if char.isspace() or unicodedata.category(char) not in ("Cc", "Cs", "Cn"))
    return " ".join("".join(kept).split())


def parted(text: str) -> tuple[str, ...]:
    """The names of a list, each once."""
    return tuple(dict.fromkeys(name for part in text.split(";") if (name := part.strip())))


def text_of(value: Any) -> str:
    """A cell as text. Raises ValueError with a message where Excel has made something else of it."""
    if isinstance(value, bool):
        raise ValueError("là giá trị đúng/sai của Excel. Ghi lại bằng chữ.")
    if isinstance(value, (date, time, timedelta)):
        shown = day(value) if isinstance(value, date) else str(value)
        raise ValueError(
            f"Excel đã đổi thành ngày giờ ({shown}). Định dạng ô là Văn bản (Text) rồi ghi lại bằng chữ."
        )
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)
    if len(text) > LONGEST_CELL:
        raise ValueError(f"dài {len(text)} ký tự, quá dài cho một ô.")
    return tidy(text)


def date_of(value: Any) -> date | None:
    """A cell as a date; nothing is guessed. Raises ValueError with a message."""
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, (bool, time, timedelta)):
        raise ValueError("không phải ngày. Ghi như 31/12/2027.")
    elif isinstance(value, (int, float)):
        raise ValueError(_number_as_date(value))
    else:
        text = text_of(value)
        if not text:
            return None
        match = _TEXT_DATE.fullmatch(text)
        if not match:
            raise ValueError(f"“{_short(text)}” không phải ngày. Ghi đủ ngày, tháng, năm như 31/12/2027.")
        d, m, y = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        try:
            found = date(int(y), int(m), int(d))
        except ValueError:
            raise ValueError(
                f"“{_short(text)}” không có trong lịch. Ghi ngày trước, tháng sau, như 31/12/2027."
            ) from None
    if found.year not in _YEARS:
        raise ValueError(f"năm {found.year} không hợp lý. Kiểm tra lại ngày.")
    return found


def _number_as_date(value: float) -> str:
    if value in _YEARS:
        return f"mới có năm {int(value)}. Ghi cả ngày, tháng, như 31/12/{int(value)}."
    if _EXCEL_DAYS.start <= value < _EXCEL_DAYS.stop:
        likely = day(_EXCEL_ZERO + timedelta(days=int(value)))
        return f"là số {int(value)}, không phải ngày. Nếu muốn ghi {likely}, hãy định dạng ô là Ngày (Date)."
    return "là một con số, không phải ngày. Ghi như 31/12/2027."


def is_continuing(value: Any) -> bool:
    return isinstance(value, str) and len(value) < 40 and fold(value) == fold(CONTINUING)


def priority_of(value: Any) -> int:
    """Raises ValueError with a message for what is no priority."""
    text = fold(text_of(value))
    if not text:
        return NORMAL
    for number, label in PRIORITIES.items():
        if text in (fold(label), str(number)):
            return number
    raise ValueError("ưu tiên chỉ ghi Cao, Bình thường hoặc Thấp.")


def named(items: Iterable[str], most: int = 10) -> str:
    """A list of codes for a sentence, cut short where it is long."""
    known = list(items)
    more = f" và {len(known) - most} mục khác" if len(known) > most else ""
    return ", ".join(known[:most]) + more


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
