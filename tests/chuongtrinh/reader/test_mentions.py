"""Figures, deadlines and other documents that a clause mentions."""

from datetime import date
from decimal import Decimal

import pytest

from chuongtrinh.reader import read_document
from chuongtrinh.reader.mentions import deadline_of_label, find_citations, find_deadlines
from chuongtrinh.reader.targets import find_targets, read_number


@pytest.mark.parametrize(
    ("text", "name", "direction", "low", "high", "unit", "yearly"),
    [
        (
            "Phấn đấu đạt 100% hộ dân dùng nước sạch.",
            "Hộ dân dùng nước sạch",
            "at_least",
            "100",
            None,
            "%",
            False,
        ),
        ("Tỷ lệ hộ nghèo giảm còn dưới 0,5%.", "Tỷ lệ hộ nghèo", "at_most", "0.5", None, "%", False),
        ("Không quá 2% cán bộ vi phạm.", "Cán bộ vi phạm", "at_most", "2", None, "%", False),
        (
            "Mỗi năm kết nạp từ 05 đến 07 đảng viên mới.",
            "Kết nạp đảng viên mới",
            "between",
            "5",
            "7",
            "đảng viên",
            True,
        ),
        (
            "Tăng thu ngân sách từ 10% đến 12% mỗi năm.",
            "Tăng thu ngân sách",
            "between",
            "10",
            "12",
            "%",
            True,
        ),
        ("Trồng mới 1.500 cây xanh.", "Trồng mới cây xanh", "equal", "1500", None, "cây xanh", False),
        (
            "Thu ngân sách đạt 1.234,5 tỷ đồng vào năm 2030.",
            "Thu ngân sách",
            "at_least",
            "1234.5",
            None,
            "tỷ đồng",
            False,
        ),
        ("Cứng hóa 12,5 km đường nội đồng.", "Cứng hóa đường nội đồng", "equal", "12.5", None, "km", False),
        (
            "Nâng tỷ lệ lao động qua đào tạo lên 75%.",
            "Tỷ lệ lao động qua đào tạo",
            "at_least",
            "75",
            None,
            "%",
            False,
        ),
        ("Tỷ lệ hồ sơ đúng hạn đạt 98% trở lên.", "Tỷ lệ hồ sơ đúng hạn", "at_least", "98", None, "%", False),
        ("Quy hoạch khu công nghiệp 150 ha.", "Diện tích khu công nghiệp", "equal", "150", None, "ha", False),
    ],
)
def test_target(
    text: str, name: str, direction: str, low: str, high: str | None, unit: str, yearly: bool
) -> None:
    (target,) = find_targets(text)
    assert (target.name, target.direction, target.unit, target.every_year) == (name, direction, unit, yearly)
    assert (target.target, target.target_high) == (Decimal(low), Decimal(high) if high else None)
    assert target.as_written in text


@pytest.mark.parametrize(
    "text",
    [
        "Thực hiện mô hình chính quyền 2 cấp theo nguyên tắc 06 rõ.",
        "Nghị quyết Trung ương 4 (khóa XII), Bộ chỉ số 3 cấp.",
        "Cải tạo đường 391, 396, 191Q và đường 191N.",
        "Giai đoạn 2025 - 2030, từ năm 2025 người dân được hưởng.",
        "Nghị quyết số 57-NQ/TW ngày 22/12/2024.",
        "Năm 2025 đã đạt 85% kế hoạch.",
        "Tổng mức đầu tư 15 tỷ đồng.",
    ],
)
def test_what_is_no_target(text: str) -> None:
    assert find_targets(text, find_citations(text)) == ()


@pytest.mark.parametrize(
    ("written", "value"),
    [("1.234,5", "1234.5"), ("05", "5"), ("13,5", "13.5"), ("1.500", "1500"), ("2.5", "2.5")],
)
def test_numbers_as_vietnamese_write_them(written: str, value: str) -> None:
    assert read_number(written) == Decimal(value)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("Hoàn thành trước ngày 30/6/2027.", date(2027, 6, 30)),
        ("Xong trong quý II/2027.", date(2027, 6, 30)),
        ("Thực hiện trong năm 2026.", date(2026, 12, 31)),
        ("Duy trì đến hết năm 2028.", date(2028, 12, 31)),
        ("Hoàn thành trước 15/12/2026.", date(2026, 12, 15)),
        ("Chậm nhất ngày 20 tháng 12 năm 2026.", date(2026, 12, 20)),
        ("Xong trong tháng 02/2028.", date(2028, 2, 29)),
        ("Trình trước tháng 02/2028.", date(2028, 1, 31)),
        ("Hoàn thành trước quý IV/2026.", date(2026, 9, 30)),
        ("Hoàn thành trước năm 2028.", date(2027, 12, 31)),
        ("Xong trong 6 tháng đầu năm 2026.", date(2026, 6, 30)),
        ("Đến năm 2028, hoàn thành tuyến đường.", date(2028, 12, 31)),
        ("Hoàn thành trước ngày 05/06/2025.", date(2025, 6, 5)),
        ("Xong trước ngày 31/02/2026.", None),
        ("Báo cáo trước ngày 15/12 hằng năm.", None),
    ],
)
def test_deadline(text: str, due: date | None) -> None:
    (found,) = find_deadlines(text)
    assert (found.due, found.continuing) == (due, False)
    assert found.as_written in text


@pytest.mark.parametrize(
    "text",
    [
        "Kế hoạch đầu tư công trung hạn giai đoạn 2026 - 2030.",
        "Nghị quyết số 07-NQ/TU, ngày 01/8/2022 của Thành ủy đến năm 2025, định hướng đến năm 2030.",
        "Đại hội lần thứ I, nhiệm kỳ 2025 - 2030.",
        "Tăng 5% so với năm 2025.",
        "Đề án “Phát triển đến hết năm 2030”.",
        "Kiểm tra đánh giá hằng năm.",
    ],
)
def test_what_is_no_deadline(text: str) -> None:
    assert find_deadlines(text, find_citations(text)) == ()


@pytest.mark.parametrize(
    ("value", "due", "continuing"),
    [
        ("Quý III/2026", date(2026, 9, 30), False),
        ("Tháng 6/2026", date(2026, 6, 30), False),
        ("Năm 2026", date(2026, 12, 31), False),
        ("2026 - 2030", date(2030, 12, 31), False),
        ("Thường xuyên", None, True),
        ("Hằng năm", None, True),
        ("theo yêu cầu", None, False),
    ],
)
def test_deadline_in_a_label(value: str, due: date | None, continuing: bool) -> None:
    found = deadline_of_label(value)
    assert (found.as_written, found.due, found.continuing) == (value, due, continuing)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Nghị quyết số 07 - NQ/TU, ngày 01/8/2022 của Thành ủy về một số giải pháp",
            [("Nghị quyết", "07-NQ/TU", date(2022, 8, 1), "Thành ủy")],
        ),
        ("Kết luận 21-KL/TW về xây dựng Đảng", [("Kết luận", "21-KL/TW", None, "")]),
        (
            "Nghị định số 123/2020/NĐ-CP ngày 19/10/2020 của Chính phủ quy định",
            [("Nghị định", "123/2020/NĐ-CP", date(2020, 10, 19), "Chính phủ")],
        ),
        (
            "Quyết định 15/QĐ-UBND của Chủ tịch UBND xã",
            [("Quyết định", "15/QĐ-UBND", None, "Chủ tịch UBND xã")],
        ),
        ("Luật số 45/2019/QH14", [("Luật", "45/2019/QH14", None, "")]),
        (
            "Nghị quyết số 57-NQ/TW, 59-NQ/TW của Bộ Chính trị",
            [("Nghị quyết", "57-NQ/TW", None, ""), ("Nghị quyết", "59-NQ/TW", None, "Bộ Chính trị")],
        ),
        ("đường 191N/396, làm việc 24/7, ngày 01/8/2022", []),
    ],
)
def test_citations(text: str, expected: list[tuple[str, str, date | None, str]]) -> None:
    found = find_citations(text)
    assert [(item.kind, item.number, item.issued_on, item.issuer) for item in found] == expected
    assert all(text[item.start : item.end] == item.as_written for item in found)


def figures(text: str) -> list[tuple[str, str, str, bool]]:
    return [
        (str(item.target), item.unit, item.direction, item.every_year)
        for item in find_targets(text, find_citations(text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Kết nạp 40 đảng viên, mỗi năm từ 8 đảng viên trở lên.",
            [("40", "đảng viên", "equal", False), ("8", "đảng viên", "at_least", True)],
        ),
        (
            "Mỗi năm kết nạp 8 đảng viên, cả nhiệm kỳ đạt 40 đảng viên.",
            [("8", "đảng viên", "equal", True), ("40", "đảng viên", "at_least", False)],
        ),
        ("Hằng năm, phấn đấu trồng 2.000 cây xanh.", [("2000", "cây xanh", "equal", True)]),
        ("Giải quyết 98% hồ sơ đúng hạn, hằng năm.", [("98", "%", "at_least", True)]),
        ("Không quá 2 vụ tai nạn giao thông mỗi năm.", [("2", "vụ", "at_most", True)]),
        ("Làm 12 km đường liên thôn.", [("12", "km", "equal", False)]),
        ("Nâng cấp đường 12 km.", [("12", "km", "equal", False)]),
    ],
)
def test_each_figure_is_yearly_by_its_own_words(
    text: str, expected: list[tuple[str, str, str, bool]]
) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("text", "noted"),
    [
        ("Kết nạp 40 đảng viên, mỗi năm từ 8.", True),
        ("Để xảy ra không quá 2 lần mỗi năm.", True),
        ("Phấn đấu 9/10 thôn có nhà văn hóa.", True),
        ("Tuyến kênh dài 5 km bị sạt lở.", True),
        ("Kết nạp 40 đảng viên.", False),
        ("Thực hiện Nghị quyết số 57-NQ/TW, ngày 22/12/2024 của Bộ Chính trị.", False),
        ("Cải tạo đường 391; hoàn thành trong năm 2027.", False),
    ],
)
def test_a_figure_that_gives_no_target_is_noted(text: str, noted: bool) -> None:
    document = read_document(f"II. NHIỆM VỤ\n1. Kinh tế\n- {text}".encode())
    assert [item.text for item in document.unplaced] == ([text] if noted else [])
    assert all("chỉ tiêu" in item.reason_vi for item in document.unplaced)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Kiểm tra chợ (thường xuyên).", "thường xuyên"),
        ("Mở lớp tập huấn (hằng năm)", "hằng năm"),
        ("Dọn vệ sinh; thực hiện thường xuyên, liên tục.", "thường xuyên, liên tục"),
        ("Sinh hoạt chuyên đề - hằng quý", "hằng quý"),
    ],
)
def test_a_rhythm_on_its_own_is_proposed_as_continuing(text: str, words: str) -> None:
    (found,) = find_deadlines(text)
    assert (found.as_written, found.due, found.continuing) == (words, None, True)


@pytest.mark.parametrize(
    "text", ["Hằng năm, xây dựng kế hoạch.", "Thường xuyên kiểm tra, sơ kết.", "Lớp học hằng tuần ở thôn."]
)
def test_how_often_within_a_sentence_is_no_deadline(text: str) -> None:
    assert find_deadlines(text) == ()
