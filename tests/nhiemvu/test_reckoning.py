"""Cách tính: the formula and the rows behind each percent, and the sentence behind each mark."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from nhiemvu.meanings import MEANINGS, NO_HEAD, meanings
from nhiemvu.moves import Move
from nhiemvu.reckoning import mark_because, reckoning
from nhiemvu.six_clear import Part
from nhiemvu.status import (
    HANOI,
    SOON_DAYS,
    Contradiction,
    Deadline,
    Decision,
    DecisionKind,
    Facts,
    Freshness,
    Mark,
    PlanItem,
    Update,
    Verdict,
    status,
)

TODAY = date(2026, 11, 23)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=HANOI)


def said(number: int, percent: int | None, day: date, *, confirmed: bool = True, **more: object) -> Update:
    done = noon(day) if confirmed else None
    return Update(
        id=number, percent=percent, effective_on=day, recorded_at=noon(day), confirmed_at=done, **more  # type: ignore[arg-type]
    )  # fmt: skip


def due(day: date | None, on: date = date(2026, 1, 1)) -> Deadline:
    return Deadline(due=day, continuing=day is None, effective_on=on, recorded_at=noon(on))


def item(code: str, *percents: int, year: int = 2026, **more: object) -> PlanItem:
    updates = tuple(said(n, percent, date(2026, 5, 1 + n)) for n, percent in enumerate(percents))
    facts = Facts(code=code, title=f"Việc {code}", updates=updates, **more)  # type: ignore[arg-type]
    given = date(2026, 1, 15)
    return PlanItem(facts=facts, year=year, effective_on=given, recorded_at=noon(given))


def dropped(day: date) -> tuple[Decision, ...]:
    return (Decision(kind=DecisionKind.DROPPED, effective_on=day, recorded_at=noon(day)),)


# -- percent -----------------------------------------------------------------------------------------------


def test_a_parents_percent_is_the_mean_of_the_items_given_this_year() -> None:
    gone = item("2026-D", 90, decisions=dropped(date(2026, 6, 1)))
    facts = Facts(
        items=(item("2026-B", 60), item("2026-A", 10, 41), item("2026-C"), gone, item("2027-A", year=2027))
    )
    shown = reckoning(facts, TODAY)
    assert shown.sum == "(41 + 60 + 0) : 3 = 33,67"
    assert shown.rounded
    assert shown.status.percent == 34
    assert [(row.code, row.percent, row.told) for row in shown.counted] == [
        ("2026-A", 41, True), ("2026-B", 60, True), ("2026-C", 0, False),
    ]  # fmt: skip
    assert {row.code: row.left_out for row in shown.items if row.left_out} == {
        "2026-D": "thôi thực hiện", "2027-A": "thuộc kế hoạch năm 2027",
    }  # fmt: skip


def test_a_mean_that_is_whole_is_not_rounded() -> None:
    shown = reckoning(Facts(items=(item("A", 40), item("B", 60))), TODAY)
    assert shown.sum == "(40 + 60) : 2 = 50"
    assert not shown.rounded


def test_of_a_rows_own_updates_the_newest_confirmed_one_is_taken() -> None:
    day = date(2026, 6, 1)
    updates = (
        said(1, 20, date(2026, 3, 1)),
        said(2, 40, date(2026, 4, 1)),
        said(3, 70, date(2026, 5, 1), confirmed=False),
        said(4, 90, day, confirmed=False, withdrawn_at=noon(day)),
        said(5, None, date(2026, 5, 2)),
    )
    shown = reckoning(Facts(updates=updates), TODAY)
    assert [(row.update.id, row.stands) for row in shown.said] == [
        (4, "đã thu hồi hoặc bị trả lại: không tính"),
        (5, "đã xác nhận, không khai tiến độ"),
        (3, "chờ văn phòng xác nhận: chưa tính"),
        (2, "đã xác nhận, mới nhất"),
        (1, "đã xác nhận, có số mới hơn"),
    ]
    assert [row.percent for row in shown.said if row.chosen] == [40] == [shown.status.percent]


def test_a_replaced_update_is_not_counted() -> None:
    first, second = said(1, 80, date(2026, 3, 1)), said(2, 30, date(2026, 3, 2), replaces=1)
    shown = reckoning(Facts(updates=(first, second)), TODAY)
    assert [row.stands for row in shown.said] == ["đã xác nhận, mới nhất", "đã có bản thay thế: không tính"]
    assert shown.status.percent == 30


def test_a_past_day_is_reckoned_from_what_was_known_then() -> None:
    facts = Facts(updates=(said(1, 20, date(2026, 3, 1)), said(2, 40, date(2026, 4, 1))))
    shown = reckoning(facts, date(2026, 3, 31))
    assert [row.update.id for row in shown.said] == [1]
    assert shown.status.percent == 20


def test_a_mirrored_row_is_reckoned_where_the_work_is() -> None:
    shown = reckoning(Facts(mirrors=Facts(code="DA-01", items=(item("A", 40),))), TODAY)
    assert [row.code for row in shown.counted] == ["A"]


@pytest.mark.parametrize("percents", [(100, 100), (100, 99), (0, 1), (33, 33, 34), (7, 8), (100,)])
def test_the_sum_shown_leads_to_the_percent_of_the_status(percents: tuple[int, ...]) -> None:
    shown = reckoning(Facts(items=tuple(item(f"V{n}", p) for n, p in enumerate(percents))), TODAY)
    exact = sum(percents) / len(percents)
    assert abs(exact - (shown.status.percent or 0)) <= 0.5 or shown.status.percent == 99
    assert shown.rounded == (exact != shown.status.percent)


# -- mark --------------------------------------------------------------------------------------------------

RISK = said(1, 10, date(2026, 3, 1), verdict=Verdict.AT_RISK)
DONE = said(1, None, date(2026, 11, 20), claims_completion=True)


@pytest.mark.parametrize(
    ("facts", "mark", "sentence"),
    [
        (Facts(deadlines=(due(date(2026, 10, 1)),)), Mark.OVERDUE,
         "Hạn 01/10/2026; đến ngày 23/11/2026 chưa hoàn thành, trễ 53 ngày."),
        (Facts(deadlines=(due(date(2026, 11, 25)),)), Mark.WARNING,
         "Hạn 25/11/2026, còn 2 ngày (sắp đến hạn: không quá 7 ngày)."),
        (Facts(deadlines=(due(date(2026, 11, 25)),), updates=(RISK,)), Mark.WARNING,
         "Hạn 25/11/2026, còn 2 ngày (sắp đến hạn: không quá 7 ngày); đơn vị đánh giá “có nguy cơ”."),
        (Facts(updates=(RISK,)), Mark.WARNING, "Đơn vị đánh giá “có nguy cơ”."),
        (Facts(deadlines=(due(date(2027, 1, 1)),)), Mark.ON_TIME,
         "Hạn 01/01/2027, còn 39 ngày; không có đánh giá xấu."),
        (Facts(deadlines=(due(None),)), Mark.CONTINUING,
         "Được xác định là việc thường xuyên, không có ngày kết thúc."),
        (Facts(), Mark.UNDETERMINED, "Chưa có thời hạn, cũng chưa được xác định là việc thường xuyên."),
        (Facts(decisions=dropped(date(2026, 6, 1))), Mark.STOPPED,
         "Có quyết định thôi thực hiện còn hiệu lực đến ngày 23/11/2026."),
        (Facts(updates=(DONE,)), Mark.COMPLETED, "Văn phòng đã xác nhận hoàn thành ngày 20/11/2026."),
        (Facts(updates=(DONE,), deadlines=(due(date(2026, 10, 1)),)), Mark.COMPLETED,
         "Văn phòng đã xác nhận hoàn thành ngày 20/11/2026, sau thời hạn."),
        (Facts(items=(item("V1", deadlines=(due(date(2026, 10, 1)),)),)), Mark.OVERDUE,
         "Hạn 01/10/2026 (theo việc cụ thể V1); đến ngày 23/11/2026 chưa hoàn thành, trễ 53 ngày."),
    ],
)  # fmt: skip
def test_every_mark_says_why(facts: Facts, mark: Mark, sentence: str) -> None:
    stood = status(facts, TODAY)
    assert stood.mark is mark
    assert mark_because(stood, SOON_DAYS) == sentence


# -- meanings ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", [Mark, Freshness, Contradiction, Move, Part])
def test_every_word_that_is_counted_has_a_meaning(words: type) -> None:
    assert [word for word in words if str(word) not in MEANINGS] == []  # type: ignore[attr-defined]
    assert all(MEANINGS[str(word)].word == word.label for word in words)  # type: ignore[attr-defined]


def test_no_two_words_share_a_name() -> None:
    names = [str(word) for words in (Mark, Freshness, Contradiction, Move, Part) for word in words]
    assert len(names) == len(set(names))
    assert meanings([NO_HEAD, Mark.OVERDUE])[1].word == "Quá hạn"
