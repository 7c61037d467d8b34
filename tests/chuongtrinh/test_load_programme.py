"""Loading a programme document: the signed one to the last row, others without a crash, nothing by half."""

import unicodedata
from collections import Counter
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from chuongtrinh import loader
from chuongtrinh.loader.bodies import is_head_title
from chuongtrinh.loader.naming import LONGEST_TITLE, short_title
from chuongtrinh.models import CitedDocument, Clause, Committee, Correction, Programme, Section, UnplacedLine
from nhiemvu.models import DeadlineProposal, Indicator, Task
from phancong.models import Assignment, Comrade, Group, Post, Unit

TEXTS = sorted((Path(__file__).parent / "reader" / "texts").iterdir())
MODELS = (Committee, Programme, Section, Clause, Correction, CitedDocument, Task, Indicator, Unit, Comrade,
          Post, Group, Assignment, DeadlineProposal, UnplacedLine)  # fmt: skip


def run(*arguments: object, **options: object) -> str:
    out = StringIO()
    call_command("load_programme", *map(str, arguments), stdout=out, **options)
    return out.getvalue()


def counts() -> list[int]:
    return [model._default_manager.count() for model in MODELS]


def test_every_part_of_the_signed_programme_is_there(programme):
    tasks = Task.objects.filter(programme=programme)
    assert Counter(tasks.values_list("kind", flat=True)) == {"task": 43, "project": 10}
    assert Counter(tasks.filter(kind="task").values_list("section__number", flat=True)) == {
        "II.1": 6, "II.2.1": 6, "II.2.2": 5, "II.2.3": 4, "II.3.1": 7, "II.3.2": 4, "II.3.3": 8, "II.4": 3,
    }  # fmt: skip
    assert Counter(tasks.filter(kind="project").values_list("section__number", flat=True)) == {
        "III.1": 7,
        "III.2": 3,
    }
    lines = Clause.objects.filter(kind="assignment").values_list("section__number", flat=True)
    assert list(Counter(lines).values()) == [3, 3, 3, 2, 2, 2, 2, 2]
    kinds = Counter(Clause.objects.values_list("kind", flat=True))
    assert (kinds["purpose"], kinds["requirement"], kinds["organisation"]) == (1, 3, 3)
    assert programme.recipients.count() == 9
    assert programme.signatory_post == "BÍ THƯ"
    assert programme.corrections.count() == 26
    assert Indicator.objects.count() == 6
    assert not UnplacedLine.objects.exists()
    assert not tasks.exclude(due=None, continuing=False, product="", authority="").exists()


def test_codes_mirror_and_standing_duties(programme):
    tasks = {task.code: task for task in programme.tasks.all()}
    assert {"II.1-01", "II.3.2-02", "II.4-03", "DA-01", "DA-10"} <= set(tasks)
    assert tasks["II.3.2-02"].mirrors == tasks["DA-01"]
    assert [task.code for task in tasks.values() if task.mirrors_id] == ["II.3.2-02"]
    duties = Clause.objects.exclude(duty="").values_list("section__number", "duty")
    assert dict(duties) == {"IV.2": "heads", "IV.3": "oversight"}


def test_department_leads_and_its_cell_leads_beside_it(programme):
    leads = Assignment.objects.filter(section__number="II.3.2", role="lead").select_related("unit")
    assert [(row.unit.short_name, row.principal) for row in leads] == [("PKT", True), ("CB-PKT", False)]
    cell = Unit.objects.get(short_name="CB-PKT")
    assert (cell.kind, cell.cell_of.short_name, cell.parent.kind) == ("party_cell", "PKT", "committee")
    assert not Assignment.objects.filter(section__number="II.1", principal=True).exists()
    heads = Post.objects.filter(is_head=True).values_list("title", flat=True)
    assert set(heads) == {"Bí thư", "Chủ nhiệm"}


def test_rows_have_history_search_keys_and_verbatim_titles(programme):
    for task in Task.objects.select_related("clause"):
        assert task.history.count() == 1
        assert task.search_key
        assert 0 < len(task.title) <= LONGEST_TITLE
        assert task.clause.text.startswith(task.title.removesuffix("…"))


def test_the_same_again_changes_nothing_and_says_so(programme):
    before = counts()
    assert "không có gì thay đổi" in run()
    assert counts() == before


@pytest.mark.parametrize("named", [None, "Đảng ủy UBND xã Lạc Phượng"])
def test_renamed_and_renumbered_by_the_office_it_is_still_the_same(programme, named):
    owner = programme.committee
    owner.name = "Đảng ủy UBND xã Sông Mới"
    owner.save()
    programme.number, programme.issued_on = "09-CTr/ĐUUB", date(2026, 6, 1)
    programme.term_start, programme.term_end = None, None
    programme.save()
    before = counts()
    said = run(committee=named) if named else run()
    assert "09-CTr/ĐUUB" in said
    assert "Sông Mới đã nạp từ trước, không có gì thay đổi" in said
    assert counts() == before
    programme.refresh_from_db()
    assert (programme.number, programme.committee.name) == ("09-CTr/ĐUUB", "Đảng ủy UBND xã Sông Mới")


@pytest.mark.parametrize("number", ["08-CTr/ĐUUB", "09-CTr/ĐUUB"])
def test_a_changed_text_is_refused_after_the_office_renamed_and_renumbered(programme, tmp_path, number):
    """Both the number that was loaded and the one that stands now are known."""
    owner = programme.committee
    owner.name = "Đảng ủy UBND xã Sông Mới"
    owner.save()
    programme.number = "09-CTr/ĐUUB"
    programme.save()
    text = loader.BUNDLED.read_text(encoding="utf-8").replace("Xây dựng", "Dựng xây")
    changed = tmp_path / "doi.txt"
    changed.write_text(text.replace("08-CTr/ĐUUB", number), encoding="utf-8")
    before = counts()
    with pytest.raises(CommandError, match="đã được nạp với nội dung khác") as refused:
        run(changed, corrections=loader.BUNDLED.parent / "corrections.tsv")
    assert "Dựng xây" in str(refused.value)
    assert counts() == before


def test_of_two_committees_with_one_document_the_one_in_its_letterhead_is_named(programme):
    run(committee="Đảng ủy UBND xã Mẫu")
    assert f"của {programme.committee} đã nạp từ trước" in run()
    assert "của Đảng ủy UBND xã Mẫu đã nạp từ trước" in run(committee="Đảng ủy UBND xã Mẫu")
    assert Programme.objects.count() == 2


@pytest.mark.django_db
def test_a_group_that_no_rule_fills_is_empty_and_flagged(tmp_path):
    path = tmp_path / "an-binh.txt"
    path.write_text(
        "ĐẢNG ỦY XÃ AN BÌNH\nSố: 05-CTr/ĐU\nCHƯƠNG TRÌNH HÀNH ĐỘNG\n\nII. NHIỆM VỤ\n1. Kinh tế\n- Làm chợ.\n"
        "Phân công thực hiện:\n- Phòng Kinh tế chủ trì, phối hợp với các thôn, Công an xã.\n"
        "- Các phòng, ban phối hợp thực hiện.\n",
        encoding="utf-8",
    )
    run(path, committee="Đảng ủy xã An Bình")
    villages = Group.objects.get(name="Các thôn")
    assert (villages.rule, villages.comrades.count()) == (Group.Rule.LISTED, 0)
    assert Group.objects.get(name="Các phòng, ban").rule == Group.Rule.UNITS
    assert [(item.line, item.text) for item in UnplacedLine.objects.all()] == [(9, "Các thôn")]
    assert "Các thôn (chưa có danh sách)" in run(path, dry_run=True, committee="Đảng ủy xã An Bình")


def test_changed_text_under_a_known_number_is_refused_with_a_short_difference(programme, tmp_path):
    changed = tmp_path / "doi.txt"
    changed.write_text(
        loader.BUNDLED.read_text(encoding="utf-8").replace("Xây dựng", "Dựng xây"), encoding="utf-8"
    )
    before = counts()
    with pytest.raises(CommandError, match="đã được nạp với nội dung khác") as refused:
        run(changed, corrections=loader.BUNDLED.parent / "corrections.tsv")
    assert "+" in str(refused.value)
    assert len(str(refused.value).splitlines()) <= 21
    assert counts() == before


def test_changed_corrections_alone_are_refused(programme, tmp_path):
    lines = (loader.BUNDLED.parent / "corrections.tsv").read_text(encoding="utf-8").splitlines(keepends=True)
    fewer = tmp_path / "it.tsv"
    fewer.write_text("".join(lines[:-1]), encoding="utf-8")
    with pytest.raises(CommandError, match="bảng đính chính khác"):
        run(corrections=fewer)


def test_the_same_document_of_another_committee_stands_apart(programme):
    run(committee="Đảng ủy UBND xã Mẫu")
    assert Programme.objects.count() == 2
    assert Unit.objects.filter(short_name="PKT").count() == 2
    assert Task.objects.count() == 106


@pytest.mark.django_db
def test_a_text_in_decomposed_letters_gives_the_same_rows(tmp_path):
    text = loader.BUNDLED.read_text(encoding="utf-8")
    decomposed = tmp_path / "nfd.txt"
    decomposed.write_text(unicodedata.normalize("NFD", text), encoding="utf-8")
    table = loader.BUNDLED.parent / "corrections.tsv"
    loaded = loader.load(decomposed, table)
    assert loaded.created
    assert loaded.programme.tasks.count() == 53
    assert loaded.programme.committee.name == "Đảng ủy UBND xã Lạc Phượng"
    assert not loader.load().created


def test_dry_run_shows_the_tree_and_asks_no_database():
    tree = run(dry_run=True)
    assert "[II.3.2-02]" in tree
    assert "[DA-10]" in tree
    assert "CT-06" in tree
    assert "Chủ trì: Phòng Kinh tế" in tree
    assert "43 nhiệm vụ, 10 đề án, 6 chỉ tiêu, 26/26" in tree


@pytest.mark.django_db
def test_a_failure_on_the_way_leaves_nothing(monkeypatch):
    def fail(self):
        raise RuntimeError("giữa chừng")

    monkeypatch.setattr("chuongtrinh.loader.rows.Rows._citations", fail)
    with pytest.raises(RuntimeError):
        loader.load()
    assert not any(counts())


@pytest.mark.django_db
@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_other_communes_documents_load_or_say_what_is_missing(path):
    source = loader.read_source(path)
    assert list(loader.preview(source))
    if not source.document.letterhead.number:
        with pytest.raises(loader.LoadError, match="số, ký hiệu"):
            loader.load(path, committee="Đảng ủy xã Mẫu")
        return
    loaded = loader.load(path, committee="Đảng ủy xã Mẫu")
    assert loaded.programme.tasks.count() == len(list(source.document.tasks()))
    assert not loader.load(path, committee="Đảng ủy xã Mẫu").created


@pytest.mark.django_db
def test_labels_of_a_task_become_its_own_facts():
    loader.load(next(path for path in TEXTS if path.name == "minh_tan_plain.txt"))
    task = (
        Task.objects.get(code="II.1-01")
        if Task.objects.filter(code="II.1-01").exists()
        else Task.objects.first()
    )
    assert task.product == "Quyết định của UBND xã"
    assert task.authority == "Chủ tịch UBND xã"
    assert (task.due, task.continuing) == (None, False)
    assert task.deadline_proposals.get().as_written == "Tháng 02/2026"
    assert Assignment.objects.get(task=task, role="lead").unit.short_name == "VPUBND"


@pytest.mark.django_db
def test_of_two_who_are_said_to_head_a_unit_the_first_does(tmp_path):
    """A unit has one head at a time: a person settles what the document leaves open."""
    path = tmp_path / "an-binh.txt"
    path.write_text(
        "ĐẢNG ỦY XÃ AN BÌNH\nSố: 05-CTr/ĐU\nCHƯƠNG TRÌNH HÀNH ĐỘNG\n\nII. NHIỆM VỤ\n1. Kinh tế\n- Làm chợ.\n"
        "Phân công thực hiện:\n- Đồng chí Lê Văn Ba, Trưởng phòng Kinh tế chỉ đạo.\n"
        "- Đồng chí Vũ Thị Tư, Trưởng phòng Kinh tế phối hợp.\n",
        encoding="utf-8",
    )
    run(path, committee="Đảng ủy xã An Bình")
    posts = Post.objects.filter(unit__name__icontains="Kinh tế").order_by("pk")
    assert [(post.comrade.name, post.is_head) for post in posts] == [
        ("Lê Văn Ba", True),
        ("Vũ Thị Tư", False),
    ]


@pytest.mark.django_db
def test_an_unknown_assignee_is_kept_as_written_and_flagged():
    loader.load(next(path for path in TEXTS if path.name == "phuong_dong_ha.md"))
    assert Assignment.objects.filter(text="Nhóm xung kích Sao Mai").exists()
    assert UnplacedLine.objects.filter(text="Nhóm xung kích Sao Mai").exists()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (None, "không có tệp này"),
        (b"", "rỗng"),
        (b"%PDF-1.7", "PDF"),
        ("Số 01-CTr/ĐU".encode("utf-16"), "UTF-16"),
        (b"chu\x00ong trinh", "NUL"),
    ],
)
def test_what_cannot_be_read_is_one_clear_line(data, says, tmp_path):
    path = tmp_path / "van-ban.txt"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(CommandError, match=says) as refused:
        run(path)
    assert len(str(refused.value).splitlines()) == 1


def test_a_directory_is_no_document(tmp_path):
    with pytest.raises(CommandError, match="thư mục"):
        run(tmp_path)


@pytest.mark.django_db
def test_without_letterhead_the_committee_must_be_named(tmp_path):
    path = tmp_path / "mat-dau.txt"
    path.write_text("I. NHIỆM VỤ\n\n1. Kinh tế:\n\n- Làm đường liên thôn.\n", encoding="utf-8")
    with pytest.raises(CommandError, match="--committee"):
        run(path)
    with pytest.raises(CommandError, match="số, ký hiệu"):
        run(path, committee="Đảng ủy xã Mẫu")
    assert not Committee.objects.exists()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Làm đường.", "Làm đường"),
        ("Đổi mới phong cách, thái độ phục vụ: Xây dựng tác phong", "Đổi mới phong cách, thái độ phục vụ"),
        ("a" * 400, "a" * (LONGEST_TITLE - 1) + "…"),
        ("", "(không có lời)"),
        (" ; ", ";"),
    ],
)
def test_a_title_is_where_the_text_begins(text, title):
    assert short_title(text) == title


@pytest.mark.parametrize(
    ("title", "head"),
    [
        ("Bí thư", True),
        ("Phó Bí thư", False),
        ("Trưởng phòng", True),
        ("Phó Chủ tịch", False),
        ("Ủy viên", False),
    ],
)
def test_who_heads_a_unit_is_told_by_the_post(title, head):
    assert is_head_title(title) is head
