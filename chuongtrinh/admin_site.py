"""The entry pages under /quan-tri/: Django's admin with the project's look, sign-in and scope.

What another committee owns does not exist here: every list, choice, search and address goes through
``own_rows``. Who may do what is asked of phancong.permissions only; Django's own permissions play no part.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import conditional_escape
from django.utils.http import url_has_allowed_host_and_scheme
from simple_history.admin import SimpleHistoryAdmin
from simple_history.template_utils import HistoricalRecordContextHelper

from chuongtrinh.choices import Choices, KnownAutocomplete, KnownAutocompleteMultiple
from chuongtrinh.deleting import what_goes
from chuongtrinh.edits import NAMED_ACTS, in_words
from chuongtrinh.forms import EntryForm, EntryFormSet, LocalDecimalField, ShownFormSet
from chuongtrinh.scope import faults, own_choices, own_rows, transcriptions
from chuongtrinh.vietnamese import fold
from phancong.permissions import can_enter, can_manage_accounts


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
            kwargs["widget"].offered = self._offered(db_field, request)
        kwargs.setdefault("empty_label", "– chưa chọn –")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs["queryset"] = own_choices(self.admin_site, db_field, request)
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", KnownAutocompleteMultiple(db_field, self.admin_site))
            kwargs["widget"].offered = self._offered(db_field, request)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def _offered(self, db_field: Any, request: HttpRequest) -> Choices:
        """The list of what may be chosen, one for all boxes of the page that offer the same rows."""
        target: Any = self.admin_site.get_model_admin(db_field.remote_field.model)
        lists = vars(request).setdefault("choices_of", {})
        if target.model not in lists:
            lists[target.model] = Choices(target.get_queryset(request), target.label_in_list)
        return lists[target.model]

    def label_in_list(self, row: Any) -> str:
        """What tells the row from others of its kind, in boxes to choose from."""
        return str(row)

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
    instead_of_deleting = ""
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

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        return what_goes(objs, request, self.admin_site)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        context["instead_of_deleting"] = self.instead_of_deleting
        context["object_in_list"] = self.label_in_list(context["object"])
        return super().render_delete_form(request, context)

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["faults"] = faults(context["adminform"].form, context["inline_admin_formsets"])
        return super().render_change_form(request, context, *args, **kwargs)

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> Any:
        back = request.GET.get("ve", "")
        if back.startswith("/") and url_has_allowed_host_and_scheme(
            back, {request.get_host()}, request.is_secure()
        ):
            return redirect(back)
        return super().response_post_save_change(request, obj)

    response_post_save_add = response_post_save_change

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

    def stringify_delta_change_values(self, change: Any, old: Any, new: Any) -> Any:
        """Whole: what was cut out would have to be looked up elsewhere."""
        return conditional_escape(old), conditional_escape(new)


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
        return super().history_view(request, object_id, {"named_acts": NAMED_ACTS, **(extra_context or {})})

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
    formset = ShownFormSet
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
