"""The overview on any day, and two days side by side."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from baocao.overview import Overview
from chuongtrinh.models import User
from nhiemvu.as_of import Day, asked_day
from phancong.context import chosen_programme
from phancong.permissions import can_approve_plans, directive_kinds


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """/tong-quan/: the secretary's two minutes; ``?ngay=`` as of a past day, ``?tu=`` moved since when."""
    return _page(request, "baocao/overview/page.html", "Tổng quan")


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """/tong-quan/so-sanh/: all that moved from one day (``?tu=``) to another (``?ngay=``)."""
    return _page(request, "baocao/overview/compare.html", "So sánh hai ngày")


def _page(request: HttpRequest, template: str, title: str) -> HttpResponse:
    programme = chosen_programme(request)
    if programme is None:
        return render(request, "nhiemvu/no_programme.html", {"title": title})
    day = asked_day(request.GET.get("ngay", ""), timezone.localdate())
    since, note = _since(request.GET.get("tu", ""), day)
    # A member directs the units that he oversees alone: he is led there from his own page.
    directs = bool(directive_kinds(request.user)) and getattr(request.user, "role", "") != User.Role.MEMBER
    page = Overview(programme, request.user, day, since, request.GET.get("ct", ""), may_direct=directs)
    leads = can_approve_plans(request.user)
    context = {"page": page, "day": day, "notes": [day.note, note], "leads": leads}
    return render(request, template, context)


def _since(text: str, day: Day) -> tuple[date | None, str]:
    """The earlier day, if a good one is asked for."""
    if not text.strip():
        return None, ""
    found = asked_day(text, day.on)
    return (None, f"Ngày so sánh: {found.note.split('. Đang')[0]}.") if found.note else (found.on, "")
