"""What goes with a row that is deleted, and what keeps it from going, as far as its reader may know."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib.admin.utils import NestedObjects, quote
from django.db import models, router
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst

_NAMED = 12


def what_goes(rows: Any, request: HttpRequest, site: Any) -> tuple[list[Any], dict, set, list[Any]]:
    """As Django's get_deleted_objects: what goes with the rows, how many of each, kinds that this person may
    not delete, and what stands in the way. The rows themselves are not listed, nor is a row named to whom
    its own list would not show it."""
    rows = list(rows)
    if not rows:
        return [], {}, set(), []
    collector = NestedObjects(using=router.db_for_write(type(rows[0])), origin=rows)
    collector.collect(rows)
    kinds: Any = collector.model_objs
    also = [one for found in kinds.values() for one in found if one not in rows]
    refused = {
        one._meta.verbose_name
        for one in [*rows, *also]
        if site.is_registered(type(one))
        and not site.get_model_admin(type(one)).has_delete_permission(request, one)
    }
    counts = {model._meta.verbose_name_plural: len(found) for model, found in kinds.items()}
    protected = _told(collector.protected, request, site)
    return _told(also, request, site), counts, set() if protected else refused, protected


def _told(found: Any, request: HttpRequest, site: Any) -> list[Any]:
    """Rows by their names and links where there is a page of theirs, else how many of a kind."""
    kinds: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for one in found:
        kinds[type(one)].append(one)
    lines: list[Any] = []
    for model, rows in sorted(kinds.items(), key=lambda pair: str(pair[0]._meta.verbose_name)):
        kind, named = capfirst(str(model._meta.verbose_name)), []
        if site.is_registered(model) and site.get_model_admin(model).has_view_permission(request):
            page = site.get_model_admin(model)
            shown = page.get_queryset(request).filter(pk__in=[row.pk for row in rows])
            named = list(shown[:_NAMED])
            address = f"{site.name}:{model._meta.app_label}_{model._meta.model_name}_change"
            for row in named:
                label = page.label_in_list(row)
                lines.append(
                    format_html(
                        '{}: <a href="{}">{}</a>', kind, reverse(address, args=[quote(row.pk)]), label
                    )
                )
        if rest := len(rows) - len(named):
            lines.append(f"{kind}: {f'{rest} mục khác' if named else f'{rest} mục'}")
    return lines
