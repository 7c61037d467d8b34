"""A unit's yearly plan: written while it is open, judged as a whole, in force once given (IV.1)."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, connections
from django.utils import timezone

from chuongtrinh.models import User
from nhiemvu.facts import facts_of
from nhiemvu.models import CONTINUING, Decision, Indicator, Task
from nhiemvu.status import DecisionKind, Progress, Timeliness, status
from phancong import planning
from phancong.answerable import Answerability
from phancong.models import Assignment, CarryOver, Comrade, Plan, PlanAct, PlanEntry, Post, Unit
from phancong.permissions import can_plan, visible_plans, visible_tasks
from phancong.planning import ItemData

YEAR = 2026


@pytest.fixture
def office(personas) -> SimpleNamespace:
    """The programme with a head on record for the economic department, and its plan of 2026 begun."""
    programme = personas.vanphong.committee.programmes.get()
    unit = personas.truongdonvi.unit
    head = Comrade.objects.create(committee=programme.committee, name="Trưởng phòng Kinh tế")
    Post.objects.create(comrade=head, unit=unit, title="Trưởng phòng", is_head=True)
    return SimpleNamespace(
        programme=programme,
        unit=unit,
        chief=programme.committee.comrades.get(name=programme.signatory),
        head=personas.truongdonvi,
        plan=planning.open_plan(programme, unit, YEAR),
        task=Task.objects.get(programme=programme, code="II.3.2-01"),
        project=Task.objects.get(programme=programme, code="DA-01"),
        mirror=Task.objects.get(programme=programme, code="II.3.2-02"),
        **vars(personas),
    )


def whole(office, **other) -> ItemData:
    """An item with all of the six; II.3.2 names nobody who directs, so the item does."""
    return ItemData(
        **{
            "parent": office.task,
            "title": "Xây dựng phương án sử dụng đất",
            "due": date(YEAR, 12, 20),
            "product": "Phương án được phê duyệt",
            "authority": "Chủ tịch UBND xã",
            "direct": office.chief,
            **other,
        }
    )


def given(office, **other) -> Task:
    """One whole item, given on 1 February."""
    item = planning.add_item(office.plan, office.head, whole(office, **other))
    planning.submit(office.plan, office.head)
    planning.approve(office.plan, office.bithu)
    planning.give(office.plan, office.vanphong, document="12-QĐ/ĐUUB", on=date(YEAR, 2, 1))
    return Task.objects.get(pk=item.pk)


def test_items_get_codes_by_year_and_unit_that_are_never_used_twice(office):
    first, second = planning.write_items(
        office.plan, office.head, [(None, whole(office)), (None, whole(office, parent=office.project))]
    )
    assert (first.code, second.code) == ("2026-PKT-01", "2026-PKT-02")
    assert (second.parent, second.section, second.kind) == (
        office.project,
        office.project.section,
        Task.Kind.PLAN_ITEM,
    )
    planning.remove_item(second, office.head)
    assert planning.add_item(office.plan, office.head, whole(office)).code == "2026-PKT-03"


def test_the_plans_unit_leads_and_the_rest_is_inherited_until_the_item_says_so_itself(office):
    other = Unit.objects.get(committee=office.programme.committee, short_name="VHXH")
    item = planning.add_item(office.plan, office.head, whole(office, direct=None))
    assert [(a.role, a.unit, a.principal) for a in item.assignments.all()] == [("lead", office.unit, True)]
    planning.change_item(item, office.head, whole(office, coordinators=(other,)))
    assert {(a.role, a.comrade or a.unit) for a in item.assignments.all()} == {
        ("lead", office.unit),
        ("direct", office.chief),
        ("coordinate", other),
    }
    assert ItemData.of(item, item.assignments.all()) == whole(office, coordinators=(other,))
    planning.change_item(item, office.head, whole(office, direct=None))
    assert [a.role for a in item.assignments.all()] == ["lead"]


def test_every_writing_of_an_item_leaves_a_trace_with_its_writer(office):
    item = planning.add_item(office.plan, office.head, whole(office))
    planning.change_item(item, office.vanphong, whole(office, product="Phương án trình HĐND"))
    assert [(h.history_user, h.product) for h in item.history.order_by("history_id")] == [
        (office.head, "Phương án được phê duyệt"),
        (office.vanphong, "Phương án trình HĐND"),
    ]
    assert PlanEntry.objects.get(task=item).by_office


def test_the_search_key_follows_what_is_written(office):
    item = planning.add_item(office.plan, office.head, whole(office, title="Rà soát đất công"))
    assert "ra soat dat cong" in Task.objects.get(pk=item.pk).search_key


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"continuing": True}, "due"),
        ({"start": date(YEAR, 12, 21)}, "due"),
    ],
)
def test_what_cannot_be_written_is_told_by_field_and_nothing_is_kept(office, wrong, field):
    with pytest.raises(ValidationError) as refused:
        planning.write_items(
            office.plan, office.head, [(None, whole(office)), (None, whole(office, **wrong))]
        )
    assert list(refused.value.message_dict) == [field]
    assert not Task.objects.plan_items().exists()
    office.plan.refresh_from_db()
    assert office.plan.last_number == 0


def test_work_that_stands_in_two_places_is_planned_in_one(office):
    with pytest.raises(ValidationError, match="DA-01"):
        planning.add_item(office.plan, office.head, whole(office, parent=office.mirror))


def test_another_committees_people_and_units_are_refused(office):
    stranger = Unit.objects.create(
        committee=office.ngoai.committee, name="Phòng khác", short_name="PK", kind=Unit.Kind.DEPARTMENT
    )
    comrade = Comrade.objects.create(committee=office.ngoai.committee, name="Đồng chí khác")
    with pytest.raises(ValidationError) as refused:
        planning.add_item(office.plan, office.head, whole(office, coordinators=(stranger,), direct=comrade))
    assert set(refused.value.message_dict) == {"coordinators", "direct"}


def test_a_copy_stands_right_below_without_dates(office):
    first = planning.add_item(office.plan, office.head, whole(office))
    last = planning.add_item(office.plan, office.head, whole(office, title="Việc cuối"))
    copy = planning.copy_item(first, office.head)
    assert [item.pk for item in planning.items_of(office.plan)] == [first.pk, copy.pk, last.pk]
    assert (copy.title, copy.product, copy.due) == (first.title, first.product, None)
    planning.place_item(last, office.head, after=None)
    assert [item.pk for item in planning.items_of(office.plan)] == [last.pk, first.pk, copy.pk]


def test_a_plan_goes_from_draft_to_given_and_each_step_is_on_record(office):
    planning.add_item(office.plan, office.head, whole(office))
    planning.submit(office.plan, office.head)
    planning.send_back(office.plan, office.bithu, "Bổ sung sản phẩm")
    planning.submit(office.plan, office.head)
    planning.recall(office.plan, office.head)
    planning.submit(office.plan, office.head)
    planning.approve(office.plan, office.bithu)
    planning.give(office.plan, office.vanphong, document="12-QĐ/ĐUUB", on=date(YEAR, 2, 1))
    assert office.plan.state == Plan.State.GIVEN
    assert [(act.act, act.by.username, act.reason) for act in office.plan.acts.all()] == [
        ("submit", "truongdonvi", ""),
        ("return", "bithu", "Bổ sung sản phẩm"),
        ("submit", "truongdonvi", ""),
        ("recall", "truongdonvi", ""),
        ("submit", "truongdonvi", ""),
        ("approve", "bithu", ""),
        ("give", "vanphong", ""),
    ]
    entry = PlanEntry.objects.get(plan=office.plan)
    assert entry.given_on == date(YEAR, 2, 1)
    assert entry.given_at == office.plan.acts.get(act=PlanAct.Act.GIVE).recorded_at


@pytest.mark.parametrize("lacking", ["product", "authority", "due", "direct"])
def test_a_plan_is_not_approved_while_an_item_lacks_one_of_the_six(office, lacking):
    planning.add_item(office.plan, office.head, whole(office))
    without = {lacking: "" if lacking in ("product", "authority") else None}
    poor = planning.add_item(office.plan, office.head, whole(office, **without))
    planning.submit(office.plan, office.head)
    with pytest.raises(ValidationError, match=poor.code):
        planning.approve(office.plan, office.bithu)
    assert Plan.objects.get(pk=office.plan.pk).state == Plan.State.SUBMITTED
    assert list(planning.missing(office.plan)) == [poor.pk]


def test_a_unit_without_a_head_on_record_keeps_its_items_from_being_clear(office):
    Post.objects.filter(unit=office.unit).delete()
    planning.add_item(office.plan, office.head, whole(office))
    planning.submit(office.plan, office.head)
    with pytest.raises(ValidationError, match="6 rõ"):
        planning.approve(office.plan, office.bithu)


def test_steps_that_do_not_follow_from_the_state_are_refused(office):
    with pytest.raises(ValidationError, match="chưa có việc nào"):
        planning.submit(office.plan, office.head)
    planning.add_item(office.plan, office.head, whole(office))
    with pytest.raises(ValidationError, match="Nháp"):
        planning.give(office.plan, office.vanphong)
    planning.submit(office.plan, office.head)
    with pytest.raises(ValidationError) as refused:
        planning.send_back(office.plan, office.bithu, "  ")
    assert "reason" in refused.value.message_dict
    planning.approve(office.plan, office.bithu)
    with pytest.raises(ValidationError, match="Đã duyệt"):
        planning.approve(office.plan, office.bithu)
    with pytest.raises(ValidationError, match="sau hôm nay"):
        planning.give(office.plan, office.vanphong, on=timezone.localdate() + timedelta(days=1))


def test_only_an_open_plan_is_written(office):
    item = given(office)
    for write in (
        lambda: planning.add_item(office.plan, office.head, whole(office)),
        lambda: planning.change_item(item, office.head, whole(office)),
        lambda: planning.copy_item(item, office.head),
        lambda: planning.place_item(item, office.head, after=None),
        lambda: planning.remove_item(item, office.head),
    ):
        with pytest.raises(ValidationError, match="Đã giao"):
            write()


def test_what_is_given_changes_by_decision_and_both_deadlines_stay(office):
    item = given(office)
    with pytest.raises(ValidationError) as refused:
        item.decide(office.bithu, {"due": date(YEAR + 1, 1, 31)}, document=" ", effective_on=date(YEAR, 9, 1))
    assert set(refused.value.message_dict) == {"document", "reason"}
    item.decide(
        office.bithu,
        {"due": date(YEAR + 1, 1, 31), "product": item.product},
        document="30-QĐ/ĐUUB",
        effective_on=date(YEAR, 9, 1),
        reason="Chờ quy hoạch của tỉnh",
    )
    row = Decision.objects.get(task=item)
    assert (row.before_label, row.after_label) == ("20/12/2026", "31/01/2027")
    facts = facts_of([item])[item.pk]
    before = status(facts, date(YEAR, 8, 31), known_at=timezone.now() + timedelta(days=1))
    after = status(facts, date(YEAR, 9, 1), known_at=timezone.now() + timedelta(days=1))
    assert (before.due, after.due, after.due_original) == (
        date(YEAR, 12, 20),
        date(YEAR + 1, 1, 31),
        date(YEAR, 12, 20),
    )


def test_a_decision_before_the_last_one_or_after_today_is_refused(office):
    item = given(office)
    decide = {"document": "30-QĐ/ĐUUB", "reason": "Chờ quy hoạch"}
    item.decide(office.bithu, {"due": CONTINUING}, effective_on=date(YEAR, 9, 1), **decide)
    for day in (date(YEAR, 8, 31), timezone.localdate() + timedelta(days=1)):
        with pytest.raises(ValidationError) as refused:
            item.decide(office.bithu, {"due": date(YEAR, 12, 1)}, effective_on=day, **decide)
        assert "effective_on" in refused.value.message_dict
    with pytest.raises(ValidationError, match="không bỏ trống"):
        item.decide(office.bithu, {"due": None}, effective_on=date(YEAR, 9, 2), **decide)
    with pytest.raises(ValidationError, match="Chưa có gì thay đổi"):
        item.decide(office.bithu, {"due": CONTINUING}, effective_on=date(YEAR, 9, 2), **decide)
    assert Task.objects.get(pk=item.pk).continuing


def test_nothing_is_decided_twice_of_work_that_stands_in_two_places(office):
    decide = {"document": "30-QĐ/ĐUUB", "effective_on": date(YEAR, 9, 1)}
    with pytest.raises(ValidationError, match="DA-01"):
        office.mirror.decide(office.bithu, {"due": date(2029, 1, 1)}, **decide)
    proposal = office.mirror.deadline_proposals.create(as_written="xong trong 2028", due=date(2028, 12, 31))
    proposal.decide(office.vanphong, accept=True)
    assert Task.objects.get(pk=office.project.pk).due == date(2028, 12, 31)
    assert Task.objects.get(pk=office.mirror.pk).due is None


def test_work_is_stopped_and_taken_up_again_by_decision(office):
    item = given(office)
    decide = {"document": "31-QĐ/ĐUUB", "reason": "Chưa có vốn"}
    item.decide(office.bithu, {"state": DecisionKind.PAUSED}, effective_on=date(YEAR, 6, 1), **decide)
    known = timezone.now() + timedelta(days=1)
    assert status(facts_of([item])[item.pk], date(YEAR, 6, 1), known_at=known).progress is Progress.PAUSED
    item.decide(office.bithu, {"state": DecisionKind.RESUMED}, effective_on=date(YEAR, 7, 1), **decide)
    assert (
        status(facts_of([item])[item.pk], date(YEAR, 7, 1), known_at=known).timeliness is Timeliness.ON_TIME
    )


def test_a_stated_deadline_that_is_accepted_is_a_decision_by_the_programme_itself(office):
    proposal = office.task.deadline_proposals.create(as_written="xong trong 2028", due=date(2028, 12, 31))
    proposal.decide(office.vanphong, accept=True)
    row = Decision.objects.get(task=office.task)
    assert (row.document, row.effective_on, row.after) == (
        office.programme.number,
        office.programme.issued_on,
        "2028-12-31",
    )


def test_a_task_takes_the_worst_timing_of_its_given_items_of_the_year(office):
    given(office)
    tasks = Task.objects.filter(pk=office.task.pk).select_related("mirrors")
    known = timezone.now() + timedelta(days=1)

    def on(day: date):
        return status(facts_of(tasks)[office.task.pk], day, known_at=known).timing.timeliness

    assert on(date(YEAR, 1, 31)) is Timeliness.NO_DEADLINE  # the plan was given on 1 February
    assert on(date(YEAR, 2, 1)) is Timeliness.ON_TIME
    assert on(date(YEAR, 12, 12)) is Timeliness.ON_TIME
    assert on(date(YEAR, 12, 13)) is Timeliness.DUE_SOON
    assert on(date(YEAR, 12, 20)) is Timeliness.DUE_SOON
    assert on(date(YEAR, 12, 21)) is Timeliness.OVERDUE
    assert on(date(YEAR + 1, 1, 1)) is Timeliness.NO_DEADLINE  # the year of the plan is over


def test_the_second_row_of_one_work_takes_the_items_of_the_first(office):
    given(office, parent=office.project)
    known = timezone.now() + timedelta(days=1)
    rows = Task.objects.filter(pk__in=(office.mirror.pk, office.project.pk)).select_related("mirrors")
    stood = {pk: status(f, date(YEAR, 3, 1), known_at=known) for pk, f in facts_of(rows).items()}
    assert stood[office.mirror.pk].timeliness is stood[office.project.pk].timeliness is Timeliness.ON_TIME


def test_facts_of_many_tasks_take_one_query(office, django_assert_num_queries):
    given(office)
    tasks = list(Task.objects.select_related("mirrors"))
    with django_assert_num_queries(1):
        assert len(facts_of(tasks)) == len(tasks)


def test_who_directs_and_coordinates_given_work_changes_by_decision_from_its_day(office):
    item = given(office)
    other = Unit.objects.get(committee=office.programme.committee, short_name="VHXH")
    second = Comrade.objects.create(committee=office.programme.committee, name="Phó Chủ tịch UBND xã")
    planning.decide(
        item,
        office.bithu,
        {"direct": second, "coordinate": [other]},
        document="30-QĐ/ĐUUB",
        effective_on=date(YEAR, 9, 1),
        reason="Phân công lại",
    )
    rows = {row.subject: row for row in item.decisions.all()}
    assert (rows["direct"].before, rows["direct"].after) == (office.chief.name, second.name)
    assert (rows["coordinate"].before_label, rows["coordinate"].after) == ("chưa có", other.name)

    def directs(day: date) -> list[str]:
        who = Answerability(office.programme, on=day, tasks=[item])
        return [duty.name for duty in who.duties(item) if duty.role == "direct"]

    assert directs(date(YEAR, 8, 31)) == [office.chief.name]
    assert directs(date(YEAR, 9, 1)) == [second.name]


@pytest.mark.parametrize("emptied", [{"product": ""}, {"authority": " "}, {"direct": None}])
def test_given_work_stays_whole_whatever_is_decided(office, emptied):
    item = given(office)
    with pytest.raises(ValidationError):
        planning.decide(
            item, office.bithu, emptied, document="30-QĐ", effective_on=date(YEAR, 9, 1), reason="Thử"
        )
    assert not item.decisions.exists()
    assert Task.objects.get(pk=item.pk).product


def test_no_decision_before_the_work_was_given_nor_of_work_that_is_not(office):
    item = given(office)
    change = {"due": date(YEAR, 12, 1)}
    on_record = {"document": "30-QĐ", "reason": "Thử"}
    with pytest.raises(ValidationError, match="01/02/2026"):
        planning.decide(item, office.bithu, change, effective_on=date(YEAR, 1, 31), **on_record)
    plan = planning.open_plan(office.programme, office.unit, YEAR + 1)
    draft = planning.add_item(plan, office.head, whole(office))
    with pytest.raises(ValidationError, match="chưa được giao"):
        planning.decide(draft, office.bithu, change, effective_on=date(YEAR, 9, 1), **on_record)


def test_a_plan_that_lost_its_head_since_it_was_approved_is_not_given(office):
    planning.add_item(office.plan, office.head, whole(office))
    planning.submit(office.plan, office.head)
    planning.approve(office.plan, office.bithu)
    Post.objects.filter(unit=office.unit).delete()
    with pytest.raises(ValidationError, match="Chưa giao được"):
        planning.give(office.plan, office.vanphong)


def test_a_dissolved_unit_plans_no_more(office):
    office.unit.valid_to = date(YEAR, 6, 30)
    office.unit.save()
    with pytest.raises(ValidationError, match="30/06/2026"):
        planning.open_plan(office.programme, office.unit, YEAR + 1)
    assert not can_plan(office.head, office.unit)


def test_a_short_name_stays_once_codes_were_made_of_it(office):
    office.unit.short_name = "KTHT"
    with pytest.raises(ValidationError) as refused:
        office.unit.full_clean()
    assert "short_name" in refused.value.message_dict


def test_work_with_items_or_decisions_of_its_own_cannot_repeat_anothers(office):
    given(office)
    office.task.mirrors = office.project
    with pytest.raises(ValidationError) as refused:
        office.task.full_clean()
    assert "mirrors" in refused.value.message_dict


def test_an_item_that_something_holds_is_not_removed_and_says_what(office):
    item = planning.add_item(office.plan, office.head, whole(office))
    Indicator.objects.create(
        programme=office.programme, code="CT-99", name="Thử", unit="%", target=1, task=item,
        direction="equal", section=item.section,
    )  # fmt: skip
    with pytest.raises(ValidationError, match="chỉ tiêu"):
        planning.remove_item(item, office.head)


def test_work_is_added_to_a_given_plan_by_a_document_and_only_whole(office):
    given(office)
    on_record = {"document": "40-KL/ĐUUB", "reason": "Kết luận giao ban", "effective_on": date(YEAR, 10, 1)}
    with pytest.raises(ValidationError, match="sản phẩm"):
        planning.supplement(office.plan, office.bithu, whole(office, product=""), **on_record)
    assert PlanEntry.objects.filter(plan=office.plan).count() == 1
    item = planning.supplement(office.plan, office.bithu, whole(office, title="Việc phát sinh"), **on_record)
    entry = PlanEntry.objects.get(task=item)
    assert (item.code, entry.given_on, Plan.objects.get(pk=office.plan.pk).state) == (
        "2026-PKT-02",
        date(YEAR, 10, 1),
        Plan.State.GIVEN,
    )
    assert [row.subject for row in item.decisions.all()] == ["added"]


def test_last_years_item_is_taken_or_left_once_by_a_person(office):
    item = given(office)
    plan = planning.open_plan(office.programme, office.unit, YEAR + 1)
    assert planning.carry_over(plan, office.head, [(item, True, "")]) == 1
    taken = Task.objects.get(carried_from__source=item)
    assert (taken.code, taken.title, taken.product, taken.due) == (
        "2027-PKT-01",
        item.title,
        item.product,
        None,
    )
    with pytest.raises(ValidationError, match="đã có người chọn"):
        planning.carry_over(plan, office.head, [(item, False, "")])
    planning.remove_item(taken, office.head)
    assert not CarryOver.objects.exists()
    planning.carry_over(plan, office.head, [(item, False, "Đã giao đơn vị khác")])
    assert CarryOver.objects.get(source=item).into is None
    planning.choose_again(plan, item)
    assert planning.carry_over(plan, office.head, [(item, True, "")]) == 1


def test_only_the_units_own_given_items_of_the_year_before_are_carried(office):
    item = given(office)
    later = planning.open_plan(office.programme, office.unit, YEAR + 2)
    with pytest.raises(ValidationError, match="năm liền trước"):
        planning.carry_over(later, office.head, [(item, True, "")])
    other = Unit.objects.get(committee=office.programme.committee, short_name="VHXH")
    with pytest.raises(ValidationError, match="chính đơn vị"):
        theirs = planning.open_plan(office.programme, other, YEAR + 1)
        planning.carry_over(theirs, office.head, [(item, True, "")])


def test_a_plan_lies_within_the_term(office):
    with pytest.raises(ValidationError, match="2025-2030"):
        planning.open_plan(office.programme, office.unit, 2031)
    assert planning.open_plan(office.programme, office.unit, YEAR) == office.plan


READERS = {
    "draft": {"truongdonvi", "vanphong"},
    "returned": {"truongdonvi", "vanphong"},
    "submitted": {"truongdonvi", "vanphong", "quantri", "bithu", "phobithu", "uyvien", "ubkt"},
    "approved": {
        "truongdonvi", "vanphong", "quantri", "bithu", "phobithu", "uyvien", "ubkt", "nguoixem", "khac"
    },
}  # fmt: skip


@pytest.mark.parametrize("state", ["draft", "returned", "submitted", "approved", "given"])
def test_who_reads_a_plan_and_its_items_in_each_state(office, state):
    item = planning.add_item(office.plan, office.head, whole(office))
    Plan.objects.filter(pk=office.plan.pk).update(state=state)
    office.uyvien.comrade = Comrade.objects.get(oversights__unit=office.unit)
    other = Unit.objects.get(committee=office.programme.committee, short_name="VHXH")
    khac = User.objects.create(
        username="khac", role=User.Role.HEAD, committee=office.programme.committee, unit=other
    )
    people = {name: user for name, user in vars(office).items() if isinstance(user, User)}
    people = {name: user for name, user in people.items() if name != "head"} | {"khac": khac}
    reading = {name for name, user in people.items() if visible_plans(user).exists()}
    assert reading == READERS["approved" if state == "given" else state]
    assert reading == {
        name for name, user in people.items() if visible_tasks(user).filter(pk=item.pk).exists()
    }


def test_the_assignments_of_many_items_take_no_query_each(office, django_assert_max_num_queries):
    rows = [(None, whole(office, title=f"Việc {n}")) for n in range(40)]
    with django_assert_max_num_queries(25):
        planning.write_items(office.plan, office.head, rows)
    assert Assignment.objects.filter(task__entry__plan=office.plan).count() == 80


@pytest.mark.django_db(transaction=True)
def test_of_many_who_approve_at_once_one_does(programme):
    if connection.vendor != "postgresql":
        pytest.skip("in-memory SQLite is one connection")
    unit = Assignment.objects.get(section__number="II.3.2", role="lead", principal=True).unit
    leader = User.objects.create(username="bithu", role=User.Role.SECRETARY, committee=programme.committee)
    head = Comrade.objects.create(committee=programme.committee, name="Trưởng phòng Kinh tế")
    Post.objects.create(comrade=head, unit=unit, title="Trưởng phòng", is_head=True)
    plan = planning.open_plan(programme, unit, YEAR)
    task = Task.objects.get(programme=programme, code="II.3.2-01")
    planning.add_item(plan, leader, whole(SimpleNamespace(task=task, chief=head)))
    planning.submit(plan, leader)
    told: list[str] = []

    def approve() -> None:
        try:
            planning.approve(Plan.objects.get(pk=plan.pk), leader)
            told.append("done")
        except ValidationError:
            told.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=approve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["done"] + ["refused"] * 7
    assert plan.acts.filter(act="approve").count() == 1
