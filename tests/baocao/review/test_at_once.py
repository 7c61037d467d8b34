"""Two hands on one report at the same moment: one effect, and the other is told."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.core.management import call_command

from baocao.models import Review, ReviewAct, SealedFile
from baocao.review import drafting, sealing
from tests.baocao.at_once import MARKS, together
from tests.baocao.review.issuing import TODAY, Issuing, kept, on

pytestmark = MARKS


@pytest.fixture
def work(settings, tmp_path):
    settings.EVIDENCE_DIR = tmp_path / "evidence"
    made = Issuing()
    with on(TODAY):
        made.files = settings.EVIDENCE_DIR
        yield made


def test_of_two_leaders_who_issue_one_does_and_the_other_is_told(work):
    review = work.submitted()

    def issue(user, number) -> Callable[[], Review]:
        return lambda: sealing.issue(Review.objects.get(pk=review.pk), user, number=number, issued_on=TODAY)

    told = together(*[issue(work.secretary, 1), issue(work.deputy, 2)] * 3)
    assert told[0] == "" and all("đã ban hành báo cáo này lúc 09:00" in one for one in told[1:])
    review.refresh_from_db()
    assert review.issued_by == (work.secretary if review.number == 1 else work.deputy)
    assert ReviewAct.objects.filter(act="issue").count() == 1
    assert SealedFile.objects.count() == len(kept(work.files)) == 3
    assert all(one.ok for one in sealing.verify(review))


def test_two_reports_do_not_get_one_number_and_stand_in_one_chain(work):
    reviews = [work.submitted(work.drafted(period)) for period in (work.period, work.another())]
    acts = [lambda one=one: sealing.issue(one, work.secretary, number=1, issued_on=TODAY) for one in reviews]
    told = together(*acts)
    assert told[0] == "" and "Số 01-BC/ĐUUB đã dùng" in told[1] and "còn trống là 02" in told[1]
    (late,) = Review.objects.filter(state="submitted")
    sealing.issue(late, work.secretary, number=2, issued_on=TODAY)
    assert all(finding.ok for one in Review.objects.all() for finding in sealing.verify(one))


def test_of_many_who_begin_a_draft_at_once_there_is_one(work):
    assert together(*[lambda: drafting.open_draft(work.period, work.office)] * 5) == [""] * 5
    assert (Review.objects.count(), ReviewAct.objects.count()) == (1, 1)


def test_the_timer_run_twice_at_once_drafts_each_period_once(work):
    assert together(*[lambda: call_command("prepare_reviews", stdout=io.StringIO())] * 3) == [""] * 3
    assert Review.objects.count() == 1


def test_of_a_correction_begun_twice_at_once_one_is_refused(work):
    old = work.issued()
    told = together(*[lambda: drafting.correct(old, work.office, "Đính chính")] * 2)
    assert told[0] == "" and "Đã có dự thảo" in told[1]
    assert Review.objects.count() == 2


def test_of_a_return_and_an_issue_at_once_one_is_done(work):
    review = work.submitted()
    told = together(
        lambda: sealing.issue(Review.objects.get(), work.secretary, number=1, issued_on=TODAY),
        lambda: drafting.send_back(Review.objects.get(), work.deputy, "Sửa lại"),
    )
    assert told[0] == "" and told[1]
    review.refresh_from_db()
    assert review.is_sealed == (review.acts.last().act == "issue")
