"""Which plurals a rule may fill; every other one waits for a person to say who is meant."""

import pytest

from chuongtrinh.reader.assignments import read_phrases
from chuongtrinh.reader.bodies import read_assignees
from chuongtrinh.reader.groups import group_rule


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("Các phòng, ban", "units"),
        ("các cơ quan, đơn vị", "units"),
        ("các phòng, đơn vị thuộc UBND xã", "units"),
        ("các phòng chuyên môn thuộc UBND phường Đông Hà", "units"),
        ("các phòng, ban thuộc xã Ấp Bắc", "units"),
        ("cơ quan, đơn vị trực thuộc UBND xã", "units"),
        ("Trưởng các phòng, đơn vị thuộc UBND xã", "unit_heads"),
        ("Thủ trưởng các cơ quan, đơn vị", "unit_heads"),
        ("Người đứng đầu các cơ quan, đơn vị", "unit_heads"),
        ("Bí thư chi bộ", "cell_secretaries"),
        ("bí thư các chi bộ trực thuộc", "cell_secretaries"),
        ("các chi bộ", "party_cells"),
        ("các đồng chí Đảng ủy viên", "committee_members"),
        ("Các đồng chí Ủy viên Ban Chấp hành Đảng ủy UBND xã", "committee_members"),
        ("các đồng chí ủy viên được phân công phụ trách", "committee_members"),
    ],
)
def test_a_rule_fills_what_it_covers_whole(name: str, rule: str) -> None:
    assert group_rule(name) == rule


@pytest.mark.parametrize(
    "name",
    [
        "các thôn",
        "các tổ dân phố",
        "các trường học",
        "các hội, đoàn thể",
        "các đoàn thể xã",
        "các ban, ngành",
        "các phòng, ban, ngành, đoàn thể",
        "các cơ quan, đơn vị liên quan",
        "các cơ quan, đơn vị, doanh nghiệp trên địa bàn",
        "Thủ trưởng các cơ quan, đơn vị, đoàn thể",
        "Bí thư chi bộ các thôn",
        "Ủy viên UBND xã",
        "Ủy viên Ban Thường vụ Đảng ủy",
    ],
)
def test_any_other_plural_is_filled_by_nobody(name: str) -> None:
    assert group_rule(name) == "listed"


@pytest.mark.parametrize("name", ["Phòng Kinh tế", "Công an xã", "Trưởng phòng Kinh tế", "Ban Quản lý chợ"])
def test_one_body_is_no_group(name: str) -> None:
    assert group_rule(name) == ""


def named(phrase: str) -> list[tuple[str, str, str]]:
    return [(item.kind, item.group_rule, item.name) for item in read_assignees(phrase)]


def test_comrades_named_by_their_posts_are_as_many_as_the_posts() -> None:
    written = "Các đồng chí ủy viên UBND xã, Trưởng phòng Kinh tế và Chủ tịch Hội Nông dân"
    assert named(written) == [
        ("text", "", "Ủy viên UBND xã"),
        ("text", "", "Trưởng phòng Kinh tế"),
        ("text", "", "Chủ tịch Hội Nông dân"),
    ]
    (one,) = read_assignees("đồng chí Lê Văn An - Bí thư Đảng ủy, Chủ tịch UBND xã")
    assert [post.title for post in one.posts] == ["Bí thư", "Chủ tịch"]


@pytest.mark.parametrize("second", ["Thuế cơ sở 3", "Kho bạc khu vực 2", "Quỹ tín dụng Sao Mai"])
def test_a_comma_before_another_body_divides(second: str) -> None:
    assert [name for *_, name in named(f"Phòng Kinh tế, {second}")] == ["Phòng Kinh tế", second]


@pytest.mark.parametrize(
    "name",
    ["Phòng Kinh tế, Hạ tầng và Đô thị", "Ngân hàng Chính sách xã hội", "Hợp tác xã dịch vụ Đông Hà"],
)
def test_a_name_with_a_comma_or_the_word_commune_stays_whole(name: str) -> None:
    assert [item for *_, item in named(name)] == [name]


def test_the_level_ends_a_name() -> None:
    assert named("Công an xã tuần tra ban đêm") == [("unit", "", "Công an xã")]
    assert named("Trường Tiểu học xã An Bình") == [("unit", "", "Trường Tiểu học xã An Bình")]


def test_branches_lead_without_their_verb() -> None:
    (assigned,) = read_phrases("Giao các ban, ngành chủ trì thực hiện.", strict=False)
    assert [item.name for item in assigned.assignees] == ["Các ban, ngành"]
