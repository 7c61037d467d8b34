"""What every entry form needs: decimal numbers as offices type them, and all the rules of a row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, RelatedFieldWidgetWrapper
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import F, UniqueConstraint
from django.utils import timezone
from django.utils.formats import date_format

from chuongtrinh.vietnamese import format_number

# Rules of the database that carry no message of their own.
RULE_MESSAGES = {
    "recipient_in_order": "Thứ tự này đã dùng cho nơi nhận khác: chọn số khác.",
    "related_once": "Hai việc này đã được ghi là liên quan.",
    "indicator_code_once": "Mã này đã có trong chương trình: chọn mã khác.",
    "oversight_by_decision": "Phải ghi số quyết định.",
    "programme_has_number": "Phải ghi số, ký hiệu của chương trình.",
}
_NUMBER = re.compile(r"-?(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)(?:,[0-9]+)?")


class LocalDecimalField(forms.DecimalField):
    """A decimal number typed as "1.234,5", "1234,5" or "13,5".

    A dot only separates thousands ("1.234" is 1234); "13.5", "1,234.5" and "1.23" are refused, because one
    cannot tell what was meant. Shows values without needless zeros: 13, 13,5, 1.234,5.
    """

    widget = forms.TextInput
    default_error_messages = {
        "invalid": (
            "Nhập số với dấu phẩy cho phần thập phân, dấu chấm chỉ để tách hàng nghìn. "
            "Ví dụ: 13,5 hoặc 1.234,5."
        )
    }

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and (value := value.strip()):
            if not _NUMBER.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
            value = value.replace(".", "").replace(",", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        return format_number(value) if isinstance(value, Decimal) and value.is_finite() else value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "decimal", "class": "vTextField number-input"}


class VersionedForm(forms.ModelForm):
    """A form that carries the version at which its row was read, so that no edit is lost unseen.

    The version is the row's newest entry in its history (simple_history). Who saves second is told who
    changed what meanwhile, keeps everything typed, and overwrites only by saving once more. Save within a
    transaction: the row is held from the check on. ``versions`` may hold those already read, by primary key.
    """

    read_version = forms.CharField(required=False, widget=forms.HiddenInput)
    versions: dict[Any, str] | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.instance
        if not row.pk or not hasattr(type(row), "history"):
            del self.fields["read_version"]
        elif not self.is_bound:
            known = self.versions or {}
            self.initial["read_version"] = known[row.pk] if row.pk in known else version_of(row)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if "read_version" in self.fields and self.has_changed():
            row = self.instance
            list(type(row)._base_manager.select_for_update().filter(pk=row.pk).values_list("pk"))
            now, read = version_of(row), data.get("read_version") or ""
            if now != read:
                # Shown again, the form carries the version that its user has now been told of.
                told = cast(Any, self.data).copy()
                told[self.add_prefix("read_version")] = now
                self.data = told
                raise ValidationError(changed_meanwhile(row, read), code="changed_meanwhile")
        return data

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != "read_version"]


def version_of(row: Any) -> str:
    """The newest entry of a row's history; "" where it has none."""
    return str(row.history.order_by("-history_id").values_list("history_id", flat=True).first() or "")


def changed_meanwhile(row: Any, read: str) -> str:
    """Who changed what since the version that was read, for the one who comes second."""
    entries = row.history.select_related("history_user").order_by("history_id")
    newest = entries.last()
    old = entries.filter(history_id=int(read)).first() if read.isdecimal() else None
    who = f"{newest.history_user}" if newest and newest.history_user else "Người khác"
    at = f" lúc {timezone.localtime(newest.history_date):%H:%M ngày %d/%m/%Y}" if newest else ""
    changes = []
    if newest and old:
        for change in newest.diff_against(old).changes:
            field = row._meta.get_field(change.field)
            changes.append(
                f"{field.verbose_name}: “{_told(field, change.old)}” → “{_told(field, change.new)}”"
            )
    what = f" ({'; '.join(changes)})" if changes else ""
    return (
        f"{who} đã sửa mục này{at}{what}. Chưa lưu gì; những gì bạn nhập vẫn còn ở đây. "
        "Hãy đối chiếu, rồi lưu lần nữa nếu vẫn muốn ghi theo bản của bạn."
    )


def _told(field: Any, value: Any) -> str:
    if value is None or value == "":
        return "trống"
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(value)


class KnownAutocomplete(AutocompleteSelect):
    """Autocomplete that needs no query for the chosen row where the form has it at hand: a page of thirty
    inline rows would otherwise ask the database once for each of them."""

    known: dict[str, str] = {}

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        chosen = [str(one) for one in value if one]
        if any(one not in self.known for one in chosen):
            return super().optgroups(name, value, attr)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [
            self.create_option(name, one, self.known[one], True, at) for at, one in enumerate(chosen, 1)
        ]
        return [(None, options, 0)]


class EntryForm(VersionedForm):
    """A form that checks every rule of the row, those of its unseen fields included.

    Django leaves out a rule as soon as one of its fields is not on the form; the database would then answer
    with an error page. ``user`` is set by the page on the form's class.
    """

    user: Any = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {field.name for field in self.instance._meta.fields}
        if self.instance._state.adding and "committee" in names and "committee" not in self.fields:
            self.instance.committee_id = self.user.committee_id
        for name, field in self.fields.items():
            widget = (
                field.widget.widget if isinstance(field.widget, RelatedFieldWidgetWrapper) else field.widget
            )
            if isinstance(widget, KnownAutocomplete) and self._has_at_hand(name):
                row = getattr(self.instance, name)
                widget.known = {str(row.pk): str(row)} if row else {}

    def _has_at_hand(self, name: str) -> bool:
        field = self.instance._meta.get_field(name)
        return bool(getattr(field, "is_cached", None) and field.is_cached(self.instance))

    def _post_clean(self) -> None:
        row = self.instance
        vars(row)["validate_constraints"] = lambda exclude=None: None  # Django's partial check: whole below
        try:
            super()._post_clean()  # type: ignore[misc]
        finally:
            del vars(row)["validate_constraints"]
        self._check_rules(row)

    def _check_rules(self, row: models.Model) -> None:
        unknown = {*self.errors} - {NON_FIELD_ERRORS}
        for field in row._meta.fields:
            if not field.null and not field.primary_key and field.value_from_object(row) is None:
                unknown.add(field.name)
        for model, rules in row.get_constraints():
            for rule in rules:
                try:
                    rule.validate(model, row, exclude=unknown)
                except ValidationError as error:
                    self.add_error(None, RULE_MESSAGES.get(rule.name) or error.messages)


class EntryFormSet(forms.BaseInlineFormSet):
    """Rows on their parent's page; two rows that clash are told here, before the database refuses."""

    def clean(self) -> None:
        super().clean()
        seen: set[tuple[str, tuple[Any, ...]]] = set()
        for form in self.forms:
            if form in self.deleted_forms or not form.has_changed() or form.errors:
                continue
            for rule in self.fk.model._meta.constraints:
                if not isinstance(rule, UniqueConstraint) or rule.condition:
                    continue
                names = [vars(one)["name"] for one in rule.expressions if isinstance(one, F)] or list(
                    rule.fields
                )
                key = rule.name, tuple(self._value(form.instance, name) for name in names)
                if None in key[1]:
                    continue
                if key in seen:
                    message = RULE_MESSAGES.get(rule.name) or rule.violation_error_message
                    form.add_error(None, str(message))
                    raise ValidationError("Có hai dòng trùng nhau: sửa hoặc xóa một dòng.")
                seen.add(key)

    def _value(self, row: models.Model, name: str) -> Any:
        if name == self.fk.name:
            return "this"  # the parent may not be saved yet
        field: Any = row._meta.get_field(name)
        return field.value_from_object(row)
