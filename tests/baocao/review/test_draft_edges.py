"""Drafts of odd periods and programmes: each can be frozen and drawn in every format."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from baocao import reporting
from baocao.review import drafting, sealing
from tests.baocao.review.issuing import FORMATS, TODAY, Issuing


def drawn(work: Issuing, key: str) -> str:
    """The text of a draft of that period; each of its files can be made."""
    review = work.drafted(reporting.open_period(work.programme, key, work.office))
    for fmt in FORMATS:
        assert sealing.open_file(review, fmt)[0]
    frozen = sealing.freeze(review)
    assert frozen.as_of == drafting.day_of(review.period, TODAY).isoformat()
    return "\n".join(
        [
            frozen.subject,
            *(f"{part.heading} {' '.join(one.text for one in part.blocks)}" for part in frozen.parts),
        ]
    )


@pytest.mark.parametrize(
    ("key", "subject", "ahead"),
    [
        ("2025-2030-GK", "Sơ kết thực hiện", "NHIỆM VỤ TRỌNG TÂM THỜI GIAN TỚI"),
        ("2025-2030-TK", "Tổng kết thực hiện", "NHIỆM VỤ TRỌNG TÂM THỜI GIAN TỚI"),
        ("2026-9T", "9 tháng năm 2026", "NHIỆM VỤ TRỌNG TÂM QUÝ IV/2026"),
        ("2026", "năm 2026", "NHIỆM VỤ TRỌNG TÂM NĂM 2027"),
        ("2026-Q4", "quý IV/2026", "NHIỆM VỤ TRỌNG TÂM QUÝ I/2027"),
    ],
)
def test_each_kind_of_period_has_its_words(work, key, subject, ahead):
    said = drawn(work, key)
    assert subject in said and ahead in said


def test_a_period_that_has_not_begun_is_drafted_as_of_today(work):
    said = drawn(work, "2026-12")
    assert "số liệu tính đến ngày 05/10/2026 (kỳ báo cáo kết thúc ngày 14/12/2026)" in said


def test_a_programme_without_a_day_of_issue(work):
    work.programme.issued_on = None
    work.programme.save()
    said = drawn(work, "2026-08")
    assert "số 08-CTr/ĐUUB của" in said and "None" not in said


def test_before_the_programme_there_is_nothing_and_no_share_of_nothing(work):
    said = drawn(work, "2026-05")
    assert "None" not in said and "nan" not in said.lower().split()


def test_thirty_thousand_letters_and_pictures_of_the_office_are_issued(work):
    review = work.drafted()
    words = "Tập trung 😀 chỉ đạo & điều hành <b>. " * 800
    drafting.write(review.parts.get(key="IV"), words, work.office)
    issued = work.issued(review)
    part = next(one for one in sealing.freeze(issued).parts if one.key == "IV")
    assert part.blocks[0].text == " ".join(words.split()) and len(part.blocks[0].text) > 29_000
    assert [one for one in sealing.verify(issued) if not one.ok] == []


def test_a_day_of_issue_may_not_lie_before_the_figures_of_a_running_period(work):
    review = work.submitted(work.drafted(work.another("2026-10")))
    assert review.as_of == TODAY < date(2026, 10, 14)
    with pytest.raises(drafting.ValidationError, match=r"trước ngày của số liệu, 05/10/2026"):
        sealing.issue(review, work.secretary, number=1, issued_on=TODAY - timedelta(days=1))
