"""Search keys, sort keys, initials, capitals, dates and numbers of plain Vietnamese text."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chuongtrinh.vietnamese import (
    fold,
    format_number,
    initials,
    long_date,
    person_sort_key,
    sentence_case,
    text_sort_key,
)

# Lone surrogates and NUL included: they come from damaged files.
ANY_TEXT = st.text(st.characters(exclude_categories=()))
VOWELS = [  # in dictionary order; each with its tones in theirs
    "aàảãáạ", "ăằẳẵắặ", "âầẩẫấậ", "eèẻẽéẹ", "êềểễếệ", "iìỉĩíị",
    "oòỏõóọ", "ôồổỗốộ", "ơờởỡớợ", "uùủũúụ", "ưừửữứự", "yỳỷỹýỵ",
]  # fmt: skip
SYLLABLES = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "b", "c", "ch", "d", "đ", "gi", "l", "n", "ng", "ph", "tr"]),
    st.sampled_from([letter for row in VOWELS for letter in row]),
    st.sampled_from(["", "c", "ch", "m", "n", "ng", "nh", "t"]),
)


# fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ủy ban", "uỷ ban"),
        ("hòa bình", "HOÀ BÌNH"),
        ("Đảng ủy", "dang uy"),
        ("Ðảng ủy", "Đảng ủy"),  # the Icelandic letter, from an old converter
        ("HĐND & UBND", "hđnd và ubnd"),
        ("HĐND&UBND", "HDND va UBND"),
        ("nhiệm kỳ 2025 - 2030", "nhiệm kỳ 2025–2030"),
        ("nhiệm kỳ 2025-2030", "nhiệm  kỳ 2025\u00a0—\u00a02030"),
        ("nguyên tắc “6 rõ”", 'nguyên tắc "6 rõ"'),
        ("Số: 08 - CTr/ĐUUB", "số 08-CTr/ĐUUB"),
        ("Văn hóa - Xã hội", "van hoa, xa hoi"),
        ("chuyển\u00adđổi", "chuyển\u200bđổi"),
    ],
)
def test_texts_that_a_reader_takes_for_the_same_have_one_search_key(one, other):
    assert fold(one) == fold(other)


def test_a_search_key_is_small_plain_and_single_spaced():
    assert fold("  II.3.2-02:\tĐường\nliên thôn… 100 % ") == "ii 3 2 02 duong lien thon 100"


@pytest.mark.parametrize("text", ["", " \n", "…", "“”", "\0", "\ud800"])
def test_a_text_without_letters_has_an_empty_search_key(text):
    assert fold(text) == ""


@given(ANY_TEXT)
def test_folding_twice_changes_nothing_and_any_database_can_hold_the_key(text):
    key = fold(text)
    assert fold(key) == key
    assert "\0" not in key
    key.encode()


@given(ANY_TEXT)
def test_composed_and_decomposed_text_have_the_same_keys(text):
    for key in (fold, text_sort_key, person_sort_key):
        assert key(unicodedata.normalize("NFC", text)) == key(unicodedata.normalize("NFD", text))


# sort keys


def test_people_sort_by_ten_then_ho_then_dem():
    people = [
        "Nguyễn Văn An", "Nguyễn Xuân An", "Trần Thị An", "Lê Văn Ảnh", "Lê Văn Ánh", "Vũ Ăn", "Vũ Ân",
        "Phạm Dũng", "Cao Đạt", "Đỗ Đạt", "Bùi Hoa", "Bùi Hòa", "Bùi Hóa", "Bùi Hoàn", "An Oanh", "An Ông",
        "An Ơn", "An Tú", "An Tư", "An Tứ",
    ]  # fmt: skip
    assert sorted(reversed(people), key=person_sort_key) == people


def test_a_name_of_one_word_stands_before_the_longer_ones():
    assert sorted(["Nguyễn An", "An", "Bình"], key=person_sort_key) == ["An", "Nguyễn An", "Bình"]


@pytest.mark.parametrize("pair", [("Hòa", "Hoà"), ("Thúy", "Thuý"), ("Ủy", "uỷ"), ("NGUYỄN AN", "Nguyễn An")])
def test_spelling_variants_and_capitals_sort_alike(pair):
    assert person_sort_key(pair[0]) == person_sort_key(pair[1])


def test_letters_sort_by_the_vietnamese_alphabet():
    alphabet = list("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
    assert sorted(reversed(alphabet), key=text_sort_key) == alphabet


@pytest.mark.parametrize("row", VOWELS)
def test_tones_sort_ngang_huyen_hoi_nga_sac_nang(row):
    assert sorted(reversed(row), key=text_sort_key) == list(row)


def test_units_sort_by_word_and_by_number():
    units = [
        "Chi bộ 2",
        "Chi bộ 10",
        "Chi bộ Phòng Kinh tế",
        "Phòng Kinh tế",
        "Phòng Văn hóa - Xã hội",
        "Thôn Lạc",
    ]
    assert sorted(reversed(units), key=text_sort_key) == units


@given(st.lists(SYLLABLES, max_size=4), st.lists(SYLLABLES, max_size=4))
def test_key_order_is_dictionary_order(one, other):
    def expected(words: list[str]) -> list[tuple[list[int], int]]:
        return [_letters_and_tone(word) for word in words]

    keys = text_sort_key(" ".join(one)), text_sort_key(" ".join(other))
    assert (keys[0] < keys[1]) == (expected(one) < expected(other))
    assert (keys[0] == keys[1]) == (expected(one) == expected(other))


def _letters_and_tone(word: str) -> tuple[list[int], int]:
    letters, tone = [], 0
    for char in word:
        for row in VOWELS:
            if char in row:
                tone = row.index(char) or tone
                char = row[0]
        letters.append("aăâbcdđeêghiklmnoôơpqrstuưvxy".index(char))
    return letters, tone


@given(ANY_TEXT)
def test_sort_keys_are_plain_ascii_without_digraphs(text):
    """So that C, ICU and glibc collations agree: some sort ch, ng or aa as one letter."""
    for key in (text_sort_key(text), person_sort_key(text)):
        assert re.fullmatch(r"(?:[a-z]?[0-9])*", key)


# initials and capitals


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Phòng Kinh tế", "PKT"),
        ("PHÒNG KINH TẾ", "PKT"),
        ("Phòng Văn hóa - Xã hội", "PVHXH"),
        ("Văn phòng UBND", "VPUBND"),
        ("Văn phòng HĐND và UBND", "VPHDNDUBND"),
        ("Đảng ủy UBND xã", "DUUBNDX"),
        ("Chi bộ 3", "CB3"),
        ("Tổ A_B", "TAB"),
        ("", ""),
        (" - ", ""),
    ],
)
def test_initials_are_ascii_capitals(text, expected):
    assert initials(text) == expected
    assert initials(unicodedata.normalize("NFD", text)) == expected


@pytest.mark.parametrize(
    ("capitals", "expected"),
    [
        ("CHƯƠNG TRÌNH HÀNH ĐỘNG", "Chương trình hành động"),
        ("NỘI DUNG, NHIỆM VỤ VÀ GIẢI PHÁP", "Nội dung, nhiệm vụ và giải pháp"),
        ("II. MỤC ĐÍCH, YÊU CẦU", "II. Mục đích, yêu cầu"),
        ("2.1. CÔNG TÁC CÁN BỘ", "2.1. Công tác cán bộ"),
        ("UBND, HĐND, UBKT, MTTQ VÀ CÁC HTX", "UBND, HĐND, UBKT, MTTQ và các HTX"),
        ("PHÁT TRIỂN KT-XH, BẢO ĐẢM QP-AN", "Phát triển KT-XH, bảo đảm QP-AN"),
        ("CHƯƠNG TRÌNH SỐ 15-CTR/ĐU", "Chương trình số 15-CTR/ĐU"),
        ("ĐẢNG BỘ XÃ LẦN THỨ VI", "Đảng bộ xã lần thứ VI"),
        ("XỬ LÝ VI PHẠM", "Xử lý vi phạm"),
        ("NHIỆM KỲ 2025 - 2030", "Nhiệm kỳ 2025 - 2030"),
        ("XÂY DỰNG ĐẢNG, ĐỘI NGŨ ĐẢNG VIÊN", "Xây dựng Đảng, đội ngũ đảng viên"),
        ("ỦY BAN NHÂN DÂN PHỤC VỤ NHÂN DÂN", "Ủy ban nhân dân phục vụ Nhân dân"),
        ("BẢO HIỂM Y TẾ Ở XÃ A", "Bảo hiểm y tế ở xã A"),
        ("", ""),
    ],
)
def test_a_heading_in_capitals_becomes_a_sentence(capitals, expected):
    assert sentence_case(capitals) == expected
    assert sentence_case(unicodedata.normalize("NFD", capitals)) == expected


def test_given_names_keep_their_capitals():
    assert sentence_case("ĐẢNG BỘ XÃ LẠC PHƯỢNG", names=["Lạc Phượng"]) == "Đảng bộ xã Lạc Phượng"


def test_a_heading_with_small_letters_is_left_as_it_is():
    assert sentence_case("Chương trình số 15-CTr/ĐU Của Ban") == "Chương trình số 15-CTr/ĐU Của Ban"


@given(ANY_TEXT)
def test_any_text_has_initials_and_a_sentence(text):
    assert re.fullmatch("[A-Z0-9]*", initials(text))
    sentence_case(text, names=[text])
    sentence_case(text.upper(), names=[text])


# dates and numbers


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 5, 5), "ngày 05 tháng 5 năm 2026"),
        (date(2026, 2, 10), "ngày 10 tháng 02 năm 2026"),
        (date(2026, 1, 9), "ngày 09 tháng 01 năm 2026"),
        (date(2026, 3, 31), "ngày 31 tháng 3 năm 2026"),
        (date(2026, 12, 1), "ngày 01 tháng 12 năm 2026"),
    ],
)
def test_long_dates_have_a_nought_before_days_under_10_and_months_under_3(day, expected):
    assert long_date(day) == expected


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        (1234.5, None, "1.234,5"),
        (Decimal("1234.50"), None, "1.234,5"),
        (Decimal("1234.50"), 2, "1.234,50"),
        (1000, None, "1.000"),
        (13, 1, "13,0"),
        (Decimal("0.125"), 2, "0,13"),
        (Decimal("2.5"), 0, "3"),
        (-1234567.891, 1, "-1.234.567,9"),
        (Decimal("-0.04"), 1, "0,0"),
        (Decimal("1E+3"), None, "1.000"),
        (0.1, None, "0,1"),
    ],
)
def test_numbers_have_a_decimal_comma_and_dots_between_thousands(value, places, expected):
    assert format_number(value, places) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3), st.integers(0, 6))
def test_a_number_reads_back_as_the_number_that_was_shown(value, places):
    shown = Decimal(format_number(value, places).replace(".", "").replace(",", "."))
    assert abs(shown - value) <= Decimal(1).scaleb(-places) / 2
    assert Decimal(format_number(value).replace(".", "").replace(",", ".")) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_no_finite_number_is_refused(value):
    with pytest.raises(ValueError, match="finite"):
        format_number(value)
