"""From source lines to paragraphs: what a page break or a hard line end cut apart is joined with one
space.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .document import Span, Unplaced
from .marks import Mark, bare_start, is_page_number, is_rule, lead, read_mark, split_star_bullet
from .text import strip_emphasis

# a label, a block's header or the closing always begins a paragraph of its own, however the line before ended
_ALWAYS_NEW = re.compile(
    r"(?:(?:Cơ quan|Đơn vị|Phòng|Cấp|Thời gian|Thời hạn|Sản phẩm|Thẩm quyền|Chủ trì|Phối hợp|Chỉ đạo|"
    r"Tiến độ|Kết quả|"
    r"Phụ trách|Lãnh đạo|Theo dõi|Đầu mối|Người)[^:.;]{0,40}:|"
    r"(?:Tổ chức )?[Pp]hân công\b[^.;]{0,60}:\s*$|Nơi nhận|"
    r"T/M |TM\.? )"
)
# a line that ends in one of these has certainly not ended its sentence
_GOES_ON = re.compile(
    r"(?:[,\-–(/&]|(?:^|\s)(?:và|của|với|cho|về|tại|do|theo|các|những|trong|trên|từ|đến|là|để|bằng|hoặc|"
    r"số|ngày|tháng|"
    r"năm|quý|khóa|khoá|lần|thứ|điều|khoản|thuộc|giữa|như|được|việc|một|đối|trước|sau|ở|vào|ra|bởi|nhằm|"
    r"công tác|"
    r"đồng chí))$",
    re.IGNORECASE,
)
_BEFORE_NUMBER = re.compile(
    r"(?:^|\s)(?:ngày|tháng|quý|khóa|khoá|lần thứ|thứ|điều|khoản|[-–])$", re.IGNORECASE
)
_BEFORE_ROMAN = re.compile(r"(?:^|\s)(?:lần thứ|khóa|khoá|quý)$", re.IGNORECASE)
# names of fields that are written with a free dash, at which a line may have been cut
_DASH_COMPOUND = re.compile(
    r"(?:kinh tế|chính trị|văn hóa|văn hoá|quốc phòng|an ninh|khoa học)\s+[-–]\s+"
    r"(?:xã hội|an ninh|quốc phòng|thể thao|đối ngoại|nghề nghiệp|kỹ thuật)",
    re.IGNORECASE,
)
_DASH_YEAR = re.compile(r"[-–]\s*(?:19|20)\d\d\b")
_ENDS_IN_YEAR = re.compile(r"\b(?:19|20)\d\d$")
_CLOSERS = " *_”\"')»]"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`as_signed` is without mark and emphasis; `segments` are (line, start, end) of it."""

    mark: Mark
    as_signed: str
    emphasis: tuple[Span, ...]
    segments: tuple[tuple[int, int, int], ...]
    indent: int

    @property
    def line_from(self) -> int:
        return self.segments[0][0]

    @property
    def line_to(self) -> int:
        return self.segments[-1][0]

    @property
    def strong(self) -> bool:
        """Set in emphasis throughout, as a heading is."""
        return any(
            span.start == 0 and span.end >= len(self.as_signed.rstrip(" :.")) for span in self.emphasis
        )


def ends_before_roman(line: str) -> bool:
    """Whether a line's last word asks for a Roman number ("… lần thứ"), so that "XIV." below it opens no
    part.
    """
    return _BEFORE_ROMAN.search(line[-200:].rstrip(_CLOSERS)) is not None


class _Draft:
    __slots__ = ("indent", "lines", "mark", "star")

    def __init__(self, number: int, body: str, mark: Mark, star: bool, indent: int) -> None:
        self.lines = [(number, body)]
        self.mark, self.star, self.indent = mark, star, indent

    def finish(self) -> Paragraph:
        raw_parts: list[str] = []
        starts: list[tuple[int, int, int]] = []
        at = 0
        for number, body in self.lines:
            starts.append((number, at, at + len(body)))
            raw_parts.append(body)
            at += len(body) + 1
        cleaned = strip_emphasis(" ".join(raw_parts))
        cut = 0
        if self.mark.kind in ("part", "section", "item") and not self.star:
            blanks = len(cleaned.text) - len(cleaned.text.lstrip())
            cut = blanks + read_mark(cleaned.text[blanks:], self.mark.heading)[1]
        whole = cleaned.text
        begin = cut + len(whole[cut:]) - len(whole[cut:].lstrip())
        as_signed = whole[begin:].rstrip()

        def place(raw: int) -> int:
            return min(max(cleaned.position(raw) - begin, 0), len(as_signed))

        spans = tuple(
            Span(start, end, span.style)
            for span in cleaned.spans
            if (end := min(max(span.end - begin, 0), len(as_signed)))
            > (start := min(max(span.start - begin, 0), len(as_signed)))
        )
        segments = tuple((number, place(start), place(end)) for number, start, end in starts)
        return Paragraph(self.mark, as_signed, spans, segments, self.indent)


class _Wrapping:
    """Whether this text was cut at a line length, and whether a given line was full when it was cut."""

    def __init__(self, lines: Sequence[str]) -> None:
        lengths = [len(line.rstrip()) for line in lines if line.strip()]
        self.width = max(lengths, default=0)
        full = sum(length >= 0.8 * self.width for length in lengths)
        self.hard = 40 <= self.width <= 200 and full >= 0.3 * len(lengths)

    def was_full(self, line: str, following: str) -> bool:
        word = following.lstrip().split(" ", 1)[0]
        return self.hard and len(line.rstrip()) + 1 + len(word) > 0.92 * self.width


def gather(
    lines: Sequence[str], first: int, last: int, page_breaks: frozenset[int]
) -> tuple[list[Paragraph], list[Unplaced]]:
    """Paragraphs of the source lines `first` to `last` (from 1, inclusive), and the lines that carry no text.

    `page_breaks` are lines after which a correction says that a page ended inside a sentence.
    """
    wrapping = _Wrapping(lines[first - 1 : last])
    drafts: list[_Draft] = []
    unplaced: list[Unplaced] = []
    current: _Draft | None = None
    blank = False
    for number in range(first, last + 1):
        line = lines[number - 1]
        body = line.strip()
        if not body:
            blank = True
            continue
        skip = _skipped(body, current, blank)
        if skip:
            unplaced.append(Unplaced(number, body, skip))
            # a page number stands between the two halves of a sentence, a rule between two things
            if is_page_number(body):
                blank = True
            else:
                current = None
            continue
        start, heading = lead(line)
        body = line[start:].strip()
        star, rest = split_star_bullet(body)
        mark = Mark("item", "*", (), "*", heading) if star else read_mark(bare_start(body), heading)[0]
        if (
            current
            and not heading
            and _continues(current, lines, number, body, mark, blank, wrapping, page_breaks)
        ):
            current.lines.append((number, body))
        else:
            indent = len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())
            if heading:
                rest = re.sub(r"\s+#+$", "", rest)
            current = _Draft(number, rest, mark, bool(star), indent)
            drafts.append(current)
        blank = False
    return [draft.finish() for draft in drafts], unplaced


def _skipped(body: str, current: _Draft | None, blank: bool) -> str:
    if is_page_number(body) and (blank or current is None):
        return "Số trang."
    if is_rule(body):
        return "Dòng chỉ có ký hiệu, không có chữ."
    if body.startswith("|"):
        return "Dòng của một bảng; trình đọc chưa nhận bảng."
    return ""


def _continues(
    current: _Draft,
    lines: Sequence[str],
    number: int,
    body: str,
    mark: Mark,
    blank: bool,
    wrapping: _Wrapping,
    page_breaks: frozenset[int],
) -> bool:
    last_number, last_body = current.lines[-1]
    if last_number in page_breaks:
        return True
    ended = last_body[-200:].rstrip(_CLOSERS)
    sign = ended[-1:]
    # "…công nghệ,..." trails off; it ends no sentence by itself
    open_end = sign not in ".;:!?/" or ended.endswith(("..", "…"))
    full = not blank and wrapping.was_full(lines[last_number - 1], body)
    if mark.kind in ("part", "section"):
        if current.mark.heading or current.mark.kind in ("part", "section"):
            return False
        if mark.kind == "part" and ends_before_roman(ended):
            return True
        return full and _BEFORE_NUMBER.search(ended) is not None
    if mark.kind == "item":
        if mark.family != "-":
            return False
        if _DASH_YEAR.match(body) and _ENDS_IN_YEAR.search(ended):
            return True
        if not blank and _DASH_COMPOUND.match(f"{' '.join(ended.split()[-2:])} {body[:40]}"):
            return True
        following = body[1:].lstrip()[:1]
        return full and open_end and sign != "," and not following.isupper() and body[1:2].isspace()
    if current.mark.heading or _ALWAYS_NEW.match(body.lstrip("*_ ")):
        return False
    start = body.lstrip("*_\"“'( ")[:1]
    if open_end:
        is_heading = current.mark.kind in ("part", "section")
        if start.islower() or (start.isdigit() and not is_heading) or _GOES_ON.search(ended):
            return True
        return full or (not blank and is_heading and last_body.isupper() and body.isupper())
    if full and sign in ".;!?":
        return True
    return start.islower() and (sign == ";" or full)
