"""What the beginning of a line says about it: part, section, bullet, letter, item, rule, page number or
plain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from .names import UP

MarkKind = Literal["part", "section", "item", "plain", "rule", "page_number", "untitled"]

_ROMAN_VALUES = {"I": 1, "V": 5, "X": 10}
_ROMAN_FORM = re.compile(r"X{0,3}(?:IX|IV|V?I{0,3})")
_PART = re.compile(
    r"(?:(?:PHẦN|Phần)(?:\s+(?:THỨ|thứ))?\s+)?(?P<label>[IVX]{1,7})\s*(?P<sep>[.\-–—:)/])\s*(?=\S)"
)
_NAMED_PART = re.compile(r"(?:PHẦN|Phần)(?:\s+(?:THỨ|thứ))?\s+(?P<label>[IVX]{1,7})(?=\s|$)")
_ORDINAL_PART = re.compile(
    r"PHẦN\s+THỨ\s+(?P<word>NHẤT|HAI|BA|TƯ|BỐN|NĂM|SÁU|BẢY)\b[\s.:\-–—]*", re.IGNORECASE
)
_ORDINALS = {
    "nhất": "I",
    "hai": "II",
    "ba": "III",
    "tư": "IV",
    "bốn": "IV",
    "năm": "V",
    "sáu": "VI",
    "bảy": "VII",
}
_LETTER_PART = re.compile(r"(?P<label>[A-HĐ])\s*[.\-–—/)]\s+(?=\S)")
_ROMAN_SECTION = re.compile(r"(?P<label>[IVX]{1,7}(?:\.\d{1,2}){1,4})\s*[.)\-–:]?\s+(?=\S)")
_SECTION = re.compile(
    r"(?P<label>\d{1,2}(?:\.\d{1,2}){0,4})(?:\s?(?P<sep>[.\-–:/]))?(?P<gap>\s*)(?=(?P<next>\S))"
)
_SYMBOL = re.compile(
    r"\d+\s?(?:[-–]\s?[A-ZĐ][A-Za-zĐđ]{0,7}\s?/\s?[A-ZĐ]|/[A-ZĐ]{1,6}\d{0,2}[-–]?[A-ZĐ]*[-–])"
)
_BULLETS = "-–—−+•●○▪■□◦‣⁃·✓✔➢→❖"
_BULLET = re.compile(
    rf"(?P<label>[{_BULLETS}\uf0b7\uf0a7\uf02d\uf076\uf0d8])\s*(?=\S)|(?P<word>o)\s+(?=[{UP}])"
)
_PAREN = re.compile(r"\(\s*(?P<label>\d{1,3}|[a-zđ]|[ivx]{1,5})\s*\)\s*(?=\S)")
_NUMBER_PAREN = re.compile(r"(?P<label>\d{1,3})\s*\)\s*(?=\S)")
_LETTER = re.compile(r"(?P<label>[a-eghiklm-vxyđ])\s*(?:\)\s*|[./,]\s+|-\s+)(?=\S)")
_SMALL_ROMAN = re.compile(r"(?P<label>[ivx]{2,5})\s*[).]\s*(?=\S)")
_RULE = re.compile(r"[\s\-–—_*=.…~#|+•:>/\\]+")
_PAGE_NUMBER = re.compile(r"(?:[-–—]\s*)?(?:trang\s+)?\d{1,3}(?:\s*/\s*\d{1,3})?(?:\s*[-–—])?", re.IGNORECASE)
_LEAD = re.compile(r"[\s>]*")
_HASHES = re.compile(r"#{1,6}(?:\s+|(?=[^#\s]))")
_STARS = re.compile(r"[*_]+")


@dataclass(frozen=True, slots=True)
class Mark:
    """`label` is the mark as written, `path` the number it stands for ("2", "1"), `family` the kind of
    bullet.
    """

    kind: MarkKind
    label: str = ""
    path: tuple[str, ...] = ()
    family: str = ""
    heading: bool = False


PLAIN = Mark("plain")


def roman_value(label: str) -> int:
    """The value of a Roman numeral up to 39, or 0 for what is none."""
    if not label or not _ROMAN_FORM.fullmatch(label):
        return 0
    total = 0
    for sign, following in zip(label, label[1:] + " ", strict=True):
        value = _ROMAN_VALUES[sign]
        total += -value if _ROMAN_VALUES.get(following, 0) > value else value
    return total


def lead(line: str) -> tuple[int, bool]:
    """Length of what stands before a line's words and is no mark of theirs: blanks, ">", "#"; and whether
    "#".
    """
    match = _LEAD.match(line)
    at = match.end() if match else 0
    hashes = _HASHES.match(line, at)
    return (hashes.end(), True) if hashes else (at, False)


def split_star_bullet(line: str) -> tuple[str, str]:
    """A leading "*" that is a bullet, and the rest. In "*** Giao:**" the first star is the bullet."""
    match = _STARS.match(line)
    if match and match.group() in ("*", "***") and line[match.end() : match.end() + 1].isspace():
        return "*", line[1:].lstrip()
    return "", line


def bare_start(body: str) -> str:
    """The start of a line without emphasis, enough to see its mark ("**1.** Mục đích" → "1. Mục đích")."""
    return body[:400].replace("*", "").replace("__", "").lstrip("_ ")


def read_mark(text: str, heading: bool = False) -> tuple[Mark, int]:
    """The mark at the start of `text` (already without emphasis) and where the words after it begin."""
    if not text:
        return PLAIN, 0
    if text[0].isdigit():
        return _read_number(text, heading)
    if text[0] == "(":
        if match := _PAREN.match(text):
            label = match["label"]
            family = "(1)" if label.isdigit() else "(a)" if len(label) == 1 and label not in "ivx" else "(i)"
            return Mark("item", f"({label})", (label,), family, heading), match.end()
        return _plain(heading)
    if match := _BULLET.match(text):
        label = match["label"] or match["word"]
        return Mark("item", label, (), "-" if label in "-–—−" else label, heading), match.end()
    if (mark := _read_part(text, heading))[0].kind != "plain":
        return mark
    if match := _SMALL_ROMAN.match(text):
        return Mark("item", text[: match.end()].strip(), (match["label"],), "i)", heading), match.end()
    if match := _LETTER.match(text):
        return Mark("item", text[: match.end()].strip(), (match["label"],), "a)", heading), match.end()
    return _plain(heading)


def _plain(heading: bool) -> tuple[Mark, int]:
    return (Mark("untitled", heading=True) if heading else PLAIN), 0


def _read_part(text: str, heading: bool) -> tuple[Mark, int]:
    if match := _ROMAN_SECTION.match(text):
        roman, *rest = match["label"].split(".")
        if roman_value(roman):
            return Mark("section", text[: match.end()].strip(), (roman, *rest), "", heading), match.end()
    if match := _ORDINAL_PART.match(text):
        label = _ORDINALS[match["word"].lower()]
        return Mark("part", match.group().strip(), (label,), "", heading), match.end()
    match = _PART.match(text) or _NAMED_PART.match(text)
    if match and roman_value(match["label"]):
        # "V/v" and a sentence that goes on in lower case are no parts; a part's title begins with a capital
        rest = text[match.end() : match.end() + 4].lstrip("\"“'( ")
        if not rest or ((rest[0].isupper() or rest[0].isdigit()) and rest[1:2] != "."):
            return Mark("part", text[: match.end()].strip(), (match["label"],), "", heading), match.end()
    if (match := _LETTER_PART.match(text)) and text[match.end() : match.end() + 20].isupper():
        return Mark("part", text[: match.end()].strip(), (match["label"],), "letter", heading), match.end()
    return PLAIN, 0


def _read_number(text: str, heading: bool) -> tuple[Mark, int]:
    if match := _NUMBER_PAREN.match(text):
        return Mark("item", text[: match.end()].strip(), (match["label"],), "1)", heading), match.end()
    match = _SECTION.match(text)
    if not match or _SYMBOL.match(text):
        return _plain(heading)  # "57-NQ/TW" at the start of a line is a document's number
    path = tuple(part.lstrip("0") or "0" for part in match["label"].split("."))
    sep, gap, following = match["sep"] or "", match["gap"], match["next"]
    opens_sentence = following.isupper() or following in "\"“'(["
    if sep in (".", ":"):
        # "1.500 hộ", "2.1.2026" are numbers; "1.Mục đích" has only lost its blank
        good = bool(gap) or following.isupper()
    elif sep:
        good = opens_sentence
    else:
        good = len(path) > 1 and bool(gap) and opens_sentence
    good = good or (heading and bool(gap) and opens_sentence)
    if not good:
        return _plain(heading)
    return Mark("section", text[: match.end()].strip(), path, "", heading), match.end()


def is_rule(line: str) -> bool:
    """A line of signs only, such as "-----"; it carries no words."""
    return _RULE.fullmatch(line) is not None


def is_page_number(line: str) -> bool:
    return len(line) < 24 and _PAGE_NUMBER.fullmatch(line.strip(" *")) is not None
