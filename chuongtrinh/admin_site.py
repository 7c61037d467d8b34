"""The entry pages under /quan-tri/: Django's admin with the project's look, sign-in and scope.

What another committee owns does not exist here: every list, choice, search and address goes through
``own_rows``. Who may do what is asked of phancong.permissions only; Django's own permissions play no part.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import admin, auth, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import models as auth_models
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from chuongtrinh.edits import in_words
from chuongtrinh.forms import EntryForm, EntryFormSet, KnownAutocomplete, LocalDecimalField
from chuongtrinh.models import Programme
from chuongtrinh.vietnamese import fold
from phancong.permissions import can_enter, can_manage_accounts

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
        "Tài khoản",
        "tai-khoan",
        "Ai được đăng nhập và được làm gì.",
        ("chuongtrinh.user", "chuongtrinh.committee"),
    ),
)


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


class Scoped(BaseModelAdmin):
    """What lists, choices and forms of the user's own committee have in common.

    ``committee_path`` leads from the row to its committee's id. ``related`` names the foreign keys that the
    row's page shows: they come with the row, in one query.
    """

    committee_path = "committee"
    related: tuple[str, ...] = ()
    form: Any = EntryForm
    view_on_site: Any = False
    formfield_overrides = {  # noqa: RUF012
        models.DecimalField: {"form_class": LocalDecimalField, "widget": forms.TextInput},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})},
    }

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.slim(own_rows(super().get_queryset(request), request.user, self.committee_path))

    def slim(self, rows: QuerySet) -> QuerySet:
        """With what the row's page shows, and never with a programme's transcription."""
        if self.related:  # without names, select_related would fetch whatever a row points to
            rows = rows.select_related(*self.related)
        return rows.defer(*transcriptions(self.model, self.related))

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = own_choices(self.admin_site, db_field, request)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownAutocomplete(db_field, self.admin_site))
        kwargs.setdefault("empty_label", "– chưa chọn –")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = own_choices(self.admin_site, db_field, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Beside a choice only "change" and "add": deleting what other rows need is no side errand."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = field.widget.can_view_related = False
        return field

    def _may_enter(self, request: HttpRequest) -> bool:
        return can_enter(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_enter(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_enter(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_enter(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_enter(request)


class EntryAdmin(Scoped, admin.ModelAdmin):
    """A list and a form. ``index_help`` is the line of help on the start page and above the list."""

    index_help = ""
    list_per_page = 50
    show_full_result_count = False
    save_on_top = False

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """What is another committee's does not exist here: 404, whatever one may do to one's own rows."""
        found = super().get_object(request, object_id, from_field)
        if found is None:
            raise Http404("Không có mục này.")
        return found

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.user = request.user  # the class is made anew for each request
        return form

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> list[dict[str, Any]]:
        changes = super().construct_change_message(request, form, formsets, add)
        vars(request)["nothing_changed"] = not add and not changes
        return changes

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """What was not changed is not written, so that the history tells changes only."""
        lists = {field.name for field in obj._meta.many_to_many}
        if not change or {*form.changed_data} - lists:
            super().save_model(request, obj, form, change)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        return super().log_change(request, obj, message) if message else None

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: int | str = messages.INFO,
        extra_tags: str = "",
        fail_silently: bool = False,
    ) -> None:
        if vars(request).pop("nothing_changed", False) and level == messages.SUCCESS:
            message, level = "Không có gì thay đổi.", messages.INFO
        super().message_user(request, message, level, extra_tags, fail_silently)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        """All the words, in any order, with or without diacritics."""
        if not search_term.strip():
            return queryset, False
        words = fold(search_term).split()
        if not words:
            return queryset.none(), False
        fields = [str(name) for name in self.get_search_fields(request)]
        if fields == ["search_key"]:
            return queryset.filter(*(Q(search_key__contains=word) for word in words)), False
        # Rows without a search key are few in one committee, so they are folded here.
        found = [
            pk
            for pk, *values in queryset.order_by().values_list("pk", *fields)
            if all(
                word in text
                for text in [fold(" ".join(str(value or "") for value in values))]
                for word in words
            )
        ]
        return queryset.filter(pk__in=found), False

    def changelist_view(self, request: HttpRequest, extra_context: dict | None = None) -> HttpResponse:
        return super().changelist_view(request, {"page_help": self.index_help, **(extra_context or {})})


class SignedAdmin(EntryAdmin):
    """Rows of the signed text: to be read and searched, never added, changed or deleted here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class Edits(HistoricalRecordContextHelper):
    """What changed, as people write it: 30/06/2027, Có, Chờ xác nhận."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        return in_words(self.model._meta.get_field(change.field), value)


class TrackedAdmin(EntryAdmin, SimpleHistoryAdmin):
    """Rows whose every change is kept: who, when, from what to what. Taking a change back is another edit."""

    object_history_template = "admin/edits.html"
    object_history_list_template = "admin/edits_list.html"

    def get_urls(self) -> list[Any]:
        return admin.ModelAdmin.get_urls(self)  # without the page that overwrites a row with an old version

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict | None = None
    ) -> HttpResponse:
        if self.get_object(request, object_id) is None:
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> Edits:
        return Edits(self.model, historical_record)

    def history_view_title(self, request: HttpRequest, obj: Any) -> str:
        return f"Lịch sử chỉnh sửa: {obj}"


class EntryInline(Scoped, admin.TabularInline):
    """Rows on their parent's page; the parent is the user's own, so its rows are too."""

    view_on_site: Any = False
    formset = EntryFormSet
    extra = 0
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return self.slim(admin.TabularInline.get_queryset(self, request))

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Each row brings the version at which it was read, in a field that is not seen."""
        shown = list(super().get_fieldsets(request, obj))
        if hasattr(self.model, "history") and self.has_change_permission(request, obj):
            heading, options = shown[0]
            shown[0] = (heading, {**options, "fields": (*options["fields"], "read_version")})
        return shown

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """In a row of a table a field has no label beside it: it carries its own name."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field:
            wrapped = isinstance(field.widget, RelatedFieldWidgetWrapper)
            widget = field.widget.widget if wrapped else field.widget
            widget.attrs.setdefault("aria-label", str(field.label))
        return field

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset: Any = super().get_formset(request, obj, **kwargs)
        formset.form.user = request.user
        return formset


class ReadOnlyInline(EntryInline):
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AccountsOnly(Scoped):
    """Pages for those who look after accounts and the committee's settings."""

    def _may_enter(self, request: HttpRequest) -> bool:
        return can_manage_accounts(request.user)


class OwnRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by a foreign key that offers only what the user's committee owns."""

    def field_choices(self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin) -> Any:
        rows = own_choices(model_admin.admin_site, field, request)
        return [(row.pk, str(row)) for row in rows]


def own_rows(rows: QuerySet, user: Any, path: str) -> QuerySet:
    """The rows of the user's committee; ``path`` leads from a row to its committee."""
    return rows.filter(**{path: user.committee_id}) if can_enter(user) else rows.none()


def transcriptions(model: type[models.Model], related: tuple[str, ...]) -> list[str]:
    """The paths to a programme's transcription, megabytes long, from a row and what comes with it."""
    found = ["source"] if model is Programme else []
    for path in related:
        steps = path.split("__")
        at: Any = model
        for end, step in enumerate(steps, 1):
            at = at._meta.get_field(step).related_model
            if at is Programme:
                found.append("__".join((*steps[:end], "source")))
    return found


def own_choices(site: admin.AdminSite, field: Any, request: HttpRequest) -> QuerySet:
    """What a foreign key may point to: the rows that the target's own list would show this user."""
    target = site.get_model_admin(field.remote_field.model)
    return target.get_queryset(request)
