"""What people type of a report: a part's words, head and foot, the committee's letterhead, a number."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils import timezone

from baocao.extension_forms import DAY, Told
from baocao.forms import LinesField
from baocao.models import Letterhead, Review, ReviewPart
from baocao.review.drafting import TOO_LONG, WORDS_AT_MOST
from baocao.review.page import as_text
from baocao.review.sealing import LAST_NUMBER
from chuongtrinh.forms import VersionedForm, tidy

_LINE, _AREA = {"class": "form-control"}, {"class": "form-control", "rows": 4}


class PartForm(VersionedForm):
    """The office's words of a part, opened with what is composed. ``seen``: the composed text that its writer
    had beside it; where that has changed since, the writer is told before anything is kept."""

    own = LinesField(
        label="Nội dung của phần này",
        required=False,
        max_length=WORDS_AT_MOST,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 18}),
        help_text="Mỗi dòng là một đoạn; dòng bắt đầu bằng “- ” hoặc “+ ” là một ý. Không nhập nội dung "
        "thuộc bí mật nhà nước.",
        error_messages={"max_length": TOO_LONG},
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = ReviewPart
        fields = ["own"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["own"] = self.instance.own or as_text(self.instance.composed)
        self.initial["seen"] = mark_of(self.instance.composed)

    def clean_own(self) -> str:
        return tidy(self.cleaned_data["own"], lines=True).strip()

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        now = mark_of(self.instance.composed)
        if data.get("seen") != now:
            told = cast(Any, self.data).copy()
            told[self.add_prefix("seen")] = now
            self.data = told
            raise ValidationError(
                "Câu lập từ số liệu của phần này vừa đổi. Chưa lưu gì; những gì bạn nhập vẫn còn ở đây. Hãy "
                "đối chiếu với câu mới ở bên cạnh, rồi lưu lần nữa.",
                code="changed_meanwhile",
            )
        return data


def mark_of(composed: Any) -> str:
    """What tells one composed text from another."""
    return hashlib.sha256(json.dumps(composed, sort_keys=True).encode()).hexdigest()[:16]


def _words(model: Any, name: str, *, lines: int = 0, **more: Any) -> forms.CharField:
    """A field of the model as text of one line or of several, that is brought to one spelling."""
    field = model._meta.get_field(name)
    label = f"{field.verbose_name[:1].upper()}{field.verbose_name[1:]}"
    limit = field.max_length
    told = {"required": f"Ghi {field.verbose_name}.", "max_length": f"{label}: dài quá {limit} chữ."}
    widget = forms.Textarea(attrs=_AREA | {"rows": lines}) if lines else forms.TextInput(attrs=_LINE)
    required = not field.blank
    kind = LinesField if lines else forms.CharField
    return kind(
        label=label, required=required, max_length=limit, widget=widget, error_messages=told,
        **{"help_text": field.help_text, **more},
    )  # fmt: skip


class _Tidy(VersionedForm):
    """Words are kept in one spelling: composed letters, single blanks, no empty lines."""

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name, value in self.cleaned_data.items():
            if isinstance(value, str) and name != "read_version":
                lines = tidy(value, lines=True).splitlines()
                self.cleaned_data[name] = "\n".join(line for line in lines if line)


class FormalForm(_Tidy):
    """Head and foot of one report, until it is issued."""

    subject = _words(Review, "subject", lines=2)
    signed_for = _words(Review, "signed_for")
    signatory_post = _words(Review, "signatory_post")
    signatory = _words(Review, "signatory")
    recipients = _words(
        Review, "recipients", lines=6, help_text="Không cần ghi dấu “-” và “;”: phần mềm tự thêm."
    )
    because = _words(Review, "because", help_text="Bản này thay cho bản đã ban hành vì sao.")

    class Meta:
        model = Review
        fields = ["subject", "signed_for", "signatory_post", "signatory", "recipients", "because"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.edition == 1:
            del self.fields["because"]
        else:
            self.fields["because"].required = True


class LetterheadForm(_Tidy):
    """What every new draft of the committee begins with."""

    parent = _words(Letterhead, "parent")
    issuer = _words(Letterhead, "issuer")
    symbol = _words(Letterhead, "symbol")
    place = _words(Letterhead, "place")
    signed_for = _words(Letterhead, "signed_for")
    signatory_post = _words(Letterhead, "signatory_post")
    signatory = _words(Letterhead, "signatory")
    recipients = _words(
        Letterhead, "recipients", lines=6, help_text="Không cần ghi dấu “-” và “;”: phần mềm tự thêm."
    )

    class Meta:
        model = Letterhead
        fields = [
            "parent", "issuer", "symbol", "next_number", "spelling", "place", "signed_for", "signatory_post",
            "signatory", "recipients",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        number = self.fields["next_number"]
        number.widget = forms.TextInput(attrs=_LINE | {"inputmode": "numeric"})
        number.error_messages |= dict.fromkeys(("invalid", "required", "min_value"), "Ghi một số từ 1.")
        number.validators.append(MaxValueValidator(LAST_NUMBER, f"Số báo cáo lớn nhất là {LAST_NUMBER}."))
        number.help_text = "Điền khi sổ văn bản đã có báo cáo lập ngoài phần mềm."
        spelling = self.fields["spelling"]
        spelling.label = "Cách viết “ủy” hoặc “uỷ”"
        spelling.help_text = "Dùng thống nhất trong toàn văn các báo cáo lập từ nay."
        spelling.widget.attrs["class"] = "form-select"
        self.order_fields(self.Meta.fields)


class IssueForm(Told):
    """``seen`` is the digest of the draft that the leader read: no other one is issued unseen."""

    number = forms.IntegerField(
        label="Số",
        min_value=1,
        max_value=LAST_NUMBER,
        widget=forms.TextInput(attrs=_LINE | {"inputmode": "numeric", "autocomplete": "off", "maxlength": 5}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Ghi số của báo cáo, ví dụ 05."
        ),
    )
    issued_on = forms.DateField(
        label="Ngày ban hành",
        widget=forms.DateInput(attrs=DAY),
        error_messages={
            "required": "Ghi ngày ban hành.",
            "invalid": "Ngày ban hành: viết dd/mm/yyyy, ví dụ 14/06/2026.",
        },
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def opened(cls, number: int, seen: str) -> IssueForm:
        initial = {"number": f"{number:02}", "issued_on": timezone.localdate(), "seen": seen}
        return cls(initial=initial)

    def take_as_told(self, seen: str) -> None:
        """Shown again, it carries the draft that its reader has now been told of."""
        told = cast(Any, self.data).copy()
        told["seen"] = seen
        self.data = told


class _Why(Told):
    """One text that says why."""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{type(self).__name__.lower()}-%s")


def _why(label: str, limit: int, help_text: str, required: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=limit, help_text=help_text, error_messages={"required": required},
        widget=forms.Textarea(attrs=_AREA | {"rows": 3}),
    )  # fmt: skip


class ReturnForm(_Why):
    reason = _why(
        "Lý do trả lại", 1000, "Nêu phần nào, sửa thế nào: văn phòng đọc đúng câu này.",
        "Ghi lý do trả lại để văn phòng biết cần sửa gì.",
    )  # fmt: skip


class CorrectForm(_Why):
    because = _why(
        "Lý do lập bản thay thế", 500, "Bản mới nêu rõ thay cho bản nào, vì sao; bản cũ vẫn đọc được.",
        "Ghi vì sao phải lập bản thay thế.",
    )  # fmt: skip
