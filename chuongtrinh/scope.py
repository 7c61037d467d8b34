"""What an entry page shows and offers (rows of its user's committee), and what keeps it from being saved."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from chuongtrinh.models import Programme
from phancong.permissions import can_enter


class OwnRelatedFilter(admin.RelatedFieldListFilter):
    """A filter by a foreign key that offers only what the user's committee owns and the list has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_value_display = SafeString("chưa ghi")  # the list's dash says nothing as a choice

    def field_choices(self, field: Any, request: HttpRequest, model_admin: admin.ModelAdmin) -> Any:
        used = model_admin.get_queryset(request).order_by().values(field.name)
        rows = own_choices(model_admin.admin_site, field, request).filter(pk__in=used)
        return [(row.pk, str(row)) for row in rows]


def faults(form: Any, inlines: Any) -> list[tuple[str, str, str]]:
    """What keeps a page from being saved, top to bottom: the field's id, its name with its row, the fault."""
    found = _faults_of(form, "")
    for inline in inlines:
        name = capfirst(str(inline.opts.verbose_name))
        for at, one in enumerate(inline.formset.forms, 1):
            found += _faults_of(one, f"{name} {at}, ")
    return found


def _faults_of(form: Any, row: str) -> list[tuple[str, str, str]]:
    found = []
    for name, told in form.errors.items():
        if name != NON_FIELD_ERRORS:
            label = str(form[name].label)
            label = f"{row}{label[:1].lower()}{label[1:]}" if row else capfirst(label)
            found += [(form[name].id_for_label, label, str(message)) for message in told]
        elif row:
            found += [("", row.rstrip(", "), str(message)) for message in told]
    return found


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
