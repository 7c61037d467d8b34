"""What units type of a reporting period: a card a task, and the unit's own words."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.db import models

from baocao.models import Draft, UnitReport, Update
from baocao.models.update import Report
from baocao.report_data import ReportData
from baocao.unit_reports import WORDS
from chuongtrinh.forms import VersionedForm, tidy
from nhiemvu.status import Verdict

QUIET, ON_TRACK, AT_RISK, DONE = "khong", "dung", "nguyco", "xong"
CHOICES = (
    (QUIET, "Không phát sinh"),
    (ON_TRACK, "Đúng tiến độ"),
    (AT_RISK, "Có nguy cơ"),
    (DONE, "Hoàn thành"),
)
TEXTS = ("content", "reason", "product", "difficulties", "requests")


class LinesField(forms.CharField):
    """Text of several lines; a line break counts as one character, as the browser counts it. The browser is
    told no limit: it would cut what is pasted without a word, where we say what is too long and keep it."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


def report_text(name: str) -> forms.CharField:
    field = cast(models.TextField, Report._meta.get_field(name))
    label, limit = str(field.verbose_name).capitalize(), field.max_length or 0
    told = f"{label}: dài quá {limit} chữ, rút gọn hoặc đính kèm tệp."
    return LinesField(label=label, required=False, max_length=limit, error_messages={"max_length": told})


class FilesField(forms.FileField):
    """Any number of files; each is judged by its content where it is kept."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return list(data or [])


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class CardForm(forms.Form):
    """One task's report. ``before`` is what the last report said, shown until something else is typed.

    ``version`` is the draft's as it was read, ``seen`` the period's newest update that the page showed.
    """

    choice = forms.ChoiceField(choices=CHOICES, required=False)
    behind = forms.BooleanField(required=False)
    percent = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "Tiến độ là một số từ 0 đến 100."
        ),
    )
    content, reason, product, difficulties, requests = (report_text(name) for name in TEXTS)
    effective_on = forms.DateField(
        required=False, error_messages={"invalid": "Tính đến ngày: viết dd/mm/yyyy, ví dụ 14/06/2026."}
    )
    version = forms.IntegerField(required=False)
    seen = forms.IntegerField(required=False)
    papers = FilesField(required=False, widget=FilesInput(attrs={"multiple": True}))
    photo = FilesField(required=False, widget=FilesInput(attrs={"multiple": True}))
    number = forms.CharField(required=False, max_length=100)
    issued_on = forms.DateField(
        required=False, error_messages={"invalid": "Ngày văn bản: viết dd/mm/yyyy, ví dụ 14/06/2026."}
    )
    issuer = forms.CharField(required=False, max_length=200)

    other: Draft | Update | None = None
    """What stands on the server in place of what was read, to be shown beside what was typed."""

    def __init__(
        self, prefix: str, shown: dict[str, Any], before: ReportData, data: Any = None, files: Any = None
    ) -> None:
        super().__init__(data, files, prefix=prefix, initial=shown, use_required_attribute=False)
        self.before = before

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if (data.get("issued_on") or data.get("issuer")) and not data.get("number"):
            self.add_error("number", "Minh chứng bằng văn bản: ghi số, ký hiệu.")
        return data

    @property
    def uploads(self) -> list[Any]:
        return [*self.cleaned_data.get("papers", []), *self.cleaned_data.get("photo", [])]

    def report(self) -> ReportData:
        """The row as it would be kept. Words left as the last report had them are none of a "không phát
        sinh"; completion is a hundred percent."""
        data, choice = self.cleaned_data, self.cleaned_data.get("choice")
        texts = {name: tidy(data[name], lines=True).strip() for name in TEXTS}
        quiet, done = choice == QUIET, choice == DONE
        if quiet and texts["content"] == self.before.content:
            texts["content"] = ""
        if choice != AT_RISK:
            texts["reason"] = ""
        verdict = {ON_TRACK: Verdict.ON_TRACK, AT_RISK: Verdict.AT_RISK}.get(choice or "")
        if choice == AT_RISK and data["behind"]:
            verdict = Verdict.BEHIND
        return ReportData(
            **texts,
            percent=None if quiet else 100 if done else data["percent"],
            verdict=str(verdict or ""),
            no_change=quiet,
            claims_completion=done,
            effective_on=data["effective_on"] or self.before.effective_on,
        )

    def is_touched(self) -> bool:
        """Whether anything was chosen or typed since the page was opened without a draft."""
        data = self.cleaned_data
        if data.get("choice") or self.uploads or data.get("number"):
            return True
        typed = self.report()
        return any(getattr(typed, name) != getattr(self.before, name) for name in (*TEXTS, "percent"))


def shown_of(data: ReportData, before: ReportData) -> dict[str, Any]:
    """What the card shows of a report: the inverse of ``CardForm.report``."""
    quiet = data.no_change
    return {
        "choice": choice_of(data),
        "behind": data.verdict == Verdict.BEHIND,
        "percent": before.percent if quiet else data.percent,
        "content": before.content if quiet and not data.content else data.content,
        "reason": data.reason,
        "product": data.product,
        "difficulties": data.difficulties,
        "requests": data.requests,
        "effective_on": f"{data.effective_on:%d/%m/%Y}",
    }


def choice_of(data: ReportData) -> str:
    if data.no_change:
        return QUIET
    if data.claims_completion:
        return DONE
    if data.verdict:
        return ON_TRACK if data.verdict == Verdict.ON_TRACK else AT_RISK
    return ""


class UnitReportForm(VersionedForm):
    """The unit's own words for a period."""

    class Meta:
        model = UnitReport
        fields = list(WORDS)
        help_texts = {
            "results": "Việc nổi bật của cả đơn vị trong kỳ; từng việc đã có ở trên, không chép lại.",
            "next_period": "Việc trọng tâm kỳ tới, mỗi dòng một việc.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in WORDS:
            field = self.fields[name]
            field.label = str(field.label).capitalize()
            field.widget.attrs.update({"class": "form-control", "rows": 5 if name == "results" else 3})
