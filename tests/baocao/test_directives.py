"""Directives in the domain: whom they address, what becomes of them, and that nothing is lost or doubled."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from baocao import directives
from baocao.answering import Stand
from baocao.directive_rows import lines, live, wanting
from baocao.directives import Paper
from baocao.models import Addressed, Answer, Directive, Evidence
from nhiemvu.as_of import Day
from nhiemvu.models import Task
from nhiemvu.status import HANOI
from phancong import permissions
from phancong.models import Assignment, Group
from phancong.permissions import visible_addressed, visible_evidence
from tests.baocao.directing import DUE, TODAY, Directing, Kind, on
from tests.evidence_files import pdf
from tests.factories.people import UserFactory
from tests.factories.programmes import SectionFactory, TaskFactory

LATER = date(2026, 10, 20)


@pytest.fixture
def work(db):
    with on(5):
        yield Directing()


def stands(work, directive: Directive, day: date = TODAY) -> dict[str, Stand]:
    rows = lines(Addressed.objects.filter(directive=directive), Day(day, max(day, TODAY)))
    return {f"{line.unit_short} {line.code}".strip(): line.stand for line in rows}


# -- whom it addresses --------------------------------------------------------------------------------------


def test_the_unit_in_charge_of_each_row_answers_for_it(work):
    made = work.instruct(work.late, work.task)
    assert set(made.addressed.values_list("unit", "task")) == {
        (work.unit.pk, work.late.pk),
        (work.unit.pk, work.task.pk),
    }


def test_units_answer_for_their_work_as_a_whole_beside_rows(work):
    made = work.instruct(work.late, units=[work.unit, work.other_unit])
    assert set(made.addressed.values_list("unit", "task")) == {
        (work.unit.pk, work.late.pk),
        (work.unit.pk, None),
        (work.other_unit.pk, None),
    }


def test_work_that_no_single_unit_leads_asks_for_units_and_is_then_answered_by_them(work):
    section = SectionFactory(programme=work.programme, number="II.1")
    shared = TaskFactory(section=section, code="II.1-01")
    group = Group.objects.create(committee=work.committee, name="Trưởng các phòng", rule="unit_heads")
    Assignment.objects.create(programme=work.programme, section=section, role="lead", group=group)
    told = work.whom(shared)
    assert not told.found
    assert "II.1-01 chưa có một đơn vị chủ trì chính" in told.faults[0]
    chosen = work.whom(shared, units=[work.unit, work.other_unit])
    assert not chosen.faults
    assert chosen.found == [(work.unit, shared), (work.other_unit, shared)]


def test_work_that_stands_in_two_places_is_directed_where_it_is_entered(work):
    twin = TaskFactory(section=work.section, code="II.3.2-02", mirrors=work.project)
    assert work.whom(twin, work.project).found == [(work.unit, work.project)]


def test_what_is_not_given_yet_cannot_be_directed(work):
    work.plan({"title": "Việc năm sau"}, year=2027)
    item = Task.objects.select_related("mirrors", "entry").get(code="2027-PKT-01")
    told = work.whom(item)
    assert (told.found, len(told.faults)) == ([], 1)
    assert "chưa giao" in told.faults[0]


def test_a_member_directs_only_the_units_that_he_oversees(work):
    may = permissions.directed_units(work.member, TODAY).values_list("pk", flat=True)
    told = directives.addresses(work.programme, [work.late], [work.other_unit], TODAY, may)
    assert told.found == [(work.unit, work.late)]
    assert "Phòng Văn hóa - Xã hội không thuộc đơn vị đồng chí phụ trách." in told.faults


# -- given --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": "  "}, "text"),
        ({"answer_by": date(2026, 10, 4)}, "answer_by"),
        ({"given_on": date(2026, 10, 6)}, "given_on"),
        ({"given_on": date(206, 10, 1)}, "given_on"),
        ({"answer_by": date(9999, 12, 31)}, "answer_by"),
    ],
)
def test_what_is_wrong_is_told_by_field(work, wrong, field):
    with pytest.raises(ValidationError) as refused:
        work.instruct(work.late, **wrong)
    assert list(refused.value.message_dict) == [field]
    assert not Directive.objects.exists()


def test_somebody_must_be_addressed_and_not_too_many(work):
    with pytest.raises(ValidationError, match="phải có nơi trả lời"):
        work.instruct()
    many = [(work.unit, work.late)] * (directives.ADDRESSED_AT_MOST + 1)
    with pytest.raises(ValidationError, match="tách thành nhiều ý kiến"):
        directives.give(work.programme, work.secretary, work.words(), many)


def test_the_same_form_twice_is_one_directive(work):
    first = work.instruct(work.late)
    assert work.instruct(work.late) == first
    assert Addressed.objects.count() == 1
    assert work.instruct(work.second) != first
    assert work.instruct(work.late, user=work.deputy) != first


def test_the_usual_day_is_some_working_days_on(work):
    assert directives.answer_by(work.programme, Kind.INSTRUCTION, TODAY) == date(2026, 10, 12)
    assert directives.answer_by(work.programme, Kind.URGING, date(2026, 10, 8)) == date(2026, 10, 13)


# -- answered -----------------------------------------------------------------------------------------------


def test_from_given_to_accepted(work):
    made = work.instruct(work.late)
    assert stands(work, made) == {"PKT 2026-PKT-01": Stand.OPEN}
    answer = work.answered(made)
    assert (answer.by_office, stands(work, made)) == (False, {"PKT 2026-PKT-01": Stand.ANSWERED})
    directives.accept(answer, work.secretary)
    assert stands(work, made) == {"PKT 2026-PKT-01": Stand.ACCEPTED}


def test_asked_again_wants_a_reason_and_a_day_and_keeps_the_first_answer(work):
    made = work.instruct(work.late)
    answer = work.answered(made)
    with pytest.raises(ValidationError) as refused:
        directives.ask_again(answer, work.secretary, " ", date(2026, 10, 1))
    assert set(refused.value.message_dict) == {"because", "answer_by"}
    directives.ask_again(answer, work.secretary, "Chưa nêu ngày xong", LATER)
    (line,) = lines(Addressed.objects.filter(directive=made), Day(TODAY, TODAY))
    assert (line.stand, line.standing.answer_by, line.standing.again) == (Stand.OPEN, LATER, True)
    work.answered(made, "Xong ngày 18/10")
    assert [row.state for row in Answer.objects.order_by("pk")] == ["asked_again", "submitted"]


def test_one_answer_waits_at_a_time_and_the_same_twice_is_one(work):
    made = work.instruct(work.late)
    first = work.answered(made)
    assert work.answered(made) == first
    with pytest.raises(ValidationError, match="đang chờ ý kiến"):
        directives.answer(work.part(made), work.office, "Văn phòng trả lời thay")
    directives.accept(first, work.secretary)
    with pytest.raises(ValidationError, match="đã đạt yêu cầu"):
        work.answered(made, "Thêm")
    assert Answer.objects.count() == 1


def test_the_office_answers_for_a_unit_marked_so(work):
    made = work.instruct(work.late)
    assert directives.answer(work.part(made), work.office, "Theo điện thoại").by_office


def test_asked_again_by_another_day_is_not_the_same_again(work):
    answer = work.answered(work.instruct(work.late))
    with pytest.raises(ValidationError, match="gõ nhầm"):
        directives.ask_again(answer, work.secretary, "Chưa rõ", date(2062, 10, 20))
    directives.ask_again(answer, work.secretary, "Chưa rõ", LATER)
    directives.ask_again(answer, work.secretary, "Chưa rõ", LATER)
    with pytest.raises(ValidationError, match="Yêu cầu trả lời lại"):
        directives.ask_again(answer, work.secretary, "Chưa rõ", DUE)
    answer.refresh_from_db()
    assert answer.answer_by == LATER


def test_the_work_of_a_dissolved_unit_is_answered_by_whom_one_chooses(work):
    work.unit.valid_to = date(2026, 10, 4)
    work.unit.save()
    assert work.whom(work.late).found == []
    assert "chọn đơn vị trả lời" in work.whom(work.late).faults[0]
    assert work.whom(work.late, units=[work.other_unit]).found == [(work.other_unit, work.late)]


def test_whoever_settles_second_is_told_and_changes_nothing(work):
    answer = work.answered(work.instruct(work.late))
    directives.accept(answer, work.secretary)
    directives.accept(answer, work.secretary)
    with pytest.raises(ValidationError, match="Đạt yêu cầu"):
        directives.ask_again(answer, work.deputy, "Chưa rõ", LATER)
    answer.refresh_from_db()
    assert (answer.state, answer.settled_by) == ("accepted", work.secretary)


def test_withdrawn_with_a_reason_nobody_has_to_answer(work):
    made = work.instruct(work.late, units=[work.other_unit])
    with pytest.raises(ValidationError):
        directives.withdraw(made, work.secretary, " ")
    directives.withdraw(made, work.secretary, "Gửi nhầm")
    assert set(stands(work, made).values()) == {Stand.WITHDRAWN}
    with pytest.raises(ValidationError, match="đã được rút"):
        work.answered(made)
    with pytest.raises(ValidationError, match="đã được rút"):
        directives.withdraw(made, work.deputy, "Khác")
    assert not live(Addressed.objects.all())


def test_what_everyone_has_answered_well_cannot_be_withdrawn(work):
    made = work.instruct(work.late)
    directives.accept(work.answered(made), work.secretary)
    with pytest.raises(ValidationError, match="không còn gì để rút"):
        directives.withdraw(made, work.secretary, "Thôi")


# -- proofs -------------------------------------------------------------------------------------------------


@pytest.fixture
def kept_in(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path


def test_an_answer_comes_with_files_and_documents_once_each(work, kept_in):
    made = work.instruct(work.late)
    files = [SimpleUploadedFile(name, pdf()) for name in ("bao-cao.pdf", "lan-nua.pdf")]
    answer = work.answered(made, files=files, papers=[Paper("12/BC-UBND", TODAY, "UBND xã")])
    assert sorted(str(row) for row in answer.evidence.all()) == ["12/BC-UBND", "lan-nua.pdf"]


def test_a_file_that_is_refused_leaves_no_answer(work, kept_in):
    made = work.instruct(work.late)
    with pytest.raises(ValidationError) as refused:
        work.answered(made, files=[SimpleUploadedFile("x.exe", b"MZ\x90")])
    assert "proofs" in refused.value.message_dict
    assert not Answer.objects.exists()


def kept_files(root) -> int:
    return sum(path.is_file() for path in root.rglob("*"))


def test_a_refused_answer_leaves_no_file_behind_but_what_proves_something_else(work, kept_in, tmp_path):
    made = work.instruct(work.late)
    good, bad = SimpleUploadedFile("bao-cao.pdf", pdf()), SimpleUploadedFile("x.exe", b"MZ\x90")
    with pytest.raises(ValidationError):
        work.answered(made, files=[good, bad])
    assert kept_files(tmp_path) == 0
    work.answered(made, files=[good])
    with pytest.raises(ValidationError):
        work.answered(work.instruct(work.second), files=[good, bad])
    assert kept_files(tmp_path) == 1


def test_a_proof_that_comes_after_the_answer_is_not_dropped_in_silence(work, kept_in, tmp_path):
    made = work.instruct(work.late)
    paper, other = Paper("12/BC-UBND", TODAY), Paper("13/BC-UBND")
    first = work.answered(made, papers=[paper])
    assert work.answered(made, papers=[paper]) == first
    for more in ({"papers": [other]}, {"files": [SimpleUploadedFile("a.pdf", pdf())]}):
        with pytest.raises(ValidationError, match="đang chờ ý kiến"):
            work.answered(made, **more)
    assert (first.evidence.count(), kept_files(tmp_path)) == (1, 0)


def test_proofs_are_read_by_whoever_reads_the_answer(work, kept_in):
    answer = work.answered(work.instruct(work.late), papers=[Paper("12/BC-UBND")])
    row = answer.evidence.get()
    reads = {
        name: visible_evidence(getattr(work, name)).filter(pk=row.pk).exists()
        for name in ("head", "other_head", "office", "secretary", "member", "inspector", "viewer", "admin")
    }
    assert reads == {
        "head": True, "other_head": False, "office": True, "secretary": True, "member": True,
        "inspector": True, "viewer": False, "admin": True,
    }  # fmt: skip
    assert not visible_evidence(UserFactory(role="office")).exists()
    assert Evidence.objects.count() == 1


# -- who ----------------------------------------------------------------------------------------------------


def test_who_may_give_what(work):
    names = ("secretary", "deputy", "office", "member", "head", "admin", "inspector", "viewer")
    may = {name: [str(kind) for kind in permissions.directive_kinds(getattr(work, name))] for name in names}
    assert may == {
        "secretary": ["instruction", "urging", "conclusion"],
        "deputy": ["instruction", "urging", "conclusion"],
        "office": ["urging"],
        "member": ["urging", "instruction"],
        "head": [], "admin": [], "inspector": [], "viewer": [],
    }  # fmt: skip


def test_who_settles_what(work):
    by_secretary, by_office, by_member = (
        work.instruct(work.late, user=user) for user in (work.secretary, work.office, work.member)
    )
    may = {
        name: [
            permissions.can_settle_answers(getattr(work, name), one)
            for one in (by_secretary, by_office, by_member)
        ]
        for name in ("secretary", "deputy", "office", "member", "head", "admin")
    }
    assert may == {
        "secretary": [True, True, True],
        "deputy": [True, True, True],
        "office": [False, True, False],
        "member": [False, False, True],
        "head": [False, False, False],
        "admin": [False, False, False],
    }


def test_who_reads_what(work):
    work.instruct(work.late, units=[work.other_unit])
    seen = {
        name: {row.unit.short_name for row in visible_addressed(getattr(work, name)).select_related("unit")}
        for name in ("secretary", "office", "admin", "inspector", "head", "other_head", "member", "viewer")
    }
    everything = {"PKT", "VHXH"}
    assert seen == {
        "secretary": everything, "office": everything, "admin": everything, "inspector": everything,
        "head": {"PKT"}, "other_head": {"VHXH"}, "member": {"PKT"}, "viewer": set(),
    }  # fmt: skip
    assert not visible_addressed(UserFactory(role="secretary")).exists()


# -- as of a day --------------------------------------------------------------------------------------------


def test_a_past_day_shows_what_was_known_then(work):
    made = work.instruct(work.late)
    with on(14):
        answer = work.answered(made)
    with on(16):
        directives.accept(answer, work.secretary)
    found = {day: stands(work, made, date(2026, 10, day)) for day in (4, 5, 13, 14, 16)}
    row = "PKT 2026-PKT-01"
    assert found == {
        4: {}, 5: {row: Stand.OPEN}, 13: {row: Stand.LATE}, 14: {row: Stand.ANSWERED},
        16: {row: Stand.ACCEPTED},
    }  # fmt: skip


def test_what_each_person_has_to_act_on(work):
    open_, answered = work.instruct(work.late), work.instruct(work.second)
    urged = work.instruct(work.task, user=work.office, kind=Kind.URGING)
    work.answered(answered)
    work.answered(urged)
    with on(13):
        today = date(2026, 10, 13)
        names = ("head", "other_head", "secretary", "office", "member", "viewer")
        wanted = {name: wanting(work.programme, getattr(work, name), today) for name in names}
    late, waits, of_office = (open_.pk, Stand.LATE), (answered.pk, Stand.ANSWERED), (urged.pk, Stand.ANSWERED)
    found = {name: [(line.directive, line.stand) for line in kept] for name, kept in wanted.items()}
    assert found == {
        "head": [late],
        "other_head": [],
        "secretary": [late, waits, of_office],
        "office": [late, of_office],
        "member": [late, waits, of_office],
        "viewer": [],
    }


def test_the_lines_are_one_query_however_many_there_are(work, django_assert_num_queries):
    for text in ("Một", "Hai", "Ba"):
        work.answered(work.instruct(work.late, text=text), text)
    with django_assert_num_queries(1):
        assert len(lines(visible_addressed(work.secretary), Day(TODAY, TODAY))) == 3


def test_it_is_recorded_by_the_clock_and_dated_by_a_person(work):
    made = work.instruct(work.late, given_on=date(2026, 10, 1), kind=Kind.CONCLUSION)
    assert made.recorded_at == datetime(2026, 10, 5, 9, tzinfo=HANOI)
    assert (made.given_on, made.answer_by) == (date(2026, 10, 1), DUE)
