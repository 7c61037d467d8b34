"""What the timer and the administrator run: drafts of locked periods, and the proof of a report."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from baocao.models import Period, Review, ReviewAct


def ran(name: str, *args: str, **named: Any) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out, **named)
    return out.getvalue()


def test_verify_report_lists_what_it_looked_at_and_fails_where_something_is_wrong(work):
    review = work.issued()
    told = ran("verify_report", str(review.pk))
    assert "nguyên vẹn như lúc ban hành" in told and "Tệp XLSX" in told and "SAI" not in told
    Review._base_manager.filter(pk=review.pk).update(number=9)
    with pytest.raises(CommandError) as error:
        ran("verify_report", str(review.pk))
    assert "không còn nguyên" in str(error.value) and "\n" not in str(error.value)


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["0", "999999", "x", "-1", "٣", "9" * 30, ""])
def test_verify_report_of_what_is_not_there_says_so(what):
    with pytest.raises(CommandError, match="Không có báo cáo"):
        ran("verify_report", what)


def test_verify_report_of_a_draft_says_that_nothing_is_sealed_yet(work):
    review = work.drafted()
    with pytest.raises(CommandError, match="chưa ban hành"):
        ran("verify_report", str(review.pk))


def test_prepare_reviews_drafts_what_is_locked_once(work):
    for key in ("2026-06", "2026-07"):
        work.another(key).record("lock", work.office)
    work.another("2026-05")  # open still
    told = ran("prepare_reviews")
    assert "Đã lập 3 dự thảo." in told and "Tháng 6/2026" in told
    made = Review.objects.filter(state="draft")
    assert sorted(made.values_list("period__key", flat=True)) == ["2026-06", "2026-07", "2026-09"]
    assert {act.by for act in ReviewAct.objects.filter(review__in=made)} == {None}
    assert "Không có kỳ nào" in ran("prepare_reviews")
    assert Review.objects.count() == 3


def test_prepare_reviews_of_a_day_takes_the_periods_that_were_over(work):
    for key in ("2026-06", "2026-07"):
        work.another(key).record("lock", work.office)
    ran("prepare_reviews", "--on", "2026-06-30")
    assert Review.objects.get(state="draft").period == Period.objects.get(key="2026-06")
    for wrong_day in ("2026-6-3", "x", "2026-10-06"):
        with pytest.raises(CommandError):
            ran("prepare_reviews", "--on", wrong_day)
