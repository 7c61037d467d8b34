"""The page that each role starts from."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from baocao.dashboards import Start
from phancong.context import chosen_programme
from phancong.permissions import can_enter, can_manage_accounts


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """/: the programme at a glance, what wants this person's attention, and where to go on."""
    programme = chosen_programme(request)
    accounts = can_manage_accounts(request.user)
    if programme is None:
        return render(request, "baocao/no_programme.html", {"accounts": accounts})
    page = Start(programme, request.user, timezone.localdate(), request.GET.get("ct", ""))
    context = {
        "page": page,
        "accounts": accounts,
        "attention": page.attention() if can_enter(request.user) else [],
    }
    return render(request, "baocao/start.html", context)
