"""Phrases that give work out, as programmes write them."""

import pytest

from chuongtrinh.reader.assignments import only_assigns, read_phrases
from chuongtrinh.reader.labels import read_labels, starts_with_label


def said(text: str, *, strict: bool = False) -> list[tuple[str, str, str]]:
    assigned = read_labels(text).assigned or read_phrases(text, strict=strict)
    return [(item.role, who.kind, who.name) for item in assigned for who in item.assignees]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Giao chi bộ, Phòng Kinh tế tham mưu triển khai thực hiện.",
            [("lead", "unit", "Phòng Kinh tế"), ("lead", "unit", "Chi bộ Phòng Kinh tế")],
        ),
        (
            "Phòng Kinh tế chủ trì, phối hợp với Văn phòng HĐND và UBND xã, Công an xã tham mưu thực hiện.",
            [
                ("lead", "unit", "Phòng Kinh tế"),
                ("coordinate", "unit", "Văn phòng HĐND và UBND"),
                ("coordinate", "unit", "Công an xã"),
            ],
        ),
        (
            "Giao đồng chí Nguyễn Văn A chỉ đạo, Phòng Kinh tế tham mưu, các chi bộ phối hợp thực hiện.",
            [
                ("direct", "comrade", "Nguyễn Văn A"),
                ("lead", "unit", "Phòng Kinh tế"),
                ("coordinate", "group", "Các chi bộ"),
            ],
        ),
        (
            "Các đ/c: Nguyễn Văn A, Trần Văn B, Lê Thị C chỉ đạo.",
            [("direct", "comrade", name) for name in ("Nguyễn Văn A", "Trần Văn B", "Lê Thị C")],
        ),
        (
            "Người đứng đầu các cơ quan, đơn vị; bí thư chi bộ các thôn chịu trách nhiệm tổ chức thực hiện.",
            [
                ("lead", "group", "Người đứng đầu các cơ quan, đơn vị"),
                ("lead", "group", "Bí thư chi bộ các thôn"),
            ],
        ),
        (
            "Giao Ban Tuyên giáo và Dân vận Đảng ủy, Phòng Kinh tế, Hạ tầng và Đô thị chủ trì.",
            [
                ("lead", "unit", "Ban Tuyên giáo và Dân vận Đảng ủy"),
                ("lead", "unit", "Phòng Kinh tế, Hạ tầng và Đô thị"),
            ],
        ),
        (
            "Giao Phòng Kinh tế phối hợp với Phòng Văn hóa - Xã hội tham mưu triển khai thực hiện.",
            [("lead", "unit", "Phòng Kinh tế"), ("coordinate", "unit", "Phòng Văn hóa - Xã hội")],
        ),
        ("Phòng Kinh tế: Chủ trì theo dõi, tổng hợp.", [("lead", "unit", "Phòng Kinh tế")]),
        (
            "Giao Văn phòng Đảng ủy theo dõi, đôn đốc việc thực hiện.",
            [("oversee", "unit", "Văn phòng Đảng ủy")],
        ),
        (
            "Phân công đồng chí Bí thư Đảng ủy Nguyễn Văn A phụ trách.",
            [("direct", "comrade", "Nguyễn Văn A")],
        ),
        ("Đồng chí Chủ tịch UBND xã chỉ đạo.", [("direct", "text", "Chủ tịch UBND xã")]),
        (
            "Tổ dân vận khéo thôn Đông lo liệu, tham mưu.",
            [("lead", "unit", "Tổ dân vận khéo thôn Đông lo liệu")],
        ),
        ("Ủy ban Kiểm tra Đảng ủy chủ trì.", [("lead", "unit", "Ủy ban Kiểm tra Đảng ủy")]),
        (
            "Chủ trì: Phòng Kinh tế; phối hợp: các thôn.",
            [("lead", "unit", "Phòng Kinh tế"), ("coordinate", "group", "Các thôn")],
        ),
        ("Lãnh đạo chỉ đạo: Đồng chí Nguyễn Văn A", [("direct", "comrade", "Nguyễn Văn A")]),
        ("Nhóm Sao Mai tham mưu triển khai thực hiện.", [("lead", "text", "Nhóm Sao Mai")]),
    ],
)
def test_who_and_in_which_role(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Tăng cường lãnh đạo, chỉ đạo công tác kiểm tra, giám sát.",
        "Phối hợp chặt chẽ với các ngành trong công tác giám sát.",
        "Các chi bộ, cơ quan, đơn vị trực thuộc UBND xã tập trung lãnh đạo, chỉ đạo hoàn thành các chỉ tiêu.",
        "Xây dựng kế hoạch và tham mưu UBND xã ban hành.",
        "Giao nhiệm vụ cụ thể cho các bộ phận chuyên môn theo từng tiêu chí.",
        "Nâng cao chất lượng tham mưu của Văn phòng.",
    ],
)
def test_prose_that_only_speaks_of_leading_gives_no_duty(text: str) -> None:
    assert said(text, strict=True) == []


def test_the_first_department_is_the_principal_lead() -> None:
    (assigned,) = read_phrases("Giao chi bộ, Phòng Kinh tế, Phòng Văn hóa - Xã hội tham mưu.", strict=False)
    assert [(item.name, item.principal) for item in assigned.assignees] == [
        ("Phòng Kinh tế", True),
        ("Chi bộ Phòng Kinh tế", False),
        ("Phòng Văn hóa - Xã hội", False),
    ]


def test_a_short_name_of_a_body_takes_the_full_one_of_its_phrase() -> None:
    (assigned,) = read_phrases(
        "Đồng chí Nguyễn Văn A - Phó Bí thư Đảng ủy, Chủ nhiệm UBKT Đảng ủy UBND phường chỉ đạo.",
        strict=False,
    )
    assert [(post.title, post.unit) for post in assigned.assignees[0].posts] == [
        ("Phó Bí thư", "Đảng ủy UBND phường"),
        ("Chủ nhiệm", "UBKT Đảng ủy UBND phường"),
    ]


@pytest.mark.parametrize(
    ("text", "alone"),
    [
        ("Giao Phòng Kinh tế chủ trì, phối hợp với Công an xã triển khai thực hiện.", True),
        ("Đồng chí Nguyễn Văn A - Bí thư Đảng ủy chỉ đạo; Phòng Kinh tế tham mưu thực hiện.", True),
        ("Giao Phòng Kinh tế chủ trì xây dựng kế hoạch phát triển chợ đêm.", False),
        ("Nâng cao chất lượng sinh hoạt chi bộ.", False),
    ],
)
def test_a_line_that_only_assigns(text: str, alone: bool) -> None:
    assert only_assigns(text) is alone


def test_labels() -> None:
    assert starts_with_label("Thời gian hoàn thành: Quý III/2026")
    assert not starts_with_label("Đổi mới phong cách, thái độ phục vụ: lịch sự")
    stated = read_labels("Xây dựng đề án; cơ quan chủ trì: Phòng Kinh tế; thời hạn: 30/6/2026. Kết quả: tốt.")
    assert [item.as_written for item in stated.deadlines] == ["30/6/2026"]
