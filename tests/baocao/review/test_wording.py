"""How an office writes, and what units wrote made into clean sentences."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from baocao.review import wording

HALF, MID = "6 tháng đầu năm 2026", "nửa đầu nhiệm kỳ 2025-2030"


@pytest.mark.parametrize(
    ("n", "said"), [(0, "không"), (1, "01"), (9, "09"), (10, "10"), (53, "53"), (1234, "1.234")]
)
def test_counts_are_written_as_the_office_writes_them(n, said):
    assert wording.number(n) == said


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 5, 5), "05/5/2026"),
        (date(2026, 2, 3), "03/02/2026"),
        (date(2026, 11, 14), "14/11/2026"),
        (date(2026, 1, 31), "31/01/2026"),
    ],
)
def test_days_have_a_zero_before_days_under_10_and_months_under_3(on, said):
    assert wording.day(on) == said


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ([], ""),
        (["A"], "A"),
        (["A", "B"], "A và B"),
        (["A", "B", "C"], "A, B và C"),
        (["A", "", "C"], "A và C"),
    ],
)
def test_lists_are_joined_with_a_last_va(parts, said):
    assert wording.joined(parts) == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [("12.5", "%", "12,5%"), ("100", "%", "100%"), ("5", "mô hình", "05 mô hình"), ("22.5", "ha", "22,5 ha")],
)
def test_values_stand_with_their_unit_of_measure(value, unit, said):
    assert wording.measured(Decimal(value), unit) == said


@pytest.mark.parametrize(
    ("kind", "label", "end", "now", "after"),
    [
        ("month", "Tháng 11/2026", date(2026, 11, 14), "tháng 11/2026", "tháng 12/2026"),
        ("month", "Tháng 12/2026", date(2026, 12, 14), "tháng 12/2026", "tháng 1/2027"),
        ("quarter", "Quý III/2026", date(2026, 9, 14), "quý III/2026", "quý IV/2026"),
        ("half_year", HALF, date(2026, 6, 14), "6 tháng đầu năm 2026", "6 tháng cuối năm 2026"),
        ("nine_months", "9 tháng năm 2026", date(2026, 9, 14), "9 tháng năm 2026", "quý IV/2026"),
        ("year", "Năm 2026", date(2026, 12, 14), "năm 2026", "năm 2027"),
        ("mid_term", "Giữa nhiệm kỳ 2025-2030", date(2027, 12, 14), MID, "thời gian tới"),
        ("term", "Tổng kết nhiệm kỳ 2025-2030", date(2030, 6, 14), "nhiệm kỳ 2025-2030", "thời gian tới"),
    ],
)  # fmt: skip
def test_periods_are_named_in_a_sentence_and_what_comes_after_them(kind, label, end, now, after):
    assert wording.in_period(kind, label) == now
    assert wording.next_period(kind, end) == after
    last = wording.end_of_next(kind, end)
    assert last > end and (last + timedelta(days=1)).day == 1


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", ""),
        (" \n\t ", ""),
        ("...", ""),
        ("đã họp", "Đã họp."),
        ("Đã họp..", "Đã họp."),
        ("Đã họp ,xong ;", "Đã họp,xong."),
        ("- đã họp;\n- đã ký.", "Đã họp; đã ký."),
        ("• Đã họp\n• Đã ký", "Đã họp. Đã ký."),
        ("1. Đã họp\n2) Đã ký\na) Đã gửi", "Đã họp. Đã ký. Đã gửi."),
        ("Kết quả:\n+ Đã họp;\n+ Đã ký;", "Kết quả: Đã họp; Đã ký."),
        ("Đã họp\r\nvới các hộ", "Đã họp với các hộ."),
        ("“đã họp”", "“Đã họp”."),
        ("Xong chưa?", "Xong chưa?"),
        ("Thu 8.600 hồ sơ", "Thu 8.600 hồ sơ."),
        ("Còn nữa....", "Còn nữa…"),
        ("A & B <b>đậm</b> 👍🏽", "A & B <b>đậm</b> 👍🏽."),
        ("Đã ho\u0323p", "Đã họp."),
        ("Đã\u0000 họp\u200b.", "Đã họp."),
        ("2. 5 ha lúa", "5 ha lúa."),
        ("2,5 ha lúa", "2,5 ha lúa."),
    ],
)
def test_what_a_unit_wrote_becomes_clean_sentences(written, said):
    assert wording.sentence(written) == said


NUMBERED = re.compile(r"\W*\d+\W")


@given(st.text() | st.text(alphabet="aBđ12 .,;:-•+)(“”…!\n"))
@example("…. .")
@example("a..\n..b")
@example("-\n- ;.")
@example("ß")
@example("0\r0")
def test_any_text_becomes_sentences_or_nothing(text):
    said = wording.sentence(text)
    assert said == unicodedata.normalize("NFC", said)
    assert not set(said) & set("\r\n\t\0")
    assert ".." not in said and "  " not in said
    if said:
        assert said.rstrip("\"'”’»)]}")[-1:] in {".", "!", "?", "…"}
        assert wording.capital(said) == said
    if not NUMBERED.match(said):  # "0. 0." reads as the item 0 of a list
        assert wording.sentence(said) == said


@given(st.text(max_size=300), st.integers(min_value=10, max_value=200))
@example("Câu một dài. Câu hai cũng dài. Câu ba", 30)
def test_a_cut_text_is_short_and_says_that_it_is_cut(text, most):
    found = wording.cut(text, most)
    assert found == text if len(text) <= most else found.endswith("…") and len(found) <= most + 2


def test_a_long_text_is_cut_at_the_end_of_a_sentence():
    text = "Câu thứ nhất khá dài. " * 100
    assert wording.cut(text, 600).endswith("dài. …")
    assert 550 < len(wording.cut(text, 600)) <= 602


def test_a_cut_leaves_letters_whole():
    family = "👨\u200d👩\u200d👧"
    cut = wording.cut(family * 100, 20)
    assert cut.removesuffix("…").replace(family, "") == ""
