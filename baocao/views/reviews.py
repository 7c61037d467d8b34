"""Reports to read: the list, one as a document or as a page to print, its files, and the proof of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag, urlencode
from django.views.decorators.http import require_safe

from baocao.models import Review, ReviewAct
from baocao.review import sealing
from baocao.review.list_page import ListPage
from baocao.review.page import cells_of, lines_of, running, shown, widths_of
from baocao.review_forms import CorrectForm, ReturnForm
from baocao.sealed.frozen import Frozen
from baocao.sealed.shape import Annex
from baocao.sealed.text import instead_of, mark
from phancong.context import asked_programme, chosen_programme, kept
from phancong.permissions import (
    can_issue_reviews,
    can_manage_accounts,
    can_read_review_steps,
    can_write_reviews,
    visible_reviews,
)

log = logging.getLogger(__name__)
PAGE_SIZE, LINES = 40, 80
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_HEAVY = ("sealed", "annexes", "figures", "missing")


@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """/bao-cao/: every edition that this person may read, newest period first."""
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": "Báo cáo"})
    rows = visible_reviews(request.user).filter(programme=programme).select_related("period", "issued_by")

    def query(state: str, kind: str, at: int = 0) -> str:
        wished = {"xem": state, "loai": kind, "trang": at or "", "ct": asked_programme(request)}
        return "?" + urlencode({name: value for name, value in wished.items() if value})

    listed = ListPage(rows.defer(*_HEAVY), request.GET.get("xem", ""), request.GET.get("loai", ""), query)
    page = Paginator(listed.shown, PAGE_SIZE).get_page(request.GET.get("trang"))
    context = {
        "listed": listed,
        "page": page,
        "may_write": can_write_reviews(request.user),
        "may_set": can_manage_accounts(request.user),
        **_beside(page, lambda at: query(listed.state, listed.kind, at)),
    }
    return render(request, "baocao/review/list.html", context)


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """/bao-cao/<pk>/: the report as a document; ``?phu-luc=1`` one of its annexes."""
    found = found_review(request, pk)
    frozen = frozen_of(found)
    if frozen is None:
        return unreadable(request, found)
    if asked := request.GET.get("phu-luc"):
        annex = next((one for one in frozen.annexes if str(one.number) == asked), None)
        if annex is None:
            raise Http404("Báo cáo không có phụ lục này.")
        return _annex(request, found, frozen, annex)
    return review_page(request, found, frozen)


def review_page(
    request: HttpRequest, found: Review, frozen: Frozen, *, refused: Any = None, status: int = 200
) -> HttpResponse:
    """The report with what this person may do; ``refused`` is a form that says what is against it."""
    draft = found.state == Review.State.DRAFT
    may_write, may_issue = can_write_reviews(request.user), can_issue_reviews(request.user)
    submitted = found.state == Review.State.SUBMITTED
    parts = shown(frozen, () if found.is_sealed else found.parts.all())
    steps = found.acts.select_related("by").order_by("-pk")
    acts = list(steps if can_read_review_steps(request.user) else steps.filter(act=ReviewAct.Act.ISSUE))
    newer = visible_reviews(request.user).filter(replaces=found).defer(*_HEAVY).first()
    may_correct = may_write and found.state == Review.State.ISSUED and newer is None
    forms = {
        "return_form": ReturnForm() if submitted and may_issue else None,
        "correct_form": CorrectForm() if may_correct else None,
    }
    if refused is not None:
        forms["return_form" if isinstance(refused, ReturnForm) else "correct_form"] = refused
    context = {
        **_paper(found, frozen),
        "parts": parts,
        "changed": [part for part in parts if part.changed],
        "as_of": date.fromisoformat(frozen.as_of),
        "known_at": datetime.fromisoformat(frozen.known_at),
        "replaced_on": date.fromisoformat(frozen.replaces["issued_on"]) if frozen.replaces else None,
        "handed_in": frozen.asked - len(frozen.missing),
        "annexes": [(annex, lines_of(annex)) for annex in frozen.annexes],
        "as_issued": not found.is_sealed or frozen.digest == found.sha256,
        "newer": newer,
        "acts": acts,
        "returned": acts[0] if draft and acts and acts[0].act == "return" else None,
        "running": running(found),
        "may_edit": draft and may_write,
        "may_recall": submitted and may_write,
        "may_issue": submitted and may_issue,
        "refused": refused,
        **forms,
    }
    return render(request, "baocao/review/review.html", context, status=status)


def _annex(request: HttpRequest, found: Review, frozen: Frozen, annex: Annex) -> HttpResponse:
    page = Paginator(annex.lines, LINES).get_page(request.GET.get("trang"))

    def query(at: int) -> str:
        wished = {"phu-luc": annex.number, "trang": at, "ct": asked_programme(request)}
        return "?" + urlencode({name: str(value) for name, value in wished.items() if value})

    context = {
        "review": found,
        "frozen": frozen,
        "annex": annex,
        "widths": widths_of(annex),
        "page": page,
        "lines": [(line, [] if line.band else cells_of(annex, line)) for line in page],
        **_beside(page, query),
    }
    return render(request, "baocao/review/annex.html", context)


def _beside(page: Page, query: Callable[[int], str]) -> dict[str, str]:
    """Where the pages before and after lie."""
    return {
        "previous_url": query(page.number - 1) if page.has_previous() else "",
        "next_url": query(page.number + 1) if page.has_next() else "",
    }


@require_safe
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """…/in/: the same paper, annexes and all, with nothing around it."""
    found = found_review(request, pk)
    frozen = frozen_of(found)
    if frozen is None:
        return unreadable(request, found)
    context = {
        **_paper(found, frozen),
        "parts": [(part, part.blocks, part.level + 1) for part in frozen.parts],
        "annexes": [(annex, widths_of(annex)) for annex in frozen.annexes],
    }
    return render(request, "baocao/review/print.html", context)


def _paper(found: Review, frozen: Frozen) -> dict[str, Any]:
    """What the head of the paper says, on screen and in print."""
    return {"review": found, "frozen": frozen, "instead_of": instead_of(frozen), "mark": mark(frozen)}


@require_safe
def file(request: HttpRequest, pk: int, fmt: str) -> HttpResponse:
    """/bao-cao/<pk>.<fmt>: never shown in place; of an issued report the very bytes of its issue."""
    if fmt not in TYPES:
        raise Http404("Không có định dạng này.")
    found = found_review(request, pk)
    try:
        raw, name = sealing.open_file(found, fmt)
    except (sealing.NotKept, OSError) as error:
        log.error("review %s: its %s cannot be read (%s)", pk, fmt, type(error).__name__)
        return unreadable(request, found, fmt)
    etag = quote_etag(hashlib.sha256(raw).hexdigest())
    response = HttpResponse(raw, content_type=TYPES[fmt])
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


@require_safe
def verified(request: HttpRequest, pk: int) -> HttpResponse:
    """…/kiem-tra/: all that is kept of an issued report, hashed and rendered again; nothing changes."""
    found = found_review(request, pk)
    if not found.is_sealed:
        messages.info(request, "Báo cáo chưa ban hành, chưa niêm phong: chưa có gì để kiểm tra.")
        return redirect(address(request, found))
    findings = sealing.verify(found)
    context = {
        "review": found,
        "findings": findings,
        "whole": all(one.ok for one in findings),
        "files": list(found.files.all()),
    }
    return render(request, "baocao/review/verify.html", context)


# -- what the other pages of a report share ----------------------------------------------------------------


def found_review(request: HttpRequest, pk: int) -> Review:
    """The edition, if this person may read it."""
    rows = visible_reviews(request.user).filter(pk=pk)
    if asked_programme(request):
        rows = rows.filter(programme=chosen_programme(request))
    row = rows.select_related("programme", "period", "committee", "replaces", "issued_by").first()
    if row is None:
        raise Http404("Không có báo cáo này.")
    return row


def frozen_of(found: Review) -> Frozen | None:
    """What is sealed, or what would be; None where what is sealed can no longer be read."""
    if not found.is_sealed:
        return sealing.freeze(found)
    try:
        return Frozen.from_bytes(found.sealed.encode())
    except ValueError as error:
        log.error("review %s: what is sealed cannot be read (%s)", found.pk, error)
        return None


def unreadable(request: HttpRequest, found: Review, fmt: str = "") -> HttpResponse:
    """That something of an issued report is lost, and how it comes back."""
    row = found.files.filter(format=fmt).first()
    context = {"review": found, "fmt": fmt, "sha256": row.sha256 if row else found.sha256}
    return render(request, "baocao/review/lost.html", context, status=503)


def address(request: HttpRequest, found: Review) -> str:
    return f"{found.get_absolute_url()}{kept(request)}"
