"""How an office writes: numbers, days, lists, and what units wrote made into clean sentences. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from baocao import periods
from chuongtrinh.vietnamese import format_number

BODY, ANNEX = 600, 1500
"""Longer words of a unit are cut near here, at the end of a sentence."""
_BULLET = re.compile(r"^(?:[-–—•*+▪◦·●○■□►➢✓]+|\d{1,2}[.)](?=\s)|\(?[a-zđ]\)(?=\s))\s*")
_ENDS = ".!?…"
_CLOSING = "\"'”’»)]}"
_SENTENCE_END = re.compile(rf"[{_ENDS}][{re.escape(_CLOSING)}]*(?=\s)")
_JOINERS = "\u200d\ufe0f"


# -- numbers and days --------------------------------------------------------------------------------------


def number(n: int) -> str:
    """As the office writes counts: không, 01 … 09, 10, 1.234."""
    if n == 0:
        return "không"
    return f"0{n}" if 0 < n < 10 else format_number(Decimal(n))


def percent(value: int | Decimal) -> str:
    """12,5%."""
    return f"{format_number(Decimal(value))}%"


def number_of(value: Decimal) -> str:
    """A measured value: whole ones as counts are written, others as they are."""
    whole = value == value.to_integral_value() and value > 0
    return number(int(value)) if whole else format_number(value)


def measured(value: Decimal, unit: str) -> str:
    """A value in its unit of measure: 11,2%, 05 mô hình."""
    return percent(value) if unit.strip() == "%" else f"{number_of(value)} {unit}".strip()


def day(on: date) -> str:
    """05/5/2026: a 0 before days under 10 and months under 3."""
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    return f"{on.day:02d}/{month}/{on.year}"


def joined(parts: Iterable[str]) -> str:
    """A, B và C."""
    found = [part for part in parts if part]
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} và {found[-1]}"


# -- periods -----------------------------------------------------------------------------------------------


def in_period(kind: str, label: str) -> str:
    """The period as a sentence names it: "tháng 6/2026", "6 tháng đầu năm 2026", "nhiệm kỳ 2025-2030"."""
    name = label.removeprefix("Giữa ").removeprefix("Tổng kết ")
    name = f"{name[:1].lower()}{name[1:]}"
    return f"nửa đầu {name}" if kind == periods.Kind.MID_TERM else name


_MONTHS_AHEAD = {
    "month": 1, "quarter": 3, "half_year": 6, "nine_months": 3, "year": 12, "mid_term": 30, "term": 60,
}  # fmt: skip


def end_of_next(kind: str, end: date) -> date:
    """The last day of what comes after a period: after six months the rest of the year, and so on. Of the
    calendar: what is due after the next cut-off but before the quarter is out is still the quarter's work."""
    months = end.year * 12 + end.month + _MONTHS_AHEAD[kind]
    return date(months // 12, months % 12 + 1, 1) - timedelta(days=1)


def next_period(kind: str, end: date) -> str:
    """What comes after a period, in words: "6 tháng cuối năm 2026", "tháng 7/2026"."""
    last = end_of_next(kind, end)
    if kind == periods.Kind.MONTH:
        return f"tháng {last.month}/{last.year}"
    if kind == periods.Kind.QUARTER:
        return f"quý {('I', 'II', 'III', 'IV')[(last.month - 1) // 3]}/{last.year}"
    named = {"half_year": f"6 tháng cuối năm {last.year}", "nine_months": f"quý IV/{last.year}"}
    return named.get(kind) or (f"năm {last.year}" if kind == periods.Kind.YEAR else "thời gian tới")


# -- sentences ---------------------------------------------------------------------------------------------


def capital(text: str) -> str:
    """With a capital first letter, after an opening quotation mark too."""
    at = next((at for at, char in enumerate(text) if char.isalnum()), len(text))
    # Some small letters have no single capital (ŉ): they stay.
    first = text[at : at + 1].upper()
    return f"{text[:at]}{first}{text[at + 1 :]}" if len(first) == 1 else text


def small(text: str) -> str:
    """With a small first letter, unless the first word is written in capitals (UBND)."""
    word = text.split(" ", 1)[0]
    return text if len(word) > 1 and word.upper() == word else f"{text[:1].lower()}{text[1:]}"


def line(text: str) -> str:
    """One line of NFC text without control characters and doubled spaces; no end mark is put."""
    plain = unicodedata.normalize("NFC", text)
    kept = "".join(char if _is_kept(char) else " " for char in plain)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def name(text: str) -> str:
    """A title within a sentence: one line without its own end mark."""
    return line(text).rstrip(" .;,:")


def sentence(text: str) -> str:
    """What someone wrote, as one or more sentences: bullets and line breaks gone, a capital first letter, an
    end mark; "" where nothing is said."""
    parts = [part for raw in re.split(r"[\r\n\v\f\x85\u2028\u2029]+", text) if (part := _unbulleted(raw))]
    if not parts:
        return ""
    found = parts[0]
    for part in parts[1:]:
        if found[-1] in ";:," or found[-1] in _ENDS or part[:1].islower():
            found = f"{found} {part}"
        else:
            found = f"{found}. {part}"
    return _tidy(found)


def cut(text: str, most: int = BODY) -> str:
    """A long text up to the end of a sentence near so many characters, and "…"."""
    if len(text) <= most:
        return text
    ends = [match.end() for match in _SENTENCE_END.finditer(text, 0, most + 1)]
    if ends and ends[-1] > most // 2:
        return f"{text[: ends[-1]]} …"
    space = text.rfind(" ", 0, most)
    at = space if space > most // 2 else _between_letters(text, most)
    return f"{text[:at].rstrip(' ,;:')}…"


def _is_kept(char: str) -> bool:
    return char in _JOINERS or unicodedata.category(char)[0] != "C"


def _unbulleted(raw: str) -> str:
    text = line(raw)
    while (plain := _BULLET.sub("", text)) != text:
        text = plain
    return text if any(char.isalnum() for char in text) else ""


def _tidy(text: str) -> str:
    text = re.sub(r"\.{3,}", "…", text)
    text = re.sub(r"\s+([,.;:!?…])", r"\1", text)
    while (plain := re.sub(r"\.\.|…\.|\.…|…{2,}", "…" if "…" in text else ".", text)) != text:
        text = plain
    text = re.sub(r"([,;:])[,;.]+", r"\1", text)
    text = text.rstrip(" ,;:-–—")
    bare = text.rstrip(_CLOSING)
    ended = bool(bare) and bare[-1] in _ENDS
    return capital(text if ended else f"{text}.")


def _between_letters(text: str, at: int) -> int:
    """The place or one before it where no letter is parted from its marks."""
    while at > 1 and (unicodedata.combining(text[at]) or text[at] in _JOINERS or text[at - 1] in _JOINERS):
        at -= 1
    return at
