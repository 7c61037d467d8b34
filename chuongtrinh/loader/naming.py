"""What rows are called: codes that people cite, short titles, texts cut to a column's length."""

from __future__ import annotations

import re
from collections import defaultdict

from chuongtrinh import reader
from chuongtrinh.vietnamese import fold

LONGEST_TITLE = 160
_SHORTEST_TITLE = 30
_TITLE_END = re.compile(r"[;.:](?=\s|$)")


def clip(text: str, length: int) -> str:
    """`text`, at most `length` characters; what was cut off ends in "…"."""
    return text if len(text) <= length else text[: length - 1] + "…"


def short_title(text: str) -> str:
    """A verbatim beginning of the text, cut where its first part ends, with "…" where it goes on."""
    text = text.strip()
    end = next((m.start() for m in _TITLE_END.finditer(text, _SHORTEST_TITLE)), len(text))
    title = text[:end].rstrip(" ;,.:")
    if title.count("(") > title.count(")") and title.rfind("(") >= _SHORTEST_TITLE // 2:
        title = title[: title.rfind("(")].rstrip(" ;,.:")
    if len(title) > LONGEST_TITLE:
        room = title[: LONGEST_TITLE - 1]
        at = room.rfind(",") if room.rfind(",") >= LONGEST_TITLE // 2 else room.rfind(" ")
        title = room[: at if at >= _SHORTEST_TITLE else len(room)].rstrip(" ;,.:") + "…"
    return title or text[:LONGEST_TITLE] or "(không có lời)"


def work_codes(document: reader.Document) -> dict[int, str]:
    """The code of every task and project, by the identity of its clause: "II.3.2-02", "DA-04".

    Tasks are counted within their section. A project keeps its own number; where it has none, or the number
    comes a second time, it takes the next free one.
    """
    codes: dict[int, str] = {}
    taken: set[str] = set()
    counted: dict[str, int] = defaultdict(int)
    last = 0
    for section, clause in document.tasks():
        if clause.kind == "project":
            number = clause.project_number
            code = f"DA-{number:02d}" if number is not None and 0 <= number < 1_000_000 else ""
            while not code or code in taken:
                last += 1
                code = f"DA-{last:02d}"
            taken.add(code)
        else:
            counted[section.number] += 1
            code = once(f"{_ascii(section.number)}-{counted[section.number]:02d}", taken, 40)
        codes[id(clause)] = code
    return codes


def _ascii(number: str) -> str:
    """A section's number as codes cite it: Đ as DD, as on a telex keyboard, so that it stays apart from D."""
    plain = fold(re.sub("[đĐ]", "DD", number).replace(".", "q0q")).upper().replace("Q0Q", ".")
    return re.sub(r"[^A-Z0-9.]", "", plain)[:30] or "0"


def once(text: str, taken: set[str], length: int) -> str:
    """`text` cut to `length`, numbered where another has it already; it is then taken too."""
    kept, number = text[:length], 2
    while kept in taken:
        kept, number = f"{text[: length - 1 - len(str(number))]}-{number}", number + 1
    taken.add(kept)
    return kept
