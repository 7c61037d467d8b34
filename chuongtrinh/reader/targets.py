"""Figures to be reached ("phấn đấu đạt 100% …", "05 mô hình"), each with a name a person can read."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import islice

from .document import Citation, Direction, Target
from .names import squeeze

_NUMBER = r"\d{1,3}(?:\.\d{3})+(?:,\d{1,4})?|\d{1,9}(?:[.,]\d{1,4})?"
_MONEY = "tỷ đồng|tỉ đồng|triệu đồng|nghìn đồng|triệu USD|tỷ"
_MEASURES = "ha|hecta|héc-ta|km2|km²|km|m2|m²|m3|tạ/ha|tấn/ha|tấn|điểm phần trăm"
_COUNTS = (
    "mô hình|công trình|dự án|đề án|hộ gia đình|hộ kinh doanh|hộ dân|hộ|người|lao động|đảng viên|chi bộ|"
    "quần chúng|"
    "doanh nghiệp|hợp tác xã|HTX|tổ hợp tác|sản phẩm OCOP|sản phẩm|trường học|trường|thôn|khu dân cư|"
    "tổ dân phố|lớp tập huấn|lớp|"
    "hội nghị|cuộc kiểm tra|cuộc giám sát|cuộc|buổi|căn nhà|căn hộ|nhà văn hóa|nhà|giường bệnh|bác sĩ|"
    "tuyến đường|tuyến|vùng sản xuất|vùng|cụm công nghiệp|trạm|cơ sở|tiêu chí|trang trại|cây xanh|cây|"
    "thủ tục hành chính|thủ tục|"
    "vụ việc|vụ|trường hợp|camera|bài viết|tin, bài|văn bản|"
    "nghị quyết|chuyên đề|sáng kiến|câu lạc bộ|tổ|đội|điểm"
)
_FIGURE = re.compile(
    rf"(?<![\w/.,\-–])(?P<low>{_NUMBER})(?:(?:\s?%)?\s?(?:-|–|—|đến)\s?(?P<high>{_NUMBER}))?"
    rf"\s{{0,2}}(?P<unit>%|(?:(?:{_MONEY})(?:/người)?(?:/năm)?|{_MEASURES}|{_COUNTS})(?![\w\-])(?!/(?!năm)))",
    re.IGNORECASE,
)
_COUNT_UNIT = re.compile(rf"(?:{_COUNTS})", re.IGNORECASE)
_FRAGMENT_END = re.compile(r"[;:!?\n()\"“”]|\.(?=\s|$)")
# a number after one of these names a thing; a figure with a measure never does ("đường 12 km")
_NUMBER_OF = (
    "năm|tháng|ngày|quý|số|khóa|khoá|điều|khoản|mục|đường|thôn|xóm|khu|quốc lộ|tỉnh lộ|thứ|"
    "kỳ|hạng|cấp|loại|tuần|giai đoạn|trung ương"
)
_NO_GOAL = "đã|đã đạt|hiện có|hiện nay|hiện|chiếm|tổng mức đầu tư|kinh phí|dự toán|tổng vốn|hơn nữa"
_NO_FIGURE = re.compile(rf"(?:^|\s)(?:{_NUMBER_OF}|{_NO_GOAL})\s*$", re.IGNORECASE)
_NO_MEASURE = re.compile(rf"(?:^|\s)(?:{_NO_GOAL})\s*$", re.IGNORECASE)
_COUNT_CUE = re.compile(
    r"(?:phấn đấu|đạt|có|xây dựng|thành lập|thực hiện|hoàn thành|duy trì|ít nhất|tối thiểu|trở lên|"
    r"kết nạp|tổ chức|phát triển|"
    r"trồng|đầu tư|mỗi|tạo|giải quyết|thu hút|công nhận|hỗ trợ|xóa|giảm|tăng|cải tạo|nâng cấp|cứng hóa|"
    r"quy hoạch|mở|không quá|"
    r"tối đa|nhân rộng|triển khai|từ|số hóa|lắp đặt|chuyển đổi|mở rộng|làm mới|bồi dưỡng|đào tạo|"
    r"kiểm tra|giám sát|ban hành|"
    r"làm|xây|nạo vét|bê tông hóa|bàn giao|đưa|trên|thêm|quy mô|diện tích|chiều dài|khoảng)(?=\s|$)",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"(?:^|\s)(?:ít nhất(?: là)?|tối thiểu(?: là)?|không dưới|không thấp hơn|trên|hơn|từ trên|≥|>)\s*$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(
    r"(?:^|\s)(?:không quá|tối đa(?: là)?|dưới|xuống dưới|không vượt quá|không cao hơn|xuống còn|"
    r"còn dưới|giảm còn|chỉ còn|còn|≤|<)\s*$",
    re.IGNORECASE,
)
_UP = re.compile(r"\s*(?:/năm)?\s*trở lên", re.IGNORECASE)
_DOWN = re.compile(r"\s*(?:/năm)?\s*trở xuống", re.IGNORECASE)
_YEARLY = re.compile(r"h[àằ]ng năm|mỗi năm|/\s?năm|một năm|từng năm|bình quân năm|các năm", re.IGNORECASE)
_ANY_NUMBER = re.compile(r"(?<![\w/.,\-–])\d+(?:[.,]\d+)*(?![\d/])")
_GOAL = re.compile(
    rf"(?<!\w)(?:không quá|ít nhất|tối thiểu|tối đa|không dưới|không vượt quá|xuống còn|giảm còn|"
    rf"(?:mỗi|h[àằ]ng) năm(?:\s+(?:từ|trên|ít nhất|kết nạp|có|đạt|giảm|tăng))?|"
    rf"phấn đấu(?:\s+đạt)?|đạt(?:\s+từ)?)"
    rf"\s+(?P<figure>{_NUMBER})(?:/\d{{1,3}}(?=\s+[^\W\d])|(?=[\s,;.%]|$))(?!\s?[/-])",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"(?:^|\s)(?:đạt(?: tỷ lệ| mức)?|là|lên|còn|bằng|từ|khoảng|trên|dưới|hơn|ít nhất|tối thiểu|tối đa|"
    r"không quá|không dưới|"
    r"phấn đấu|xuống|giữ|ở mức|mức|tỷ lệ|bình quân|trung bình|thêm|≥|≤|>|<|với|có|tới|đến|chỉ|đủ|"
    r"không vượt quá|không thấp hơn|quy mô|diện tích)\s*$",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:đến|trong|hết|từ|vào)?\s*(?:hết\s+|cuối\s+)?năm\s+20\d\d\b|"
    r"giai đoạn\s+20\d\d\s*[-–]\s*20\d\d|h[àằ]ng năm|mỗi năm|phấn đấu(?: đến)?|"
    r"đảm bảo|bảo đảm|duy trì|nâng cao|nâng|giữ vững|giữ|có|đạt|thực hiện|xây dựng|hoàn thành|quy hoạch|"
    r"và|đầu tư|triển khai|tiếp tục|"
    r"tập trung|sớm|phải|tổ chức|tăng cường|đưa|trong đó|từng bước|cơ bản|với|là|khuyến khích|chỉ tiêu|"
    r"các|mở rộng|phát triển|hằng|để)"
    r"(?:[\s,]+|$)",
    re.IGNORECASE,
)
_PIECE_IS_VERB = re.compile(
    r"(?:kết nối|để|nhằm|làm|xây dựng|nâng|tổ chức|thực hiện|bảo đảm|đảm bảo|tăng|giảm|góp phần|phục vụ|"
    r"tạo|đáp ứng|gắn|tiếp tục|"
    r"đẩy mạnh|phát triển|hoàn thành|hoàn thiện|trong đó|không|phấn đấu|đạt|duy trì|có|từng|được|"
    r"triển khai|tập trung|thu hút|khai thác|"
    r"trước|trong|đến|quản lý|sử dụng|giữ|huy động|phòng|hỗ trợ|đưa|chú trọng|bố trí)(?=\s|$)",
    re.IGNORECASE,
)
_OBJECT_ENDS = re.compile(
    r"(?:^|\s)(?:vào|mỗi năm|h[àằ]ng năm|trước ngày|trước|trong năm|trong quý|đến năm|đến hết|theo hướng|"
    r"theo quy định|nhằm|để|góp phần|bảo đảm|đảm bảo|"
    r"và phấn đấu|chậm nhất)(?=\s|$)",
    re.IGNORECASE,
)
_GENERIC_VERBS = frozenset(
    [
        "xây dựng",
        "thực hiện",
        "có",
        "đạt",
        "phấn đấu",
        "hoàn thành",
        "duy trì",
        "triển khai",
        "tổ chức",
        "đầu tư",
        "là",
        "tập trung thực hiện",
    ]
)
_MEASURE_NOUN = {"ha": "Diện tích", "hecta": "Diện tích", "héc-ta": "Diện tích", "km": "Chiều dài"}
_NAME_WORDS = 24
_MOST = 20
_MOST_FIGURES = 100


def find_targets(text: str, citations: tuple[Citation, ...] = ()) -> tuple[Target, ...]:
    """The numeric targets of one clause, in order. Years, dates, numbers of documents, roads and ranks are
    none.
    """
    found: list[Target] = []
    for match in islice(_FIGURE.finditer(text), _MOST_FIGURES):
        if len(found) >= _MOST:
            break
        if any(item.start <= match.start() < item.end for item in citations):
            continue
        before = _FRAGMENT_END.split(text[max(0, match.start() - 300) : match.start()])[-1]
        if match.start() and _no_target(before, match):
            continue
        rest = text[match.end() : match.end() + 300]
        found.append(_target(text, match, before, rest))
    return tuple(found)


def _no_target(before: str, match: re.Match[str]) -> bool:
    measured = re.fullmatch(_MEASURES, match["unit"], re.IGNORECASE)
    if (_NO_MEASURE if measured else _NO_FIGURE).search(before):
        return True
    counted = match["unit"] != "%"
    nearby = " ".join(before.split()[-8:])
    return counted and not _COUNT_CUE.search(nearby)


def _target(text: str, match: re.Match[str], before: str, rest: str) -> Target:
    low = read_number(match["low"])
    high = read_number(match["high"]) if match["high"] else None
    unit = squeeze(match["unit"])
    fragment_rest = _FRAGMENT_END.split(rest)[0]
    subject, linked = _strip_links(before)
    direction: Direction
    if high is not None and high > low:
        direction = "between"
    elif _UP.match(rest):
        direction = "at_least"
    elif _DOWN.match(rest) or _AT_MOST.search(before):
        direction = "at_most"
    elif (
        _AT_LEAST.search(before)
        or unit == "%"
        or re.search(r"(?:đạt|phấn đấu)(?: từ)?\s*$", before, re.IGNORECASE)
    ):
        direction = "at_least"
    else:
        direction = "equal"
    up = _UP.match(rest) or _DOWN.match(rest)
    start = match.start() - (len(before) - len(before.rstrip()[: _tail_start(before)]))
    earlier = max((figure.end() for figure in _ANY_NUMBER.finditer(before)), default=0)
    return Target(
        name=_name(text, match, subject, linked, rest[up.end() :] if up else rest, direction == "at_most"),
        unit=unit,
        target=low,
        target_high=high if direction == "between" else None,
        direction=direction,
        every_year=bool(_YEARLY.search(before, earlier)) or _yearly_after(fragment_rest),
        as_written=squeeze(text[start : match.end() + (up.end() if up else 0)]),
    )


def _yearly_after(rest: str) -> bool:
    """Whether "mỗi năm" after a figure is about it: in "40 đảng viên, mỗi năm từ 8" it is about the 8."""
    match = _YEARLY.search(rest)
    if match is None:
        return False
    before = rest[: match.start()]
    return not _ANY_NUMBER.search(before) and not ("," in before and _ANY_NUMBER.search(rest, match.end()))


def unread_figures(
    text: str, citations: tuple[Citation, ...], targets: tuple[Target, ...]
) -> tuple[str, ...]:
    """Figures that read like goals ("không quá 2 …", "mỗi năm từ 8", "12 km") and that gave no target."""
    found = [
        squeeze(match.group())
        for match in islice(_FIGURE.finditer(text), _MOST_FIGURES)
        if re.fullmatch(_MEASURES, match["unit"], re.IGNORECASE)
        and not any(item.start <= match.start() < item.end for item in citations)
        and not _NO_MEASURE.search(text[max(0, match.start() - 60) : match.start()])
        and not any(squeeze(match.group()) in item.as_written for item in targets)
    ]
    for match in islice(_GOAL.finditer(text), _MOST_FIGURES):
        if any(item.start <= match.start("figure") < item.end for item in citations):
            continue
        before = _FRAGMENT_END.split(text[max(0, match.start() - 60) : match.start("figure")])[-1]
        if _NO_FIGURE.search(before) or any(match.group() in item.as_written for item in targets):
            continue
        if any(match["figure"] in item.as_written and _same(text, match, item) for item in targets):
            continue
        found.append(squeeze(text[match.start() : match.end() + 40]).rstrip(" ,;."))
    return tuple(found)


def _same(text: str, match: re.Match[str], target: Target) -> bool:
    """Whether the goal at `match` is the one that `target` was made of."""
    at = text.find(target.as_written)
    return 0 <= at <= match.start("figure") < at + len(target.as_written)


def read_number(written: str) -> Decimal:
    """A number as Vietnamese write it: "1.234,5" is 1234.5, "1.500" is 1500, "05" is 5."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", written):
        written = written.replace(".", "")
    return Decimal(written.replace(",", "."))


def _tail_start(before: str) -> int:
    """Where the words that qualify the figure ("đạt từ", "ít nhất") begin at the end of `before`."""
    at = len(before.rstrip())
    while link := _LINK.search(before[:at]):
        at = link.start()
    return at


def _strip_links(before: str) -> tuple[str, bool]:
    at = _tail_start(before)
    tail = before[at:].lower()
    return before[:at].rstrip(), bool(re.search(r"đạt|là|lên|còn|bằng|từ|ở mức|xuống|tới|đến", tail))


def _name(text: str, match: re.Match[str], subject: str, linked: bool, rest: str, falls: bool) -> str:
    piece = subject.rsplit(",", 1)[-1].strip()
    said = _strip_leading(piece)
    if falls:
        # "giảm … xuống còn 1%" sets a level: the indicator is the level, not the fall
        said = re.sub(r"^giảm\s+|\s+giảm$", "", said, flags=re.IGNORECASE)
    unit = match["unit"]
    if _COUNT_UNIT.fullmatch(unit):
        quoted = re.match(r"\s*[\"“]([^\"”]{2,120})[\"”]", rest)
        if quoted:
            more = re.match(r"\s*[;,]?\s*(?:và\s*)?[\"“]", rest[quoted.end() :])
            return _capital(
                f"{unit} “{quoted[1].strip()}”" + (f" và các {unit.lower()} khác" if more else "")
            )
        verb = "" if piece.lower() in _GENERIC_VERBS else said
        if len(verb.split()) > 5:
            return _capital(verb)
        return _capital(f"{verb} {unit} {_object(rest)}")
    thing = _object(rest)
    if said and thing and re.search(r"(?:đến|tới)\s*$", text[: match.start()][-8:]):
        return _capital(f"{said} đến {thing}")
    if said and (linked or not thing or len(said.split()) > 5):
        noun = _MEASURE_NOUN.get(unit.lower(), "")
        if noun and not said.lower().startswith(noun.lower()):
            said = f"{noun} {said[:1].lower() + said[1:]}"
        return _capital(said)
    if thing or said:
        return _capital(f"{said} {thing}")
    start = max(text.rfind(". ", 0, match.start()), text.rfind("; ", 0, match.start())) + 1
    words = " ".join(text[start:].split()[:12]).strip(" ,;.:")
    return _capital(words)


def _strip_leading(piece: str) -> str:
    while (match := _LEADING.match(piece)) and match.end():
        piece = piece[match.end() :].lstrip(" ,")
    return piece


def _object(rest: str) -> str:
    """What the figure counts: the words after it up to the next verb, at most `_NAME_WORDS` of them."""
    fragment = _FRAGMENT_END.split(rest)[0]
    if fragment[:1] not in ("", " "):
        fragment = re.sub(r"^(?:/năm|\s)*", "", fragment) if fragment.startswith("/năm") else ""
    pieces = fragment.split(",")
    kept = [pieces[0]]
    for piece in pieces[1:]:
        if _PIECE_IS_VERB.match(piece.strip()) or not piece.strip() or any(sign.isdigit() for sign in piece):
            break
        kept.append(piece)
    whole = ",".join(kept)
    if stop := _OBJECT_ENDS.search(whole):
        whole = whole[: stop.start()]
    return " ".join(whole.split()[:_NAME_WORDS]).strip(" ,;-–")


def _capital(name: str) -> str:
    name = squeeze(name).strip(" ,;.-–")
    return name[:1].upper() + name[1:]
