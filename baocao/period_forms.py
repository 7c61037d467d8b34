"""What the office writes while it runs a period: why something goes back, why a period opens again."""

from __future__ import annotations

from typing import Any

from django import forms


class ReturnForm(forms.Form):
    """``pk`` tells one form of the inbox from the next."""

    reason = forms.CharField(
        label="Lý do trả lại",
        help_text="Nêu thiếu gì, sửa thế nào: đơn vị đọc đúng câu này.",
        error_messages={"required": "Ghi lý do trả lại để đơn vị biết cần sửa gì."},
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def __init__(self, data: Any = None, *, pk: int | str = 0) -> None:
        super().__init__(data, auto_id=f"tra-{pk}-%s")


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="Lý do mở lại",
        help_text="Được ghi cùng tên người mở và ngày giờ.",
        error_messages={"required": "Ghi lý do mở lại kỳ."},
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="mo-lai-%s")
