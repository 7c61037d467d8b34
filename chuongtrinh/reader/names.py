"""Names of bodies and places as they are written: capitals to natural case, dates, numbers of documents."""

from __future__ import annotations

import re
from datetime import date

# the letters of Vietnamese for character classes; in Unicode their capitals and small letters alternate, so
# that a range such as "À-Ỹ" would hold both
LOW = "a-zàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ"
UP = "A-Z" + LOW[3:].upper()

_ACRONYMS = frozenset(
    [
        "UBND",
        "HĐND",
        "MTTQ",
        "UBMTTQ",
        "UBKT",
        "BCH",
        "BTV",
        "BCĐ",
        "CHQS",
        "TW",
        "TU",
        "HU",
        "ĐU",
        "TP",
        "HCM",
        "VP",
        "VPĐU",
        "TT",
        "KCN",
        "CCN",
        "THCS",
        "THPT",
        "LLVT",
        "CTĐ",
        "QH",
        "HĐND&UBND",
        "UBMTTQVN",
        "MTTQVN",
        "LĐLĐ",
        "CCB",
    ]
)
_FIXED = {
    "đảng cộng sản việt nam": "Đảng Cộng sản Việt Nam",
    "ban chấp hành": "Ban Chấp hành",
    "ban thường vụ": "Ban Thường vụ",
    "ban chỉ đạo": "Ban Chỉ đạo",
    "ủy ban nhân dân": "Ủy ban nhân dân",
    "uỷ ban nhân dân": "Uỷ ban nhân dân",
    "hội đồng nhân dân": "Hội đồng nhân dân",
    "ủy ban kiểm tra": "Ủy ban Kiểm tra",
    "uỷ ban kiểm tra": "Uỷ ban Kiểm tra",
    "đảng ủy": "Đảng ủy",
    "đảng uỷ": "Đảng uỷ",
    "đảng bộ": "Đảng bộ",
    "thành ủy": "Thành ủy",
    "thành uỷ": "Thành uỷ",
    "tỉnh ủy": "Tỉnh ủy",
    "tỉnh uỷ": "Tỉnh uỷ",
    "huyện ủy": "Huyện ủy",
    "công an": "Công an",
    "đảng": "Đảng",
    "nghị quyết": "Nghị quyết",
    "đại hội": "Đại hội",
    "bộ chính trị": "Bộ Chính trị",
    "trung ương": "Trung ương",
    "chính phủ": "Chính phủ",
    "quốc hội": "Quốc hội",
    "văn phòng": "Văn phòng",
    "mặt trận tổ quốc": "Mặt trận Tổ quốc",
    "việt nam": "Việt Nam",
    "chi bộ": "Chi bộ",
}
_LEVELS = ("thành phố", "thị trấn", "đặc khu", "thị xã", "phường", "tỉnh", "huyện", "quận", "xã")
_LEVEL = re.compile(rf"\b({'|'.join(_LEVELS)})\b(?P<name>.*)$", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(
    r"(?P<d>\d{1,2})\s?[/.\-]\s?(?P<m>\d{1,2})\s?[/.\-]\s?(?P<y>\d{4})(?!\d)"
    r"|(?P<d2>\d{1,2})\s+tháng\s+(?P<m2>\d{1,2})\s*(?:năm\s+|/)(?P<y2>\d{4})(?!\d)"
)
DATE_FORM = (
    r"(?:\d{1,2}\s?[/.\-]\s?\d{1,2}\s?[/.\-]\s?\d{4}(?!\d)|\d{1,2}\s+tháng\s+\d{1,2}\s*(?:năm\s+|"
    r"/)\d{4}(?!\d))"
)


def squeeze(text: str) -> str:
    """`text` with every run of blanks as one space."""
    return " ".join(text.split())


def read_date(text: str) -> date | None:
    """The first date in `text`, day first ("05/6/2025" is 5 June); None where there is none or it cannot
    be.
    """
    match = _DATE.search(text)
    if not match:
        return None
    day, month, year = (match[key] or match[f"{key}2"] for key in "dmy")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def normal_number(text: str) -> str:
    """A document's number without blanks, its type symbol in the usual case: "08 - Ctr/ĐU" → "08-CTr/ĐU"."""
    number = re.sub(r"\s+", "", text).replace("–", "-").replace("—", "-").strip(".,;:")
    return re.sub(r"(?<=-)ctr(?=/)", "CTr", number, flags=re.IGNORECASE)


def with_known_names(text: str) -> str:
    """`text` with the names of offices and kinds of bodies in their usual case."""
    for plain, fixed in _FIXED.items():
        text = re.sub(rf"(?<!\w){plain}(?!\w)", fixed, text)
    return text


def natural_case(name: str) -> str:
    """ "ĐẢNG ỦY UBND XÃ AN BÌNH" → "Đảng ủy UBND xã An Bình"; a name that is not all capitals stays."""
    name = squeeze(name)
    if not name.isupper():
        return name
    match = _LEVEL.search(name)
    general, level, proper = (
        (name[: match.start()], match[1].lower(), match["name"]) if match else (name, "", "")
    )
    words = [word if word in _ACRONYMS else word.lower() for word in general.split()]
    lowered = with_known_names(" ".join(words))
    # a second level word belongs to the proper name's own tail: "xã An Bình tỉnh Hải Đông"
    tail = " ".join(word if word in _ACRONYMS else word.capitalize() for word in proper.split())
    for word in _LEVELS:
        tail = re.sub(rf"(?<!\w){word}(?!\w)", word, tail, flags=re.IGNORECASE)
    whole = squeeze(f"{lowered} {level} {tail}")
    return whole[:1].upper() + whole[1:]


def full_body_name(issuer: str, parent: str, place: str) -> str:
    """The issuing body in natural case; a name that ends in "xã", "phường" … takes the place from the
    parent's name or from the dateline, so that two communes' committees are never called the same."""
    name = natural_case(issuer)
    match = re.search(rf"(?<!\w)({'|'.join(_LEVELS)})$", name, re.IGNORECASE)
    if not match:
        return name
    parent_name = natural_case(parent)
    same = re.search(rf"(?<!\w){match[1]}\s+(?P<place>\S.*)$", parent_name, re.IGNORECASE)
    if same:
        return f"{name} {same['place']}"
    return f"{name} {place}".strip()
