"""The sample of `make demo`: made by the domain's own calls, and the same for the same day."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from baocao import sample
from baocao.exporters.programme import programme_json
from baocao.models import ExtensionRequest, Period, PeriodAct, Review, Update
from chuongtrinh.management.commands.create_role_accounts import create_accounts
from nhiemvu.models import Task
from phancong.models import Comrade, Plan, PlanAct

UNTIL = date(2026, 11, 23)


@pytest.fixture
def demo(programme, settings):
    settings.SAMPLE_DATA = True
    create_accounts(programme.committee, "mat-khau-chi-de-thu")
    return programme


def told(programme) -> str:
    """Everything that the story made, as text."""
    acts = PlanAct.objects.values_list(
        "plan__unit__short_name", "plan__year", "act", "effective_on", "recorded_at", "by__username", "reason"
    )
    updates = Update.objects.order_by("pk").values_list(
        "task__code", "period__key", "state", "content", "percent", "verdict", "recorded_at", "settled_at"
    )
    asked = ExtensionRequest.objects.order_by("pk").values_list("task__code", "state", "asked_at", "answer")
    history = Task.history.order_by("history_id").values_list("code", "title", "history_date")  # type: ignore[attr-defined]
    exported = programme_json(programme, UNTIL)
    return json.dumps(
        [
            exported,
            list(acts.order_by("pk")),
            list(history.filter(kind="plan_item")),
            list(updates),
            list(asked),
        ],
        default=str,
    )


def recorded_after(day: date) -> bool:
    kinds = (PlanAct, PeriodAct, Update)
    return any(kind.objects.filter(recorded_at__date__gt=day).exists() for kind in kinds)


@pytest.mark.one_database
def test_the_story_goes_on_into_the_next_year(demo):
    sample.tell(demo, date(2027, 3, 20))
    assert set(Period.objects.filter(key__startswith="2027").values_list("key", flat=True)) == {
        *(f"2027-{month:02}" for month in range(1, 5)),
        "2027-Q1",
    }
    assert Period.objects.get(key="2026").state == Period.State.LOCKED
    assert Period.objects.filter(state="open").exists()
    assert not recorded_after(date(2027, 3, 20))


@pytest.mark.one_database
def test_it_says_how_far_it_is_and_the_same_day_gives_the_same_data(demo):
    found, said = [], []
    for _ in range(2):
        with transaction.atomic():
            sample.tell(demo, date(2026, 7, 10), said.append)
            found.append(told(demo))
            transaction.set_rollback(True)
    assert "12/05/2026: Tháng 5/2026" in said and "02/06/2026: 6 tháng đầu năm 2026" in said
    assert found[0] == found[1]


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("until", "plans", "given"),
    [
        (date(2026, 5, 13), 0, 0),
        (date(2026, 5, 31), 4, 0),
        (date(2026, 6, 1), 4, 4),
    ],
)
def test_nothing_happens_after_the_last_day(demo, until, plans, given):
    sample.tell(demo, until)
    assert Plan.objects.count() == plans
    assert Plan.objects.filter(state=Plan.State.GIVEN).count() == given
    assert not recorded_after(until)


def test_before_the_first_report_there_is_none(demo):
    sample.tell(demo, date(2026, 6, 16))
    assert not Review.objects.exists()


def test_people_are_named_by_their_post(demo):
    known = set(Comrade.objects.values_list("name", flat=True))
    sample.tell(demo, date(2026, 5, 12))
    posts = ("Trưởng phòng", "Chánh Văn phòng", "Phó Chủ tịch", "Chủ tịch", "Ủy viên")
    added = set(Comrade.objects.values_list("name", flat=True)) - known
    assert added and all(name.startswith(posts) for name in added)


def test_a_real_offices_database_is_refused(programme, settings):
    settings.SAMPLE_DATA = False
    with pytest.raises(CommandError, match="make demo"):
        call_command("load_sample")
    assert not Plan.objects.exists()


def test_a_second_run_keeps_what_is_there(demo, capsys):
    call_command("load_sample", until="2026-06-01")
    call_command("load_sample", until="2026-11-23")
    assert "giữ nguyên" in capsys.readouterr().out
    assert Plan.objects.count() == 4


def test_a_day_that_is_none_is_told(demo):
    with pytest.raises(CommandError, match="31/13"):
        call_command("load_sample", until="31/13")
