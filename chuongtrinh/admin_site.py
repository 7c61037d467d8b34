"""The entry pages under /quan-tri/: Django's admin with the project's name, sign-in and look."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class EntrySite(admin.AdminSite):
    site_header = "Nhập liệu và quản trị"
    site_title = "Nhập liệu"
    index_title = "Nhập liệu và quản trị"
    empty_value_display = "–"

    def has_permission(self, request: HttpRequest) -> bool:
        from phancong.permissions import can_enter

        return can_enter(request.user)

    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """One sign-in page for everything; who may not enter is told so there (403)."""
        from django.core.exceptions import PermissionDenied

        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect(f"/dang-nhap/?next={request.get_full_path()}")
