"""What every entry form needs: decimal numbers as offices type them, and all the rules of a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models import F, UniqueConstraint
from django.forms.formsets import DELETION_FIELD_NAME
from django.utils import timezone
from django.utils.functional import cached_property

from chuongtrinh.choices import KnownAutocomplete
from chuongtrinh.edits import changes_between
from chuongtrinh.vietnamese import format_number

# Rules of the database that carry no message of their own.
RULE_MESSAGES = {
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

    def __init__(self, *args: Any, versions: dict[Any, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if versions is not None:
            self.versions = versions
        row = self.instance
        if not hasattr(type(row), "history"):
            del self.fields["read_version"]
        elif row.pk and not self.is_bound:
            known = versions_of(type(row), [row.pk]) if self.versions is None else self.versions
            self.initial["read_version"] = known.get(row.pk, "")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        row = self.instance
        if "read_version" in self.fields and row.pk and self.has_changed():
            list(type(row)._base_manager.select_for_update().filter(pk=row.pk).values_list("pk"))
            now, read = versions_of(type(row), [row.pk]).get(row.pk, ""), data.get("read_version") or ""
            if now != read and (told := changed_meanwhile(row, read)):
                self.take_as_told(now)
                raise ValidationError(told, code="changed_meanwhile")
        return data

    def take_as_told(self, version: str) -> None:
        """Shown again, the form carries the version that its user has now been told of."""
        told = cast(Any, self.data).copy()
        told[self.add_prefix("read_version")] = version
        self.data = told

    @cached_property
    def changed_data(self) -> list[str]:
        """What its user changed: what somebody else changed since the form was read is none of it."""
        names = [name for name in super().changed_data if name != "read_version"]
        row = self.instance
        read = str(self.data.get(self.add_prefix("read_version")) or "")
        if not names or not row.pk or "read_version" not in self.fields or not read.isdecimal():
            return names
        if versions_of(type(row), [row.pk]).get(row.pk) == read:
            return names
        then = row.history.filter(history_id=int(read)).first()
        return names if then is None or any(self._differs(name, then) for name in names) else []

    def _differs(self, name: str, then: Any) -> bool:
        """Whether what is typed differs from what an entry of the row's history says."""
        field = next((one for one in type(self.instance)._meta.get_fields() if one.name == name), None)
        if isinstance(field, models.ManyToManyField):
            chosen = f"{field.m2m_reverse_field_name()}_id"
            value: Any = [getattr(row, chosen) for row in getattr(then, name).all()]
        elif isinstance(field, models.Field):
            value = field.value_from_object(then)
        else:
            return True
        return self.fields[name].has_changed(value, self[name].data)


def versions_of(model: Any, pks: Iterable[Any]) -> dict[Any, str]:
    """The newest entry in the history of each row, by primary key; rows without any are left out."""
    key = model._meta.pk.attname
    newest = model.history.filter(**{f"{key}__in": list(pks)}).order_by().values_list(key)
    return {pk: str(entry) for pk, entry in newest.annotate(models.Max("history_id"))}


def changed_meanwhile(row: Any, read: str) -> str:
    """Who changed what since the version that was read, for the one who comes second; "" where all is as
    it was."""
    entries = row.history.select_related("history_user").order_by("history_id")
    newest = entries.last()
    old = entries.filter(history_id=int(read)).first() if read.isdecimal() else None
    who = f"{newest.history_user}" if newest and newest.history_user else "Người khác"
    at = f" lúc {timezone.localtime(newest.history_date):%H:%M ngày %d/%m/%Y}" if newest else ""
    changes = changes_between(old, newest, type(row)) if newest and old else []
    if newest and old and not changes:
        return ""
    what = "; ".join(
        f"{name}: “{before or 'trống'}” → “{after or 'trống'}”" for name, before, after in changes
    )
    return (
        f"{who} đã sửa mục này{at}{f' ({what})' if what else ''}. Chưa lưu gì; những gì "
        "bạn nhập vẫn còn ở đây. "
        "Hãy đối chiếu, rồi lưu lần nữa nếu vẫn muốn ghi theo bản của bạn."
    )


class EntryForm(VersionedForm):
    """A form that checks every rule of the row, those of its unseen fields included.

    Django leaves out a rule as soon as one of its fields is not on the form; the database would then answer
    with an error page. ``user`` is set by the page on the form's class; ``formset`` where the row stands on
    its parent's page, whose rows are then checked against each other.
    """

    user: Any = None
    formset: EntryFormSet | None = None

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

    def _clean_fields(self) -> None:
        """Two spellings that look alike are stored alike: composed letters, single blanks."""
        super()._clean_fields()  # type: ignore[misc]
        for name, value in self.cleaned_data.items():
            field = self.fields[name]
            if isinstance(value, str) and isinstance(field, forms.CharField) and field.strip:
                self.cleaned_data[name] = tidy(value, lines=isinstance(field.widget, forms.Textarea))

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
        if self.formset is not None and self.formset.instance.pk is None:
            unknown.add(self.formset.fk.name)  # the parent is saved first, in the same step
        for model, rules in row.get_constraints():
            for rule in rules:
                if self.formset is not None and isinstance(rule, UniqueConstraint):
                    continue  # checked among all rows of the page
                try:
                    rule.validate(model, row, exclude=unknown)
                except ValidationError as error:
                    self.add_error(None, RULE_MESSAGES.get(rule.name) or error.messages)


class EntryFormSet(forms.BaseInlineFormSet):
    """Rows on their parent's page. Rows that clash, and rows that somebody else meanwhile changed or deleted,
    are told here, before the database refuses; what counts is how the page leaves them all."""

    only_read = False

    @cached_property
    def _versions(self) -> dict[Any, str]:
        """The versions of all rows of the page, in one query; of rows that are only shown none is needed."""
        if self.only_read or self.is_bound or not hasattr(self.model, "history") or not self.instance.pk:
            return {}
        return versions_of(self.model, [row.pk for row in self.get_queryset()])

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "versions": self._versions}

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form: Any = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        form.formset = self
        return form

    def clean(self) -> None:
        super().clean()
        doomed = [form for form in self.forms if self._leaves(form)]
        if any(form.instance.pk is None and form not in doomed for form in self.initial_forms):
            raise ValidationError("Một dòng vừa bị người khác xóa. Hãy tải lại trang rồi sửa lại.")
        self._check_deleted([form for form in doomed if form.instance.pk])
        kept = [
            form
            for form in self.forms
            if form not in doomed and not form.errors and (form.instance.pk or form.has_changed())
        ]
        for rule in self.fk.model._meta.constraints:
            if isinstance(rule, UniqueConstraint):
                self._check_unique(rule, kept)

    def add_fields(self, form: Any, index: int | None) -> None:
        """A row that only ends by a date has no box for deleting it; a forged one does nothing."""
        super().add_fields(form, index)
        if self.can_delete and getattr(form.instance, "is_signed", False):
            box = form.fields[DELETION_FIELD_NAME]
            box.disabled, box.widget = True, forms.HiddenInput()

    def _leaves(self, form: Any) -> bool:
        return bool(self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]

    def _check_deleted(self, doomed: list[Any]) -> None:
        """Who deletes a row must have seen it as it is."""
        versioned = [form for form in doomed if "read_version" in form.fields]
        if not versioned:
            return
        now = versions_of(self.model, [form.instance.pk for form in versioned])
        told = []
        for form in versioned:
            read = self.data.get(form.add_prefix("read_version"), "")
            version = now.get(form.instance.pk, "")
            if version != read and (what := changed_meanwhile(form.instance, read)):
                form.take_as_told(version)
                told.append(f"Dòng “{form.instance}” mà bạn định xóa: {what}")
        if told:
            raise ValidationError(told)

    def _check_unique(self, rule: UniqueConstraint, kept: list[Any]) -> None:
        message = str(RULE_MESSAGES.get(rule.name) or rule.violation_error_message)
        seen: dict[tuple[Any, ...], Any] = {}
        for form in kept:
            key = self._key(rule, form.instance)
            if key is None:
                continue
            if first := seen.get(key):
                (form if form.has_changed() else first).add_error(None, message)
                raise ValidationError("Có hai dòng không đi cùng nhau được: sửa hoặc xóa một dòng.")
            seen[key] = form
            if form.has_changed() and self._is_taken(rule, key):
                form.add_error(None, message)

    def _key(self, rule: UniqueConstraint, row: models.Model) -> tuple[Any, ...] | None:
        """What must not occur twice of this row; None where the rule does not speak of it."""
        if rule.condition and not _holds(rule.condition, row):
            return None
        key = []
        for name, blank_counts in _names(rule):
            field: Any = row._meta.get_field(name)
            value = "this" if name == self.fk.name else field.value_from_object(row)
            if value is None and not blank_counts:
                return None
            key.append(value)
        return tuple(key)

    def _is_taken(self, rule: UniqueConstraint, key: tuple[Any, ...]) -> bool:
        """Whether a row that is not on this page has it already."""
        names = [name for name, _ in _names(rule)]
        if self.fk.name in names and self.instance.pk is None:
            return False
        wanted = {
            name: self.instance.pk if name == self.fk.name else value
            for name, value in zip(names, key, strict=True)
        }
        rows = self.fk.model._base_manager.filter(rule.condition or models.Q(), **wanted)
        return rows.exclude(pk__in=[form.instance.pk for form in self.initial_forms]).exists()

    def save_existing_objects(self, commit: bool = True) -> Any:
        """What makes room goes first: the head of a unit steps down before the next one takes over."""
        count = self.initial_form_count()
        self.forms[:count] = sorted(self.forms[:count], key=self._makes_room, reverse=True)
        return super().save_existing_objects(commit)

    def _makes_room(self, form: Any) -> int:
        row = form.instance
        ends = getattr(row, "valid_to", None) or not (
            getattr(row, "is_head", False) or getattr(row, "principal", False)
        )
        return 2 if self._leaves(form) else 1 if ends else 0


def tidy(text: str, *, lines: bool = False) -> str:
    """NFC, and one blank where several were typed; ``lines`` keeps the line breaks."""
    text = unicodedata.normalize("NFC", text)
    return (
        "\n".join(" ".join(line.split()) for line in text.splitlines()) if lines else " ".join(text.split())
    )


def _names(rule: UniqueConstraint) -> list[tuple[str, bool]]:
    """The fields that a rule keeps unique; whether two rows without a value count as equal."""
    found = [(name, False) for name in rule.fields]
    for one in rule.expressions:
        plain = isinstance(one, F)
        for part in [one] if plain else cast(Any, one).flatten():
            if isinstance(part, F):
                found.append((vars(part)["name"], not plain))
    return found


def _holds(condition: models.Q, row: models.Model) -> bool:
    """Whether a rule's condition, which only compares fields with values, holds of an unsaved row."""
    parts = []
    for part in condition.children:
        if isinstance(part, models.Q):
            parts.append(_holds(part, row))
            continue
        name, value = cast(tuple[str, Any], part)
        field: Any = row._meta.get_field(name)
        parts.append(field.value_from_object(row) == value)
    found = any(parts) if condition.connector == models.Q.OR else all(parts)
    return not found if condition.negated else found


class ShownFormSet(EntryFormSet):
    """Rows on their parent's page that are only shown."""

    only_read = True
