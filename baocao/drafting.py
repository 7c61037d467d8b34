"""What a unit writes before it is sent: kept without losing a word, with its proofs.

``reporting.save_draft`` refuses who writes over another's words; here the same form sent twice is one effect,
and a draft takes files and references to documents.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import DatabaseError, transaction
from django.db.models import OuterRef, QuerySet
from django.utils import timezone

from baocao.evidence import kinds, store
from baocao.models import Asked, Draft, Evidence, Period, SealedFile, Update
from baocao.models.update import WRITTEN
from baocao.report_data import ReportData
from baocao.reporting import STANDING, copy_evidence, hold_open, refuse_the_units_own, row_of, save_draft

PROOFS_AT_MOST = 20
"""Files and documents of one report."""


@transaction.atomic
def keep(
    asked: Asked, user: Any, data: ReportData, *, version: int | None, seen: int | None
) -> Draft | Update:
    """Keep what was typed; ``seen`` is the newest update of the period that its writer has seen.

    What is already there word for word is handed back as it is: a form that comes twice has one effect.
    Raises ValidationError, code "sent_meanwhile", "changed_meanwhile" or "units_own", where something else is
    there.
    """
    Period.objects.select_for_update(of=("self",)).get(pk=asked.period_id)
    newest = _newest(asked)
    draft = Draft.objects.filter(**row_of(asked)).first()
    refuse_the_units_own(draft, user)
    if draft and ReportData.of(draft) == data:
        return draft
    if newest and newest.pk != seen and newest.state in STANDING:
        if ReportData.of(newest) == data:
            return newest
        raise ValidationError(
            f"{newest.author} đã gửi việc này lúc {moment(newest.recorded_at)}. Chưa ghi gì thêm; những gì "
            "bạn nhập vẫn còn ở đây. Bấm Lưu nháp lần nữa nếu muốn báo lại theo bản của bạn.",
            code="sent_meanwhile",
        )
    return save_draft(asked, user, data, version=version)


@transaction.atomic
def begin_again(update: Update, asked: Asked, user: Any) -> Draft:
    """Report once more in the same period: a draft that begins with what was sent."""
    draft = save_draft(asked, user, ReportData.of(update), version=None)
    copy_evidence(update, draft)
    return draft


def said_elsewhere(period: Period) -> QuerySet[Update]:
    """Of an outer ``Asked``: what its unit sent for another period that speaks of a day within this one, the
    newest first, but words before "không phát sinh": a quiet month does not make a quiet quarter."""
    return (
        Update.objects.filter(
            task=OuterRef("task"),
            unit=OuterRef("unit"),
            share=OuterRef("share"),
            state__in=STANDING,
            effective_on__range=(period.start, period.end),
        )
        .exclude(period=period)
        .order_by("no_change", "-effective_on", "-pk")
    )


@transaction.atomic
def take_over(period: Period, taken: Iterable[tuple[Asked, int]], user: Any) -> int:
    """Begin a draft of each row with what the unit sent for another period, its proofs too; how many.

    Rows that have a draft or a report by now are left as they are: asked twice, it is done once."""
    period = hold_open(period)
    wanted = dict(taken)
    here = {"period": period, "task__in": [row.task_id for row in wanted]}
    drafts, sent = Draft.objects.filter(**here), Update.objects.filter(**here, state__in=STANDING)
    of = ("task", "unit", "share")
    known = {*drafts.values_list(*of), *sent.values_list(*of)}
    sources = Update.objects.prefetch_related("evidence").in_bulk(wanted.values())
    begun = 0
    for asked, pk in wanted.items():
        update = sources.get(pk)
        if (asked.task_id, asked.unit_id, asked.share) in known or not update:
            continue
        written = {name: getattr(update, name) for name in WRITTEN}
        copy_evidence(update, Draft.objects.create(**row_of(asked), author=user, **written))
        begun += 1
    return begun


def is_returned_unchanged(draft: Draft) -> Update | None:
    """The update that the office returned, where the draft still says exactly the same."""
    newest = _newest(draft)
    if (
        newest is None
        or newest.state != Update.State.RETURNED
        or ReportData.of(newest) != ReportData.of(draft)
    ):
        return None
    proofs = [set(row.evidence.values_list("sha256", "number")) for row in (newest, draft)]
    return newest if proofs[0] == proofs[1] else None


@transaction.atomic
def drop(draft: Draft) -> None:
    """Leave a second report of the period unsent; what was sent stands."""
    sent = Update.objects.filter(**row_of(draft), state__in=STANDING)
    if not draft.period.is_open or not sent.exists():
        raise ValidationError("Chỉ bỏ được bản báo cáo thêm, khi kỳ còn mở.")
    draft.delete()


def _newest(of: Asked | Draft) -> Update | None:
    return Update.objects.filter(**row_of(of)).select_related("author").order_by("-pk").first()


def kept_file(upload: UploadedFile) -> dict[str, Any]:
    """Keep a file, and say what its row of evidence holds. ValidationError with the reason."""
    name = upload.name or ""
    try:
        kind = kinds.kind_of(upload, name, limit=settings.EVIDENCE_LIMIT)
        sha256, size = store.keep(upload, settings.EVIDENCE_DIR)
    except (kinds.Refused, store.NotStored) as refused:
        raise ValidationError(f"Tệp “{name[:80]}”: {refused}") from None
    return {
        "sha256": sha256,
        "name": kinds.kept_name(name, kind),
        "media_type": kind.mime,
        "size": size,
    }


def attach_file(draft: Draft, user: Any, upload: UploadedFile) -> None:
    """Keep a file with the draft; the same file again is there already. ValidationError with the reason."""
    kept = kept_file(upload)
    sha256 = kept.pop("sha256")
    try:
        with transaction.atomic():
            _room_for_another(draft, sha256=sha256)
            draft.evidence.get_or_create(sha256=sha256, defaults={**kept, "added_by": user})
    except (ValidationError, DatabaseError):
        forget_unproving(sha256)
        raise


def forget_unproving(sha256: str) -> None:
    """No row, no file: unless something else is proved by the same one, or is an issued report's."""
    named = (Evidence, SealedFile)
    if not any(model._base_manager.filter(sha256=sha256).exists() for model in named):
        store.forget(sha256, settings.EVIDENCE_DIR)


@transaction.atomic
def attach_document(draft: Draft, user: Any, number: str, *, issued_on: date | None, issuer: str) -> Evidence:
    """Name a document that proves the report, by number, day and issuer."""
    _room_for_another(draft, number=number)
    row, _ = draft.evidence.get_or_create(
        number=number, issued_on=issued_on, issuer=issuer, defaults={"added_by": user}
    )
    return row


def _room_for_another(draft: Draft, **same: str) -> None:
    if not Draft.objects.select_for_update().filter(pk=draft.pk, period__state=Period.State.OPEN):
        raise ValidationError("Bản nháp này vừa được gửi hoặc kỳ đã khóa: hãy tải lại trang.")
    if draft.evidence.count() >= PROOFS_AT_MOST and not draft.evidence.filter(**same).exists():
        raise ValidationError(f"Mỗi việc nhiều nhất {PROOFS_AT_MOST} minh chứng: gộp ảnh vào một tệp PDF.")


def moment(at: Any) -> str:
    return f"{timezone.localtime(at):%H:%M ngày %d/%m/%Y}"
