"""Issue a report under a number: frozen, rendered and kept, once and for good.

Errors are ValidationError with a message for people.
"""

from __future__ import annotations

import hashlib
import io
import logging
from datetime import date
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from baocao.drafting import forget_unproving, moment
from baocao.evidence import store
from baocao.models import Letterhead, Review, ReviewAct, SealedFile
from baocao.review.drafting import held, letterhead_of, named, number_label, step_of
from baocao.review.freezing import RENDERERS, freeze, frozen_of, register, seal_of
from baocao.review.proving import Finding, verify
from baocao.sealed.frozen import Frozen
from chuongtrinh.models import Committee
from chuongtrinh.vietnamese import fold

__all__ = ["Finding", "NotKept", "freeze", "issue", "next_number", "open_file", "verify"]

log = logging.getLogger(__name__)
LAST_NUMBER = 99_999
NOT_THE_ONE_SEEN = "not_the_one_seen"
"""The code of the refusal to issue a draft that changed since it was read."""
NotKept = store.NotKept


def next_number(review: Review) -> int:
    """After the highest of the register, and not under what the letterhead begins with."""
    head = letterhead_of(review.programme)
    last = register(review, head.symbol).aggregate(last=Max("number"))["last"] or 0
    return max(head.next_number, last + 1)


def issue(review: Review, user: Any, *, number: int, issued_on: date, seen: str | None = None) -> Review:
    """Freeze the submitted draft, render and keep every file, and put it in force under its number, all or
    nothing; the edition that it replaces is superseded. Of two who do it at once, the second is told.
    ``seen`` is the digest of the draft that was read: no other one is issued.

    Not within a transaction of the caller's: what fails at the commit could not be cleared away."""
    kept: list[str] = []
    try:
        return _issue(review, user, number, issued_on, seen, kept)
    except BaseException:
        for sha256 in kept:
            forget_unproving(sha256)
        raise


@transaction.atomic
def _issue(
    review: Review, user: Any, number: int, issued_on: date, seen: str | None, kept: list[str]
) -> Review:
    # The register is the committee's: held first, so that numbers and the chain have one order.
    Committee.objects.select_for_update().get(pk=review.committee_id)
    row = held(review)
    _refuse_unless_submitted(row)
    head = letterhead_of(row.programme)
    if seen is not None and seen != frozen_of(row, head, None, None).digest:
        raise ValidationError(
            "Dự thảo vừa đổi từ khi bạn mở trang này. Chưa ban hành: đọc lại dự thảo rồi bấm lần nữa.",
            code=NOT_THE_ONE_SEEN,
        )
    _refuse_what_is_wanting(row, head)
    faults = {"number": _number_fault(row, head, number), "issued_on": _day_fault(row, issued_on)}
    if any(faults.values()):
        raise ValidationError({name: told for name, told in faults.items() if told})
    frozen = frozen_of(row, head, number, issued_on)
    files = _keep_files(row, frozen, kept)
    if row.replaces_id:
        old = held(Review(pk=row.replaces_id))
        old.state = Review.State.SUPERSEDED
        step_of(old, user)
    seal = seal_of(frozen.digest, files, row.acts.all())
    done = ReviewAct.objects.create(review=row, act=ReviewAct.Act.ISSUE, sha256=seal, by=user)
    row.state, row.number, row.symbol, row.issued_on = Review.State.ISSUED, number, head.symbol, issued_on
    row.issued_at, row.issued_by = done.recorded_at, user
    row.sealed, row.sha256 = frozen.to_bytes().decode(), frozen.digest
    row.term_start = row.programme.term_start or 0
    step_of(row, user)
    SealedFile.objects.bulk_create(files)
    review.refresh_from_db()
    return row


def _refuse_unless_submitted(row: Review) -> None:
    if row.is_sealed:
        raise ValidationError(
            f"{row.issued_by} đã ban hành báo cáo này lúc {moment(row.issued_at)}: {named(row)}.",
            code="changed_meanwhile",
        )
    if row.state != Review.State.SUBMITTED:
        raise ValidationError("Dự thảo chưa được trình: văn phòng trình duyệt rồi mới ban hành được.")


def _refuse_what_is_wanting(row: Review, head: Letterhead) -> None:
    told = []
    if not row.signatory.strip():
        told.append(
            "Chưa có họ và tên người ký: văn phòng rút về, ghi ở mục Thể thức của báo cáo rồi trình lại."
        )
    if names := _empty(row, "subject", "signed_for", "signatory_post", "recipients"):
        told.append(f"Báo cáo chưa ghi {names}: văn phòng rút về và ghi ở mục Thể thức.")
    if names := _empty(head, "parent", "issuer", "symbol", "place"):
        told.append(f"Thể thức chung chưa ghi {names}: người quản trị ghi ở đó trước.")
    if told:
        raise ValidationError(told)


def _empty(row: Any, *names: str) -> str:
    return ", ".join(str(row._meta.get_field(name).verbose_name) for name in names if not getattr(row, name))


def _number_fault(row: Review, head: Letterhead, number: int) -> str:
    free = f"Số tiếp theo còn trống là {next_number(row):02d}."
    if not 1 <= number <= LAST_NUMBER:
        return f"Số của báo cáo từ 1 đến {LAST_NUMBER}. {free}"
    # A lower one that is free may be taken: an office that keeps its book by hand registers late.
    used = register(row, head.symbol).filter(number=number).select_related("period").first()
    if used is None:
        return ""
    return (
        f"Số {number_label(number, head.symbol)} đã dùng cho báo cáo {used.period.label} "
        f"ngày {used.issued_on:%d/%m/%Y}. {free}"
    )


def _day_fault(row: Review, issued_on: date) -> str:
    today = timezone.localdate()
    if issued_on > today:
        return f"Ngày ban hành không sau hôm nay, {today:%d/%m/%Y}."
    if issued_on < row.as_of:
        return f"Ngày ban hành không trước ngày của số liệu, {row.as_of:%d/%m/%Y}."
    before = row.replaces.issued_on if row.replaces else None
    if before and issued_on < before:
        return f"Ngày ban hành không trước ngày của bản mà nó thay, {before:%d/%m/%Y}."
    return ""


def _keep_files(row: Review, frozen: Frozen, kept: list[str]) -> list[SealedFile]:
    """``kept`` takes the files' SHA-256 as they are kept."""
    files = []
    for name, renderer in RENDERERS.items():
        try:
            sha256, size = store.keep(io.BytesIO(renderer.render(frozen)), settings.EVIDENCE_DIR)
        except store.NotStored as refused:
            raise ValidationError(str(refused)) from None
        except RuntimeError:
            log.exception("review %s: no %s can be rendered", row.pk, name)
            raise ValidationError(
                f"Không kết xuất được tệp {name.upper()} nên chưa ban hành: báo người quản trị xem nhật ký."
            ) from None
        kept.append(sha256)
        files.append(
            SealedFile(review=row, format=name, sha256=sha256, size=size, made_with=renderer.MADE_WITH)
        )
    return files


# -- reading -----------------------------------------------------------------------------------------------


def open_file(review: Review, fmt: str) -> tuple[bytes, str]:
    """The file and its name: of an issued report the very bytes that were kept, of a draft as it would be
    now. NotKept where they are lost or are no longer those."""
    if not review.is_sealed:
        frozen = freeze(review)
        return frozen.to_bytes() if fmt == "json" else RENDERERS[fmt].render(frozen), _file_name(review, fmt)
    if fmt == "json":
        raw, sha256 = review.sealed.encode(), review.sha256
    else:
        sha256 = review.files.values_list("sha256", flat=True).filter(format=fmt).first() or ""
        with store.open_kept(sha256, settings.EVIDENCE_DIR) as kept:
            raw = kept.read()
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise NotKept(sha256)
    return raw, _file_name(review, fmt)


def _file_name(review: Review, fmt: str) -> str:
    """bao-cao-01-bc-duub-2026-6t.pdf, du-thao-lan-1-bao-cao-2026-6t.pdf."""
    if review.number is None:
        named = f"du thao lan {review.draft_number} bao cao {review.period.key}"
    else:
        named = f"bao cao {number_label(review.number, review.symbol)} {review.period.key}"
    words = "".join(char if char.isalnum() else " " for char in fold(named)).split()
    return f"{'-'.join(words)}.{fmt}"
