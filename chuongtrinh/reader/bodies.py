"""Who a phrase names: comrades with their posts, units, party cells, standing groups."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from .document import Assignee, PostHeld, UnitKind
from .groups import group_rule
from .names import LOW, UP, squeeze

_COMRADE = re.compile(r"(?:các\s+)?(?:đồng chí|đ/c|Đ/c|ông|bà)\s*:?\s+", re.IGNORECASE)
_NAME = re.compile(rf"(?P<name>[{UP}][{LOW}]*(?:\s+[{UP}][{LOW}]*){{1,5}})(?=\s*(?:$|[,;:.\-–(]|và\s))")
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Đoàn|Trịnh|Trương|Mai|"
    "Cao|Lương|Lưu|"
    "Tạ|Tô|Hà|Chu|Thái|Đào|Tăng|Quách|Phùng|Vương|Kiều|Lâm|Nông|Tống|Tiêu|Giáp|Khúc|Ninh|La|Mạc|Từ|Thân|"
    "Vi|Hứa|Triệu"
)
_NAME_AT_END = re.compile(rf"\s(?P<name>(?:{_SURNAMES})(?:\s+[{UP}][{LOW}]*){{1,4}})$")
_TITLES = (
    "Phó Bí thư Thường trực|Phó Bí thư thường trực|Phó Bí thư|Bí thư|Ủy viên Ban Thường vụ|"
    "Uỷ viên Ban Thường vụ|"
    "Ủy viên Ban Chấp hành|Uỷ viên Ban Chấp hành|Ủy viên BTV|Ủy viên BCH|Ủy viên Thường vụ|Ủy viên|"
    "Uỷ viên|Đảng ủy viên|Đảng uỷ viên|"
    "Phó Chủ tịch Thường trực|Phó Chủ tịch|Chủ tịch|Phó Chủ nhiệm Thường trực|Phó Chủ nhiệm|Chủ nhiệm|"
    "Phó Chánh Văn phòng|Chánh Văn phòng|"
    "Phó Trưởng phòng|Trưởng phòng|Phó Trưởng Ban|Phó Trưởng ban|Trưởng Ban|Trưởng ban|Phó Giám đốc|"
    "Giám đốc|Phó Hiệu trưởng|Hiệu trưởng|"
    "Chỉ huy phó|Chỉ huy trưởng|Chính trị viên|Phó Trưởng Công an|Trưởng Công an|Trưởng trạm|Trưởng thôn|"
    "Đội trưởng|Thủ trưởng|"
    "Phụ trách|Thường trực|Chuyên viên|Phó Trưởng|Trưởng|Kế toán trưởng|Tổ trưởng|Tổ phó"
)
_TITLE = re.compile(rf"(?P<title>{_TITLES})(?=\s|$|,)", re.IGNORECASE)
_NEXT_POST = re.compile(rf"\s*(?:,|;|\bvà\b|\bkiêm\b|\s[-–]\s)\s*(?:kiêm\s+)?(?=(?:{_TITLES})(?:\s|$|,))")
# the office word that is part of a title is also the first word of its unit: "Trưởng phòng Kinh tế"
_TITLE_WITH_UNIT = {
    "văn phòng": "Văn phòng",
    "phòng": "Phòng",
    "ban": "Ban",
    "công an": "Công an",
    "trạm": "Trạm",
}

_KINDS: tuple[tuple[re.Pattern[str], UnitKind], ...] = (
    (re.compile(r"chi bộ\b", re.IGNORECASE), "party_cell"),
    (
        re.compile(r"(?:UBKT|UB Kiểm tra|[ỦU][ỷy] ban kiểm tra|Uỷ ban kiểm tra)\b", re.IGNORECASE),
        "inspection",
    ),
    (re.compile(r"văn phòng\b", re.IGNORECASE), "office"),
    (re.compile(r"phòng\s+(?=\S)", re.IGNORECASE), "department"),
    (re.compile(r"trung tâm\b", re.IGNORECASE), "centre"),
    (
        re.compile(
            r"(?:đảng [ủu][ỷy]?|đảng bộ|(?:ban thường vụ|ban chấp hành|thường trực|BTV|BCH)"
            r"(?!\s+(?:hội|đoàn|công đoàn|liên đoàn)\s)|UBND|HĐND|"
            r"TT\.?\s?HĐND|"
            r"[ủu][ỷy]? ban nhân dân|uỷ ban nhân dân|hội đồng nhân dân|đảng uỷ)(?=\s|$|,)",
            re.IGNORECASE,
        ),
        "committee",
    ),
    (
        re.compile(
            r"(?:ban|công an|quân sự|trạm|trường|hội|đoàn|đoàn thanh niên|mặt trận|MTTQ|UBMTTQ|"
            r"[ủu][ỷy]? ban|uỷ ban|liên đoàn|công đoàn|"
            r"hợp tác xã|HTX|bộ phận|tổ|thôn|chi cục|đội|quỹ|ngân hàng|hạt|kho bạc|thuế|chi nhánh|đài|"
            r"thư viện|bệnh viện|xí nghiệp|công ty|điện lực|bưu điện|tòa án|viện kiểm sát|hội đồng)"
            r"(?=\s|$)",
            re.IGNORECASE,
        ),
        "other",
    ),
)
_STARTS_NEW = re.compile(
    rf"(?:các\s|mỗi\s|chi bộ\b|phòng\s+[A-ZĐ]|văn phòng\b|trung tâm\b|UBKT|UBND|HĐND|MTTQ|UBMTTQ|"
    rf"[ỦU][ỷy]? ban\b|Uỷ ban\b|ban\s+[A-ZĐ]|"
    rf"công an\b|đồng chí\b|đ/c\b|trạm\b|trường\s+[A-ZĐ]|hội\s+[A-ZĐ]|đoàn\s+[A-ZĐ]|mặt trận\b|thôn\b|"
    rf"bộ phận\b|đảng [ủu][ỷy]?\b|đảng uỷ\b|"
    rf"(?:thuế|kho bạc|ngân hàng|quỹ|hạt|chi cục|chi nhánh|hợp tác xã|HTX|đài|thư viện|bệnh viện|công ty|"
    rf"xí nghiệp|quân sự|điện lực|bưu điện|tòa án|viện kiểm sát|hội đồng)\b|"
    rf"thường trực\b|người đứng đầu\b|đội\s+[A-ZĐ]|tổ\s+[A-ZĐ]|liên đoàn\b|công đoàn\b|(?:{_TITLES})\b)",
    re.IGNORECASE,
)
_MANY_POSTS = re.compile(r"các\s+(?:đồng chí|đ/c)\b", re.IGNORECASE)
_POST_OF_ONE = re.compile(r"(?:[ủu][ỷy] viên|uỷ viên)\b", re.IGNORECASE)
_CAPITAL_AFTER_HEAD = re.compile(r"(?:phòng|ban|trường|hội|đoàn|đội|tổ)\s+(?P<next>\S)", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[;,]\s*(?:và\s+)?|\s+(?:và|cùng|cùng với|với|&)\s+")
_LEVEL_TAIL = re.compile(r"\s+(?:thuộc\s+|của\s+)?(?P<ubnd>UBND\s+)?(?:xã|phường|thị trấn|đặc khu)$")
_AFTER_LEVEL = re.compile(rf"(?<!tác)\s(?:xã|phường|thị trấn|đặc khu)\s+(?!hội\b|viên\b)(?P<rest>[{LOW}])")
_COUNCIL_OFFICE = re.compile(
    r"văn phòng\s+(?:HĐND|hội đồng nhân dân|đảng ủy|đảng uỷ)(?:\s|,|-)*$", re.IGNORECASE
)


_LONGEST_LIST = 1500


@lru_cache(maxsize=512)
def read_assignees(phrase: str) -> tuple[Assignee, ...]:
    """Everyone whom `phrase` names, in its order, a department before its party cell."""
    phrase = squeeze(phrase).strip(" ,;:.-–*")
    if not phrase:
        return ()
    if len(phrase) > _LONGEST_LIST:
        return (Assignee("text", phrase),)
    found: list[Assignee] = []
    tokens = _tokens(phrase)
    cell_waits = ""
    for token in tokens:
        if re.fullmatch(r"chi bộ|cấp ủy|cấp uỷ|chi ủy|chi uỷ", token, re.IGNORECASE):
            cell_waits = token
            continue
        assignee = _read_one(token)
        if assignee.kind == "text" and found and found[-1].kind == "comrade" and _NAME.fullmatch(token):
            assignee = Assignee("comrade", token)  # "Các đồng chí: A, B, C"
        if cell_waits:
            if assignee.kind == "unit" and assignee.unit_kind != "party_cell":
                cell = Assignee("unit", f"Chi bộ {assignee.name}", unit_kind="party_cell", host=assignee.name)
                found += [assignee, cell]
            else:
                found += [_lone_cell(cell_waits), assignee]
            cell_waits = ""
            continue
        found.append(assignee)
    if cell_waits:
        found.append(_lone_cell(cell_waits))
    return tuple(dict.fromkeys(found))


def all_known(assignees: tuple[Assignee, ...]) -> bool:
    """Whether a phrase names somebody, and nobody whom the reader does not know."""
    return bool(assignees) and all(item.kind != "text" or item.posts for item in assignees)


def known_before_unknown(assignees: tuple[Assignee, ...]) -> tuple[Assignee, ...]:
    """The names at the beginning of a list, up to the first thing that is no known body."""
    return tuple(takewhile(lambda item: item.kind != "text" or bool(item.posts), assignees))


def _lone_cell(written: str) -> Assignee:
    return Assignee("group", _capital(written), group_rule="party_cells")


def with_principal(assignees: tuple[Assignee, ...]) -> tuple[Assignee, ...]:
    """Marks the first unit that is not a party cell as the one that reports (a lone cell where there is
    none).
    """
    units = [item for item in assignees if item.kind == "unit"]
    chosen = next((item for item in units if item.unit_kind != "party_cell"), units[0] if units else None)
    return tuple(replace(item, principal=True) if item is chosen else item for item in assignees)


def _tokens(phrase: str) -> list[str]:
    """The names in a list. A comma or "và" within a name ("Phòng Kinh tế, Hạ tầng và Đô thị") divides
    nothing.
    """
    tokens: list[str] = []
    at = 0
    pieces: list[tuple[str, str]] = []
    separator = ""
    depth_open = phrase.count("(")
    for match in _SEPARATOR.finditer(phrase):
        if depth_open and phrase.count("(", 0, match.start()) > phrase.count(")", 0, match.start()):
            continue
        pieces.append((separator, phrase[at : match.start()]))
        separator, at = match.group(), match.end()
    pieces.append((separator, phrase[at:]))
    for separator, piece in pieces:
        if not piece:
            continue
        joined = tokens and not _begins_new(tokens[-1], separator, piece)
        if joined:
            tokens[-1] += separator + piece
        else:
            tokens.append(piece)
    return tokens


def _begins_new(before: str, separator: str, piece: str) -> bool:
    if re.search(r"đồng chí\b|đ/c\b", before, re.IGNORECASE) and not _COMRADE.match(piece):
        # after a comrade's name a title is one more post of theirs; another personal name is another comrade
        if _TITLE.match(piece) and (not group_rule(piece) or _POST_OF_ONE.match(piece)):
            # "các đồng chí Chủ tịch …, Trưởng phòng …" without a name are as many comrades as posts
            return _MANY_POSTS.match(before) is not None and not _has_name(before)
        if _NAME.fullmatch(piece) and not _unit_kind(piece):
            return True
    if _COUNCIL_OFFICE.fullmatch(before) and not separator.strip().startswith((",", ";")):
        return False
    if re.match(r"Văn phòng", before, re.IGNORECASE) and re.fullmatch(
        r"UBND(?:\s+(?:xã|phường|đặc khu))?", piece
    ):
        return ";" in separator
    if ";" in separator:
        return True
    match = _STARTS_NEW.match(piece)
    if not match:
        # a lower-case word goes on with a list inside one group: "Trưởng các phòng, đơn vị thuộc UBND xã"
        if re.match(r"các chi bộ$|các tổ chức đảng$", before, re.IGNORECASE):
            return re.match(r"(?:cơ quan|đơn vị|phòng|ban|ngành|đoàn thể)\b", piece) is not None
        unit_goes_on = _unit_kind(before) in ("department", "office", "centre", "other") and "và" in separator
        if unit_goes_on or _unit_kind(before) == "department" or group_rule(before):
            return False
        return piece[:1].isupper() or not before[:1].islower()
    head = _CAPITAL_AFTER_HEAD.match(piece)
    if head and not head["next"].isupper() and not head["next"].isdigit():
        return False
    return not (
        piece[:1].islower() and re.match(r"(?:ban|đội|tổ|hội|đoàn|trường)\b", piece) and group_rule(before)
    )


def _has_name(written: str) -> bool:
    """Whether a personal name stands in the words after "đồng chí"."""
    bare = _COMRADE.sub("", written, count=1)
    return (_NAME.match(bare) is not None and not _TITLE.match(bare)) or _NAME_AT_END.search(bare) is not None


def _read_one(token: str) -> Assignee:
    token = token.strip(" ,;:.")
    bare = _COMRADE.sub("", token, count=1) if _COMRADE.match(token) else token
    rule = group_rule(token)
    if rule:
        return Assignee("group", _capital(token), group_rule=rule)
    if bare is not token or _NAME.match(bare):
        comrade = _read_comrade(bare, named=bare is not token)
        if comrade:
            return comrade
    kind = _unit_kind(token)
    if kind:
        return _unit(token, kind)
    if (title := _TITLE.match(bare)) and not _NAME.fullmatch(bare):
        return Assignee("text", _capital(bare), posts=read_posts(bare[title.start() :]))
    return Assignee("text", token)


def _read_comrade(bare: str, named: bool) -> Assignee | None:
    if (match := _NAME.match(bare)) and not _TITLE.match(bare) and not _unit_kind(bare):
        rest = bare[match.end() :].strip(" ,-–:()")
        posts = read_posts(rest)
        if named or posts:
            return Assignee("comrade", squeeze(match["name"]), posts=posts)
    if named and (match := _NAME_AT_END.search(bare)) and _TITLE.match(bare):
        return Assignee(
            "comrade", squeeze(match["name"]), posts=read_posts(bare[: match.start()].rstrip(" ,-–"))
        )
    return None


def read_posts(written: str) -> tuple[PostHeld, ...]:
    """ "Phó Bí thư Đảng ủy, Chủ nhiệm UBKT Đảng ủy UBND xã" → two posts; the short "Đảng ủy" takes the
    full name.
    """
    written = squeeze(written).strip(" ,.;()-–")
    posts: list[tuple[str, str]] = []
    for piece in _NEXT_POST.split(written):
        match = _TITLE.match(piece)
        if not match:
            continue
        title, unit = match["title"], piece[match.end() :].strip(" ,-–()")
        for ending, word in _TITLE_WITH_UNIT.items():
            if title.lower().endswith(ending) and unit:
                unit = f"{word} {unit}"
                break
        posts.append((title, unit))
    units = [unit for _, unit in posts]
    return tuple(PostHeld(title, _full_unit(unit, units)) for title, unit in posts)


def _full_unit(unit: str, others: list[str]) -> str:
    best = unit
    for other in others:
        at = other.find(unit) if unit else -1
        whole_word = at == 0 or (at > 0 and other[at - 1] == " ")
        if whole_word and other[at + len(unit) : at + len(unit) + 1] == " " and len(other) - at > len(best):
            best = other[at:]
    return best


def _unit_kind(token: str) -> UnitKind:
    for pattern, kind in _KINDS:
        if match := pattern.match(token):
            following = token[match.end() :].lstrip()[:1]
            # "phòng ngừa …", "tổ chức …" are words, "Phòng Kinh tế" is a unit
            lower_word = kind in ("department", "other", "centre") and following.islower()
            if lower_word and (token[:1].islower() or kind == "department"):
                continue
            return kind
    return ""


def _unit(token: str, kind: UnitKind) -> Assignee:
    name = _capital(re.sub(r"\s*\([^()]*\)$", "", token))
    if ends := _AFTER_LEVEL.search(name):
        name = name[: ends.start("rest")].rstrip()  # "Công an xã huấn luyện …": the level ends the name
    tail = _LEVEL_TAIL.search(name)
    if tail and kind == "office":
        name = re.sub(r"\s+(?:xã|phường|thị trấn|đặc khu)$", "", name)
    elif tail and kind in ("department", "centre"):
        name = name[: tail.start()]
    host = ""
    if kind == "party_cell":
        rest = _capital(name[len("chi bộ") :].strip(" ,-–"))
        host_kind = _unit_kind(rest)
        if host_kind and not re.match(r"thôn\b|trực thuộc", rest, re.IGNORECASE):
            host = _unit(rest, host_kind).name
            name = f"Chi bộ {host}"
    return Assignee("unit", name, unit_kind=kind, host=host)


def _capital(name: str) -> str:
    name = squeeze(name)
    return name[:1].upper() + name[1:]
