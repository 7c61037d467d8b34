"""Programmes of the same genre that look different: invented communes, wards and cells."""

import unicodedata
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from chuongtrinh.reader import Clause, CorrectionRow, Document, read_document

Reader = Callable[[str], Document]


def kinds(document: Document) -> dict[str, list[str]]:
    return {
        item.number: [clause.kind for clause in item.clauses] for item in document.sections if item.clauses
    }


def clause(document: Document, number: str, ordinal: int) -> Clause:
    return next(item for item in document.sections if item.number == number).clauses[ordinal - 1]


def duties(clause: Clause) -> list[tuple[str, str]]:
    return [(assigned.role, item.name) for assigned in clause.assigned for item in assigned.assignees]


def body(*lines: str) -> Document:
    return read_document("\n".join(lines).encode())


class TestCommuneWithoutBlankLines:
    """I- parts, 1- sections, 2.1 without a stop, + and • bullets, signature above the recipients."""

    @pytest.fixture
    def document(self, read_text: Reader) -> Document:
        return read_text("an_binh.txt")

    def test_structure(self, document: Document) -> None:
        assert kinds(document) == {
            "0": ["preamble"],
            "I.1": ["purpose"],
            "I.2": ["requirement"] * 2,
            "II.1": ["task", "task", "assignment"],
            "II.2.1": ["task", "task"],
            "II.2.2": ["task", "task", "other", "assignment", "assignment"],
            "III.1": ["organisation"],
            "III.2": ["organisation"],
        }
        assert document.unplaced == ()

    def test_head_and_closing(self, document: Document) -> None:
        head = document.letterhead
        assert (head.committee, head.number) == ("Đảng ủy xã An Bình", "05-CTr/ĐU")
        assert head.title == "Chương trình hành động thực hiện Nghị quyết số 57-NQ/TW của Bộ Chính trị"
        assert document.recipients == (
            "Tỉnh ủy (báo cáo)",
            "Các chi bộ, đảng bộ trực thuộc",
            "Lưu Văn phòng Đảng ủy",
        )
        assert (document.signed_for, document.signatory_post) == ("T/M BAN THƯỜNG VỤ", "PHÓ BÍ THƯ")
        assert document.signatory == "Nguyễn Văn A"

    def test_one_line_gives_three_duties(self, document: Document) -> None:
        assert duties(clause(document, "II.1", 3)) == [
            ("direct", "Nguyễn Văn A"),
            ("lead", "Ban Xây dựng Đảng"),
            ("coordinate", "Phòng Văn hóa - Xã hội"),
            ("coordinate", "Công an xã"),
        ]

    def test_nested_steps_belong_to_their_task(self, document: Document) -> None:
        task = clause(document, "II.2.2", 1)
        assert [item.kind for item in task.nested] == ["other", "other"]
        assert [item.due for item in task.deadlines] == [date(2027, 6, 30)]


class TestWardInMarkdown:
    @pytest.fixture
    def document(self, read_text: Reader) -> Document:
        return read_text("phuong_dong_ha.md")

    def test_structure(self, document: Document) -> None:
        assert kinds(document) == {
            "0": ["preamble"] * 2,
            "I.1": ["purpose"],
            "I.2": ["requirement"],
            "II.1": ["task"] * 6,
            "II.2": ["task", "task", "other", "assignment", "assignment", "assignment"],
            "III": ["project", "project"],
            "IV.1": ["organisation"],
        }
        assert [item.marker for item in document.sections[5].clauses] == ["a)", "b)", "c)", "d)", "đ)", "e)"]

    def test_letterhead_in_a_table(self, document: Document) -> None:
        head = document.letterhead
        assert (head.committee, head.number, head.issued_on) == (
            "Đảng ủy phường Đông Hà",
            "21-CTr/ĐU",
            date(2026, 1, 2),
        )
        assert (document.signed_for, document.signatory_post, document.signatory) == (
            "TM. BAN CHẤP HÀNH",
            "BÍ THƯ",
            "Phạm Văn E",
        )

    def test_labels_under_a_letter(self, document: Document) -> None:
        task = clause(document, "II.1", 1)
        assert duties(task) == [
            ("lead", "Phòng Kinh tế, Hạ tầng và Đô thị"),
            ("coordinate", "Văn phòng HĐND và UBND"),
            ("coordinate", "Công an phường"),
        ]
        assert [item.due for item in task.deadlines] == [date(2026, 9, 30)]
        assert (task.product, task.authority) == ("Kế hoạch của UBND phường", "Chủ tịch UBND phường")
        assert len(task.nested) == 5

    def test_labels_in_a_bracket(self, document: Document) -> None:
        task = clause(document, "II.1", 4)
        assert duties(task) == [("lead", "Trung tâm Phục vụ hành chính công")]
        assert [(item.due, item.continuing) for item in task.deadlines] == [(None, True)]

    def test_unknown_body_is_kept_as_written(self, document: Document) -> None:
        (assigned,) = clause(document, "II.2", 5).assigned
        assert [(item.kind, item.name) for item in assigned.assignees] == [("text", "Nhóm xung kích Sao Mai")]

    def test_indented_bullets_are_nested(self, document: Document) -> None:
        assert [item.as_signed for item in clause(document, "II.2", 1).nested] == [
            "Vận động Nhân dân tham gia;",
            "Khen thưởng hằng năm.",
        ]
        assert clause(document, "II.2", 2).as_signed == "Nâng cao chất lượng giáo dục - đào tạo."

    def test_bold_heading_that_runs_into_its_text(self, document: Document) -> None:
        section = next(item for item in document.sections if item.number == "I.2")
        assert section.title == "Yêu cầu"
        assert section.clauses[0].as_signed == "Phân công rõ người, rõ việc."

    def test_the_rule_before_the_recipients_is_reported(self, document: Document) -> None:
        assert [(item.line, item.text) for item in document.unplaced] == [(65, "---")]


class TestCellPlanWithHardLineEnds:
    @pytest.fixture
    def document(self, read_text: Reader) -> Document:
        return read_text("thanh_son_wrapped.txt")

    def test_lines_are_joined_and_dashes_at_line_starts_are_no_bullets(self, document: Document) -> None:
        section = next(item for item in document.sections if item.number == "II.1")
        assert (
            section.title
            == "Bảo đảm an ninh trật tự gắn với phát triển kinh tế - xã hội giai đoạn 2026 - 2030"
        )
        assert [clause.kind for clause in section.clauses] == ["task", "task"]
        assert section.clauses[0].text.endswith(
            "liên thôn. Phối hợp với các lực lượng giữ gìn trật tự tại các lễ hội lớn của "
            "địa phương, nhất là dịp Tết Nguyên đán và các ngày lễ lớn."
        )

    def test_letterhead_and_signature_in_two_columns(self, document: Document) -> None:
        head = document.letterhead
        assert (head.parent_name, head.issuer) == ("ĐẢNG ỦY XÃ THANH SƠN", "CHI BỘ CÔNG AN XÃ")
        assert head.committee == "Chi bộ Công an xã Thanh Sơn"
        assert (head.number, head.issued_on) == ("03-KH/CB", date(2027, 2, 5))
        assert document.recipients == ("Đảng ủy xã (báo cáo)", "Lưu: CB")
        assert (document.signed_for, document.signatory) == ("T/M CHI BỘ", "Nguyễn Văn G")

    def test_a_section_of_assignments_holds_for_its_part(self, document: Document) -> None:
        part = next(item for item in document.sections if item.number == "II")
        assert [assigned.role for assigned in part.assigned] == ["direct", "lead"]

    def test_labels_inside_a_sentence(self, document: Document) -> None:
        task = clause(document, "II.1", 2)
        assert duties(task) == [("lead", "Công an xã")]
        assert [item.due for item in task.deadlines] == [date(2027, 3, 15)]


class TestPeoplesCommitteePlan:
    """Numbered items that are themselves the tasks, with labels under them on plain lines or bullets."""

    @pytest.fixture
    def document(self, read_text: Reader) -> Document:
        return read_text("minh_tan_plain.txt")

    def test_structure(self, document: Document) -> None:
        assert kinds(document) == {
            "0": ["preamble"],
            "I.1": ["purpose"],
            "I.2": ["purpose"],
            "II.1": ["task"],
            "II.2": ["task"],
            "II.3": ["task"],
            "III.1": ["organisation"],
            "III.2": ["organisation"],
        }

    def test_head(self, document: Document) -> None:
        head = document.letterhead
        assert (head.parent_name, head.issuer) == ("", "ỦY BAN NHÂN DÂN XÃ MINH TÂN")
        assert (head.committee, head.number) == ("Ủy ban nhân dân xã Minh Tân", "45/KH-UBND")
        assert document.signatory_post == "PHÓ CHỦ TỊCH"

    def test_task_with_labels(self, document: Document) -> None:
        task = clause(document, "II.1", 1)
        assert task.as_signed == "Ban hành Quy chế làm việc của UBND xã."
        assert duties(task) == [("lead", "Văn phòng HĐND và UBND")]
        assert [item.due for item in task.deadlines] == [date(2026, 2, 28)]
        assert (task.product, task.authority) == ("Quyết định của UBND xã", "Chủ tịch UBND xã")

    def test_task_with_its_own_duties_in_the_sentence(self, document: Document) -> None:
        assert duties(clause(document, "II.3", 1)) == [
            ("lead", "Phòng Văn hóa - Xã hội"),
            ("coordinate", "Trạm Y tế"),
        ]

    def test_targets_of_the_aims(self, document: Document) -> None:
        (income,) = clause(document, "I.1", 1).targets
        assert (income.name, income.unit, income.target) == (
            "Thu nhập bình quân đầu người",
            "triệu đồng/năm",
            Decimal(95),
        )
        (trained,) = clause(document, "I.2", 1).targets
        assert (trained.direction, trained.target, trained.target_high) == (
            "between",
            Decimal(75),
            Decimal(80),
        )


class TestDraftWithLetterParts:
    @pytest.fixture
    def document(self, read_text: Reader) -> Document:
        return read_text("song_lam_parts.txt")

    def test_structure(self, document: Document) -> None:
        assert kinds(document) == {
            "A.I.1": ["task"],
            "A.I.2": ["task"],
            "A.II": ["task", "task", "other", "assignment", "assignment"],
            "B.1": ["project"],
            "B.2": ["project"],
            "C": ["organisation"],
        }

    def test_an_unnumbered_undated_draft(self, document: Document) -> None:
        head = document.letterhead
        assert (head.number, head.issued_on, head.place) == ("", None, "Sông Lam")
        assert head.committee == "Đảng ủy các cơ quan Đảng xã Sông Lam"
        assert document.signatory == ""
        assert document.recipients == ("Đảng ủy xã", "Các chi bộ trực thuộc", "Lưu VP")

    def test_a_page_number_inside_a_word_group_does_not_cut_it(self, document: Document) -> None:
        assert (
            clause(document, "A.II", 1).as_signed
            == "Thực hiện tốt quy chế dân chủ ở cơ sở; công khai, minh bạch."
        )
        assert [(item.line, item.text) for item in document.unplaced] == [(24, "2")]


class TestLettersBlocksAndTwoColumns:
    @pytest.fixture
    def document(self, read_text: Reader) -> Document:
        return read_text("tan_hoa_letters.txt")

    def test_letters_are_the_tasks_and_dashes_belong_to_them(self, document: Document) -> None:
        assert kinds(document)["II.1"] == ["task"] * 6 + ["assignment"]
        assert [item.as_signed for item in clause(document, "II.1", 1).nested] == [
            "Đẩy mạnh tuyên truyền.",
            "Đổi mới nội dung.",
        ]

    def test_a_lead_named_above_some_projects_holds_for_these_alone(self, document: Document) -> None:
        assert [
            (item.project_number, duties(item)) for _, item in document.tasks() if item.kind == "project"
        ] == [
            (1, [("lead", "Phòng Kinh tế")]),
            (2, [("lead", "Phòng Kinh tế")]),
            (3, [("lead", "Phòng Văn hoá - Xã hội")]),
        ]

    def test_duties_of_part_four(self, document: Document) -> None:
        assert [duties(clause(document, f"IV.{number}", 1)) for number in (1, 2, 3)] == [
            [("oversee", "Văn phòng HĐND và UBND")],
            [("lead", "Uỷ ban Kiểm tra Đảng uỷ")],
            [("oversee", "Các đồng chí Đảng uỷ viên")],
        ]

    def test_signature_beside_the_recipients(self, document: Document) -> None:
        assert document.recipients == ("Đảng uỷ xã (b/c)", "Các chi bộ", "Lưu VP")
        assert (document.signed_for, document.signatory_post, document.signatory) == (
            "T/M ĐẢNG UỶ",
            "BÍ THƯ",
            "Lê Văn T",
        )


def test_a_title_spread_over_blank_lines(read_text: Reader) -> None:
    document = read_text("hoa_an_blank_lines.txt")
    head = document.letterhead
    assert head.subject == "thực hiện Nghị quyết Đại hội đại biểu Đảng bộ xã Hòa An lần thứ I"
    assert document.signatory == "ĐỖ VĂN Q"
    assert kinds(document)["0"] == ["preamble"]


def test_page_breaks_before_numbers(read_text: Reader) -> None:
    document = read_text("hoa_an_blank_lines.txt")
    market = clause(document, "II.1.2", 1)
    assert [item.number for item in market.citations] == ["45/KH-UBND"]
    assert clause(document, "II.2", 2).as_signed == "Khám sức khỏe cho 100% người cao tuổi."


def test_a_numbered_item_with_nothing_but_labels_is_the_task(read_text: Reader) -> None:
    document = read_text("labels_only.txt")
    task = clause(document, "II.1", 1)
    assert (task.kind, task.as_signed) == ("task", "Nhiệm vụ 1: Xây dựng đường thôn")
    assert duties(task) == [
        ("lead", "Phòng Kinh tế"),
        ("coordinate", "Thôn Đông"),
        ("coordinate", "Thôn Đoài"),
    ]
    assert task.product == "05 km đường bê tông"
    assert document.sections[1].number == "II"
    assert document.sections[1].title == "NHIỆM VỤ"


def test_decomposed_text_reads_like_composed_text(signed_bytes: bytes, programme: Document) -> None:
    decomposed = unicodedata.normalize("NFD", signed_bytes.decode()).encode()
    assert read_document(decomposed, programme.corrections).sections == programme.sections


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(
    signed_bytes: bytes, programme: Document
) -> None:
    windows = b"\xef\xbb\xbf" + signed_bytes.replace(b"\n", b"\r\n")
    assert read_document(windows, programme.corrections).sections == programme.sections


@pytest.mark.parametrize("bullet", ["-", "–", "—", "+", "•", "●", "*", "\uf0b7"])
def test_every_bullet_gives_tasks(bullet: str) -> None:
    document = body(
        "II. NHIỆM VỤ", "1. Kinh tế", f"{bullet} Mở rộng chợ.", f"{bullet} Làm đường.", "Nơi nhận:", "- Lưu."
    )
    assert kinds(document) == {"II.1": ["task", "task"]}
    assert clause(document, "II.1", 2).as_signed == "Làm đường."


@pytest.mark.parametrize(
    "mark", ["I.", "I-", "I –", "I/", "I. ", "**I.**", "## I.", "PHẦN I.", "Phần thứ nhất:"]
)
def test_every_way_to_write_a_part(mark: str) -> None:
    assert [item.number for item in body(f"{mark} NHIỆM VỤ", "- Việc một.").sections] == ["I"]


@pytest.mark.parametrize("mark", ["1.", "1-", "1 -", "1/", "**1.**", "### 1.", "1:"])
def test_every_way_to_write_a_section(mark: str) -> None:
    document = body("I. NHIỆM VỤ", f"{mark} Kinh tế", "- Việc một.")
    assert [(item.number, item.title) for item in document.sections] == [
        ("I", "NHIỆM VỤ"),
        ("I.1", "Kinh tế"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "1.500 hộ dân được vay vốn",
        "2030. Giai đoạn sau",
        "57-NQ/TW của Bộ Chính trị",
        "15/6/2026 là hạn",
        "V/v triển khai",
    ],
)
def test_a_number_at_the_start_of_a_line_is_no_section(line: str) -> None:
    document = body("I. NHIỆM VỤ", "- Việc một.", line, "- Việc hai.")
    assert [item.number for item in document.sections] == ["I"]


def test_a_table_in_the_body_is_reported_row_by_row() -> None:
    document = body("I. NHIỆM VỤ", "- Việc một.", "| TT | Nội dung |", "| 1 | Việc |")
    assert [item.line for item in document.unplaced] == [3, 4]


def test_a_heading_without_a_number_is_reported() -> None:
    document = body("# I. NHIỆM VỤ", "## Kinh tế", "- Việc một.")
    assert [(item.line, item.text) for item in document.unplaced] == [(2, "Kinh tế")]
    assert kinds(document) == {"I": ["task"]}


def test_what_follows_the_signature_is_reported() -> None:
    document = body(
        "I. NHIỆM VỤ", "- Việc.", "T/M ĐẢNG ỦY", "BÍ THƯ", "Nguyễn Văn A", "PHỤ LỤC", "1. Danh mục đề án"
    )
    assert [item.line for item in document.unplaced] == [6, 7]
    assert document.signatory == "Nguyễn Văn A"


def test_a_numbered_list_inside_an_assignment_block_opens_no_sections() -> None:
    document = body(
        "II. NHIỆM VỤ",
        "1. Kinh tế",
        "- Việc.",
        "Phân công thực hiện:",
        "1. Giao đồng chí Nguyễn Văn A chỉ đạo.",
        "2. Phòng Kinh tế tham mưu.",
        "2. Xã hội",
        "- Việc khác.",
    )
    assert kinds(document) == {"II.1": ["task", "other", "assignment", "assignment"], "II.2": ["task"]}


def test_an_assignment_line_without_a_block_is_no_task() -> None:
    document = body(
        "II. NHIỆM VỤ", "1. Kinh tế", "- Việc.", "- Giao Phòng Kinh tế chủ trì triển khai thực hiện."
    )
    assert kinds(document) == {"II.1": ["task", "assignment"]}


def test_project_numbers_run_on_across_sections() -> None:
    document = body(
        "III. ĐỀ ÁN",
        "1. Giao Phòng A tham mưu thực hiện:",
        "(1) Một.",
        "(2) Hai.",
        "2. Giao Phòng B tham mưu thực hiện:",
        "(1) Ba.",
    )
    assert [item.project_number for _, item in document.tasks()] == [1, 2, 3]


def test_a_part_about_tasks_and_projects_tells_them_by_their_marks() -> None:
    document = body("III. NHIỆM VỤ VÀ ĐỀ ÁN TRỌNG ĐIỂM", "1. Kinh tế", "- Việc một.", "(1) Đề án một.")
    tasks = next(item for item in document.sections if item.number == "III.1").clauses
    assert tasks[0].kind == "task"
    assert "project" in {item.kind for item in (*tasks, *tasks[0].nested)} or tasks[0].nested


def test_a_correction_that_does_not_fit_is_reported() -> None:
    rows = [
        CorrectionRow(2, "Viec", "Việc", ""),
        CorrectionRow(99, "x", "y", ""),
        CorrectionRow(2, "một", "1", ""),
    ]
    document = read_document("I. NHIỆM VỤ\n- Việc một.".encode(), rows)
    assert [(item.line, item.text) for item in document.unplaced] == [(2, "Viec"), (99, "x")]
    assert clause(document, "I", 1).text == "Việc 1."
    assert clause(document, "I", 1).as_signed == "Việc một."


def test_a_correction_may_join_what_a_page_break_cut() -> None:
    text = "I. NHIỆM VỤ\n- Phối hợp với xã.\n\nAn Bình làm đường."
    rows = [CorrectionRow(2, "xã. [page break] An Bình", "xã An Bình", "")]
    document = read_document(text.encode(), rows)
    assert clause(document, "I", 1).text == "Phối hợp với xã An Bình làm đường."


def test_corrections_reach_headings_recipients_and_signature() -> None:
    text = "I. NHIÊM VỤ\n- Việc.\nNơi nhận:\n- Đảng uy xã.\nT/M ĐẢNG ỦY\nNguyễn Văm A"
    rows = [
        CorrectionRow(1, "NHIÊM", "NHIỆM", ""),
        CorrectionRow(4, "uy", "ủy", ""),
        CorrectionRow(6, "Văm", "Văn", ""),
    ]
    document = read_document(text.encode(), rows)
    assert document.sections[0].title == "NHIỆM VỤ"
    assert document.sections[0].title_as_signed == "NHIÊM VỤ"
    assert document.recipients == ("Đảng ủy xã",)
    assert document.signatory == "Nguyễn Văn A"
    assert sorted(item.row for item in document.applied()) == [0, 1, 2]


@pytest.mark.parametrize("mark", ["T/M ĐẢNG ỦY", "TM. BAN CHẤP HÀNH"])
def test_a_signatory_post_in_small_letters_is_no_recipient(mark: str) -> None:
    below = body("I. NHIỆM VỤ", "- Việc.", "Nơi nhận:", "- Tỉnh ủy;", "- Lưu.", mark, "Bí thư", "Lê Văn An")
    above = body("I. NHIỆM VỤ", "- Việc.", mark, "Bí thư", "Lê Văn An", "Nơi nhận:", "- Tỉnh ủy;", "- Lưu.")
    for document in (below, above):
        assert document.recipients == ("Tỉnh ủy", "Lưu")
        assert (document.signed_for, document.signatory_post, document.signatory) == (
            mark,
            "Bí thư",
            "Lê Văn An",
        )


def test_a_post_above_a_name_signs_without_a_formula() -> None:
    document = body("I. NHIỆM VỤ", "- Việc.", "Nơi nhận:", "- Tỉnh ủy.", "Phó Bí thư", "(đã ký)", "Lê Văn An")
    assert document.recipients == ("Tỉnh ủy",)
    assert (document.signatory_post, document.signatory) == ("Phó Bí thư", "Lê Văn An")


def test_a_recipient_named_by_post_stays_a_recipient() -> None:
    document = body("I. NHIỆM VỤ", "- Việc.", "Nơi nhận:", "- Bí thư Tỉnh ủy;", "- Lưu.")
    assert document.recipients == ("Bí thư Tỉnh ủy", "Lưu")


@pytest.mark.parametrize(("outer", "inner"), ["-+", "+-", "·▪", "●○", "▪·", "•-"])
def test_a_second_kind_of_bullet_is_nested_in_the_task_above(outer: str, inner: str) -> None:
    document = body(
        "I. NHIỆM VỤ",
        "1. Kinh tế",
        f"{outer} Làm chợ:",
        f"{inner} nền chợ;",
        f"{inner} mái chợ.",
        f"{outer} Làm cầu.",
    )
    assert kinds(document) == {"I.1": ["task", "task"]}
    assert [item.as_signed for item in clause(document, "I.1", 1).nested] == ["nền chợ;", "mái chợ."]
