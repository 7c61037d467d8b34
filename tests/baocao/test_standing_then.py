"""What a period lacks on a past day: what came to rest, or was closed, since is not known there yet."""

from datetime import UTC, date, datetime

from baocao.standing import rested
from nhiemvu.status import Ask, Decision, DecisionKind, Facts

CLOSED = date(2026, 8, 1)
DROPPED = date(2026, 7, 25)


def test_work_dropped_before_the_closing_was_still_missing_on_the_days_before_it_was():
    ask = Ask(period=1, asked_on=date(2026, 6, 15), submit_by=date(2026, 7, 14), closed_on=CLOSED)
    moment = datetime(2026, 7, 25, 9, tzinfo=UTC)
    decision = Decision(kind=DecisionKind.DROPPED, effective_on=DROPPED, recorded_at=moment)
    facts = Facts(asks=(ask,), decisions=(decision,))
    days = (date(2026, 7, 20), DROPPED, CLOSED, date(2026, 12, 1))
    assert [rested(facts, 1, day) for day in days] == [False, True, True, True]


def test_work_dropped_after_the_closing_had_been_missing():
    ask = Ask(period=1, asked_on=date(2026, 6, 15), submit_by=date(2026, 7, 14), closed_on=date(2026, 7, 16))
    moment = datetime(2026, 7, 25, 9, tzinfo=UTC)
    facts = Facts(
        asks=(ask,),
        decisions=(Decision(kind=DecisionKind.DROPPED, effective_on=DROPPED, recorded_at=moment),),
    )
    assert not rested(facts, 1, date(2026, 12, 1))
