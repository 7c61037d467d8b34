"""The committee's reports in a programme's JSON. As of a day: each edition that was there by then, in the
state that it had then; what was sealed later has no number and no hash yet."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F

from baocao.models import Review, ReviewAct
from baocao.review.drafting import number_label
from chuongtrinh.models import Programme
from phancong.answered_then import AnsweredThen

Json = dict[str, Any]
_AFTER = {
    ReviewAct.Act.DRAFT: Review.State.DRAFT,
    ReviewAct.Act.CORRECT: Review.State.DRAFT,
    ReviewAct.Act.SUBMIT: Review.State.SUBMITTED,
    ReviewAct.Act.RECALL: Review.State.DRAFT,
    ReviewAct.Act.RETURN: Review.State.DRAFT,
    ReviewAct.Act.ISSUE: Review.State.ISSUED,
}
"""What state an act leaves; a refresh leaves it as it is."""


def reviews_json(programme: Programme, who: AnsweredThen) -> list[Json]:
    """Each edition by its period's last day, in two queries for them all."""
    acts: dict[int, list[str]] = defaultdict(list)
    known = ReviewAct.objects.filter(review__programme=programme, recorded_at__lt=who.known_at)
    for review, act in known.order_by("pk").values_list("review", "act"):
        acts[review].append(act)
    rows = Review.objects.filter(pk__in=acts).order_by("period__end", "period__start", "edition", "pk")
    said = ("pk", "edition", "replaces", "number", "symbol", "issued_on", "sha256")
    told: list[Any] = list(rows.values(*said, kind=F("period__kind"), label=F("period__label")))
    states = {pk: _state(done) for pk, done in acts.items()}
    for row in told:  # the oldest edition first: what replaced another may be replaced in turn
        if row["replaces"] and states[row["pk"]] == Review.State.ISSUED:
            states[row["replaces"]] = Review.State.SUPERSEDED
    return [_review(row, states[row["pk"]]) for row in told]


def _state(acts: list[str]) -> Review.State:
    return [_AFTER[ReviewAct.Act(act)] for act in acts if act != ReviewAct.Act.REFRESH][-1]


def _review(row: Json, state: Review.State) -> Json:
    sealed = state in (Review.State.ISSUED, Review.State.SUPERSEDED)
    return {
        "id": row["pk"],
        "number": f"Số {number_label(row['number'], row['symbol'])}" if sealed else None,
        "kind": row["kind"],
        "period": row["label"],
        "edition": row["edition"],
        "replaces": row["replaces"],
        "state": state.value,
        "issued_on": row["issued_on"].isoformat() if sealed and row["issued_on"] else None,
        "sha256": row["sha256"] if sealed else None,
    }
