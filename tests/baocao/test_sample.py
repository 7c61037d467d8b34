"""The sample of `make demo`: made by the domain's own calls, and the same for the same day."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from baocao import sample
from baocao.exporters.programme import programme_json
from chuongtrinh.management.commands.create_role_accounts import create_accounts
from nhiemvu.models import Decision, Task
from phancong import planning
from phancong.models import CarryOver, Comrade, Plan, PlanAct, PlanEntry

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
    history = Task.history.order_by("history_id").values_list("code", "title", "history_date")  # type: ignore[attr-defined]
    return json.dumps(
        [programme_json(programme, UNTIL), list(acts.order_by("pk")), list(history.filter(kind="plan_item"))],
        default=str,
    )


def test_it_holds_plans_of_two_years_of_the_four_leading_units(demo):
    sample.tell(demo, UNTIL)
    plans = {(p.year, p.unit.short_name): p.state for p in Plan.objects.select_related("unit")}
    assert plans == {
        **{(2026, short): "given" for short in ("PKT", "VHXH", "VPUBND", "UBKT")},
        (2027, "PKT"): "submitted",
        (2027, "VHXH"): "draft",
        (2027, "VPUBND"): "draft",
        (2027, "UBKT"): "returned",
    }
    assert Task.objects.plan_items().count() >= 40
    assert {row.subject for row in Decision.objects.all()} == {"due", "state", "added"}
    assert CarryOver.objects.filter(into=None).exists() and CarryOver.objects.exclude(into=None).exists()


def test_the_plans_in_work_vary_in_quality_and_the_given_ones_are_whole(demo):
    sample.tell(demo, UNTIL)
    lacking = {
        (plan.year, plan.unit.short_name): len(planning.missing(plan, UNTIL))
        for plan in Plan.objects.select_related("unit", "programme")
    }
    assert all(count == 0 for (year, _), count in lacking.items() if year == 2026)
    assert sum(lacking.values()) >= 5


def test_what_happened_bears_its_own_moment_and_not_todays(demo):
    sample.tell(demo, UNTIL)
    assert {act.recorded_at.date() for act in PlanAct.objects.filter(act="give")} == {date(2026, 6, 1)}
    assert {entry.given_on for entry in PlanEntry.objects.filter(plan__year=2026)} == {
        date(2026, 6, 1),
        date(2026, 10, 12),
    }


def test_the_same_day_gives_the_same_data(demo):
    found = []
    for _ in range(2):
        with transaction.atomic():
            sample.tell(demo, UNTIL)
            found.append(told(demo))
            transaction.set_rollback(True)
    assert found[0] == found[1]


@pytest.mark.parametrize(
    ("until", "plans", "given"),
    [
        (date(2026, 5, 13), 0, 0),
        (date(2026, 5, 31), 4, 0),
        (date(2026, 6, 1), 4, 4),
        (date(2026, 11, 1), 4, 4),
        (date(2026, 11, 2), 8, 4),
    ],
)
def test_nothing_happens_after_the_last_day(demo, until, plans, given):
    sample.tell(demo, until)
    assert Plan.objects.count() == plans
    assert Plan.objects.filter(state=Plan.State.GIVEN).count() == given
    assert not PlanAct.objects.filter(recorded_at__date__gt=until).exists()


def test_people_are_named_by_their_post(demo):
    known = set(Comrade.objects.values_list("name", flat=True))
    sample.tell(demo, UNTIL)
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
