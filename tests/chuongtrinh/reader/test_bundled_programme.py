"""The signed programme that the product ships with is read in full: counts, words, duties, figures."""

from collections import Counter
from dataclasses import FrozenInstanceError
from datetime import date
from decimal import Decimal
from hashlib import sha256

import pytest

from chuongtrinh.reader import Clause, Document, Section, mirrored, read_document


def section(programme: Document, number: str) -> Section:
    return next(item for item in programme.sections if item.number == number)


def of_kind(programme: Document, number: str, kind: str) -> list[Clause]:
    return [clause for clause in section(programme, number).clauses if clause.kind == kind]


def test_sections_carry_their_part(programme: Document) -> None:
    numbers = " ".join(item.number for item in programme.sections)
    assert numbers == (
        "0 I I.1 I.2 II II.1 II.2 II.2.1 II.2.2 II.2.3 II.3 II.3.1 II.3.2 II.3.3 II.4 "
        "III III.1 III.2 IV IV.1 IV.2 IV.3"
    )
    assert section(programme, "II.3.2").parent == "II.3"
    assert section(programme, "II.3").parent == "II"
    assert section(programme, "II").parent is None
    assert section(programme, "II.3.2").label == "3.2."
    assert section(programme, "II.3.1").title == "Về phát triển kinh tế"
    assert section(programme, "IV.1").title == ""


def test_part_two_has_43_tasks_in_8_sections(programme: Document) -> None:
    counts = Counter(item.number for item, clause in programme.tasks() if clause.kind == "task")
    assert counts == {
        "II.1": 6,
        "II.2.1": 6,
        "II.2.2": 5,
        "II.2.3": 4,
        "II.3.1": 7,
        "II.3.2": 4,
        "II.3.3": 8,
        "II.4": 3,
    }


def test_part_two_has_19_assignment_lines(programme: Document) -> None:
    counts = Counter(item.number for item, clause in programme.clauses() if clause.kind == "assignment")
    assert list(counts.values()) == [3, 3, 3, 2, 2, 2, 2, 2]
    assert sum(counts.values()) == 19
    assert all(clause.assigned for _, clause in programme.clauses() if clause.kind == "assignment")


def test_part_three_has_ten_projects_under_two_leads(programme: Document) -> None:
    projects = [
        (item.number, clause.project_number) for item, clause in programme.tasks() if clause.kind == "project"
    ]
    assert projects == [*(("III.1", n) for n in range(1, 8)), *(("III.2", n) for n in range(8, 11))]
    for number, name in (("III.1", "Phòng Kinh tế"), ("III.2", "Phòng Văn hóa - Xã hội")):
        (assigned,) = section(programme, number).assigned
        assert assigned.role == "lead"
        assert [(item.name, item.principal, item.unit_kind, item.host) for item in assigned.assignees] == [
            (name, True, "department", ""),
            (f"Chi bộ {name}", False, "party_cell", name),
        ]


def test_part_one_has_a_purpose_and_three_requirements(programme: Document) -> None:
    assert [clause.kind for clause in section(programme, "I.1").clauses] == ["purpose"]
    assert [clause.kind for clause in section(programme, "I.2").clauses] == ["requirement"] * 3


def test_part_four_has_three_paragraphs_and_the_third_is_oversight(programme: Document) -> None:
    paragraphs = [section(programme, number).clauses for number in ("IV.1", "IV.2", "IV.3")]
    assert [[clause.kind for clause in clauses] for clauses in paragraphs] == [["organisation"]] * 3
    assert [clauses[0].assigned for clauses in paragraphs[:2]] == [(), ()]
    (assigned,) = paragraphs[2][0].assigned
    assert assigned.role == "oversee"
    assert assigned.assignees[0].group_rule == "committee_members"


def test_head(programme: Document) -> None:
    head = programme.letterhead
    assert head.parent_name == "ĐẢNG BỘ XÃ LẠC PHƯỢNG"
    assert head.issuer == "ĐẢNG ỦY UBND XÃ"
    assert head.committee == "Đảng ủy UBND xã Lạc Phượng"
    assert (head.number, head.issued_on, head.place) == ("08-CTr/ĐUUB", date(2026, 5, 5), "Lạc Phượng")
    assert head.kind == "CHƯƠNG TRÌNH HÀNH ĐỘNG"
    assert head.title == (
        "Chương trình hành động thực hiện Nghị quyết Đại hội đại biểu Đảng bộ xã Lạc Phượng "
        "lần thứ I, nhiệm kỳ 2025 - 2030"
    )
    assert head.term == (2025, 2030)


def test_without_its_corrections_the_head_names_no_committee(signed_bytes: bytes) -> None:
    head = read_document(signed_bytes).letterhead
    assert (head.parent_name, head.issuer, head.committee) == ("", "", "")
    assert head.number == "08-CTr/ĐUUB"


def test_recipients_and_signature(programme: Document) -> None:
    assert programme.recipients == (
        "Ban Thường vụ Đảng ủy xã",
        "TT.HĐND, các Ban HĐND xã",
        "Ban xây dựng Đảng",
        "UBKT Đảng ủy",
        "BCH Đảng ủy UBND xã",
        "UBKT Đảng ủy UBND xã",
        "Các chi bộ trực thuộc Đảng ủy UBND xã",
        "Công an xã; Ban CHQS xã",
        "Lưu: VPĐU",
    )
    assert (programme.signed_for, programme.signatory_post, programme.signatory) == (
        "T/M ĐẢNG ỦY",
        "BÍ THƯ",
        "Vũ Duy Sỹ",
    )


def test_the_two_comrades_and_their_posts(programme: Document) -> None:
    directs = {
        (item.number, person.name, tuple((post.title, post.unit) for post in person.posts))
        for item, clause in programme.clauses()
        for assigned in clause.assigned
        if assigned.role == "direct"
        for person in assigned.assignees
    }
    assert directs == {
        ("II.1", "Vũ Duy Sỹ", (("Bí thư", "Đảng ủy UBND xã"),)),
        ("II.2.1", "Tiêu Văn Hải", (("Phó Bí thư", "Đảng ủy UBND xã"),)),
        (
            "II.2.2",
            "Tiêu Văn Hải",
            (("Phó Bí thư", "Đảng ủy UBND xã"), ("Chủ nhiệm", "UBKT Đảng ủy UBND xã")),
        ),
    }


def test_who_answers_for_each_section(programme: Document) -> None:
    def short(number: str) -> list[tuple[str, list[str]]]:
        return [
            (assigned.role, [item.name for item in assigned.assignees])
            for clause in of_kind(programme, number, "assignment")
            for assigned in clause.assigned
        ]

    groups = ["Bí thư chi bộ", "Trưởng các phòng, đơn vị thuộc UBND xã"]
    assert short("II.1") == [
        ("direct", ["Vũ Duy Sỹ"]),
        ("as_decided", ["Các đồng chí Đảng ủy viên"]),
        ("lead", groups),
    ]
    assert short("II.2.2")[1:] == [("lead", ["UBKT Đảng ủy UBND xã"]), ("lead", groups)]
    assert short("II.3.1") == [("lead", ["Phòng Kinh tế", "Chi bộ Phòng Kinh tế"]), ("coordinate", groups)]
    assert short("II.4")[0] == ("lead", ["Văn phòng HĐND & UBND", "Chi bộ Văn phòng HĐND & UBND"])
    (lead,) = of_kind(programme, "II.1", "assignment")[2].assigned
    assert [item.group_rule for item in lead.assignees] == ["cell_secretaries", "unit_heads"]
    assert not any(item.principal for item in lead.assignees)


def test_exactly_six_numeric_targets(programme: Document) -> None:
    found = [
        (
            item.number,
            target.name,
            target.unit,
            target.target,
            target.target_high,
            target.direction,
            target.every_year,
        )
        for item, clause in programme.clauses()
        for target in clause.targets
    ]
    hundred = Decimal(100)
    assert found == [
        ("II.3.1", "Tốc độ tăng thu ngân sách hàng năm", "%", Decimal(13), None, "at_least", True),
        (
            "II.3.2",
            "Số hóa hồ sơ địa chính, bản đồ địa giới hành chính",
            "%",
            hundred,
            None,
            "at_least",
            False,
        ),
        (
            "II.3.3",
            "Mô hình “Chính quyền thân thiện, vì Nhân dân phục vụ” và các mô hình khác",
            "mô hình",
            Decimal(5),
            None,
            "equal",
            False,
        ),
        ("II.3.3", "Dân số tham gia bảo hiểm y tế", "%", hundred, None, "at_least", False),
        ("II.3.3", "Dịch vụ công trực tuyến toàn trình", "%", hundred, None, "at_least", False),
        (
            "III.1",
            "Diện tích khu dân cư hiện đại kết hợp với phát triển dịch vụ thương mại khu vực Trung tâm xã",
            "ha",
            Decimal(20),
            Decimal(25),
            "between",
            False,
        ),
    ]


def test_the_text_states_no_deadline_and_no_product(programme: Document) -> None:
    clauses = [clause for _, clause in programme.clauses()]
    assert [clause.deadlines for clause in clauses if clause.deadlines] == []
    assert [clause for clause in clauses if clause.product or clause.authority] == []


def test_cited_documents(programme: Document) -> None:
    found = {
        (citation.kind, citation.number, citation.issued_on, citation.issuer)
        for _, clause in programme.clauses()
        for citation in clause.citations
    }
    assert found == {
        ("Nghị quyết", "", date(2025, 8, 11), "Đại hội đại biểu Đảng bộ xã Lạc Phượng"),
        ("Chương trình", "15-CTr/ĐU", date(2026, 3, 25), "Ban Thường vụ Đảng ủy xã"),
        ("Nghị quyết", "07-NQ/TU", date(2022, 8, 1), "Thành ủy"),
        ("Kết luận", "21-KL/TW", None, ""),
        ("Nghị quyết", "57-NQ/TW", date(2024, 12, 22), "Bộ Chính trị"),
        ("Nghị quyết", "68-NQ/TW", None, "Bộ Chính trị"),
        ("Nghị quyết", "71-NQ/TW", date(2025, 8, 22), "Bộ Chính trị"),
        ("Nghị quyết", "72-NQ/TW", date(2025, 9, 9), "Bộ Chính trị"),
    }
    for _, clause in programme.clauses():
        for citation in clause.citations:
            assert clause.text[citation.start : citation.end] == citation.as_written


def test_all_26_corrections_are_laid_over_the_signed_words(programme: Document) -> None:
    assert len(programme.corrections) == 26
    assert sorted(item.row for item in programme.applied()) == list(range(26))
    assert programme.unplaced == ()
    laid = [(clause.as_signed, clause.text, clause.corrections) for _, clause in programme.clauses()]
    laid += [
        (head.as_signed, head.text, head.corrections) for head in (programme.letterhead, programme.closing)
    ]
    for as_signed, text, corrections in laid:
        rebuilt, at = "", 0
        for item in corrections:
            original = programme.corrections[item.row].original.replace("[page break] ", "")
            assert as_signed[item.start : item.end] == original
            rebuilt += as_signed[at : item.start] + item.corrected
            at = item.end
        assert rebuilt + as_signed[at:] == text


def test_page_breaks_inside_sentences_are_joined_with_one_space(programme: Document) -> None:
    budget = of_kind(programme, "II.3.1", "task")[5]
    assert (budget.line_from, budget.line_to) == (127, 129)
    assert "kế hoạch đầu tư công trung hạn" in budget.as_signed
    assert budget.as_signed.endswith("đảm bảo tiết kiệm, hiệu.")
    assert budget.text.endswith("đảm bảo tiết kiệm, hiệu quả.")
    assert "Xây dựng mô hình Chủ nghĩa xã hội" in of_kind(programme, "II.3.3", "task")[0].as_signed
    assert "nhiệm kỳ 2025 - 2030 ngày 11/8/2025" in section(programme, "IV.2").clauses[0].as_signed


def test_as_signed_keeps_every_word_and_drops_only_marks(programme: Document) -> None:
    directs = of_kind(programme, "II.1", "assignment")[0]
    assert (
        directs.as_signed == "Giao đồng chí Vũ Duy Sỹ - Bí thư Đảng ủy UBND xã chỉ đạo triển khai thực hiện."
    )
    assert directs.marker == "-"
    assert [(directs.as_signed[span.start : span.end], span.style) for span in directs.emphasis] == [
        (directs.as_signed, "em"),
        ("Vũ Duy Sỹ", "strong"),
    ]
    header = section(programme, "II.1").clauses[6]
    assert (header.kind, header.marker, header.as_signed) == ("other", "*", "Phân công thực hiện:")
    rows = of_kind(programme, "II.1", "assignment")[1]
    assert "xã Lạc Phụng khóa I, nhiệm kỳ 2025 -2030." in rows.as_signed
    assert "xã Lạc Phượng khóa I, nhiệm kỳ 2025 -2030." in rows.text
    road = of_kind(programme, "III.1", "project")[0]
    assert road.as_signed.endswith("trong và ngoài xã..")
    assert road.text.endswith("trong và ngoài xã.")
    assert section(programme, "IV.3").clauses[0].as_signed.endswith("được phân công phụ trách./")
    green = of_kind(programme, "II.3.1", "task")[4]
    assert green.as_signed.endswith("kinh tế tuần hoàn (tái chế, tái sử dụng chất thải nông nghiệp).")


def test_the_road_stands_twice(programme: Document) -> None:
    tasks = [(item, clause) for item, clause in programme.tasks() if clause.kind == "task"]
    projects = [clause for _, clause in programme.tasks() if clause.kind == "project"]
    ((task, project),) = mirrored([clause for _, clause in tasks], projects)
    assert (tasks[task][0].number, tasks[task][1].ordinal, projects[project].project_number) == (
        "II.3.2",
        2,
        1,
    )


def test_the_result_is_frozen_and_names_its_source(programme: Document, signed_bytes: bytes) -> None:
    assert programme.source_sha256 == sha256(signed_bytes).hexdigest()
    assert programme.lines == 246
    with pytest.raises(FrozenInstanceError):
        programme.sections[0].clauses[0].text = "khác"  # type: ignore[misc]


def test_the_same_bytes_give_the_same_document(signed_bytes: bytes, programme: Document) -> None:
    again = read_document(signed_bytes, programme.corrections)
    assert again == programme
