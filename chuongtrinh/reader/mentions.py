"""What a clause's words mention beside the duty itself: other documents and deadlines."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from itertools import islice

from .document import Citation, StatedDeadline
from .names import DATE_FORM, UP, normal_number, read_date, squeeze

# no clause of prose names more; the bound keeps a hostile text from costing minutes
_MOST = 100

# ---------------------------------------------------------------- documents cited
_KIND_WORDS = (
    "Nghị quyết liên tịch|Nghị quyết|Kết luận|Chương trình hành động|Chương trình|Chỉ thị|Quyết định|"
    "Quy định|Kế hoạch|"
    "Hướng dẫn|Thông báo|Thông tư liên tịch|Thông tư|Thông tri|Công văn|Công điện|Nghị định|Luật|Đề án|"
    "Báo cáo|Tờ trình|"
    "Quy chế|Pháp lệnh|Văn bản"
)
_SYMBOL = re.compile(
    r"(?<![\w/\-])\d{1,5}(?:\s?/\s?\d{4})?\s{0,2}(?:[-–]\s{0,2}[A-ZĐ][A-Za-zĐđ]{0,7}\s?/\s?[A-ZĐ][\w.&]*("
    r"?:-[A-ZĐ][\w.]*)*"
    r"|/\s?(?:[A-ZĐ]{2,6}\d{0,2})(?:\s?-\s?[A-ZĐ][\w&]*){0,3})"
)
_BEFORE_SYMBOL = re.compile(rf"(?P<kind>{_KIND_WORDS})\s+(?:số\s*:?\s*)?$", re.IGNORECASE)
_NUMBERED_WORD = re.compile(r"(?:^|\s)số\s*:?\s*$", re.IGNORECASE)
_ISSUED = re.compile(rf"\s*,?\s*\(?(?:ký\s+|ban hành\s+)?ngày\s+(?P<date>{DATE_FORM})")
_ISSUER = re.compile(rf"\s*,?\s*\(?(?:của|do)\s+(?=[{UP}])")
_ISSUER_ENDS = re.compile(
    rf"[,;:.()\[\]\"“”]|\s[-–]\s|\s+và\s+(?=(?:{_KIND_WORDS})\s)|(?:^|\s)(?:về|thực hiện|khóa|khoá|tại|"
    rf"đã|quy định|phê duyệt|ban hành|triển khai|hướng dẫn|"
    r"sửa đổi|gắn|với|cho|trong|để|tạo|là|nhằm|từ|đến|năm|ngày|được|có|đối|theo|cùng|nêu|trên|lần thứ|"
    r"nhiệm kỳ|giai đoạn|"
    r"và (?:các|những|tổ chức))(?=\s|$)"
)
_BY_DATE = re.compile(
    rf"(?P<kind>Nghị quyết|Chương trình hành động|Kế hoạch|Kết luận|Quyết định|Chỉ thị)\s+(?=[{UP}])"
)
_DATED = re.compile(rf"[\s,]*\bngày\s+(?P<date>{DATE_FORM})")
_KIND_OF_SYMBOL = {
    "NQ": "Nghị quyết",
    "KL": "Kết luận",
    "CT": "Chỉ thị",
    "CTR": "Chương trình",
    "QĐ": "Quyết định",
    "QĐI": "Quy định",
    "QĐCN": "Quyết định",
    "KH": "Kế hoạch",
    "HD": "Hướng dẫn",
    "TB": "Thông báo",
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "CV": "Công văn",
    "BC": "Báo cáo",
    "ĐA": "Đề án",
    "QC": "Quy chế",
    "QH": "Luật",
    "TTR": "Tờ trình",
}


def find_citations(text: str) -> tuple[Citation, ...]:
    """Documents that `text` names by number and symbol, and those named by kind, issuer and date alone."""
    found: list[Citation] = []
    for symbol in islice(_SYMBOL.finditer(text), _MOST):
        before = text[max(0, symbol.start() - 40) : symbol.start()]
        word = _BEFORE_SYMBOL.search(before)
        numbered = None if word else _NUMBERED_WORD.search(before)
        named = word or numbered
        start = symbol.start() - (len(before) - named.start()) if named else symbol.start()
        start += len(text[start : symbol.start()]) - len(text[start : symbol.start()].lstrip())
        kind = word["kind"].capitalize() if word else _kind_of_symbol(symbol.group())
        if not kind and not named:
            continue
        end, issued_on, issuer = _origin(text, symbol.end())
        number = normal_number(symbol.group())
        found.append(Citation(kind, number, issued_on, issuer, text[start:end], start, end))
    if "ngày" in text:
        found += _cited_by_date(text, found)
    return tuple(sorted(found, key=lambda citation: citation.start))


def _kind_of_symbol(symbol: str) -> str:
    letters = re.search(r"[A-ZĐ][A-Za-zĐđ]*", symbol)
    return _KIND_OF_SYMBOL.get(letters.group().upper(), "") if letters else ""


def _origin(text: str, end: int) -> tuple[int, date | None, str]:
    """Date and issuer that follow a symbol, in either order, and where they end."""
    issued_on, issuer = None, ""
    for _ in range(2):
        if issued_on is None and (match := _ISSUED.match(text, end)):
            issued_on, end = read_date(match["date"]), match.end()
        elif not issuer and (match := _ISSUER.match(text, end)):
            rest = text[match.end() : match.end() + 90]
            stop = _ISSUER_ENDS.search(rest)
            words = rest[: stop.start()] if stop else rest
            words = words.rstrip(" /").removesuffix(" và")
            if len(words.split()) > 14:
                break
            issuer, end = squeeze(words), match.end() + len(words)
    return end, issued_on, issuer


def _cited_by_date(text: str, known: list[Citation]) -> list[Citation]:
    found = []
    for match in islice(_BY_DATE.finditer(text), _MOST):
        window = text[match.end() : match.end() + 200]
        dated = _DATED.search(window)
        if not dated or re.search(r"[;“”\"]|\.\s", window[: dated.start()]):
            continue
        end = match.end() + dated.end()
        if any(item.start < end and match.start() < item.end for item in known):
            continue
        named = window[: dated.start()]
        # a second document's name in between means that the date is that one's
        if re.search(rf"(?:{_KIND_WORDS})\s", named):
            continue
        issuer = re.split(r"\s(?:lần thứ|nhiệm kỳ|khóa|khoá|về)\s|,", named)[0]
        issuer = re.sub(r"^của\s+", "", issuer)
        found.append(
            Citation(
                match["kind"],
                "",
                read_date(dated["date"]),
                squeeze(issuer),
                text[match.start() : end],
                match.start(),
                end,
            )
        )
    return found


# ---------------------------------------------------------------- deadlines
_QUARTER = r"quý\s+(?P<quarter>IV|I{1,3}|[1-4])(?:\s*(?:/|-|năm)?\s*(?P<quarter_year>20\d\d))?"
_MONTH = r"tháng\s+(?P<month>\d{1,2})(?!\d)(?:\s*(?:/|-|năm)\s*(?P<month_year>20\d\d))?"
_HALF = r"(?:6|06|sáu)\s+tháng\s+(?P<half>đầu|cuối)\s+năm\s+(?P<half_year>20\d\d)"
_YEAR = r"(?:cuối\s+|hết\s+)?năm\s+(?P<year>20\d\d)"
_MOMENT = re.compile(
    rf"(?P<date>(?:ngày\s+)?{DATE_FORM})|{_QUARTER}|{_MONTH}|{_HALF}|{_YEAR}(?!\s?[-–/]\s?\d)"
    r"|(?P<recurring>(?:ngày\s+)?\d{1,2}\s?(?:/\s?\d{1,2})?\s*(?:hàng|hằng)\s+(?:tháng|năm|quý))",
    re.IGNORECASE,
)
# what must stand right before the moment for it to be a deadline and not just a date
_STRONG_CUE = re.compile(
    r"(?:(?:trước|chậm nhất(?: là| đến| vào| trong)?|muộn nhất(?: là| đến| vào)?|không quá|đến hết|trong|"
    r"xong|hết|"
    r"hoàn thành(?: vào| trong| dứt điểm trong)?|thời hạn(?: là)?|trước thời điểm|đến ngày)\s+)$",
    re.IGNORECASE,
)
_WEAK_CUE = re.compile(r"(?:(?:đến|vào|từ nay đến)\s+)$", re.IGNORECASE)
_FINISHED = re.compile(
    r"hoàn thành|xong|hoàn tất|đưa vào (?:sử dụng|khai thác)|ban hành|trình", re.IGNORECASE
)
_CONTINUING = re.compile(
    r"thường xuyên|h[àằ]ng năm|h[àằ]ng quý|h[àằ]ng tháng|h[àằ]ng tuần|liên tục|suốt nhiệm kỳ|cả nhiệm kỳ",
    re.IGNORECASE,
)
# "hằng năm" inside a sentence is how often, not until when; on its own it is the time of the work
_CONTINUES_ALONE = re.compile(
    rf"(?:\(|;\s|\s[-–]\s)(?:thực hiện\s+)?(?P<words>(?:{_CONTINUING.pattern})"
    rf"(?:,\s(?:{_CONTINUING.pattern}))*)\s*(?=[).;]|$)",
    re.IGNORECASE,
)
_PERIOD = re.compile(r"(20\d\d)\s*[-–—]\s*(20\d\d)")
_BARE_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_QUARTERS = {"I": 1, "II": 2, "III": 3, "IV": 4}


def find_deadlines(text: str, citations: tuple[Citation, ...] = ()) -> tuple[StatedDeadline, ...]:
    """Deadlines that running text states. Periods, terms, and dates of cited documents are none."""
    found: list[StatedDeadline] = []
    for match in islice(_MOMENT.finditer(text), _MOST):
        if any(item.start <= match.start() < item.end for item in citations):
            continue
        before = text[max(0, match.start() - 40) : match.start()]
        cue = _STRONG_CUE.search(before)
        sentence = re.split(r"[.;:]\s", text[max(0, match.start() - 160) : match.start()])[-1]
        after = text[match.end() : match.end() + 60]
        if not cue and match["year"] and re.match(r"(?:hết|cuối)", match.group(), re.IGNORECASE):
            cue = _WEAK_CUE.search(before) or re.search(r"$", before)
        if not cue and match["date"]:
            cue = _WEAK_CUE.search(before)
        if not cue and (weak := _WEAK_CUE.search(before)):
            finishes = _FINISHED.search(sentence) or re.match(
                r"[,\s]+(?:cơ bản\s+)?(?:hoàn thành|hoàn tất|xong)", after
            )
            cue = weak if finishes else None
        if not cue or re.match(r"\s*,?\s*(?:đã|trở về trước)\b", after):
            continue
        # "trong năm 2025" alone says when, not by when, unless something is to be finished
        if cue.group().strip().lower() == "trong" and match["year"] and not _is_task_time(sentence, after):
            continue
        if _inside_quotes(text, match.start()):
            continue
        start = match.start() - (len(before) - cue.start())
        due = moment_end(match, before=cue.group().strip().lower().startswith("trước"))
        found.append(StatedDeadline(text[start : match.end()].strip(), due, False))
    found += (
        StatedDeadline(squeeze(match["words"]), None, True)
        for match in islice(_CONTINUES_ALONE.finditer(text), _MOST)
    )
    return tuple(dict.fromkeys(found))


def _is_task_time(sentence: str, after: str) -> bool:
    return not re.search(r"(?:đã|kết quả|so với)\b", sentence + after, re.IGNORECASE)


def _inside_quotes(text: str, at: int) -> bool:
    before = text[max(0, at - 400) : at]
    return before.rfind("“") > before.rfind("”") or before.count('"') % 2 == 1


def deadline_of_label(value: str) -> StatedDeadline:
    """The value of a label such as "Thời gian hoàn thành:". A value that names no day is kept as written."""
    value = squeeze(value)
    dues = [
        due
        for match in _MOMENT.finditer(value)
        if (due := moment_end(match, before=value[: match.start()].rstrip().lower().endswith("trước")))
    ]
    if not dues and (period := _PERIOD.search(value)):
        dues = [date(int(period[2]), 12, 31)]
    elif not dues and (years := _BARE_YEAR.findall(value)):
        dues = [date(max(map(int, years)), 12, 31)]
    return StatedDeadline(value, max(dues, default=None), _CONTINUING.search(value) is not None)


def moment_end(match: re.Match[str], *, before: bool) -> date | None:
    """The day by which the moment that `_MOMENT` found is over; None where it names no year.

    A month, quarter, half or year ends on its last day; with `before` ("trước quý IV/2026") it is the day
    before its first. "Trước ngày 30/6" keeps the day that is named, as offices count it.
    """
    if match["date"]:
        return read_date(match["date"])
    if match["quarter"]:
        quarter = match["quarter"].upper()
        last = 3 * (_QUARTERS.get(quarter) or int(quarter))
        return _period_end(match["quarter_year"], last - 2, last, before)
    if match["month"]:
        return _period_end(match["month_year"], int(match["month"]), int(match["month"]), before)
    if match["half"]:
        first = 1 if match["half"].lower() == "đầu" else 7
        return _period_end(match["half_year"], first, first + 5, before)
    return _period_end(match["year"], 1, 12, before)  # a recurring moment has no year


def _period_end(year: str | None, first: int, last: int, before: bool) -> date | None:
    if not year or not 1 <= first <= last <= 12:
        return None
    if before:
        return date(int(year), first, 1) - timedelta(days=1)
    return date(int(year), last, monthrange(int(year), last)[1])
