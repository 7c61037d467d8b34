"""What the office writes while it runs a period: why something goes back, why a period opens again, and the
figure of what many units do together."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError

from baocao.forms import TEXTS, report_text
from baocao.report_data import ReportData
from baocao.shares import SharedWork
from chuongtrinh.forms import tidy
from nhiemvu.status import Verdict


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


class FigureForm(forms.Form):
    """The office's figure of what groups lead. ``seen``: the one that stood when the page was read."""

    content = report_text("content")
    percent = forms.IntegerField(
        label="Tiến độ chung (%)",
        required=False,
        min_value=0,
        max_value=100,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Tiến độ là một số từ 0 đến 100."
        ),
    )
    verdict = forms.ChoiceField(
        label="Đánh giá chung",
        required=False,
        choices=[("", "Chưa đánh giá"), *((str(word), word.label) for word in Verdict)],
    )
    effective_on = forms.DateField(
        label="Tính đến ngày",
        error_messages=dict.fromkeys(("invalid", "required"), "Viết dd/mm/yyyy, ví dụ 14/06/2026."),
    )
    reason = report_text("reason")
    product, difficulties, requests = (report_text(name) for name in ("product", "difficulties", "requests"))
    claims_completion = forms.BooleanField(label="Cả nhiệm vụ đã hoàn thành", required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        for name in TEXTS:
            self.fields[name].widget = forms.Textarea()
        for name, field in self.fields.items():
            rows = {"rows": 6 if name == "content" else 2} if name in TEXTS else {}
            field.widget.attrs.update({"class": "form-control", **rows})
        self.fields["verdict"].widget.attrs["class"] = "form-select"
        self.fields["claims_completion"].widget.attrs["class"] = "form-check-input"
        self.fields["percent"].widget.attrs["inputmode"] = "numeric"

    @classmethod
    def of(cls, work: SharedWork) -> FigureForm:
        data = work.suggested
        shown = {name: getattr(data, name) for name in cls.base_fields if name != "seen"}
        return cls(initial={**shown, "seen": work.figure.pk if work.figure else None})

    def report(self) -> ReportData:
        data = self.cleaned_data
        texts: dict[str, Any] = {name: tidy(data[name], lines=True).strip() for name in TEXTS}
        done = data["claims_completion"]
        return ReportData(
            **texts,
            percent=100 if done else data["percent"],
            verdict=data["verdict"],
            claims_completion=done,
            effective_on=data["effective_on"],
        )

    def take(self, error: ValidationError) -> None:
        """Show what the domain has against it beside its field, or above the form."""
        by_field = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
        for name, told in by_field.items():
            self.add_error(name if name in self.fields else None, told)

    def take_as_told(self, work: SharedWork) -> None:
        """Shown again, it carries the figure that its writer has now been told of."""
        told = cast(Any, self.data).copy()
        told["seen"] = str(work.figure.pk) if work.figure else ""
        self.data = told
