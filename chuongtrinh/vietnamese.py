"""What Vietnamese asks of plain text: search and sort keys, initials, capitals, dates, numbers.

Pure functions without Django. Every function takes NFC or NFD alike and accepts any ``str``, a lone surrogate
or a NUL from a damaged file included: no key ever holds such a character, because no database column can.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal

# Đ as typed on a Vietnamese keyboard, and the two look-alikes that older fonts and converters leave behind.
_D_WITH_STROKE = dict.fromkeys(map(ord, "đðɖ"), "d")

# The place of a marked letter among the letters of its base: a ă â, e ê, o ô ơ, u ư.
_PLACES = {"a\u0306": "1", "a\u0302": "2", "e\u0302": "1", "o\u0302": "1", "o\u031b": "2", "u\u031b": "1"}
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_MARKS = "".join({mark[1] for mark in _PLACES} | set(_TONES))
_KEY_TOKEN = re.compile(f"[0-9]+|[a-zđðɖ][a-zđðɖ{_MARKS}]*")
_APOSTROPHES = "'’ʼ"  # they stand inside one word: H'Hen

_LINKING_WORDS = frozenset(("va", "cua", "thuoc", "cac"))

_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?(?!ii)[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
_ROMAN = re.compile(r"[IVXLC]+")
_BEFORE_ROMAN = frozenset(("thu", "phan", "muc", "chuong", "khoa", "quy", "ky", "loai", "cap", "luc"))
_ENUMERATOR = re.compile(r"\s*(?:(?:[IVXLC]+|\d+|[A-ZĐ])(?:\.\d+)*\s*[.)\-–:]|\(\d+\)|\d+(?:\.\d+)+)\s*")
_LETTERS = re.compile(r"[^\W\d_]+")
# Words that the Party's and the State's documents never write small, and the phrases in which they do.
_FIXED_CASE = (
    "Đảng", "đảng viên", "tổ chức đảng", "Nhân dân", "Hội đồng nhân dân", "Ủy ban nhân dân",
    "Uỷ ban nhân dân", "Nhà nước", "quản lý nhà nước", "Trung ương", "Quốc hội", "Chính phủ", "Tổ quốc",
    "Việt Nam", "Hồ Chí Minh",
)  # fmt: skip


def fold(text: str) -> str:
    """The search key of a text: two texts that a reader takes for the same give the same key.

    Small letters without marks, đ as d, "&" as "va", every run of spaces and punctuation as one space: so
    "ủy" finds "uỷ", "2025 - 2030" finds "2025-2030" and "08-CTr/ĐUUB" finds "08 - CTr/ĐUUB". Fold both the
    stored text and the words sought. The key of a text without letters and digits is "". Idempotent.
    """
    plain = unicodedata.normalize("NFKD", text).casefold()
    # Casefolding may compose (ΐ) and compatibility forms may hide a capital: once more brings both to rest.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    kept = []
    for char in plain.translate(_D_WITH_STROKE).replace("&", " va "):
        category = unicodedata.category(char)
        if category[0] in "LN":
            kept.append(char)
        elif category[0] != "M" and category != "Cf":  # a soft hyphen or a zero-width space splits no word
            kept.append(" ")
    return " ".join("".join(kept).split())


def text_sort_key(text: str) -> str:
    """A key of [0-9a-z] by which plain comparison sorts texts as a Vietnamese dictionary does.

    Letters first (a ă â … d đ e ê … o ô ơ … u ư), then the tone of the syllable (ngang, huyền, hỏi, ngã, sắc,
    nặng), then the next syllable; numbers by value and before words; capitals and punctuation do not count.
    Each letter is followed by its place among the letters of its base, so a key has no two letters in a row
    that a database's collation might sort as one (ch, ng, aa); digits stand before letters in all of them.
    At most three characters for each ordinary one: give it a column without a tight limit.
    """
    plain = unicodedata.normalize("NFD", unicodedata.normalize("NFD", text).casefold())
    plain = "".join(char for char in plain if char.isspace() or not _is_silent(char))
    key = []
    for token in _KEY_TOKEN.findall(plain):
        if token.isdigit():
            number = token.lstrip("0") or "0"
            key.append(f"{min(len(number), 9)}{number}")
        else:
            key.append(_syllable_key(token))
    return "".join(key)


def _is_silent(char: str) -> bool:
    if char in _APOSTROPHES:
        return True
    return unicodedata.category(char)[0] in "MC" and char not in _MARKS


def _syllable_key(syllable: str) -> str:
    letters: list[str] = []
    tone = "0"
    for char in syllable:
        if char in "đðɖ":
            letters.append("d1")
        elif char not in _MARKS:
            letters.append(char + "0")
        elif place := _PLACES.get(letters[-1][0] + char):
            letters[-1] = letters[-1][0] + place
        elif letters[-1][0] in "aeiouy":
            tone = _TONES.get(char, tone)
    return "".join(letters) + tone


def person_sort_key(name: str) -> str:
    """A key of [0-9a-z] that sorts people by tên, then họ, then tên đệm, as Vietnamese lists of names do.

    ``name`` is written in full and in the usual order (họ, đệm, tên); see text_sort_key for the alphabet.
    """
    words = name.split()
    return text_sort_key(" ".join(words[-1:] + words[:-1]))


def initials(text: str) -> str:
    """The first letters in ASCII capitals: "Phòng Kinh tế" gives "PKT"; "" for a text without words.

    Acronyms ("UBND") and numbers stay whole, linking words (và, của, thuộc, các) are left out.
    """
    all_capitals = text == text.upper()
    parts = []
    for word in re.findall(r"\w+", unicodedata.normalize("NFC", text)):
        plain = fold(word).replace(" ", "")  # ¼ or A_B would bring one
        if not plain.isascii() or plain in _LINKING_WORDS:
            continue
        whole = plain.isdigit() or (len(word) > 1 and word.isupper() and not all_capitals)
        parts.append(plain if whole else plain[:1])
    return "".join(parts).upper()


def sentence_case(capitals: str, names: Iterable[str] = ()) -> str:
    """A heading set in capitals as an ordinary sentence: "CHƯƠNG TRÌNH HÀNH ĐỘNG" → "Chương trình hành động".

    A text that already has small letters comes back as it is: someone chose them. Acronyms are told by their
    form, for they are no Vietnamese syllables (UBND, HĐND, HTX, KT-XH, 15-CTR/ĐU), Roman numerals by the word
    before them (LẦN THỨ VI, not VI PHẠM). ``names`` are proper names to write as given ("Lạc Phượng").
    """
    text = unicodedata.normalize("NFC", capitals)
    if any(char.islower() for char in text):
        return text
    enumerator = _ENUMERATOR.match(text)
    start = enumerator.end() if enumerator else 0
    pieces = [text[:start]]
    previous = ""
    for word in re.split(r"(\s+)", text[start:]):
        runs = _LETTERS.findall(word)
        if any(_is_acronym(run, previous) for run in runs):
            pieces.append(word)
        else:
            pieces.append(word.lower())
        previous = fold(word) or previous
    result = "".join(pieces)
    given = [unicodedata.normalize("NFC", name) for name in names if name.strip()]
    fixed = {phrase.lower(): phrase for phrase in (*_FIXED_CASE, *given)}
    longest_first = "|".join(re.escape(phrase) for phrase in sorted(fixed, key=len, reverse=True))
    found = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)", re.IGNORECASE)
    result = found.sub(lambda match: fixed.get(match[0].lower(), match[0]), result)
    first = next((at for at, char in enumerate(result) if at >= start and char.isalpha()), len(result))
    return result[:first] + result[first : first + 1].upper() + result[first + 1 :]


def _is_acronym(run: str, previous: str) -> bool:
    if _ROMAN.fullmatch(run) and previous in _BEFORE_ROMAN:
        return True
    if len(run) == 1:  # "xã A", but "y tế" and "ô nhiễm"
        return (run.isascii() and run != "Y") or run == "Đ"
    plain = fold(run)
    return plain.isascii() and not _SYLLABLE.fullmatch(plain)


def long_date(day: date) -> str:
    """As in "ngày 05 tháng 5 năm 2026": a 0 before days under 10 and months under 3 (HD 05-HD/VPTW)."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"


def format_number(value: Decimal | float, places: int | None = None) -> str:
    """As in "1.234,5": a dot between thousands and a decimal comma.

    With ``places`` exactly so many decimals, rounded half up; without it as many as the value has, less the
    zeros at the end. Raises ValueError for a value that is no finite number.
    """
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"not a finite number: {value}")
    if places is not None:
        # The default context holds 28 digits and would refuse to round a longer number.
        exact = Context(prec=max(28, number.adjusted() + places + 3), rounding=ROUND_HALF_UP)
        number = number.quantize(Decimal(1).scaleb(-places), context=exact)
    digits = f"{number:,f}"
    if places is None and "." in digits:
        digits = digits.rstrip("0").rstrip(".")
    if not number:
        digits = digits.removeprefix("-")
    return digits.translate({ord(","): ".", ord("."): ","})
