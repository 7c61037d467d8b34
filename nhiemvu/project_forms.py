"""What a person enters of a project: a mốc, a source of capital, a risk, its profile."""

from __future__ import annotations

from typing import Any

from django import forms

from chuongtrinh.forms import EntryForm, LocalDecimalField
from nhiemvu.models import Funding, Milestone, ProjectProfile, Risk

_DAY = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "10", "placeholder": "dd/mm/yyyy"}


class _Form(EntryForm):
    """Boxes as on the site's other pages; a day is typed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, box in self.fields.items():
            if isinstance(box, forms.DateField):
                box.widget = forms.DateInput(attrs=_DAY)
            if isinstance(box, LocalDecimalField):
                box.widget.attrs["inputmode"] = "decimal"
            if name != "read_version":
                box.widget.attrs["class"] = (
                    "form-select" if isinstance(box, forms.ChoiceField) else "form-control"
                )


class MilestoneForm(_Form):
    class Meta:
        model = Milestone
        fields = ("title", "due", "moved_because", "done_on")
        labels = {"due": "Ngày dự kiến", "done_on": "Ngày hoàn thành thực tế"}
        help_texts = {
            "title": "Ví dụ: Phê duyệt quy hoạch chi tiết 1/500; Khởi công; Nghiệm thu.",
            "due": "Ngày ghi lần đầu được giữ làm ngày ban đầu; đổi ngày thì ghi lý do.",
            "moved_because": "Chỉ ghi khi đổi ngày dự kiến.",
            "done_on": "Để trống khi mốc chưa xong.",
        }
        error_messages = {
            "title": {"required": "Ghi tên mốc."},
            "due": {"required": "Ghi ngày dự kiến của mốc."},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            del self.fields["moved_because"]


class FundingForm(_Form):
    class Meta:
        model = Funding
        fields = ("source", "planned", "disbursed", "disbursed_on")
        field_classes = {"planned": LocalDecimalField, "disbursed": LocalDecimalField}
        help_texts = {
            "source": "Ví dụ: Ngân sách thành phố; Ngân sách xã; Xã hội hóa.",
            "planned": "Triệu đồng, ví dụ 12.500 hoặc 850,5.",
            "disbursed": "Triệu đồng; chưa giải ngân thì ghi 0.",
            "disbursed_on": "Ngày mà số giải ngân được tính đến.",
        }
        error_messages = {
            "source": {"required": "Ghi nguồn vốn."},
            "planned": {"required": "Ghi kế hoạch vốn, triệu đồng."},
            "disbursed": {"required": "Ghi số đã giải ngân; chưa có thì ghi 0."},
        }


class RiskForm(_Form):
    class Meta:
        model = Risk
        fields = ("text", "level", "response", "raised_on", "closed_on")
        help_texts = {
            "text": "Điều gì có thể làm đề án chậm, thiếu vốn hoặc không đạt.",
            "response": "Ai làm gì, đến khi nào.",
            "closed_on": "Để trống khi rủi ro còn.",
        }
        error_messages = {
            "text": {"required": "Ghi rủi ro là gì."},
            "raised_on": {"required": "Ghi ngày nêu rủi ro."},
        }


class ProfileForm(_Form):
    class Meta:
        model = ProjectProfile
        fields = ("phase", "location")
        help_texts = {"location": "Ví dụ: thôn Hàm Hy, cạnh đường 396."}
