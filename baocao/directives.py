"""Directives: given to units, on rows of work or on the whole of theirs; answered; accepted or asked again.

Nothing is edited: an answer that does not do is asked again with a reason and a new day, a directive that is
no longer wanted is withdrawn with one. Errors are ValidationError with a message for people. What one does
not find here, who may do it, views ask of phancong.permissions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.utils import timezone

from baocao import periods
from baocao.answering import Answered, Given, Standing, standing
from baocao.drafting import PROOFS_AT_MOST, forget_unproving, kept_file, moment
from baocao.models import Addressed, Answer, Directive, Evidence
from baocao.reporting import rules_of
from chuongtrinh.models import Programme
from nhiemvu.as_of import Day
from nhiemvu.models import Task
from nhiemvu.rules import year_fault
from phancong.answerable import Answerability
from phancong.models import Unit
from phancong.permissions import plans_for_another

WORKING_DAYS = {Directive.Kind.URGING: 3}
"""How long a unit usually has to answer, in working days; other kinds ``USUALLY``."""
USUALLY = 5
ADDRESSED_AT_MOST = 50
_NOT_EARLIER = "Hạn trả lời phải từ {day:%d/%m/%Y} trở đi."


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What is instructed, when, and by which day an answer is wanted."""

    kind: Directive.Kind
    text: str
    given_on: date
    answer_by: date
    document: str = ""

    def errors(self, programme: Programme, today: date) -> dict[str, str]:
        found = {}
        if not self.text.strip():
            found["text"] = "Ghi nội dung chỉ đạo: đơn vị phải làm gì, trả lời về việc gì."
        if self.given_on > today:
            found["given_on"] = f"Ngày chỉ đạo không sau hôm nay, {today:%d/%m/%Y}."
        elif fault := year_fault(self.given_on, programme):
            found["given_on"] = fault
        if fault := _day_fault(self.answer_by, programme, today):
            found["answer_by"] = fault
        return found


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that proves an answer, by number, day and issuer."""

    number: str
    issued_on: date | None = None
    issuer: str = ""


@dataclass(slots=True)
class Addresses:
    """Whom a directive would address: each unit, on a row of work or (None) on the whole of its own."""

    found: list[tuple[Unit, Task | None]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def answer_by(programme: Programme, kind: str, today: date) -> date:
    """The usual day for an answer: a few working days on."""
    days = WORKING_DAYS.get(Directive.Kind(kind), USUALLY)
    return periods.add_working_days(today, days, rules_of(programme))


def addresses(
    programme: Programme, tasks: Sequence[Task], units: Iterable[Unit], on: date, may: Iterable[int]
) -> Addresses:
    """Each row's principal leading unit on the day, and the units as a whole; ``may``: those that the person
    may direct. For rows that no single unit leads the units answer that are named beside them. Rows need
    ``mirrors`` and ``entry``: work that stands in two places is directed in one."""
    allowed, told, chosen = set(may), Addresses(), list(units)
    homes = {home.pk: home for home in (task.mirrors or task for task in tasks)}
    who = Answerability(programme, on=on, tasks=homes.values(), overseers=False) if homes else None
    shared = []
    for task in homes.values():
        unit = who.leading_unit(task) if who else None
        if task.kind == Task.Kind.PLAN_ITEM and task.entry.given_on is None:
            told.faults.append(f"{task.code} còn nằm trong kế hoạch chưa giao: chưa có gì để chỉ đạo.")
        elif unit is None:
            shared.append(task)
        elif unit.pk not in allowed:
            told.faults.append(f"{task.code} do {unit.name} chủ trì: không thuộc đơn vị đồng chí phụ trách.")
        else:
            told.found.append((unit, task))
    for unit in chosen:
        if unit.pk in allowed:
            about: list[Task | None] = [*shared] or [None]
            told.found += [(unit, one) for one in about]
        else:
            told.faults.append(f"{unit.name} không thuộc đơn vị đồng chí phụ trách.")
    if shared and not chosen:
        codes = ", ".join(task.code for task in shared)
        told.faults.append(f"{codes} chưa có một đơn vị chủ trì chính: chọn đơn vị trả lời ở ô bên dưới.")
    return told


@transaction.atomic
def give(
    programme: Programme, user: Any, words: Words, addressed: Sequence[tuple[Unit, Task | None]]
) -> Directive:
    """Record it for all whom it addresses. The same again, by the same person for the same, is there already:
    a form that comes twice has one effect."""
    errors = words.errors(programme, timezone.localdate())
    if not addressed:
        errors["tasks"] = "Ghi mã việc hoặc chọn đơn vị: phải có nơi trả lời."
    elif len(addressed) > ADDRESSED_AT_MOST:
        errors["tasks"] = f"Mỗi ý kiến nhiều nhất {ADDRESSED_AT_MOST} việc, đơn vị: tách thành nhiều ý kiến."
    if errors:
        raise ValidationError(errors)
    Programme.objects.select_for_update().only("pk").get(pk=programme.pk)
    named = {
        "kind": words.kind,
        "text": words.text.strip(),
        "document": words.document.strip(),
        "given_on": words.given_on,
        "answer_by": words.answer_by,
        "given_by": user,
    }
    wanted = {(unit.pk, task.pk if task else None) for unit, task in addressed}
    for same in Directive.objects.filter(programme=programme, withdrawn_at=None, **named):
        if set(same.addressed.values_list("unit", "task")) == wanted:
            return same
    directive = Directive(programme=programme, **named)
    directive.full_clean(exclude=["programme", "given_by"])
    directive.save()
    Addressed.objects.bulk_create(
        Addressed(directive=directive, unit_id=unit, task_id=task)
        for unit, task in dict.fromkeys((u.pk, t.pk if t else None) for u, t in addressed)
    )
    return directive


def answer(
    addressed: Addressed,
    user: Any,
    text: str,
    *,
    files: Sequence[UploadedFile] = (),
    papers: Sequence[Paper] = (),
) -> Answer:
    """Answer for the unit, with proofs, all or nothing, kept files too; the same words with the same proofs
    again while they wait are one."""
    kept: list[str] = []
    try:
        return _answer_with(addressed, user, text.strip(), files, papers, kept)
    except (ValidationError, DatabaseError):
        for sha256 in kept:
            forget_unproving(sha256)
        raise


@transaction.atomic
def _answer_with(
    addressed: Addressed,
    user: Any,
    text: str,
    files: Sequence[UploadedFile],
    papers: Sequence[Paper],
    kept: list[str],
) -> Answer:
    if not text:
        raise ValidationError({"text": "Ghi trả lời: đã làm gì, đến đâu, bao giờ xong."})
    row = _held(addressed)
    if row.directive.withdrawn_at:
        raise ValidationError(f"Ý kiến này đã được rút lúc {moment(row.directive.withdrawn_at)}.")
    proofs = _proofs(files, papers, kept)
    last = row.answers.select_related("author").order_by("-pk").first()
    if last and last.state != Answer.State.ASKED_AGAIN:
        if last.text == text and last.author_id == user.pk and _proved_by(last, proofs):
            return last
        raise ValidationError(
            f"{last.author} đã trả lời lúc {moment(last.recorded_at)}; {_STOOD[Answer.State(last.state)]}. "
            "Chưa ghi gì thêm; những gì đồng chí nhập vẫn còn ở đây.",
            code="changed_meanwhile",
        )
    made = Answer(addressed=row, text=text, author=user, by_office=plans_for_another(user))
    made.full_clean(exclude=["addressed", "author"])
    made.save()
    Evidence.objects.bulk_create(Evidence(answer=made, added_by=user, **proof) for proof in proofs)
    return made


@transaction.atomic
def accept(answered: Answer, user: Any) -> None:
    """The answer does. By the same person a second time it changes nothing."""
    row = _answer(answered)
    if row.state == Answer.State.ACCEPTED and row.settled_by_id == user.pk:
        return
    _settle(row, user, Answer.State.ACCEPTED)


@transaction.atomic
def ask_again(answered: Answer, user: Any, because: str, by: date) -> None:
    """The answer does not do: why, and by which day another is wanted."""
    errors, today, because = {}, timezone.localdate(), because.strip()
    if not because:
        errors["because"] = "Ghi cần trả lời thêm gì."
    if fault := _day_fault(by, answered.addressed.directive.programme, today):
        errors["answer_by"] = fault
    if errors:
        raise ValidationError(errors)
    row = _answer(answered)
    said = (row.state, row.settled_by_id, row.asked_again_because, row.answer_by)
    if said == (Answer.State.ASKED_AGAIN, user.pk, because, by):
        return
    _settle(row, user, Answer.State.ASKED_AGAIN, asked_again_because=because, answer_by=by)


@transaction.atomic
def withdraw(directive: Directive, user: Any, because: str) -> None:
    """No longer wanted: what has been answered stays to be read."""
    because = because.strip()
    if not because:
        raise ValidationError({"withdrawn_because": "Ghi vì sao rút ý kiến này."})
    row = Directive.objects.select_for_update().get(pk=directive.pk)
    if row.withdrawn_at:
        if row.withdrawn_by_id == user.pk and row.withdrawn_because == because:
            return
        raise ValidationError(f"Ý kiến này đã được rút lúc {moment(row.withdrawn_at)}.")
    if not row.addressed.exclude(answers__state=Answer.State.ACCEPTED).exists():
        raise ValidationError("Mọi nơi đã trả lời đạt yêu cầu: không còn gì để rút.")
    row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = timezone.now(), user, because
    row.full_clean(exclude=["programme", "given_by", "withdrawn_by"])
    row.save()


def stand_on(row: Addressed, day: Day) -> Standing | None:
    """How the directive stood with the unit at the end of the day; None where it was not yet given. Reads
    what is prefetched."""
    found = row.directive
    answers = tuple(
        Answered(
            recorded_at=one.recorded_at,
            settled_at=one.settled_at,
            accepted=one.state == Answer.State.ACCEPTED,
            answer_by=one.answer_by,
        )
        for one in row.answers.all()
    )
    given = Given(
        recorded_at=found.recorded_at,
        answer_by=found.answer_by,
        withdrawn_at=found.withdrawn_at,
        answers=answers,
    )
    return standing(given, day.on, known_at=day.known_at)


# -- inside ------------------------------------------------------------------------------------------------

_STOOD = {Answer.State.SUBMITTED: "trả lời ấy đang chờ ý kiến", Answer.State.ACCEPTED: "đã đạt yêu cầu"}


def _day_fault(day: date, programme: Programme, today: date) -> str:
    return _NOT_EARLIER.format(day=today) if day < today else year_fault(day, programme)


def _held(addressed: Addressed) -> Addressed:
    """The directive's row is always held first, so that two never wait for each other."""
    Directive.objects.select_for_update().get(pk=addressed.directive_id)
    return Addressed.objects.select_related("directive").get(pk=addressed.pk)


def _answer(answered: Answer) -> Answer:
    _held(answered.addressed)
    return Answer.objects.select_related("addressed__directive", "settled_by").get(pk=answered.pk)


def _settle(row: Answer, user: Any, state: Answer.State, **told: Any) -> None:
    if row.state != Answer.State.SUBMITTED:
        at = moment(row.settled_at)
        raise ValidationError(
            f"{row.settled_by} đã ghi “{row.get_state_display()}” lúc {at}. Chưa ghi gì thêm.",
            code="changed_meanwhile",
        )
    if row.addressed.directive.withdrawn_at:
        raise ValidationError(f"Ý kiến này đã được rút lúc {moment(row.addressed.directive.withdrawn_at)}.")
    row.state, row.settled_at, row.settled_by = state, timezone.now(), user
    for name, value in told.items():
        setattr(row, name, value)
    row.full_clean(exclude=["addressed", "author", "settled_by"])
    row.save()


def _proofs(files: Sequence[UploadedFile], papers: Sequence[Paper], kept: list[str]) -> list[dict[str, Any]]:
    """What the rows of evidence hold; the same file or document twice is one. ``kept``: takes the files'
    SHA-256 as they are kept."""
    if len(files) + len(papers) > PROOFS_AT_MOST:
        raise ValidationError({"proofs": f"Mỗi trả lời nhiều nhất {PROOFS_AT_MOST} minh chứng."})
    found: dict[Any, dict[str, Any]] = {}
    told = []
    for upload in files:
        try:
            proof = kept_file(upload)
        except ValidationError as error:
            told += error.messages
        else:
            kept.append(proof["sha256"])
            found[proof["sha256"]] = proof
    if told:
        raise ValidationError({"proofs": told})
    for paper in papers:
        found[paper] = {"number": paper.number, "issued_on": paper.issued_on, "issuer": paper.issuer}
    return list(found.values())


def _proved_by(row: Answer, proofs: Iterable[dict[str, Any]]) -> bool:
    """Whether all of these are among its proofs."""
    telling = ("sha256", "number", "issued_on", "issuer")
    wanted = ({name: said for name, said in proof.items() if name in telling} for proof in proofs)
    return all(row.evidence.filter(**one).exists() for one in wanted)
