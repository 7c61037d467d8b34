"""What a person types to give a directive, to answer one, and to settle an answer."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils import timezone

from baocao.directives import Paper, Words
from baocao.extension_forms import DAY, Told
from baocao.forms import FilesField, FilesInput, LinesField
from baocao.models import Answer, Directive
from chuongtrinh.forms import tidy
from phancong.models import Unit

_AREA = {"class": "form-control"}


def _day(label: str, **more: Any) -> forms.DateField:
    missing = f"Ghi {label[:1].lower()}{label[1:]}."
    told = {"required": missing, "invalid": "Viết dd/mm/yyyy, ví dụ 14/06/2026."}
    return forms.DateField(label=label, widget=forms.DateInput(attrs=DAY), error_messages=told, **more)


class _Listed(Told):
    use_required_attribute = False

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Every fault with where it is mended, for the list at the top."""
        found = [("", str(one)) for one in self.non_field_errors()]
        for name, told in self.errors.items():
            if name in self.fields:
                found += [(str(self[name].auto_id), f"{self.fields[name].label}: {one}") for one in told]
        return found


class GiveForm(_Listed):
    kind = forms.ChoiceField(
        label="Loại", widget=forms.RadioSelect, error_messages={"required": "Chọn loại ý kiến."}
    )
    tasks = forms.CharField(
        label="Về việc (mã)",
        required=False,
        max_length=1000,
        widget=forms.TextInput(attrs={**_AREA, "autocomplete": "off", "autocapitalize": "characters"}),
        help_text="Một hay nhiều mã, cách nhau bằng dấu phẩy: DA-04, II.3.2-02, 2026-PKT-05. "
        "Đơn vị chủ trì chính của từng việc trả lời.",
    )
    units = forms.ModelMultipleChoiceField(
        label="Hoặc cả đơn vị",
        required=False,
        queryset=Unit.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    text = LinesField(
        label="Nội dung",
        max_length=5_000,
        widget=forms.Textarea(attrs={**_AREA, "rows": 5}),
        error_messages={"required": "Ghi nội dung: đơn vị phải làm gì, trả lời về việc gì."},
    )
    answer_by = _day("Hạn trả lời")
    given_on = _day("Ngày chỉ đạo", help_text="Ngày họp, nếu là kết luận cuộc họp.")
    document = forms.CharField(
        label="Theo văn bản (nếu có)",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=_AREA),
        help_text="Số, ký hiệu. Ví dụ: 21-TB/ĐUUB.",
    )

    def __init__(self, kinds: tuple[Directive.Kind, ...], units: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, unit = cast(forms.ChoiceField, self.fields["kind"]), cast(Any, self.fields["units"])
        kind.choices = [(one.value, one.label) for one in kinds]
        unit.queryset = units
        unit.choices = [(one.pk, one.name) for one in units]  # read once, however often they are shown

    def clean_tasks(self) -> list[str]:
        parts = self.cleaned_data["tasks"].replace(";", ",").replace(",", " ").split()
        return list(dict.fromkeys(part.upper() for part in parts))

    def words(self) -> Words:
        data = self.cleaned_data
        return Words(
            kind=Directive.Kind(data["kind"]),
            text=tidy(data["text"], lines=True),
            document=tidy(data["document"]),
            given_on=data["given_on"],
            answer_by=data["answer_by"],
        )


class AnswerForm(_Listed):
    text = LinesField(
        label="Trả lời",
        max_length=Answer._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={**_AREA, "rows": 5}),
        error_messages={"required": "Ghi trả lời: đã làm gì, đến đâu, bao giờ xong."},
    )
    proofs = FilesField(
        label="Tệp minh chứng",
        required=False,
        widget=FilesInput(attrs={"multiple": True, "class": "form-control"}),
        help_text="PDF, DOCX, XLSX, ODT, JPG, PNG, HEIC. Nếu trang báo lỗi thì chọn lại tệp.",
    )
    number = forms.CharField(
        label="Hoặc số, ký hiệu văn bản", required=False, max_length=100, widget=forms.TextInput(attrs=_AREA)
    )
    issued_on = _day("Ngày văn bản", required=False)
    issuer = forms.CharField(
        label="Cơ quan ban hành", required=False, max_length=200, widget=forms.TextInput(attrs=_AREA)
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if (data.get("issued_on") or data.get("issuer")) and not data.get("number"):
            self.add_error("number", "Minh chứng bằng văn bản: ghi số, ký hiệu.")
        if (issued_on := data.get("issued_on")) and issued_on > timezone.localdate():
            self.add_error("issued_on", "Ngày này chưa đến: ghi ngày ban hành văn bản.")
        return data

    @property
    def papers(self) -> list[Paper]:
        data = self.cleaned_data
        return [Paper(data["number"], data["issued_on"], data["issuer"])] if data["number"] else []


class AgainForm(_Listed):
    because = LinesField(
        label="Cần trả lời thêm",
        max_length=1000,
        widget=forms.Textarea(attrs={**_AREA, "rows": 3}),
        error_messages={"required": "Ghi cần trả lời thêm gì."},
    )
    answer_by = _day("Hạn trả lời lại")


class WithdrawForm(_Listed):
    withdrawn_because = forms.CharField(
        label="Lý do rút",
        max_length=500,
        widget=forms.TextInput(attrs=_AREA),
        error_messages={"required": "Ghi vì sao rút ý kiến này."},
    )
