"""/nhac-viec/: what concerns a person today, and the private calendar of the same deadlines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from baocao import feed
from baocao.reminders import things_of
from baocao.reminding import Thing, in_days, parted
from phancong.context import asked_programme, chosen_programme
from phancong.permissions import is_active_member

SHOWN_AT_MOST = 60
"""Of one part of the list: more is for the list of work, with its filters."""
_TOKEN_LENGTH = 22


@never_cache
@require_safe
def reminders(request: HttpRequest) -> HttpResponse:
    """What digests are made of, as it stands now."""
    return _page(request, feed.live_feed(request.user))


@never_cache
@require_POST
def calendar_address(request: HttpRequest, act: str) -> HttpResponse:
    """Make a new address, shown on this page alone, or take the present one back."""
    if act not in ("tao", "thu-hoi"):
        raise Http404("Không có bước này.")
    if not is_active_member(request.user):
        raise PermissionDenied
    back = f"{reverse('nhac-viec')}{_ct(request)}#lich"
    if act == "thu-hoi":
        done = feed.revoke(request.user)
        messages.success(
            request, "Đã thu hồi địa chỉ lịch." if done else "Không có địa chỉ lịch nào đang dùng."
        )
        return redirect(back)
    token = request.POST.get("token", "")
    if len(token) != _TOKEN_LENGTH or not token.isalnum():
        messages.error(request, "Chưa tạo được địa chỉ lịch: hãy bấm lại nút ở trang này.")
        return redirect(back)
    try:
        secret = feed.make(request.user, token)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(back)
    address = request.build_absolute_uri(reverse("lich-rieng", args=[secret]))
    return _page(request, feed.live_feed(request.user), address)


@login_not_required
@require_safe
def calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar, for a program that cannot sign in: who has the address reads it."""
    user = feed.reader_of(secret)
    if user is None:
        raise Http404("Không có lịch này.")
    content = feed.calendar_of(user, timezone.localdate(), request.build_absolute_uri("/"))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="lich-cong-viec.ics"'
    response["Cache-Control"] = "private, max-age=900"
    response["X-Robots-Tag"] = "noindex"
    return response


# -- inside ------------------------------------------------------------------------------------------------


def _page(request: HttpRequest, live: Any, address: str = "") -> HttpResponse:
    programme, today = chosen_programme(request), timezone.localdate()
    user: Any = request.user
    things: list[Thing] = []
    if programme is not None:
        things = things_of(programme, [user], today, asked_programme(request)).get(user.pk, [])
    parts = [
        {
            "part": part,
            "count": len(rows),
            "rows": [(thing, in_days(thing, today)) for thing in rows[:SHOWN_AT_MOST]],
            "more": max(0, len(rows) - SHOWN_AT_MOST),
        }
        for part, rows in parted((thing for thing in things if thing.concerns(today)), today)
    ]
    context = {
        "parts": parts,
        "today": today,
        "live": live,
        "address": address,
        "token": feed.new_token(),
        "member": is_active_member(user),
    }
    return render(request, "baocao/reminders/list.html", context)


def _ct(request: HttpRequest) -> str:
    return f"?ct={ct}" if (ct := asked_programme(request)) else ""
