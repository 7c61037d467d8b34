"""What a person types to report an indicator's value, and to settle one that waits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from chuongtrinh.forms import LocalDecimalField
from phancong.models import Unit

_DAY = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "10", "placeholder": "dd/mm/yyyy"}


class ValueForm(forms.Form):
    """``units`` are offered where no unit leads the indicator; ``measure`` is its unit of measure."""

    on = forms.DateField(
        label="Tính đến ngày",
        widget=forms.DateInput(attrs={**_DAY, "class": "form-control"}),
        error_messages={"required": "Ghi ngày mà số liệu được tính."},
    )
    value = LocalDecimalField(
        label="Giá trị",
        max_digits=18,
        decimal_places=4,
        error_messages={"required": "Ghi giá trị, dấu phẩy cho phần thập phân."},
    )
    source = forms.CharField(
        label="Nguồn số liệu",
        max_length=300,
        widget=forms.TextInput(attrs={"class": "form-control"}),
        help_text="Báo cáo, thống kê, văn bản nào; số và ngày nếu có.",
        error_messages={"required": "Ghi nguồn số liệu: báo cáo, thống kê, văn bản nào."},
    )
    unit = forms.ModelChoiceField(
        Unit.objects.none(),
        label="Đơn vị báo cáo",
        widget=forms.Select(attrs={"class": "form-select"}),
        empty_label="– chưa chọn –",
        help_text="Chỉ tiêu này chưa có đơn vị chủ trì chính.",
        error_messages={"required": "Chọn đơn vị báo cáo."},
    )
    replaces = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, measure: str, units: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"Giá trị ({measure})"
        self.fields["value"].widget.attrs["class"] = "form-control"
        if units is None:
            del self.fields["unit"]
        else:
            self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def take(self, error: ValidationError) -> None:
        """Show what the domain has against it beside its field, or above the form."""
        by_field = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
        for name, told in by_field.items():
            self.add_error(name if name in self.fields else None, told)


class SettleForm(forms.Form):
    """Which value, and why it goes back; confirming needs no reason."""

    pk = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Lý do trả lại",
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )

    take: Any = ValueForm.take
