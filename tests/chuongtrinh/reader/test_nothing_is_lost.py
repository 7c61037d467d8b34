"""Whatever is given, every word of it ends somewhere, and the time it takes grows with its length."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuongtrinh.reader import CorrectionRow, Document, UnreadableDocument, read_document

TEXTS = Path(__file__).parent / "texts"
BUNDLED = Path(__file__).parents[3] / "chuongtrinh" / "data" / "08-CTr-DUUB.txt"
SAMPLES = [BUNDLED, *sorted(TEXTS.iterdir())]
QUICK = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.replace("_", " ")))


def everything_kept(document: Document) -> str:
    parts = [document.letterhead.as_signed, document.closing.as_signed]
    for section in document.sections:
        parts += [section.label, section.title_as_signed]
        for top in section.clauses:
            parts += [text for clause in top.walk() for text in (clause.marker, clause.as_signed)]
    parts += [item.text for item in document.unplaced]
    return "\n".join(parts)


def assert_nothing_lost(text: str, document: Document) -> None:
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    places = document.places()
    missing = [number for number, line in enumerate(lines, start=1) if line.strip() and number not in places]
    assert missing == []
    # a numbered paragraph keeps its number as its section's label; page numbers and rules are among the
    # unplaced
    lost = words("\n".join(lines)) - words(everything_kept(document))
    assert not lost


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_every_line_of_the_samples_has_its_place(path: Path) -> None:
    data = path.read_bytes()
    assert_nothing_lost(data.decode(), read_document(data))


FRAGMENTS = st.sampled_from(
    [
        "I. MỤC ĐÍCH",
        "II- NHIỆM VỤ",
        "III – ĐỀ ÁN",
        "IV/ TỔ CHỨC THỰC HIỆN",
        "A. CHUNG",
        "1. Kinh tế",
        "2. Xã hội:",
        "2.1. Chợ",
        "2.1 Chợ",
        "3- Thôn",
        "4. Một đoạn dài, có chấm. Và câu nữa.",
        "- Việc một",
        "+ Việc hai;",
        "• Việc ba.",
        "* Bốn:",
        "  - Năm",
        "a) Sáu",
        "đ) Bảy",
        "(1) Tám",
        "(a) Chín",
        "1) Mười",
        "i) Mười một",
        "*** Phân công thực hiện:**",
        "Phân công: Giao A chủ trì",
        "- *Giao đồng chí **Nguyễn Văn A** - Bí thư Đảng ủy chỉ đạo.*",
        "Giao chi bộ, Phòng B tham mưu",
        "Cơ quan chủ trì: Phòng C",
        "(Phòng Đ chủ trì; Hội E phối hợp)",
        "- Làm G: giao Phòng H chủ trì, mỗi năm từ 8",
        "Cơ quan thẩm định: Phòng I",
        "- Thời hạn: Quý III/2026",
        "Sản phẩm:",
        "tiếp theo của câu",
        "2030, rồi nữa",
        "12",
        "- 3 -",
        "-----",
        "***",
        "| a | b |",
        "",
        "",
        "## Đầu đề",
        "# 5. Đầu đề",
        "> trích",
        "Nơi nhận:",
        "Nơi nhận: A; B",
        "T/M ĐẢNG ỦY",
        "BÍ THƯ",
        "Nguyễn Văn B",
        "(đã ký)",
        "CHƯƠNG TRÌNH HÀNH ĐỘNG",
        "thực hiện Nghị quyết",
        "Số: 05-CTr/ĐU",
        "An Bình, ngày 1 tháng 2 năm 2026",
        "ĐẢNG ỦY XÃ",
        "**in đậm",
        "nghiêng*",
        "_gạch_ dưới_",
        "\u00a0",
        "\u200b",
        "PHỤ LỤC",
        "đạt 13% trở lên, 05 mô hình",
        "PHẦN I",
        "o Tròn",
    ]
)


@QUICK
@given(
    st.lists(FRAGMENTS, max_size=40),
    st.sampled_from(["\n", "\n\n", "\r\n"]),
    st.sampled_from(["a.txt", "a.md"]),
)
def test_any_order_of_pieces_is_read_or_refused(pieces: list[str], end: str, filename: str) -> None:
    text = end.join(pieces)
    try:
        document = read_document(text.encode(), filename=filename)
    except UnreadableDocument:
        return
    assert_nothing_lost(text, document)


@QUICK
@given(st.text(max_size=400))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        document = read_document(("I. NHIỆM VỤ\n" + text).encode("utf-8", "ignore"))
    except UnreadableDocument:
        return
    kept = text.encode("utf-8", "ignore").decode()
    assert_nothing_lost("I. NHIỆM VỤ\n" + kept, document)


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read_document(data)
    except UnreadableDocument as refusal:
        assert "\n" not in str(refusal)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_programme_is_read_or_refused(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(SAMPLES)).read_text(encoding="utf-8").split("\n")
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "double", "swap", "cut", "insert", "join"]))
        if change == "drop" and len(lines) > 1:
            del lines[at]
        elif change == "double":
            lines.insert(at, lines[at])
        elif change == "swap":
            other = data.draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "cut":
            place = data.draw(st.integers(0, len(lines[at])))
            lines[at : at + 1] = [lines[at][:place], lines[at][place:]]
        elif change == "insert":
            lines.insert(at, data.draw(FRAGMENTS))
        elif change == "join":
            lines[at : at + 2] = [" ".join(lines[at : at + 2])]
    text = "\n".join(lines)
    row = CorrectionRow(data.draw(st.integers(1, len(lines))), "xã", "phường", "")
    try:
        document = read_document(text.encode(), [row])
    except UnreadableDocument:
        return
    assert_nothing_lost(text, document)
    applied = list(document.applied())
    assert len(applied) + sum("Dòng đính chính" in item.reason_vi for item in document.unplaced) == 1


HOSTILE = [
    "*",
    "(",
    "a*",
    "_a_ ",
    "1% ",
    "1.",
    ": ",
    "Chủ trì: ",
    "Giao Phòng A, ",
    "ngày 1/1/2026 ",
    "05 mô hình ",
    "x    ",
    "và ",
    "Phòng A: chủ trì; ",
    "Làm: giao Phòng A chủ trì, ",
    "(Phòng A chủ trì) ",
    "các phòng, ban, ",
    "chủ trì là các thôn ",
    "Ủy viên Đảng ủy ",
    "cơ quan thẩm định: Phòng A; ",
    "mỗi năm từ 8, ",
    "1-NQ/TW ",
    "kiểm tra được phân công ",
    "- a\n",
    "(1) a\n",
    "đồng chí A, ",
    "phân công tổ chức thực hiện ",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_repetition_costs_no_more_than_its_length(unit: str) -> None:
    # a catastrophic pattern would not end here at all; seconds are not asserted on shared machines
    for opening in ("- ", "* Phân công: Giao "):
        line = opening + unit * (9_000 // len(unit)) + "\n"
        try:
            read_document(("I. NHIỆM VỤ\n" + line * 3).encode())
            read_document(("I. NHIỆM VỤ\n" + opening + unit * (300_000 // len(unit))).encode())
        except UnreadableDocument:
            pass


def test_deep_indentation_does_not_exhaust_the_stack() -> None:
    text = "I. NHIỆM VỤ\n" + "".join(" " * depth + "- Việc\n" for depth in range(1500))
    assert_nothing_lost(text, read_document(text.encode()))
