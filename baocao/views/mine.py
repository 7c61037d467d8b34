"""/viec-cua-toi/: a head's tasks of a period, written on a phone, sent together or one by one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from baocao import drafting, reporting
from baocao.forms import CHOICES, choice_of
from baocao.mine import Mine, progress_of_units, query
from baocao.models import Asked, Period, Update
from baocao.report_data import ReportData
from baocao.reporting import row_of
from baocao.standing import counted
from baocao.views.mine_saving import Told, answer, form_of, keep_all, single_act, take_over
from chuongtrinh.models import Programme, User
from nhiemvu.status import Facts
from phancong.context import asked_programme, chosen_programme
from phancong.models import Unit
from phancong.permissions import (
    can_update,
    plans_for_another,
    visible_drafts,
    visible_periods,
    visible_units,
    visible_updates,
)

_CARD = re.compile(r"v([0-9]{1,18})-version")
STATE_TAGS = {Update.State.SUBMITTED: "plan-submitted", Update.State.CONFIRMED: "plan-approved"}


# -- the page ----------------------------------------------------------------------------------------------


@never_cache
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """/viec-cua-toi/: the newest open period, or the one that ?ky= names; ?don-vi= for the office."""
    place = _place(request, write=False)
    if place is None:
        return render(request, "baocao/mine/none.html", {"unit": None, "programme_missing": True})
    if place.unit is None:
        units = progress_of_units(place.period) if place.period else []
        return render(request, "baocao/mine/units.html", {"place": place, "units": units})
    if place.period is None:
        return render(request, "baocao/mine/none.html", {"unit": place.unit, "place": place})
    page = Mine(place.programme, place.unit, place.period, request.user, page=_page_number(request))
    return _shown(request, place, page)


@dataclass(slots=True)
class Place:
    """Whose work of which period the address means."""

    programme: Programme
    unit: Unit | None
    periods: list[Period]
    period: Period | None
    ct: str
    by_office: bool

    def query(self, **more: Any) -> str:
        unit = self.unit.short_name if self.unit and self.by_office else ""
        key = self.period.key if self.period else ""
        return query(**{"ky": key, "don-vi": unit, "ct": self.ct, **more})

    def switch(self, known: Mapping[int, Facts] | None = None) -> list[tuple[Period, str, bool, str]]:
        """The open periods, and the one that is shown, with their addresses and, of the others, how much
        the unit still has to send: the newest must not hide an older one that is overdue."""
        rows = [row for row in self.periods if row.is_open or row == self.period]
        if len(rows) < 2:
            return []
        others = [row for row in rows if row != self.period] if self.unit else []
        tallies = counted(Asked.objects.filter(period__in=others, unit=self.unit), known) if others else {}
        words = {}
        for (period, _), tally in tallies.items():
            if tally.lacking:
                late = timezone.now() > tally.period.submit_by
                words[period] = f"còn {tally.lacking}{', quá hạn' if late else ''}"
        return [(row, self.query(ky=row.key), row == self.period, words.get(row.pk, "")) for row in rows]


def _place(request: HttpRequest, *, write: bool) -> Place | None:
    """None where there is no programme yet. Another unit's page does not exist (404); writing for it is
    refused (403), and so is everything to those who report on nothing."""
    user: Any = request.user
    programme = chosen_programme(request)
    by_office = plans_for_another(user)
    if not by_office and user.role not in (User.Role.HEAD, User.Role.INSPECTION):
        raise PermissionDenied
    if programme is None:
        return None
    asked, unit = request.GET.get("don-vi", ""), None
    if asked or not by_office:
        wanted = {"short_name": asked} if asked else {"pk": user.unit_id}
        unit = visible_units(user).filter(**wanted).first()
        if unit is None and asked:
            raise Http404("Không có đơn vị này.")
        if unit is None:
            raise PermissionDenied
        if not can_update(user, unit):
            if write:
                raise PermissionDenied
            raise Http404("Không có trang này.")
    rows = visible_periods(user).filter(programme=programme).order_by("-end", "-start", "pk")
    periods = list(rows)
    key = request.GET.get("ky", "")
    chosen = next((row for row in periods if row.key == key), None)
    if key and chosen is None:
        raise Http404("Không có kỳ báo cáo này.")
    if chosen is None:
        chosen = next((row for row in periods if row.is_open), None)
    return Place(programme, unit, periods, chosen, asked_programme(request), by_office)


def _page_number(request: HttpRequest) -> int:
    number = request.GET.get("trang", "")
    return int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 1


def _shown(
    request: HttpRequest, place: Place, page: Mine, told: Told | None = None, code: int = 200
) -> HttpResponse:
    for card in page.cards:
        if card.form is None:
            card.form = form_of(card)
    context = {
        "place": place,
        "page": page,
        "period": page.period,
        "unit": page.unit,
        "told": told,
        "switch": place.switch(page.facts),
        "choices": CHOICES,
        "here": place.query(),
        "previous": place.query(trang=page.page - 1) if page.page > 1 else "",
        "next": place.query(trang=page.page + 1) if page.page < page.pages else "",
        "tags": STATE_TAGS,
    }
    return render(request, "baocao/mine/mine.html", context, status=code)


# -- saving ------------------------------------------------------------------------------------------------


def back_from_sign_in(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Whoever had to sign in again while sending comes here by a link: led to the page, and told."""

    @wraps(view)
    def led(request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            return view(request)
        messages.warning(request, "Phiên làm việc đã hết trước khi gửi: lần bấm vừa rồi chưa ghi gì.")
        return redirect(f"{reverse('viec-cua-toi')}?{request.META.get('QUERY_STRING', '')}".rstrip("?"))

    return led


@never_cache
@back_from_sign_in
def save(request: HttpRequest) -> HttpResponse:
    """/viec-cua-toi/luu/: keep what was typed. Asked by script: one card, answered as JSON."""
    by_script = request.headers.get("X-Requested-With") == "fetch"
    place, page = _written(request)
    told = keep_all(request, page)
    if by_script:
        return answer(page, told)
    if not told:
        told = single_act(request, page)
    begun = 0
    if not told and "lay" in request.POST:
        told, begun = take_over(request, page)
    if told:
        return _shown(request, place, _again(request, place, page), told, 409)
    words = f"Đã lấy {begun} cập nhật làm nháp: xem lại rồi gửi." if begun else "Đã lưu nháp."
    messages.success(request, words)
    return redirect(_back(request, place, page))


@never_cache
@back_from_sign_in
def send(request: HttpRequest) -> HttpResponse:
    """/viec-cua-toi/gui/: keep what was typed, then send all drafts or the one that ``chi`` names."""
    place, page = _written(request)
    told = keep_all(request, page)
    only = request.POST.get("chi", "")
    if only and not any(str(card.pk) == only for card in page.cards):
        raise Http404("Không có việc này.")
    if told:
        return _shown(request, place, _again(request, place, page), told, 409)
    try:
        made = _send(request, page, only)
    except ValidationError as error:
        fresh = _again(request, place, page)
        return _shown(request, place, fresh, _told_of(error, fresh), 409)
    if made:
        messages.success(request, f"Đã gửi {len(made)} việc: chờ văn phòng xác nhận.")
    else:
        messages.info(request, "Không có gì mới để gửi: những việc đã ghi đều đã gửi.")
    return redirect(_back(request, place, page))


def _send(request: HttpRequest, page: Mine, only: str) -> list[Update]:
    """All or none. Beside the domain's rules this page asks for one of its four buttons."""
    named = next((card.asked for card in page.cards if str(card.pk) == only), None)
    with transaction.atomic():
        drafts = visible_drafts(request.user).filter(period=page.period, unit=page.unit)
        drafts = drafts.select_related("task")
        if named:
            drafts = drafts.filter(**row_of(named))
        faults = {
            row.task.code: ["Chọn một trong bốn nút: không phát sinh, đúng tiến độ, có nguy cơ, hoàn thành."]
            for row in drafts
            if not choice_of(ReportData.of(row))
        }
        once = Update.objects.filter(
            period=page.period, unit=page.unit, state=Update.State.RETURNED
        ).values_list("task")
        for row in drafts.filter(task__in=once):
            if returned := drafting.is_returned_unchanged(row):
                why = f"Văn phòng đã trả lại (“{returned.return_reason}”): sửa hoặc thêm minh chứng rồi gửi."
                faults.setdefault(row.task.code, []).append(why)
        try:
            made = reporting.send(page.period, page.unit, request.user, only=named)
        except ValidationError as error:
            if not hasattr(error, "error_dict"):
                raise
            for code, words in error.message_dict.items():
                faults[code] = faults.get(code, []) + words
        if faults:
            raise ValidationError({code: list(words) for code, words in sorted(faults.items())})
    return made


def _written(request: HttpRequest) -> tuple[Place, Mine]:
    """The place and the page that a form was sent from, its cards bound to what was typed."""
    place = _place(request, write=True)
    if place is None or place.period is None:
        raise Http404("Không có kỳ báo cáo này.")
    if place.unit is None:
        raise PermissionDenied
    posted = frozenset(int(found[1]) for name in request.POST if (found := _CARD.fullmatch(name)))
    ours = Asked.objects.filter(pk__in=posted, period=place.period, unit=place.unit)
    if foreign := posted - set(ours.values_list("pk", flat=True)):
        others = Asked.objects.filter(pk__in=foreign, period__programme=place.programme)
        if others.exclude(unit=place.unit).exists():
            raise PermissionDenied
        raise Http404("Không có việc này.")
    number = _page_number(request)
    page = Mine(place.programme, place.unit, place.period, request.user, page=number, show=posted)
    return place, page


def _again(request: HttpRequest, place: Place, page: Mine) -> Mine:
    """The page as it is now, with what could not be kept still in its fields."""
    typed = {card.pk: card.form for card in page.cards if card.form is not None}
    number, show = _page_number(request), frozenset(typed)
    fresh = Mine(page.programme, page.unit, page.period, page.user, page=number, show=show)
    for card in fresh.cards:
        form = typed.get(card.pk)
        if form is not None and (form.errors or form.other or not page.period.is_open):
            card.form = form
    return fresh


def _told_of(error: ValidationError, page: Mine) -> Told:
    """The domain's refusal, each fault with the way to its card, on whichever page that is."""
    if not hasattr(error, "error_dict"):
        return Told(page=[f"{words} Những gì bạn nhập vẫn còn ở đây." for words in error.messages])
    told, cards = Told(), {row.task.code: row for row in page.asked}
    for code, words in error.message_dict.items():
        row = cards[code]
        number = page.page_of(row.pk)
        way = "" if number == page.page else f"trang={number}"
        told.cards += [(f"{way}#v{row.pk}", f"{code} {row.task.title}", one) for one in words]
    return told


def _back(request: HttpRequest, place: Place, page: Mine) -> str:
    acted = next((request.POST[n] for n in ("chi", "mo", "bo-nhap", "the") if request.POST.get(n)), "")
    return _way(place, Mine(page.programme, page.unit, page.period, page.user, page=page.page), acted or "")


def _way(place: Place, fresh: Mine, acted: str) -> str:
    """The address of a card, on the page where it now lies."""
    row = next((row for row in fresh.asked if str(row.pk) == acted), None)
    number = fresh.page_of(row.pk) if row else fresh.page
    anchor = f"#v{row.pk}" if row else ""
    return f"{reverse('viec-cua-toi')}{place.query(trang=number if number > 1 else None)}{anchor}"


# -- taking back -------------------------------------------------------------------------------------------


@require_POST
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """/viec-cua-toi/thu-hoi/<pk>/: a submitted report lies as a draft again, while the period is open."""
    rows = visible_updates(request.user).select_related("unit", "period", "task__programme")
    update = rows.filter(pk=pk).first()
    if update is None:
        raise Http404("Không có cập nhật này.")
    if not can_update(request.user, update.unit):
        raise PermissionDenied
    if any(_CARD.fullmatch(name) for name in request.POST):
        place, page = _written(request)  # the whole page is one form: what was typed is kept first
        if told := keep_all(request, page):
            return _shown(request, place, _again(request, place, page), told, 409)
    try:
        reporting.recall(update, request.user)
    except ValidationError as error:
        messages.error(request, f"{update.task.code}: {' '.join(error.messages)}")
    else:
        messages.success(request, f"Đã thu hồi {update.task.code}: sửa rồi gửi lại.")
    row = Asked.objects.filter(**row_of(update)).first()
    by_office = plans_for_another(request.user)
    place = Place(update.task.programme, update.unit, [], update.period, asked_programme(request), by_office)
    page = Mine(place.programme, update.unit, update.period, request.user)
    return redirect(_way(place, page, str(row.pk) if row else ""))
