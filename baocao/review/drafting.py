"""Drafts of a committee's report: begun from the record, worded by the office, submitted, replaced.

What the office writes lies beside what the rules composed: a refresh changes the one and never the other.
Errors are ValidationError with a message for people. Who may do it, views ask of phancong.permissions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from baocao.models import BY_STEP, Letterhead, Period, Review, ReviewAct, ReviewPart
from baocao.review import compose
from baocao.sealed.shape import Composed, blocks_of
from chuongtrinh.models import Programme

Act, State = ReviewAct.Act, Review.State
WORDS_AT_MOST: int = ReviewPart._meta.get_field("own").max_length or 0
TOO_LONG = "Một phần dài nhất 60.000 chữ: rút gọn, hoặc đưa vào phụ lục."
ASKED = "asked"
"""The name, among a draft's figures, of how many units its period asked."""


def day_of(period: Period, today: date) -> date:
    """The day that a report of the period speaks of: its last, or today while it is not over."""
    return min(period.end, today)


def letterhead_of(programme: Programme) -> Letterhead:
    """The committee's; or, where none is kept, an unsaved one with what the signed programme carries."""
    kept = Letterhead.objects.filter(committee=programme.committee_id).first()
    if kept is not None:
        return kept
    committee = programme.committee
    _, slash, office = programme.number.rpartition("/")
    wishes = {
        "parent": programme.letterhead_parent or committee.parent_name.upper(),
        "issuer": programme.letterhead_issuer or committee.name.upper(),
        "symbol": f"BC/{office.strip()}" if slash else "BC",
        "place": programme.place or committee.place,
        "signed_for": programme.signed_for,
        "signatory_post": programme.signatory_post,
        "signatory": programme.signatory,
        "recipients": "\n".join(one.name for one in programme.recipients.all()),
    }
    return Letterhead(
        committee=committee, **{name: said[: _room(Letterhead, name)] for name, said in wishes.items()}
    )


# -- the draft ---------------------------------------------------------------------------------------------


@transaction.atomic
def open_draft(period: Period, user: Any) -> Review:
    """The draft of the period, or a new one; ``user`` is None where the clock does it."""
    programme = _hold(period)
    rows = Review.objects.filter(period=period)
    if found := rows.filter(state__in=(State.DRAFT, State.SUBMITTED)).first():
        return found
    if issued := rows.filter(state=State.ISSUED).first():
        raise ValidationError(
            f"Kỳ {period.label} đã có {named(issued)}. Nếu cần sửa, mở báo cáo ấy và lập bản thay thế."
        )
    head = letterhead_of(programme)
    row = Review(
        programme=programme,
        period=period,
        committee=programme.committee,
        subject=_subject(programme, period),
        signed_for=head.signed_for,
        signatory_post=head.signatory_post,
        signatory=head.signatory,
        recipients=head.recipients,
    )
    return _begin(row, user, Act.DRAFT)


@transaction.atomic
def correct(review: Review, user: Any, because: str) -> Review:
    """A draft that is to replace an issued edition: from today's record, with what the office had written."""
    because = because.strip()
    if not because:
        raise ValidationError({"because": "Ghi vì sao phải ban hành bản thay thế."})
    programme = _hold(review.period)
    old = Review.objects.select_for_update().get(pk=review.pk)
    if old.state == State.SUPERSEDED:
        raise ValidationError("Báo cáo này đã được thay thế: hãy lập bản thay thế của bản mới nhất.")
    if old.state != State.ISSUED:
        raise ValidationError("Báo cáo chưa ban hành: sửa ngay trên dự thảo, không cần bản thay thế.")
    if Review.objects.filter(replaces=old).exists():
        raise ValidationError("Đã có dự thảo bản thay thế của báo cáo này: mở dự thảo ấy để sửa tiếp.")
    # Who signs now is the letterhead's to say: the old edition may be a former secretary's.
    head = letterhead_of(programme)
    signs = head if head.signatory else old
    row = Review(
        programme=programme,
        period=old.period,
        committee=programme.committee,
        edition=old.edition + 1,
        replaces=old,
        because=because,
        subject=old.subject,
        signed_for=signs.signed_for,
        signatory_post=signs.signatory_post,
        signatory=signs.signatory,
        recipients=old.recipients,
    )
    own = [part for part in old.parts.all() if part.own]
    return _begin(row, user, Act.CORRECT, own=own, reason=because)


@transaction.atomic
def refresh(review: Review, user: Any) -> None:
    """Read the record again. What the office wrote stays; what has changed beneath it is pointed out."""
    row = _draft(review)
    composed = _compose(row)
    step_of(row, user)
    _keep_parts(row, composed, row.parts.all(), user)
    _act(row, Act.REFRESH, user)
    _follow(review)


def _begin(
    row: Review, user: Any, act: ReviewAct.Act, *, own: Iterable[ReviewPart] = (), reason: str = ""
) -> Review:
    row.term_start = row.programme.term_start or 0
    composed = _compose(row)
    row.clean_fields(exclude=[field.name for field in row._meta.fields if field.name != "because"])
    step_of(row, user)
    carried = [
        ReviewPart(
            key=part.key, ordinal=part.ordinal, level=part.level, heading=part.heading, own=part.own,
            basis=part.basis,
        )
        for part in own
    ]  # fmt: skip
    _keep_parts(row, composed, carried, user)
    _act(row, act, user, reason)
    return row


def _compose(row: Review) -> Composed:
    """Write the report anew, from what is on record at this moment."""
    row.as_of, row.known_at = day_of(row.period, timezone.localdate()), timezone.now()
    composed = compose.compose(row.programme, row.period, as_of=row.as_of, known_at=row.known_at)
    row.rules = composed.rules
    row.annexes = [annex.as_json() for annex in composed.annexes]
    row.figures = composed.figures | {ASKED: composed.asked}
    row.missing = list(composed.missing)
    return composed


def _subject(programme: Programme, period: Period) -> str:
    return compose.subject_of(programme, period)[: _room(Review, "subject")]


def _room(model: Any, name: str) -> int:
    return model._meta.get_field(name).max_length


def _keep_parts(review: Review, composed: Composed, then: Iterable[ReviewPart], user: Any) -> None:
    """The parts as they are composed now, with the words of the office that stood ``then``. A part that is
    composed no more keeps its place as long as the office has words in it."""
    old = {part.key: part for part in then}
    order = [part.key for part in composed.parts]
    left = None
    for held_part in sorted(old.values(), key=lambda part: part.ordinal):
        if held_part.key not in order:
            if not held_part.own:
                continue
            order.insert(order.index(left) + 1 if left else 0, held_part.key)
        left = held_part.key
    now = {part.key: part for part in composed.parts}
    new: list[ReviewPart] = []
    for ordinal, key in enumerate(order, start=1):
        row = old.pop(key, None) or ReviewPart(key=key)
        before = (row.ordinal, row.level, row.heading)
        was, row.composed = row.composed, []
        if part := now.get(key):
            row.level, row.heading = part.level, part.heading
            row.composed = [block.as_json() for block in part.blocks]
        row.review, row.ordinal = review, ordinal
        if row.pk is None:
            new.append(row)
        elif (row.ordinal, row.level, row.heading) != before:
            step_of(row, user)
        elif row.composed != was:
            # Histories leave out what is composed: a line of theirs would tell of nothing.
            vars(row)["skip_history_when_saving"] = True
            row.save()
    for gone in old.values():
        vars(gone)["_history_user"], vars(gone)["_change_reason"] = user, BY_STEP
        gone.delete()
    bulk_create_with_history(
        new, ReviewPart, batch_size=200, default_user=user, default_change_reason=BY_STEP
    )


# -- the office's words ------------------------------------------------------------------------------------


@transaction.atomic
def write(part: ReviewPart, own: str, user: Any) -> None:
    """The office's words stand instead of what is composed, which is kept as what they were written over."""
    if not own.strip():
        raise ValidationError({"own": "Ghi lời của văn phòng, hoặc dùng lại câu lập từ số liệu."})
    if len(own) > WORDS_AT_MOST:
        raise ValidationError({"own": TOO_LONG})
    row = _part(part)
    row.own, row.basis = own.strip(), row.composed
    _tracked(row, user)
    part.refresh_from_db()


@transaction.atomic
def use_composed(part: ReviewPart, user: Any) -> None:
    """Drop the office's words."""
    row = _part(part)
    row.own, row.basis = "", []
    if not row.composed:
        row.delete()  # composed no more: it stood for these words alone
        return
    _tracked(row, user)
    part.refresh_from_db()


@transaction.atomic
def accept_changes(part: ReviewPart, user: Any) -> None:
    """The office has seen what the record says otherwise, and its words do."""
    row = _part(part)
    row.basis = row.composed
    _tracked(row, user)
    part.refresh_from_db()


_DIGITS = re.compile(r"\d+")


def changed_figures(part: ReviewPart) -> list[tuple[str, str]]:
    """Where the office's own words stand: each sentence composed otherwise since they were written, before
    and now; "" for one that is new or gone."""
    if not part.own:
        return []
    before, now = _sentences(part.basis), _sentences(part.composed)
    # The same sentence with another figure is the same sentence: digits do not count in laying them together.
    was_plain, now_plain = ([_DIGITS.sub("0", text) for text in texts] for texts in (before, now))
    found = []
    for _, a, b, c, d in SequenceMatcher(None, was_plain, now_plain, autojunk=False).get_opcodes():
        pairs = zip_longest(before[a:b], now[c:d], fillvalue="")
        found += [(was, said) for was, said in pairs if was != said]
    return found


def _sentences(said: list[dict[str, Any]]) -> list[str]:
    return [sentence.text for block in blocks_of(said) for sentence in block.sentences]


# -- steps -------------------------------------------------------------------------------------------------


@transaction.atomic
def submit(review: Review, user: Any) -> None:
    _step(_draft(review), State.SUBMITTED, Act.SUBMIT, user)
    _follow(review)


@transaction.atomic
def recall(review: Review, user: Any) -> None:
    """Take back what was submitted and not yet issued, to change it."""
    _step(_submitted(review), State.DRAFT, Act.RECALL, user)
    _follow(review)


@transaction.atomic
def send_back(review: Review, user: Any, reason: str) -> None:
    """What the leader returns goes on as the next draft."""
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": "Ghi vì sao trả lại, cần sửa gì."})
    row = _submitted(review)
    row.draft_number += 1
    _step(row, State.DRAFT, Act.RETURN, user, reason)
    _follow(review)


def named(review: Review) -> str:
    """An issued report as a message names it: "báo cáo số 01-BC/ĐUUB ngày 14/06/2026"."""
    return f"báo cáo số {number_label(review.number, review.symbol)} ngày {review.issued_on:%d/%m/%Y}"


def number_label(number: int | None, symbol: str) -> str:
    """01-BC/ĐUUB; with room for the number where there is none yet."""
    return f"{'     ' if number is None else f'{number:02d}'}-{symbol}"


# -- inside ------------------------------------------------------------------------------------------------


def _hold(period: Period) -> Programme:
    """Until the transaction ends nobody else begins a report of the programme."""
    Programme.objects.select_for_update().only("pk").get(pk=period.programme_id)
    return Programme.objects.defer("source").select_related("committee").get(pk=period.programme_id)


def held(review: Review) -> Review:
    rows = Review.objects.select_related(
        "programme__committee", "period", "replaces", "committee", "issued_by"
    )
    return rows.select_for_update(of=("self",)).get(pk=review.pk)


def _draft(review: Review) -> Review:
    row = held(review)
    if row.state != State.DRAFT:
        raise ValidationError(
            f"Báo cáo {row.get_state_display().lower()}, không còn là dự thảo: tải lại trang."
        )
    return row


def _submitted(review: Review) -> Review:
    row = held(review)
    if row.state != State.SUBMITTED:
        raise ValidationError(f"Báo cáo {row.get_state_display().lower()}, không chờ duyệt: tải lại trang.")
    return row


def _part(part: ReviewPart) -> ReviewPart:
    _draft(part.review)
    return ReviewPart.objects.select_for_update().get(pk=part.pk)


def _step(row: Review, state: Review.State, act: ReviewAct.Act, user: Any, reason: str = "") -> None:
    row.state = state
    step_of(row, user)
    _act(row, act, user, reason)


def _act(row: Review, act: ReviewAct.Act, user: Any, reason: str = "") -> ReviewAct:
    done = ReviewAct(review=row, act=act, by=user, reason=reason)
    done.full_clean(exclude=["review", "by"])
    done.save()
    return done


def step_of(row: Review | ReviewPart, user: Any) -> None:
    """Save what an act does to a row: the history need not tell it again."""
    vars(row)["_change_reason"] = BY_STEP
    _tracked(row, user)


def _tracked(row: Review | ReviewPart, user: Any) -> None:
    """Save, and let the history say who did it where no request does."""
    vars(row)["_history_user"] = user
    row.save()


def _follow(review: Review) -> None:
    """What the caller holds is what was done."""
    review.refresh_from_db()
