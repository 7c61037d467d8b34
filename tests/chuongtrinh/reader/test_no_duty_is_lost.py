"""However a duty is worded and wherever it stands: each body named gets its role, or a person is asked."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chuongtrinh.reader import Document, read_document
from chuongtrinh.reader.assignments import read_duties

UNITS = (
    "Phòng Kinh tế",
    "Phòng Văn hóa - Xã hội",
    "Văn phòng HĐND và UBND",
    "Công an xã",
    "Ban CHQS xã",
    "Trạm Y tế xã",
    "Thuế cơ sở 3",
    "Hội Nông dân",
    "Hội Liên hiệp Phụ nữ xã",
    "Ủy ban Kiểm tra Đảng ủy",
    "Trung tâm Phục vụ hành chính công",
    "các phòng, ban",
    "các ban, ngành",
    "các thôn",
)
COMRADES = ("Lê Văn An", "Trần Thị Bình", "Phạm Văn Cường")
# {0} leads, {1} and {2} coordinate
WORDINGS = (
    "{0} chủ trì",
    "{0} tham mưu triển khai thực hiện",
    "giao {0} chủ trì, hoàn thành trong tháng 6/2026",
    "giao {0} tham mưu, trình Đảng ủy trong quý III/2026",
    "giao {0} làm đầu mối",
    "giao nhiệm vụ cho {0} chủ trì",
    "{0} chủ trì; {1} phối hợp",
    "{0} chủ trì; {1}, {2} phối hợp",
    "{0} chủ trì, {1} phối hợp",
    "{0} chủ trì, phối hợp với {1} thực hiện",
    "{0} chủ trì, phối hợp {1} huấn luyện dân quân",
    "giao {0} chủ trì, phối hợp với {1}, {2} triển khai thực hiện",
    "giao {0} chủ trì, phối hợp cùng {1} và {2} rà soát hồ sơ",
    "giao {0} phối hợp với {1} tham mưu",
    "{0} (chủ trì), {1} (phối hợp)",
    "chủ trì: {0}; phối hợp: {1}, {2}",
    "cơ quan chủ trì: {0}; cơ quan phối hợp: {1}; thời hạn: quý III/2026",
    "{0} là cơ quan chủ trì, {1} là cơ quan phối hợp",
    "đơn vị thực hiện: {0}",
    "cơ quan soạn thảo: {0}",
    "chủ trì là {0}",
    "có sự tham gia của các ngành, {0} chủ trì",
)
DIRECTING = ("; đồng chí {} chỉ đạo", "; đồng chí {} - Bí thư Đảng ủy chỉ đạo triển khai thực hiện", "")
# where the words stand: lines of a document, "…" being the words
PLACES = (
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ.", "- …."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ (…)."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ (…); làm bến đò."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ.", "(…)"),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ.", "- (…).", "- Làm cầu."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ.", "…."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ:", "  + …."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ: …."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ, …."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ; …."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ. …."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ - …"),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ.", "Phân công thực hiện:", "- …."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ.", "Phân công thực hiện: …."),
    ("II. NHIỆM VỤ", "1. Kinh tế", "- Làm chợ.", "Phân công thực hiện:", "…."),
    ("II. NHIỆM VỤ", "1. Phát triển chợ (…)", "- Làm chợ."),
    ("II. NHIỆM VỤ", "1. Phát triển chợ: …", "- Làm chợ."),
    ("III. ĐỀ ÁN", "1. Kinh tế", "(1) Đề án chợ đêm: …."),
    ("III. ĐỀ ÁN", "1. …:", "(1) Đề án chợ đêm."),
    ("III. ĐỀ ÁN", "1. Đề án chợ đêm: …."),
    ("III. ĐỀ ÁN", "1. Đề án chợ đêm (…).", "- Mở rộng."),
)


def stated(document: Document) -> Iterator[tuple[str, str]]:
    """(name, role) of everyone to whom the document gives something."""
    for section in document.sections:
        groups = [section.assigned, *(clause.assigned for top in section.clauses for clause in top.walk())]
        for each in (each for group in groups for each in group):
            for item in each.assignees:
                if item.kind != "text":  # what is kept as written is shown to the office when it is loaded
                    yield item.name, each.role


def says(name: str, wanted: str) -> bool:
    return name.removesuffix(" xã").lower() == wanted.removesuffix(" xã").lower()


def assert_told_or_asked(lines: tuple[str, ...], expected: list[tuple[str, str]]) -> None:
    document = read_document("\n".join(lines).encode())
    found = list(stated(document))
    asked = " ".join(item.text for item in document.unplaced).lower()
    for name, role in expected:
        roles = {given for who, given in found if says(who, name)}
        assert roles <= {role}, (name, role, found)
        assert roles or name.removesuffix(" xã").lower() in asked, (name, found)
    named = [name for name, _ in expected]
    invented = {who for who, _ in found if not any(says(who, name) for name in named)}
    assert not invented


@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.permutations(UNITS),
    st.sampled_from(WORDINGS),
    st.sampled_from(DIRECTING),
    st.sampled_from(COMRADES),
    st.sampled_from(PLACES),
    st.booleans(),
)
def test_each_named_body_has_its_role_or_is_asked_about(
    units: list[str], wording: str, directing: str, comrade: str, place: tuple[str, ...], capital: bool
) -> None:
    words = wording.format(*units) + directing.format(comrade)
    if capital:
        words = words[0].upper() + words[1:]
    lines = tuple(line.replace("…", words) for line in place)
    expected = [
        (unit, "lead" if at == 0 else "coordinate")
        for at, unit in enumerate(units[:3])
        if f"{{{at}}}" in wording
    ]
    if directing:
        expected.append((comrade, "direct"))
    assert_told_or_asked(lines, expected)


def duties(*lines: str) -> list[list[tuple[str, str]]]:
    """Who has which role, for each clause of II.1 and III.1."""
    document = read_document("\n".join(lines).encode())
    return [
        [(each.role, item.name) for each in clause.assigned for item in each.assignees]
        for section in document.sections
        for clause in section.clauses
    ]


IN_ROLES = [("lead", "Phòng Kinh tế"), ("coordinate", "Hội Nông dân"), ("direct", "Lê Văn An")]
TASKS = ("II. NHIỆM VỤ", "1. Kinh tế")


@pytest.mark.parametrize("end", ["", ".", ";"])
def test_a_bracket_within_a_bullet_gives_all_its_duties(end: str) -> None:
    words = "(Phòng Kinh tế chủ trì; Hội Nông dân phối hợp; đồng chí Lê Văn An chỉ đạo)"
    assert duties(*TASKS, f"- Làm chợ {words}{end}") == [IN_ROLES]


@pytest.mark.parametrize("bullet", ["", "- ", "+ "])
def test_a_bracket_on_its_own_line_speaks_of_the_task_above_it(bullet: str) -> None:
    words = "(Phòng Kinh tế chủ trì; Hội Nông dân phối hợp; đồng chí Lê Văn An chỉ đạo)"
    document = read_document("\n".join((*TASKS, "- Làm chợ.", bullet + words, "- Làm cầu.")).encode())
    market, bridge = document.sections[-1].clauses
    assert [(each.role, item.name) for each in market.assigned for item in each.assignees] == IN_ROLES
    assert [(nested.kind, nested.as_signed) for nested in market.nested] == [("assignment", words)]
    assert (bridge.kind, bridge.assigned) == ("task", ())


def test_work_given_after_a_colon_with_its_deadline() -> None:
    lead = [[("lead", "Phòng Kinh tế")]]
    words = "giao Phòng Kinh tế chủ trì, hoàn thành trong tháng 6/2026"
    assert duties(*TASKS, f"- Làm chợ: {words}") == lead
    project = "(1) Đề án chợ đêm: giao Phòng Kinh tế chủ trì, trình Đảng ủy trong quý III/2026"
    assert duties("III. ĐỀ ÁN", "1. Kinh tế", project) == lead
    assert duties("III. ĐỀ ÁN", "1. Đề án chợ đêm: giao Phòng Kinh tế chủ trì, trình Đảng ủy.") == lead


def test_a_coordinator_named_without_with() -> None:
    words = "- Giao Ban CHQS chủ trì, phối hợp Công an phường huấn luyện dân quân."
    assert duties(*TASKS, words) == [[("lead", "Ban CHQS"), ("coordinate", "Công an phường")]]


def test_a_deadline_given_as_a_label_does_not_hide_the_duty_before_it() -> None:
    assert duties(*TASKS, "- Làm chợ, giao Phòng Kinh tế chủ trì; thời hạn: 30/6/2026.") == [
        [("lead", "Phòng Kinh tế")]
    ]


@pytest.mark.parametrize("bullet", ["", "- "])
def test_labels_of_drafting_and_of_a_part_that_is_no_role(bullet: str) -> None:
    lines = (
        *TASKS,
        "- Làm chợ.",
        bullet + "Cơ quan soạn thảo: Phòng Kinh tế",
        bullet + "Cơ quan thẩm định: Phòng Tư pháp",
        bullet + "Thời hạn trình: Quý I/2027",
        "- Làm cầu.",
    )
    document = read_document("\n".join(lines).encode())
    market, bridge = document.sections[-1].clauses
    assert [(each.role, item.name) for each in market.assigned for item in each.assignees] == [
        ("lead", "Phòng Kinh tế")
    ]
    assert [item.as_written for item in market.deadlines] == ["Quý I/2027"]
    assert [nested.as_signed for nested in market.nested] == [
        line.removeprefix(bullet) for line in lines[3:6]
    ]
    assert bridge.kind == "task"
    assert [(item.line, item.text) for item in document.unplaced] == [(5, "Cơ quan thẩm định: Phòng Tư pháp")]


@pytest.mark.parametrize(
    "line",
    [
        "- Phối hợp với Công an xã tuần tra ban đêm.",
        "- Hội Nông dân phối hợp với Đoàn Thanh niên tổ chức hội chợ.",
        "- Phát huy vai trò của Hội Nông dân, Đoàn Thanh niên tham mưu mở chợ.",
        "Việc nào Phòng Kinh tế đã nhận thì chủ trì đến cùng.",
    ],
)
def test_what_is_not_understood_is_asked_about_once(line: str) -> None:
    document = read_document("\n".join((*TASKS, "- Làm chợ.", line)).encode())
    assert list(stated(document)) == []
    (asked,) = document.unplaced
    assert (asked.line, asked.text) == (4, line.removeprefix("- "))
    assert asked.reason_vi.startswith("Có lời phân công chưa hiểu")


@pytest.mark.parametrize(
    "text",
    [
        "Nâng cao chất lượng tham mưu của các bộ phận.",
        "Xây dựng kế hoạch, tham mưu UBND xã ban hành.",
        "Thực hiện tốt nhiệm vụ được giao, tăng cường phối hợp giữa các ngành.",
        "Tăng cường lãnh đạo, chỉ đạo công tác kiểm tra, giám sát.",
        "Đẩy mạnh sản xuất, các thôn chủ động phối hợp xử lý rác thải.",
        "Rà soát giao đất, giao rừng; bàn giao hồ sơ cho Trạm Y tế xã.",
        "Phòng Kinh tế tích cực tham gia (theo Quyết định của UBND xã).",
    ],
)
def test_prose_gives_nobody_a_duty(text: str) -> None:
    assert read_duties(text, stated=False) == ()
    document = read_document("\n".join((*TASKS, f"- {text}")).encode())
    assert document.unplaced == ()
