"""Boxes to choose from: autocomplete where scripts run, a plain list of all rows where they do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.db.models import QuerySet

FEW = 200
"""As many rows a page carries along; of longer lists only what is chosen, and scripts bring the rest."""


class Choices:
    """The rows that one foreign key's box offers on one page, read once for all boxes of the page."""

    def __init__(self, rows: QuerySet, label: Callable[[Any], str]) -> None:
        self._rows, self._label = rows, label
        self._found: dict[str, str] | None = None

    @property
    def labels(self) -> dict[str, str]:
        """By primary key; empty where there are too many."""
        if self._found is None:
            rows = list(self._rows[: FEW + 1])
            self._found = {str(row.pk): self._label(row) for row in rows} if len(rows) <= FEW else {}
        return self._found


class _Known:
    """Options without a query of their own: from the page's list, or the row that the form has at hand."""

    offered: Choices | None = None
    known: dict[str, str] = {}  # noqa: RUF012

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        widget: Any = self
        chosen = [str(one) for one in value if one]
        labels = self.offered.labels if self.offered else {}
        if not labels or any(one not in labels for one in chosen):
            labels = {**labels, **self.known}
        if any(one not in labels for one in chosen):
            return super().optgroups(name, value, attr)  # type: ignore[misc]
        # Where nothing is chosen yet nothing may look chosen: a browser would take the first row for it.
        may_be_blank = not widget.allow_multiple_selected and not (widget.is_required and chosen)
        blank = [("", "– chưa chọn –")] if may_be_blank else []
        return [
            (
                None,
                [
                    widget.create_option(name, pk, label, pk in chosen, at)
                    for at, (pk, label) in enumerate([*blank, *labels.items()])
                ],
                0,
            )
        ]


class KnownAutocomplete(_Known, AutocompleteSelect):
    """One row."""


class KnownAutocompleteMultiple(_Known, AutocompleteSelectMultiple):
    """Several rows."""
