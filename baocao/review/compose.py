"""A whole review report, written by rule from the record as it was known at a moment."""

from __future__ import annotations

from datetime import date, datetime

from baocao.models import Period
from baocao.periods import Kind
from baocao.review.annexes import annexes
from baocao.review.part_1_leading import cited, directives, leading, missing, opening
from baocao.review.part_2_results import done
from baocao.review.parts_3_to_5 import at_risk, requests, upcoming, wanting
from baocao.review.parts_shared import figures_of
from baocao.review.record import Record
from baocao.review.sources import Pages
from baocao.review.wording import in_period, line
from baocao.sealed.shape import Composed
from chuongtrinh.models import Programme

RULES = "1"
"""The version of the rules: it changes with any word that they write."""


def compose(programme: Programme, period: Period, *, as_of: date, known_at: datetime) -> Composed:
    """The report on the period as of a day, from what had been recorded before the moment. Written again with
    the same day and moment it is the same, whatever has been recorded since."""
    record = Record(programme, period, as_of, known_at)
    pages = Pages(record.programme, record.day)
    parts = (
        opening(record, pages),
        leading(record, pages),
        *done(record, pages),
        *wanting(record, pages),
        upcoming(record, pages),
        requests(record, pages),
    )
    return Composed(
        rules=RULES,
        parts=parts,
        annexes=annexes(record, pages),
        figures=_figures(record),
        asked=len(record.asked),
        missing=tuple(missing(record)),
    )


def subject_of(programme: Programme, period: Period) -> str:
    """What the report is about, under its title."""
    of = f"{cited(programme)} của {line(programme.committee.name)}"
    words = {Kind.MID_TERM: "Sơ kết", Kind.TERM: "Tổng kết"}
    return (
        f"{words.get(Kind.of(period.kind), 'Kết quả')} thực hiện {of} {in_period(period.kind, period.label)}"
    )


def _figures(record: Record) -> dict[str, int]:
    new = [one for one in directives(record) if one.first.given_on >= record.period.start]
    return {
        **figures_of(record.rows, "rows"),
        **figures_of(record.items, "items"),
        "at_risk": len(at_risk([*record.rows, *record.items])),
        "directives": len(new),
        "extended": len(record.extended),
        "reports": len(record.reports),
        "indicators": len(record.indicators),
        "indicators_told": sum(one.judged.point is not None for one in record.indicators),
    }
