"""What the office writes into a draft, part by part, and the words at the head and foot of what is issued."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from baocao.models import Letterhead, Review, ReviewPart
from baocao.review import drafting
from baocao.review.page import as_text, numbered
from baocao.review_forms import FormalForm, LetterheadForm, PartForm
from baocao.sealed.shape import blocks_of
from baocao.views.reviews import address, found_review
from chuongtrinh.models import Committee
from phancong.context import chosen_programme, kept
from phancong.permissions import can_manage_accounts, can_write_reviews


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """…/phan/<key>/: the office's words beside what the record says."""
    found = found_review(request, pk)
    if not can_write_reviews(request.user):
        raise PermissionDenied
    row = _part(found, key)
    if row is None:
        raise Http404("Báo cáo không có phần này.")
    if found.state != Review.State.DRAFT:
        messages.error(request, _CLOSED)
        return redirect(address(request, found))
    if request.method != "POST":
        return _part_page(request, found, row, PartForm(instance=row))
    act = _PART_ACTS.get(request.POST.get("buoc", "luu"))
    if act is None:
        raise Http404("Không có bước này.")
    try:
        with transaction.atomic():
            form, said = act(request, row)
    except ValidationError as error:
        form, said = PartForm(request.POST, instance=_part(found, key)), ""
        form.full_clean()
        form.add_error(None, error)
    if form is not None and form.errors:
        return _part_page(request, found_review(request, pk), _part(found, key) or row, form, 409)
    messages.success(request, said)
    return redirect(f"{address(request, found)}#phan-{row.key}")


_CLOSED = "Chỉ sửa được khi còn là dự thảo: báo cáo đã trình thì rút về, đã ban hành thì lập bản thay thế."


def _part(found: Review, key: str) -> ReviewPart | None:
    return found.parts.select_related("review").filter(key=key).first()


def _keep(request: HttpRequest, row: ReviewPart) -> tuple[PartForm | None, str]:
    """Words that say what is composed, or nothing, are no words of the office's own."""
    form = PartForm(request.POST, instance=row)
    before = row.own
    if not form.is_valid():
        return form, ""
    own = form.cleaned_data["own"]
    row.own = before  # the form has written it over: what is kept is the domain's to say
    if own == before:
        return None, "Không có gì thay đổi."
    if not own or own == as_text(row.composed):
        if before:
            drafting.use_composed(row, request.user)
        return None, "Phần này dùng câu lập từ số liệu."
    drafting.write(row, own, request.user)
    return None, "Đã lưu lời của văn phòng."


def _drop(request: HttpRequest, row: ReviewPart) -> tuple[PartForm | None, str]:
    drafting.use_composed(row, request.user)
    return None, "Phần này dùng lại câu lập từ số liệu."


def _accept(request: HttpRequest, row: ReviewPart) -> tuple[PartForm | None, str]:
    form = PartForm(request.POST, instance=row)
    if request.POST.get("seen") != form.initial["seen"]:
        form.is_valid()
        return form, ""
    drafting.accept_changes(row, request.user)
    return None, "Giữ lời của văn phòng; số liệu đã đổi được coi là đã xem."


_PART_ACTS = {"luu": _keep, "lap-lai": _drop, "giu": _accept}


def _part_page(
    request: HttpRequest, found: Review, row: ReviewPart, form: PartForm, status: int = 200
) -> HttpResponse:
    parts = list(found.parts.order_by("ordinal").values_list("key", "heading"))
    at = [key for key, _ in parts].index(row.key)
    context = {
        "review": found,
        "part": row,
        "form": form,
        "composed": numbered(blocks_of(row.composed))[0],
        "changed": drafting.changed_figures(row) if row.own else [],
        "previous": parts[at - 1] if at else None,
        "next": parts[at + 1] if at + 1 < len(parts) else None,
    }
    return render(request, "baocao/review/part.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def formal(request: HttpRequest, pk: int) -> HttpResponse:
    """…/the-thuc/: subject, who signs, who receives, of one report."""
    found = found_review(request, pk)
    if not can_write_reviews(request.user):
        raise PermissionDenied
    if found.state != Review.State.DRAFT:
        messages.error(request, _CLOSED)
        return redirect(address(request, found))
    form = FormalForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST":
        with transaction.atomic():
            held = Review.objects.select_related("period").select_for_update(of=("self",)).get(pk=pk)
            form = FormalForm(request.POST, instance=held)
            if held.state != Review.State.DRAFT:
                form.add_error(None, _CLOSED)
            elif form.is_valid() and form.has_changed():
                form.save()
        if not form.errors:
            messages.success(request, "Đã lưu thể thức của báo cáo.")
            return redirect(address(request, found))
    context = {"review": found, "form": form}
    return render(request, "baocao/review/formal.html", context, status=409 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def letterhead(request: HttpRequest) -> HttpResponse:
    """/bao-cao/the-thuc/: what every new draft of the committee begins with."""
    if not can_manage_accounts(request.user):
        raise PermissionDenied
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": "Thể thức văn bản"})
    form: Any = LetterheadForm(instance=drafting.letterhead_of(programme))
    if request.method == "POST":
        with transaction.atomic():
            # Held, so that of two people who write the first one, the second is told.
            Committee.objects.select_for_update().get(pk=programme.committee_id)
            form = _keep_letterhead(request, drafting.letterhead_of(programme))
        if not form.errors:
            messages.success(request, "Đã lưu. Dự thảo lập từ nay theo thể thức này.")
            return redirect(f"{reverse('bao-cao-the-thuc-chung')}{kept(request)}")
    return render(
        request, "baocao/review/letterhead.html", {"form": form}, status=409 if form.errors else 200
    )


def _keep_letterhead(request: HttpRequest, row: Letterhead) -> LetterheadForm:
    form = LetterheadForm(request.POST, instance=row)
    if form.is_valid() and (form.has_changed() or row.pk is None):
        form.save()
    return form
