"""What was changed, as people write it: 30/06/2027, Có, Chờ xác nhận. For histories and second writers."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from simple_history.models import DeletedObject

from baocao import periods
from chuongtrinh.vietnamese import format_number

_KINDS = {str(kind): kind.label for kind in periods.Kind}
PASSWORD_RESET = "Đặt lại mật khẩu"  # noqa: S105
PASSWORD_CHANGED = "Đổi mật khẩu"  # noqa: S105
NAMED_ACTS = (PASSWORD_RESET, PASSWORD_CHANGED)
"""Reasons in a history that say all there is to be told: the password itself is kept out of it."""


def in_words(field: Any, value: Any) -> str:
    """A field's value; "" for none. Rows are named by themselves, several of them with commas."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, DeletedObject):
        return "(đã xóa)"
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, Decimal):
        return format_number(value)
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%H:%M %d/%m/%Y}" if timezone.is_aware(value) else str(value)
    if isinstance(value, date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, list) and isinstance(field, models.ManyToManyField):
        return ", ".join(str(row[field.m2m_reverse_field_name()]) for row in value)
    if isinstance(value, list):  # the only list in a column of its own: the kinds of reporting periods
        return ", ".join(_KINDS.get(one, str(one)) for one in value)
    return str(value)


def changes_between(old: Any, new: Any, model: type[models.Model]) -> list[tuple[str, str, str]]:
    """Of two entries of one row's history: each changed field's name, what it was, what it became."""
    found = []
    for change in new.diff_against(old, foreign_keys_are_objs=True).changes:
        field = model._meta.get_field(change.field)
        name = str(getattr(field, "verbose_name", change.field))
        found.append((name, in_words(field, change.old), in_words(field, change.new)))
    return found
