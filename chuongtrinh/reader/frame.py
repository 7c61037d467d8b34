"""What stands around the programme: the letterhead above it, the recipients and the signature below it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from .corrections import Overlay
from .document import AppliedCorrection, Closing, Letterhead
from .marks import is_rule
from .names import LOW, UP, full_body_name, normal_number, read_date, squeeze, with_known_names
from .text import strip_emphasis

_KINDS = (
    "chương trình hành động|chương trình công tác|chương trình|kế hoạch hành động|kế hoạch|đề án|nghị quyết|"
    "chỉ thị|hướng dẫn|kết luận|quyết định|thông báo"
)
_KIND = re.compile(rf"(?P<kind>{_KINDS})(?=$|[\s:,.])[\s:]*(?P<subject>.*)", re.IGNORECASE | re.DOTALL)
_STATE_OR_PARTY = re.compile(
    r"ĐẢNG CỘNG SẢN VIỆT NAM|CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA VIỆT NAM|"
    r"ĐỘC LẬP\s*[-–]\s*TỰ DO\s*[-–]\s*HẠNH PHÚC"
)
_NUMBER = re.compile(r"Số\s*:?\s*(?P<number>.*)", re.IGNORECASE | re.DOTALL)
_DATELINE = re.compile(r"(?P<place>[^\d]{0,60}?),?\s*ngày\b(?P<date>.*)", re.IGNORECASE | re.DOTALL)
_ASIDE = re.compile(r"\(?\s*(?:dự thảo|bản sao|sao y|hỏa tốc|hoả tốc|kính gửi|về việc|v/v)", re.IGNORECASE)
_OPENS = re.compile(
    r"(?:Thực hiện|Căn cứ|Trên cơ sở|Triển khai|Quán triệt|Nhằm|Để|Xét|Theo|Sau khi|Tiếp tục|Cụ thể hóa|"
    r"Cụ thể hoá|"
    r"Ban Chấp hành|Ban Thường vụ|Đảng [ủu][ỷy]?)(?=\s)"
)
_BODY = re.compile(
    r"(?:ĐẢNG|BAN|CHI BỘ|UBND|HĐND|[ỦU][ỶY] BAN|UỶ BAN|HỘI|MẶT TRẬN|THÀNH|TỈNH|HUYỆN|QUẬN|CÔNG AN|PHÒNG|"
    r"VĂN PHÒNG|SỞ|"
    r"XÃ|PHƯỜNG|ĐẶC KHU|THỊ|TRUNG TÂM|BTV|BCH|ĐOÀN|TỔNG|BỘ)(?=\s|$)"
)
_TERM = re.compile(r"(?:nhiệm kỳ|giai đoạn)\s*:?\s*(20\d\d|19\d\d)\s*[-–—]\s*(20\d\d)", re.IGNORECASE)
_CELLS = re.compile(r"\s{3,}|\t+|\s*\|\s*|\s+—\s+")
_RECIPIENTS = re.compile(r"\s*Nơi nhận\s*[:.]?\s*", re.IGNORECASE)
_FOR = re.compile(
    rf"(?:T\s?/\s?M|TM\s?\.|T\.M\.?|TM|T\s?/\s?L|TL\s?\.|KT\s?\.|K/T|TUQ\s?\.|T/UQ)(?=\s|[{UP}])\s*\S",
    re.IGNORECASE,
)
_POST = re.compile(
    r"(?:Q\.\s*)?(?:PHÓ\s+)?(?:BÍ THƯ(?:\s+(?:THƯỜNG TRỰC|CHI BỘ|ĐẢNG [ỦU][ỶY]|ĐẢNG UỶ|ĐẢNG BỘ))?|"
    r"CHỦ TỊCH(?:\s+UBND)?|CHỦ NHIỆM|"
    r"CHÁNH VĂN PHÒNG|TRƯỞNG BAN|TRƯỞNG PHÒNG|GIÁM ĐỐC|ỦY VIÊN|UỶ VIÊN)[^.;:]{0,60}"
)
_NAME_WORD = re.compile(rf"[{UP}][{LOW}]*")
_SIGNED_MARK = re.compile(
    r"[(\[]?\s*(?:đã ký|ký tên|chữ ký|ký, đóng dấu|đã ký và đóng dấu|ký)[\s\S]{0,40}[)\]]?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines kept as lines, with the overlay laid over them."""

    as_signed: str
    text: str
    numbers: tuple[int, ...]
    corrections: tuple[AppliedCorrection, ...]


def _clean(line: str) -> str:
    body = line.strip()
    while body[:1] in ("#", ">"):
        body = body[1:].lstrip()
    return body if is_rule(body) else strip_emphasis(body).text.strip("* ")


def _block(lines: Sequence[str], numbers: Sequence[int], overlay: Overlay) -> _Block:
    pieces, segments, at = [], [], 0
    for number in numbers:
        piece = _clean(lines[number - 1])
        pieces.append(piece)
        segments.append((number, at, at + len(piece)))
        at += len(piece) + 1
    as_signed = "\n".join(pieces)
    text, applied = overlay.lay(as_signed, segments, keeps_lines=True)
    return _Block(as_signed, text, tuple(numbers), applied)


def head_end(lines: Sequence[str], first_section: int) -> int:
    """The last line of the letterhead, given the line of the first section: where the preamble's prose
    begins.
    """
    kind_seen = subject_seen = False
    blank = False
    last = 0
    for number in range(1, first_section):
        body = _clean(lines[number - 1])
        if not body:
            blank = True
            continue
        plain = not is_rule(body)
        if plain and not kind_seen:
            match = _kind_of(lines[number - 1], body)
            if match:
                kind_seen, subject_seen = True, bool(match["subject"])
            elif len(body) > 200 or (
                len(body) > 60 and body[-1] in ".:;" and not _CELLS.search(body) and not body.isupper()
            ):
                return last
        elif plain:
            prose = body[-1] in ".:;" or len(body) > 300 or body[:1] in "-+•"
            fresh_opening = _OPENS.match(body) is not None and not body.isupper()
            if not subject_seen:
                if prose and not _ASIDE.match(body):
                    return last
                subject_seen = True
            elif prose or fresh_opening or (blank and body[:1].isupper() and not body.isupper()):
                # number, dateline or one more line of the title may follow; what else opens is the preamble
                below = lines[number].strip() if number < len(lines) else ""
                title_goes_on = not prose and not fresh_opening and not below and len(body) < 120
                dated = (
                    len(body) < 120 and read_date(body) and (_DATELINE.fullmatch(body) or _NUMBER.match(body))
                )
                if title_goes_on or dated:
                    blank, last = False, number
                    continue
                return last
        blank = False
        last = number
    return last


def _kind_of(line: str, body: str) -> re.Match[str] | None:
    match = _KIND.match(body)
    if not match or body[-1] in ".;":
        return None
    set_apart = match["kind"].isupper() or line.lstrip().startswith(("#", "*", "_"))
    return match if set_apart or (not match["subject"] and len(body) < 60) else None


def read_letterhead(lines: Sequence[str], last: int, overlay: Overlay, prose: str) -> Letterhead:
    """The letterhead in lines 1 to `last`. `prose` is the rest of the text, asked for the term and for the
    natural case of a subject set in capitals."""
    numbers = [number for number in range(1, last + 1) if lines[number - 1].strip()]
    block = _block(lines, numbers, overlay)
    bodies: list[str] = []
    number = kind = place = ""
    issued_on = None
    subject: list[str] = []
    for line in block.text.split("\n"):
        whole = squeeze(line)
        match = None if kind else _KIND.match(whole)
        if match and (match["kind"].isupper() or whole[-1] not in ".;"):
            kind, rest = match["kind"], match["subject"].strip()
            subject += [rest] if rest else []
            continue
        # an unfilled day leaves a gap inside the dateline; a gap before it parts two columns
        dated = _DATELINE.fullmatch(whole) if len(whole) < 80 and not _NUMBER.match(whole) else None
        one_cell = (
            dated
            and _is_dateline(whole)
            and not _CELLS.search(re.split("ngày", line.strip(), maxsplit=1)[0].rstrip())
        )
        for cell in [whole] if one_cell else [squeeze(cell) for cell in _CELLS.split(line.strip())]:
            if not cell or is_rule(cell) or _STATE_OR_PARTY.search(cell.upper()):
                continue
            if found := _NUMBER.fullmatch(cell):
                written = normal_number(found["number"])
                number = number or (written if any(sign.isdigit() for sign in written) else "")
            elif not place and len(cell) < 80 and (found := _DATELINE.fullmatch(cell)) and _is_dateline(cell):
                place, issued_on = found["place"].strip(" ,"), read_date(found["date"])
            elif _ASIDE.match(cell):
                continue
            elif not kind and _is_body(cell, bool(bodies)):
                bodies.append(cell)
            elif kind:
                subject.append(cell)
    parent, issuer = (bodies[0], squeeze(" ".join(bodies[1:]))) if len(bodies) > 1 else ("", "".join(bodies))
    if len(bodies) == 2 and re.fullmatch(r"(?:XÃ|PHƯỜNG|ĐẶC KHU|THỊ TRẤN|TỈNH|THÀNH PHỐ)\s.+", bodies[1]):
        parent, issuer = "", " ".join(bodies)
    about = _in_natural_case(squeeze(" ".join(subject)).strip("-–— *"), prose)
    if place:  # a name set in capitals, which the text may not repeat
        about = re.sub(re.escape(place), lambda _: place, about, flags=re.IGNORECASE)
    years = _TERM.search(about) or _TERM.search(prose)
    return Letterhead(
        as_signed=block.as_signed,
        text=block.text,
        lines=block.numbers,
        corrections=block.corrections,
        parent_name=parent,
        issuer=issuer,
        committee=full_body_name(issuer, parent, place) if issuer else "",
        number=number,
        issued_on=issued_on,
        place=place,
        kind=kind,
        subject=about,
        term=(int(years[1]), int(years[2])) if years else None,
    )


def _is_body(cell: str, after_another: bool) -> bool:
    if cell.isupper():
        return after_another or _BODY.match(cell) is not None
    return not after_another and len(cell) < 80 and _BODY.match(cell.upper()) is not None


def _is_dateline(cell: str) -> bool:
    """A draft's dateline may still lack its day."""
    return read_date(cell) is not None or re.search(r"\btháng\b.*\bnăm\b", cell) is not None


def _in_natural_case(subject: str, prose: str) -> str:
    """A subject set in capitals, in the case in which the text itself writes the same words."""
    lowered = prose.lower()
    if not subject.isupper() or len(lowered) != len(prose):
        return subject
    words = subject.split()
    written: list[str] = []
    while words:
        for size in range(min(len(words), 30), 0, -1):
            at = lowered.find(" ".join(words[:size]).lower())
            if at >= 0 and (size > 1 or any(sign.isdigit() for sign in words[0])):
                written.append(prose[at : at + len(" ".join(words[:size]))])
                break
        else:
            size = 1
            written.append(words[0] if any(sign.isdigit() for sign in words[0]) else words[0].lower())
        words = words[size:]
    return with_known_names(" ".join(written))


def closing_start(lines: Sequence[str], first_section: int) -> int:
    """The first line of the recipients or of the signature after the body; one past the last line if there
    is none.
    """
    posts: list[int] = []
    for number in range(first_section + 1, len(lines) + 1):
        body = lines[number - 1].strip()
        if not body or len(body) > 300:
            continue
        body = _clean(body).lstrip("| ")
        if _RECIPIENTS.match(body):
            return min([number, *posts])
        if _is_signature(body):
            posts.append(number)
        elif len(body) > 80:
            posts.clear()
    # without "Nơi nhận" only a signature near the end of the text is believed
    filled = [number for number in range(1, len(lines) + 1) if lines[number - 1].strip()]
    near = set(filled[-12:])
    return min((number for number in posts if number in near), default=len(lines) + 1)


def _is_signature(body: str) -> bool:
    shown = body.replace("T/m", "T/M")
    if _FOR.match(shown) and len(body) < 90:
        return shown.isupper() or shown[:2].isupper()
    return (
        body.isupper() and _POST.fullmatch(body) is not None and not body.startswith(("ỦY VIÊN", "UỶ VIÊN"))
    )


def read_closing(lines: Sequence[str], first: int, overlay: Overlay) -> tuple[Closing, list[int]]:
    """The closing from line `first` on, and the lines after the signature that belong to neither."""
    numbers: list[int] = []
    beyond: list[int] = []
    signed = named = False
    for number in range(first, len(lines) + 1):
        if not lines[number - 1].strip():
            continue
        body = _clean(lines[number - 1])
        if beyond or re.match(r"(?:PHỤ LỤC|BIỂU MẪU)\b", body) or (named and not _may_close(body)):
            beyond.append(number)
            continue
        numbers.append(number)
        cells = [cell for cell in _CELLS.split(body) if cell]
        signed = signed or any(_is_signature(cell) for cell in cells)
        named = named or (
            signed and any(_is_name(cell) for cell in cells) and not _later_recipients(lines, number)
        )
    block = _block(lines, numbers, overlay)
    recipients: list[str] = []
    signed_for: list[str] = []
    posts: list[str] = []
    name = ""
    receiving = signing = False
    open_item = False
    rows = [
        [cell for part in _CELLS.split(line.strip()) if (cell := part.strip(" *")) and not is_rule(cell)]
        for line in block.text.split("\n")
    ]
    for at, row in enumerate(rows):
        for cell in row:
            if match := _RECIPIENTS.match(cell):
                receiving, open_item = True, False
                inline = cell[match.end() :]
                recipients += [item for part in inline.split(";") if (item := _recipient(part))]
            elif _FOR.match(cell) and _is_signature(cell):
                signing = True
                signed_for.append(squeeze(cell))
            elif (cell.isupper() and _POST.fullmatch(cell)) or (
                not name and _is_signing_post(cell, rows[at + 1 :], signing)
            ):
                signing = True
                posts.append(squeeze(cell))
            elif cell[:1] in "-–+•*":
                receiving, open_item = True, cell[-1] not in ".;,"
                if item := _recipient(cell):
                    recipients.append(item)
            elif _SIGNED_MARK.fullmatch(cell):
                continue
            elif signing and not name and (_is_name(cell) or not receiving):
                if cell.isupper() and not posts:
                    signed_for.append(squeeze(cell))
                elif _is_name(cell) or (cell.isupper() and 2 <= len(cell.split()) <= 6):
                    name = squeeze(cell)
            elif receiving and recipients and (open_item or cell[:1].islower() or cell[:1] == "("):
                recipients[-1] = squeeze(f"{recipients[-1]} {_recipient(cell)}")
                open_item = cell[-1] not in ".;,"
            elif receiving and not (cell.isupper() and signing):
                open_item = False
                recipients.append(_recipient(cell))
            elif cell.isupper() and signing:
                (posts if posts else signed_for).append(squeeze(cell))
    closing = Closing(
        as_signed=block.as_signed,
        text=block.text,
        lines=block.numbers,
        corrections=block.corrections,
        recipients=tuple(item for item in recipients if item),
        signed_for=" ".join(signed_for),
        signatory_post=" ".join(posts),
        signatory=name,
    )
    return closing, beyond


def _is_signing_post(cell: str, below: list[list[str]], signing: bool) -> bool:
    """ "Bí thư" in small letters is the signatory's post where "T/M …" stands above or a name below it."""
    if len(cell) > 40 or cell.isupper() or not _POST.fullmatch(cell.upper()):
        return False
    following = (item for row in below for item in row if not _SIGNED_MARK.fullmatch(item))
    return signing or any(_is_name(item) for item in islice(following, 1))


def _recipient(cell: str) -> str:
    return squeeze(cell).lstrip("-–+•* ").rstrip(",.; /")


def _is_name(cell: str) -> bool:
    words = re.sub(r"^(?:đồng chí|đ/c|ông|bà)\s+", "", cell.strip(), flags=re.IGNORECASE).split()
    return (
        2 <= len(words) <= 6
        and len(cell) < 50
        and all(_NAME_WORD.fullmatch(word) for word in words)
        and not cell.isupper()
    )


def _may_close(body: str) -> bool:
    return (
        body[:1] in "-–+•*|(" or _RECIPIENTS.match(body) is not None or is_rule(body) or len(body.split()) < 8
    )


def _later_recipients(lines: Sequence[str], number: int) -> bool:
    return any(
        _RECIPIENTS.match(_clean(line).lstrip("| "))
        for line in lines[number : number + 12]
        if len(line) < 300
    )
