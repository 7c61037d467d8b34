"""Sign-in, the signed document, and whether the service is alive."""

from __future__ import annotations

import errno
import shutil
import sys
from contextlib import suppress
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from chuongtrinh import audit as audit_rows
from chuongtrinh.living import living_document
from chuongtrinh.models import User
from chuongtrinh.sign_in import ChangePasswordForm
from nhiemvu.as_of import Day, asked_day
from phancong.context import chosen_programme
from phancong.permissions import can_approve_plans, can_read_audit, visible_programmes


class SignIn(LoginView):
    """Leaders begin with the overview: the picture is there without a click. Everyone else with the start."""

    template_name = "chuongtrinh/sign_in.html"
    redirect_authenticated_user = True

    def get_default_redirect_url(self) -> str:
        if can_approve_plans(self.request.user):
            return reverse("tong-quan")
        return super().get_default_redirect_url()


class SignOut(LogoutView):
    """Signing out takes a POST; whoever comes by a link is shown the button instead of a bare 405."""

    http_method_names = ["get", "head", "post", "options"]
    template_name = "chuongtrinh/sign_out.html"


class ChangePassword(PasswordChangeView):
    template_name = "chuongtrinh/change_password.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("trang-chu")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, "Đã đổi mật khẩu. Lần sau đăng nhập bằng mật khẩu mới.")
        return super().form_valid(form)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the service and its database answer, 503 when the database does not; tells nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return JsonResponse({"status": "database away"}, status=503)
    return JsonResponse({"status": "ok"})


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for an error nobody foresaw; 507 where the disk is full, 503 where the database is away."""
    error = sys.exc_info()[1]
    if isinstance(error, DatabaseError | OSError) and is_full(error):
        return render(None, "507.html", status=507)
    away = isinstance(error, OperationalError | InterfaceError)
    return render(None, "503.html" if away else "500.html", status=503 if away else 500)


_NO_ROOM = 1024 * 1024


def is_full(error: BaseException) -> bool:
    """Whether there is no room left: told by the disk itself, by PostgreSQL or by SQLite, which may only say
    that it cannot read or write."""
    cause = error.__cause__
    if getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
        return True
    told = getattr(cause, "sqlite_errorname", "")
    if told.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")):
        with suppress(OSError):  # gone with its disk, the directory is no full one
            return shutil.disk_usage(settings.VAR_DIR).free < _NO_ROOM
    return told == "SQLITE_FULL" or getattr(cause, "sqlstate", "") == "53100"


@require_safe
def documents(request: HttpRequest) -> HttpResponse:
    """The committee's programmes, newest first; where there is one only, that programme."""
    rows = list(visible_programmes(request.user).select_related("committee").defer("source"))
    if len(rows) == 1:
        query = request.GET.urlencode()
        return redirect(rows[0].get_absolute_url() + (f"?{query}" if query else ""))
    return render(request, "chuongtrinh/documents.html", {"documents": rows})


@require_safe
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """The living document: the programme as on paper, with how each clause stands in the margin.

    ``?ban=ky`` shows it as transcribed instead of corrected, ``?danh-dau=0`` without the margin, ``?ngay=``
    the margin as it was known at the end of a past day.
    """
    try:
        programme = chosen_programme(request)
    except Http404:
        programme = None
    if programme is None or programme.pk != pk:
        # The page's own programme is the chosen one, so that every link on it stays within that programme.
        get_object_or_404(visible_programmes(request.user).only("pk"), pk=pk)
        query = request.GET.copy()
        query["ct"] = str(pk)
        return redirect(f"{reverse('van-ban-chi-tiet', args=[pk])}?{query.urlencode()}")
    day = asked_day(request.GET.get("ngay", ""), timezone.localdate())
    as_signed = request.GET.get("ban") == "ky"
    marked = request.GET.get("danh-dau") != "0"
    return render(
        request,
        "chuongtrinh/document.html",
        {
            "doc": living_document(programme, on=day.on, as_signed=as_signed, past=day.past),
            "day": day,
            "kept": _kept(request, day),
            "as_signed": as_signed,
            "marked": marked,
            "other_reading": _with(request, "ban", "" if as_signed else "ky"),
            "other_margin": _with(request, "danh-dau", "0" if marked else ""),
        },
    )


@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """Who changed what and when, of everything that is kept here; to be read only."""
    if not can_read_audit(request.user):
        raise PermissionDenied
    form = audit_rows.Filters(request.GET)
    user = cast(User, request.user)
    asked = form.cleaned_data if form.is_valid() else {}
    pages = Paginator(audit_rows.entries_of(user, asked), audit_rows.PER_PAGE)
    page = pages.get_page(request.GET.get("trang"))
    numbers = {
        "previous_url": page.number > 1 and _with(request, "trang", str(page.number - 1)),
        "next_url": page.has_next() and _with(request, "trang", str(page.number + 1)),
    }
    return render(
        request,
        "chuongtrinh/audit.html",
        {
            "form": form,
            "asked": any(request.GET.get(name) for name in form.fields),
            "entries": audit_rows.read(list(page.object_list)),
            "editors": User.objects.filter(committee=user.committee_id).order_by("full_name", "username"),
            "system": audit_rows.SYSTEM,
            "page": page,
            **numbers,
        },
    )


def _kept(request: HttpRequest, day: Day) -> str:
    """What the page's links keep of its address: the programme, and the past day."""
    asked = {"ct": request.GET.get("ct", ""), "ngay": day.on.isoformat() if day.past else ""}
    kept = urlencode({name: value for name, value in asked.items() if value})
    return f"?{kept}" if kept else ""


def _with(request: HttpRequest, name: str, value: str) -> str:
    """This page's own query with one switch turned ("" takes it out)."""
    query = request.GET.copy()
    query.pop(name, None)
    if value:
        query[name] = value
    return f"?{query.urlencode()}"
