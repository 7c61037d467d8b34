"""What is done with a report: begun, refreshed, submitted, returned, issued, replaced by a new edition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from baocao.models import Review
from baocao.review import drafting, sealing
from baocao.review.list_page import choices
from baocao.review.page import lines_of, running, shown
from baocao.review_forms import CorrectForm, IssueForm, ReturnForm
from baocao.sealed.frozen import Frozen
from baocao.views.reviews import address, found_review, frozen_of, review_page, unreadable
from chuongtrinh.models import Programme
from phancong.context import chosen_programme, kept
from phancong.permissions import (
    can_issue_reviews,
    can_write_reviews,
    visible_periods,
    visible_reviews,
)


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """/bao-cao/moi/: the periods, and a draft for the one that is chosen."""
    if not can_write_reviews(request.user):
        raise PermissionDenied
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "phancong/no_programme.html", {"title": "Lập dự thảo báo cáo"})
    if request.method == "POST":
        return _begin(request, programme)
    context = {"groups": choices(programme, visible_reviews(request.user), timezone.now())}
    return render(request, "baocao/review/new.html", context)


def _begin(request: HttpRequest, programme: Programme) -> HttpResponse:
    periods = visible_periods(request.user).filter(programme=programme, key=request.POST.get("ky", "")[:20])
    period = periods.select_related("programme").first()
    if period is None:
        messages.error(request, "Chọn một kỳ báo cáo đã mở để lập dự thảo.")
        return redirect(f"{reverse('bao-cao-moi')}{kept(request)}")
    held = Review.objects.filter(period=period).exists()
    try:
        made = drafting.open_draft(period, request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(f"{reverse('bao-cao-moi')}{kept(request)}")
    if held:
        messages.info(request, f"Kỳ {period.label} đã có dự thảo báo cáo từ trước: mở ra ở đây.")
    else:
        messages.success(
            request, f"Đã lập dự thảo báo cáo {period.label}. Đọc lại, sửa từng phần rồi trình duyệt."
        )
    return redirect(address(request, made))


@require_POST
def step(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """…/buoc/<act>/: refresh, submit, recall, return, correct."""
    take = _STEPS.get(act)
    if take is None:
        raise Http404("Không có bước này.")
    found = found_review(request, pk)
    may = can_issue_reviews if act == "return" else can_write_reviews
    if not may(request.user):
        raise PermissionDenied
    return take(request, found)


def _plain(act: Callable[[Review, Any], Any], name: str, said: str) -> Callable[..., HttpResponse]:
    """A step without words of its own; a second click is told, and does nothing."""

    def take(request: HttpRequest, found: Review) -> HttpResponse:
        try:
            act(found, request.user)
        except ValidationError as error:
            _tell(request, found, name, error)
        else:
            messages.success(request, said)
        return redirect(address(request, found))

    return take


def _return(request: HttpRequest, found: Review) -> HttpResponse:
    if found.state != Review.State.SUBMITTED:
        _tell(request, found, "return", ValidationError("Báo cáo không còn chờ duyệt: tải lại trang."))
        return redirect(address(request, found))
    form = ReturnForm(request.POST)

    def done(data: dict[str, Any]) -> str:
        drafting.send_back(found, request.user, data["reason"])
        return "Đã trả lại văn phòng, kèm lý do."

    return _carry_out(request, found, form, done)


def _correct(request: HttpRequest, found: Review) -> HttpResponse:
    newer = visible_reviews(request.user).filter(replaces=found).first()
    if newer is not None:
        messages.info(request, "Đã có bản thay thế của báo cáo này: mở ra ở đây.")
        return redirect(address(request, newer))
    form = CorrectForm(request.POST)
    made: list[Review] = []

    def done(data: dict[str, Any]) -> str:
        made.append(drafting.correct(found, request.user, data["because"]))
        return "Đã lập dự thảo bản thay thế với số liệu mới; lời văn phòng đã viết được giữ lại."

    return _carry_out(request, found, form, done, made)


def _carry_out(
    request: HttpRequest,
    found: Review,
    form: Any,
    done: Callable[[dict[str, Any]], str],
    made: list[Review] | None = None,
) -> HttpResponse:
    """Do it, or show the report again with what is against it and everything that was typed."""
    if told := form.carried_out(done):
        messages.success(request, told)
        return redirect(address(request, made[0] if made else found))
    again = found_review(request, found.pk)
    frozen = frozen_of(again)
    if frozen is None:
        return unreadable(request, again)
    return review_page(request, again, frozen, refused=form, status=422)


def _tell(request: HttpRequest, found: Review, act: str, error: ValidationError) -> None:
    """Whose click came second is told who was first; one's own second click has done no harm."""
    last = found.acts.select_related("by").last()
    if last is None or last.act != act:
        messages.error(request, " ".join(error.messages))
        return
    who = "Bạn" if last.by_id == request.user.pk else str(last.by or "Phần mềm")
    at = f"{timezone.localtime(last.recorded_at):%H:%M %d/%m/%Y}"
    messages.info(request, f"{who} đã {last.get_act_display().lower()} từ lúc {at}.")


_STEPS: dict[str, Callable[[HttpRequest, Review], HttpResponse]] = {
    "refresh": _plain(
        drafting.refresh,
        "refresh",
        "Đã lấy lại số liệu. Lời văn phòng viết vẫn giữ; chỗ nào số liệu đổi thì có báo.",
    ),
    "submit": _plain(drafting.submit, "submit", "Đã trình lãnh đạo duyệt."),
    "recall": _plain(drafting.recall, "recall", "Đã rút về để sửa."),
    "return": _return,
    "correct": _correct,
}


# -- issuing -----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, pk: int) -> HttpResponse:
    """…/ban-hanh/: what will be frozen, its number and day, and one button."""
    found = found_review(request, pk)
    if not can_issue_reviews(request.user):
        raise PermissionDenied
    refused: IssueForm | None = None
    if request.method == "POST" and found.state == Review.State.SUBMITTED:
        refused = _refused(request, found)
        if refused is None:
            return redirect(address(request, found))
        found = found_review(request, pk)
    if found.state != Review.State.SUBMITTED:
        _tell_why_not(request, found)
        return redirect(address(request, found))
    frozen = sealing.freeze(found)
    if refused is None:
        form = IssueForm.opened(sealing.next_number(found), frozen.digest)
        return _issue_page(request, found, frozen, form)
    if refused.has_error(NON_FIELD_ERRORS, sealing.NOT_THE_ONE_SEEN):
        refused.take_as_told(frozen.digest)
    return _issue_page(request, found, frozen, refused, 422)


def _refused(request: HttpRequest, found: Review) -> IssueForm | None:
    """Issue it; where something is against it, the form that says what."""
    form = IssueForm(request.POST)
    if not form.is_valid():
        return form
    try:
        made = sealing.issue(found, request.user, **form.cleaned_data)
    except ValidationError as error:
        form.take(error)
        return form
    messages.success(request, f"Đã ban hành {drafting.named(made)}; mọi tệp đã được niêm phong.")
    return None


def _issue_page(
    request: HttpRequest, found: Review, frozen: Frozen, form: IssueForm, status: int = 200
) -> HttpResponse:
    parts = shown(frozen, found.parts.all())
    context = {
        "review": found,
        "frozen": frozen,
        "form": form,
        "own": [part for part in parts if part.row and part.row.own],
        "changed": [part for part in parts if part.changed],
        "annexes": [(annex, lines_of(annex)) for annex in frozen.annexes],
        "running": running(found),
        "as_of": date.fromisoformat(frozen.as_of),
        "known_at": datetime.fromisoformat(frozen.known_at),
    }
    return render(request, "baocao/review/issue.html", context, status=status)


def _tell_why_not(request: HttpRequest, found: Review) -> None:
    if not found.is_sealed:
        messages.error(request, "Văn phòng chưa trình dự thảo này: chưa ban hành được.")
        return
    who = "Bạn" if found.issued_by_id == request.user.pk else str(found.issued_by)
    at = f"{timezone.localtime(found.issued_at):%H:%M %d/%m/%Y}"
    messages.info(request, f"{who} đã ban hành báo cáo này từ lúc {at}: {drafting.named(found)}.")
