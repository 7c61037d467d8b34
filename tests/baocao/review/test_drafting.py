"""Drafts: begun once, refreshed beneath the office's words, submitted, returned, replaced."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from baocao.models import BY_STEP, Letterhead, Review, ReviewPart
from baocao.review import compose, drafting
from baocao.review.drafting import changed_figures
from tests.baocao.review.issuing import TODAY, on, text_of

State = Review.State


def acts(review: Review) -> list[str]:
    return list(review.acts.order_by("pk").values_list("act", flat=True))


def said(*texts: str) -> list[dict]:
    return [{"kind": "paragraph", "sentences": [{"text": text, "sources": []} for text in texts]}]


def test_a_draft_speaks_of_the_periods_last_day_and_is_begun_once(work):
    review = work.drafted()
    assert (review.as_of, review.state, review.edition) == (date(2026, 9, 14), State.DRAFT, 1)
    assert review.rules == compose.RULES
    assert drafting.open_draft(work.period, work.office) == review
    assert acts(review) == ["draft"]
    assert review.acts.get().by == work.office
    made = compose.compose(work.programme, work.period, as_of=review.as_of, known_at=review.known_at)
    assert [(part.key, part.heading) for part in review.parts.all()] == [
        (part.key, part.heading) for part in made.parts
    ]
    assert Review.history.filter(id=review.pk).get().history_change_reason == BY_STEP


def test_a_report_of_a_running_period_speaks_of_today(work):
    period = work.another("2026-10")
    assert drafting.open_draft(period, None).as_of == TODAY
    assert drafting.day_of(period, period.end + timedelta(days=3)) == period.end


def test_the_clock_may_draft(work):
    review = drafting.open_draft(work.period, None)
    assert review.acts.get().by is None


def test_where_one_is_issued_another_draft_is_refused_and_the_way_is_told(work):
    work.issued()
    with pytest.raises(ValidationError, match=r"01-BC/ĐUUB.*lập bản thay thế"):
        work.drafted()


def test_a_refresh_reads_the_record_again_and_keeps_the_offices_words(work):
    review = work.drafted()
    part = next(part for part in review.parts.all() if "40%" in text_of(part))
    drafting.write(part, "Văn phòng viết: 40 ha.", work.office)
    assert changed_figures(part) == []
    work.mend(percent=55, content="Đã khảo sát 55 ha")
    with on(TODAY, 15):
        drafting.refresh(review, work.office)
    part.refresh_from_db()
    assert part.own == "Văn phòng viết: 40 ha."
    pairs = changed_figures(part)
    assert any("40%" in before and "55%" in now for before, now in pairs)
    assert all(before != now for before, now in pairs)
    drafting.accept_changes(part, work.office)
    assert (part.own, changed_figures(part)) == ("Văn phòng viết: 40 ha.", [])
    drafting.use_composed(part, work.office)
    assert part.own == "" and "55%" in text_of(part)
    assert acts(review) == ["draft", "refresh"]


def test_a_refresh_that_changes_nothing_leaves_no_line_in_the_histories(work):
    review = work.drafted()
    lines = ReviewPart.history.count()
    drafting.refresh(review, work.office)
    assert ReviewPart.history.count() == lines


@pytest.mark.parametrize(
    ("before", "now", "pairs"),
    [
        (["Có 05 việc.", "Hết."], ["Có 06 việc.", "Hết."], [("Có 05 việc.", "Có 06 việc.")]),
        (["Một.", "Hai."], ["Một.", "Ba.", "Hai."], [("", "Ba.")]),
        (["Một.", "Hai."], ["Hai."], [("Một.", "")]),
        (["Một."], ["Một."], []),
        (["Có 05 việc.", "Có 06 việc."], ["Có 06 việc.", "Có 07 việc."],
         [("Có 05 việc.", "Có 06 việc."), ("Có 06 việc.", "Có 07 việc.")]),
    ],
)  # fmt: skip
def test_what_changed_is_laid_beside_what_it_was(before, now, pairs):
    part = ReviewPart(own="Lời", basis=said(*before), composed=said(*now))
    assert changed_figures(part) == pairs
    assert changed_figures(ReviewPart(basis=said(*before), composed=said(*now))) == []


def test_a_part_that_is_composed_no_more_stays_as_long_as_the_office_has_words_in_it(work):
    review = work.drafted()
    for key, own in (("II.cu", "Lời của văn phòng"), ("II.trong", "")):
        ReviewPart.objects.create(review=review, key=key, ordinal=3, level=2, heading="Cũ", own=own)
    drafting.refresh(review, work.office)
    keys = [part.key for part in review.parts.all()]
    assert "II.trong" not in keys
    assert 0 < keys.index("II.cu") < len(keys) - 1
    drafting.use_composed(review.parts.get(key="II.cu"), work.office)
    assert not review.parts.filter(key="II.cu").exists()


def test_steps_go_their_way_and_no_other(work):
    review = work.drafted()
    for early in (drafting.recall, lambda *given: drafting.send_back(*given, "Lý do")):
        with pytest.raises(ValidationError, match="không chờ duyệt"):
            early(review, work.office)
    drafting.submit(review, work.office)
    part = review.parts.first()
    for late in (
        lambda: drafting.submit(review, work.office),
        lambda: drafting.refresh(review, work.office),
        lambda: drafting.write(part, "Lời", work.office),
        lambda: drafting.use_composed(part, work.office),
        lambda: drafting.accept_changes(part, work.office),
    ):
        with pytest.raises(ValidationError, match="không còn là dự thảo"):
            late()
    drafting.recall(review, work.office)
    assert (review.state, review.draft_number) == (State.DRAFT, 1)
    drafting.submit(review, work.office)
    with pytest.raises(ValidationError, match="vì sao trả lại"):
        drafting.send_back(review, work.secretary, "  ")
    drafting.send_back(review, work.secretary, "Nêu rõ nguyên nhân")
    assert (review.state, review.draft_number) == (State.DRAFT, 2)
    assert acts(review) == ["draft", "submit", "recall", "submit", "return"]
    assert review.acts.last().reason == "Nêu rõ nguyên nhân"


def test_empty_words_and_too_long_ones_are_refused(work):
    part = work.drafted().parts.first()
    with pytest.raises(ValidationError, match="Ghi lời của văn phòng"):
        drafting.write(part, " \n ", work.office)
    with pytest.raises(ValidationError):
        drafting.write(part, "a" * 60_001, work.office)


def test_a_correction_is_a_new_edition_that_begins_with_the_offices_words(work):
    review = work.drafted()
    part = review.parts.get(key="IV")
    drafting.write(part, "Trọng tâm của văn phòng.", work.office)
    old = work.issued(review)
    with pytest.raises(ValidationError, match="vì sao"):
        work.corrected(old, " ")
    new = work.corrected(old)
    assert (new.edition, new.replaces, new.because) == (2, old, "Đính chính số liệu")
    assert (new.state, new.number, new.subject) == (State.DRAFT, None, old.subject)
    carried = new.parts.get(key="IV")
    assert (carried.own, carried.basis) == ("Trọng tâm của văn phòng.", part.basis)
    assert acts(new) == ["correct"]
    with pytest.raises(ValidationError, match="Đã có dự thảo bản thay thế"):
        work.corrected(old)
    assert work.drafted() == new
    with pytest.raises(ValidationError, match="sửa ngay trên dự thảo"):
        work.corrected(new)
    work.issued(new)
    old.refresh_from_db()
    with pytest.raises(ValidationError, match="đã được thay thế"):
        work.corrected(old)


def test_a_new_edition_is_signed_by_who_signs_now(work):
    old = work.issued()
    head = drafting.letterhead_of(work.programme)
    head.signatory, head.signatory_post = "Người Ký Mới", "PHÓ BÍ THƯ"
    head.save()
    new = work.corrected(old)
    assert (new.signatory, new.signatory_post) == ("Người Ký Mới", "PHÓ BÍ THƯ")


def test_the_letterhead_comes_from_the_programme_until_the_committee_keeps_one(work):
    head = drafting.letterhead_of(work.programme)
    assert head.pk is None and head.symbol == "BC/ĐUUB"
    assert (head.parent, head.issuer, head.place) == ("ĐẢNG BỘ XÃ MẪU", "ĐẢNG ỦY UBND XÃ", "Xã Mẫu")
    assert head.recipients == "Ban Thường vụ Đảng ủy xã\nLưu: VPĐU."
    head.symbol = "BC/ĐU"
    head.save()
    assert drafting.letterhead_of(work.programme) == Letterhead.objects.get()
    assert drafting.letterhead_of(work.programme).symbol == "BC/ĐU"


def test_a_programme_that_says_little_can_still_be_drafted(work):
    programme = work.programme
    programme.number, programme.letterhead_issuer, programme.signatory = "CT", "", ""
    programme.signed_for = programme.signatory_post = programme.place = ""
    programme.save()
    programme.recipients.all().delete()
    assert drafting.letterhead_of(programme).symbol == "BC"
    assert work.drafted().signatory == ""
