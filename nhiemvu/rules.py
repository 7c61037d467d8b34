"""What is plausible of typed work: its deadline and, of added work, its code. Each answers with what is
wrong, for people; "" where nothing is."""

from __future__ import annotations

from datetime import date
from typing import Any

FIRST_YEAR = 2000
YEARS_AFTER_TERM = 5


def deadline_fault(day: date | None, programme: Any, *, plan_item: bool = False) -> str:
    """Work of the document is due between the signing and the end of the term. A plan item's day outside its
    year is the plan's own question (its page lists it); only a slip of the keys is refused there."""
    if day is None:
        return ""
    if fault := year_fault(day, programme):
        return fault
    if plan_item:
        return ""
    signed, last = programme.issued_on, programme.term_end
    if signed and day < signed:
        return f"Thời hạn trước ngày ký chương trình ({signed:%d/%m/%Y}): kiểm tra lại năm."
    if last and day.year > last:
        return f"Thời hạn sau khi hết nhiệm kỳ ({last}): kiểm tra lại năm."
    return ""


def year_fault(day: date | None, programme: Any) -> str:
    """A year that nobody can have meant."""
    if day is None:
        return ""
    last = programme.term_end + YEARS_AFTER_TERM if programme.term_end else None
    if day.year < FIRST_YEAR or (last and day.year > last):
        until = f" đến năm {last}" if last else " trở đi"
        return f"Năm {day.year} chắc là gõ nhầm: ghi ngày từ năm {FIRST_YEAR}{until}."
    return ""


def code_fault(code: str, section_number: str, *, project: bool) -> str:
    """What is added takes its place among what was signed: a task's code tells its section, a project's that
    it is one."""
    start = "DA-" if project else f"{section_number}-"
    if code.startswith(start) and len(code) > len(start):
        return ""
    if project:
        return "Mã của đề án bắt đầu bằng DA-, ví dụ DA-11."
    return f"Mã của nhiệm vụ bắt đầu bằng số mục: ở mục này là {start}…, ví dụ {start}20."
