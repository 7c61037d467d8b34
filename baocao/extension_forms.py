"""What a person types to ask for a later deadline, and to answer such a request.

``due_seen`` is the deadline that stood on the page: where it has changed since, nothing is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction

DAY = {
    "inputmode": "numeric",
    "autocomplete": "off",
    "maxlength": "10",
    "placeholder": "dd/mm/yyyy",
    "class": "form-control",
}


class Told(forms.Form):
    """A form whose act the domain may still refuse."""

    def carried_out(self, act: Callable[[dict[str, Any]], str]) -> str:
        """Act on what was typed, and say what was done; "" where something is against it, which is then shown
        with the form."""
        if not self.is_valid():
            return ""
        try:
            with transaction.atomic():
                return act(self.cleaned_data)
        except ValidationError as error:
            self.take(error)
            return ""

    def take(self, error: ValidationError) -> None:
        """Show what the domain has against it beside its field, or above the form."""
        by_field = error.error_dict if hasattr(error, "error_dict") else {"__all__": error.error_list}
        for name, told in by_field.items():
            self.add_error(name if name in self.fields else None, told)


class _Seen(Told):
    due_seen = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)


class AskForm(_Seen):
    due = forms.DateField(
        label="Xin gia hạn đến",
        widget=forms.DateInput(attrs=DAY),
        error_messages={"required": "Ghi ngày xin gia hạn đến."},
    )
    reason = forms.CharField(
        label="Lý do",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text="Vì sao không kịp, đã làm đến đâu, cần gì để kịp hạn mới.",
        error_messages={"required": "Ghi vì sao không kịp thời hạn hiện nay."},
    )


class GrantForm(_Seen):
    request = forms.IntegerField(widget=forms.HiddenInput)
    due = forms.DateField(
        label="Thời hạn mới",
        widget=forms.DateInput(attrs=DAY),
        help_text="Theo đề nghị; sửa nếu văn bản cho ngày khác.",
        error_messages={"required": "Ghi thời hạn mới."},
    )
    document = forms.CharField(
        label="Theo văn bản (số, ký hiệu)",
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text="Ví dụ: 21-TB/ĐUUB.",
        error_messages={"required": "Ghi số, ký hiệu của văn bản quyết định."},
    )
    effective_on = forms.DateField(
        label="Ngày văn bản",
        widget=forms.DateInput(attrs=DAY),
        error_messages={"required": "Ghi ngày của văn bản."},
    )


class RefuseForm(Told):
    request = forms.IntegerField(widget=forms.HiddenInput)
    answer = forms.CharField(
        label="Ý kiến trả lời",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": "Ghi ý kiến để đơn vị biết vì sao không được gia hạn."},
    )


class WithdrawForm(Told):
    request = forms.IntegerField(widget=forms.HiddenInput)
