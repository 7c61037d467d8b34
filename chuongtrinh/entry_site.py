"""The entry site under /quan-tri/: its start page, its doors, and what its boxes find."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import admin, auth
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth import models as auth_models
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme

from phancong.permissions import can_enter

# The start page, as the office thinks of it: heading, anchor, one line of help, models in order.
GROUPS = (
    (
        "Chương trình",
        "chuong-trinh",
        "Văn bản đã ký, đọc vào máy: xem, tra cứu và sửa phần thông tin chung.",
        (
            "chuongtrinh.programme",
            "chuongtrinh.section",
            "chuongtrinh.clause",
            "chuongtrinh.correction",
            "chuongtrinh.citeddocument",
            "chuongtrinh.unplacedline",
        ),
    ),
    (
        "Nhiệm vụ",
        "nhiem-vu",
        "Những việc phải làm theo chương trình: thời hạn, sản phẩm, thẩm quyền, chỉ tiêu.",
        ("nhiemvu.task", "nhiemvu.indicator", "nhiemvu.relatedwork"),
    ),
    (
        "Đề án",
        "de-an",
        "Mốc, vốn, rủi ro, hồ sơ của từng đề án; đơn vị chủ trì cũng nhập ở trang của đề án.",
        ("nhiemvu.milestone", "nhiemvu.funding", "nhiemvu.risk", "nhiemvu.projectprofile"),
    ),
    (
        "Phân công",
        "phan-cong",
        "Ai làm việc gì: đơn vị, đồng chí, chức vụ, nhóm và phân công.",
        (
            "phancong.assignment",
            "phancong.unit",
            "phancong.comrade",
            "phancong.post",
            "phancong.group",
            "phancong.oversight",
        ),
    ),
    (
        "Kỳ báo cáo",
        "ky-bao-cao",
        "Quy định về kỳ báo cáo; các kỳ và những gì đơn vị đã gửi, để xem.",
        (
            "baocao.reportingrules",
            "baocao.dayoff",
            "baocao.period",
            "baocao.update",
            "baocao.directive",
            "baocao.indicatorvalue",
            "baocao.unitreport",
            "baocao.extensionrequest",
            "baocao.digest",
        ),
    ),
    (
        "Báo cáo của cấp ủy",
        "bao-cao",
        "Các bản báo cáo và thể thức chung, để xem; lập và sửa ở trang Báo cáo.",
        ("baocao.review", "baocao.letterhead"),
    ),
    (
        "Tài khoản",
        "tai-khoan",
        "Ai được đăng nhập và được làm gì.",
        ("chuongtrinh.user", "chuongtrinh.committee"),
    ),
)


class FoundRows(AutocompleteJsonView):
    """What an autocomplete box finds, called as its list of choices calls it."""

    model_admin: Any

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {**super().serialize_result(obj, to_field_name), "text": self.model_admin.label_in_list(obj)}


class EntrySite(admin.AdminSite):
    site_header = "Nhập liệu và quản trị"
    site_title = "Nhập liệu"
    index_title = "Nhập liệu và quản trị"
    empty_value_display = "–"
    enable_nav_sidebar = False  # the start page is the map; lists and forms get the whole width

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Django's own groups of permissions play no part, so they get no page."""
        if model_or_iterable not in (auth_models.Group, (auth_models.Group,), [auth_models.Group]):
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return can_enter(request.user)

    def admin_view(self, view: Callable, cacheable: bool = False) -> Any:
        """Who is signed in but may not enter is told so (403) instead of being sent to sign in again."""
        inner = super().admin_view(view, cacheable)

        @functools.wraps(inner)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return checked

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        """One sign-in page for everything."""
        wanted = request.GET.get("next") or reverse("admin:index")
        if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
            wanted = reverse("admin:index")
        if not request.user.is_authenticated:
            return redirect(f"{reverse('dang-nhap')}?next={quote(wanted)}")
        if not self.has_permission(request):
            raise PermissionDenied
        return redirect(wanted)

    def logout(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        if request.method == "POST":
            auth.logout(request)
            return redirect("dang-nhap")
        return redirect("admin:index")

    def get_urls(self) -> list[Any]:
        """Without the address that leads on to any row of any table, and so tells what it is called."""
        return [one for one in super().get_urls() if getattr(one, "name", None) != "view_on_site"]

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return FoundRows.as_view(admin_site=self)(request)

    def password_change(self, request: HttpRequest, extra_context: dict | None = None) -> Any:
        return redirect("doi-mat-khau")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        rows = {
            row["model"]._meta.label_lower: row
            for label, app in self._build_app_dict(request).items()
            for row in app["models"]
            if app_label in (None, label)
        }
        groups = []
        for name, anchor, help_text, labels in GROUPS:
            found = [rows[label] for label in labels if label in rows]
            for row in found:
                row["help"] = getattr(self._registry[row["model"]], "index_help", "")
            if found:
                url = f"{reverse('admin:index')}#{anchor}"
                groups.append(
                    {"name": name, "app_label": anchor, "app_url": url, "help": help_text, "models": found}
                    | {"has_module_perms": True}
                )
        return groups
