"""The form by which a document fixes or changes what holds of work: task, project or given plan item."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from chuongtrinh.forms import VersionedForm
from nhiemvu.models import CONTINUING, Decision, Task
from nhiemvu.rules import deadline_fault, year_fault
from nhiemvu.status import DecisionKind, Progress, Status
from phancong import planning
from phancong.models import Comrade, Unit

Subject = Decision.Subject
_STATES = {
    Progress.PAUSED: (DecisionKind.RESUMED, DecisionKind.DROPPED),
    Progress.DROPPED: (DecisionKind.RESUMED,),
}
"""What may be decided of stopped work; of all other work: pause or drop."""

_DAY = {"inputmode": "numeric", "autocomplete": "off", "maxlength": "10", "placeholder": "dd/mm/yyyy"}


@dataclass(frozen=True, slots=True)
class Changed:
    """One line of the preview, in the words of a recorded decision."""

    subject: str
    before: str
    after: str


class DecisionForm(VersionedForm):
    """What holds now, to be overwritten; nothing is kept before its preview has been seen.

    Of a plan item everything may change but stays complete (6 rõ), with a reason; what the signed text says
    of a task or project (its title) stays.
    """

    state = forms.ChoiceField(label="Thực hiện", required=False)
    document = forms.CharField(
        label="Theo văn bản (số, ký hiệu)",
        max_length=200,
        help_text="Ví dụ: 15-QĐ/ĐUUB, Công văn 120/UBND-KT.",
        error_messages={"required": "Ghi số, ký hiệu của văn bản quyết định."},
    )
    effective_on = forms.DateField(
        label="Ngày văn bản",
        widget=forms.DateInput(attrs=_DAY),
        help_text="Thay đổi có hiệu lực từ ngày này.",
        error_messages={"required": "Ghi ngày của văn bản."},
    )
    reason = forms.CharField(
        label="Lý do", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    previewed = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Task
        fields = ("title", "start", "due", "continuing", "product", "authority", "priority")
        labels = {"title": "Nội dung việc", "continuing": "Việc thường xuyên, không có thời hạn"}
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "start": forms.DateInput(attrs=_DAY),
            "due": forms.DateInput(attrs=_DAY),
            "product": forms.Textarea(attrs={"rows": 2}),
        }
        help_texts = {
            "product": "Văn bản, công trình hoặc số liệu chứng minh kết quả.",
            "authority": "Ai ký hoặc phê duyệt.",
        }

    def __init__(self, *args: Any, stands: Status, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row: Task = self.instance
        self.progress_label, self.is_item = stands.progress_label, row.kind == Task.Kind.PLAN_ITEM
        self.held = {name: getattr(row, name) for name in self._meta.fields or ()}
        if self.is_item:
            self._offer_people(row)
        else:
            del self.fields["title"], self.fields["priority"]
        kinds = _STATES.get(stands.progress, (DecisionKind.PAUSED, DecisionKind.DROPPED))
        state: Any = self.fields["state"]
        state.choices = [
            ("", f"Không đổi ({self.progress_label.lower()})"),
            *((k.value, k.label) for k in kinds),
        ]
        self.fields["reason"].required = self.is_item
        self.fields["reason"].error_messages["required"] = "Ghi lý do thay đổi."
        for control in self.fields.values():
            check = isinstance(control.widget, forms.CheckboxInput | forms.CheckboxSelectMultiple)
            choice = isinstance(control.widget, forms.Select)
            control.widget.attrs["class"] = (
                "form-select" if choice else "form-check-input" if check else "form-control"
            )

    def _offer_people(self, row: Task) -> None:
        """Who directs and coordinates the item by its own word; empty follows the task above."""
        committee = row.programme.committee_id
        held = list(row.assignments.filter(valid_to=None).exclude(role="lead").order_by("ordinal", "pk"))
        self.people = {
            Subject.DIRECT: [line.comrade_id for line in held if line.comrade_id],
            Subject.COORDINATE: [line.unit_id for line in held if line.unit_id],
        }
        self.fields["direct"] = forms.ModelChoiceField(
            Comrade.objects.filter(committee=committee),
            label="Đồng chí chỉ đạo",
            required=False,
            empty_label="Theo phân công chung",
        )
        self.fields["coordinate"] = forms.ModelMultipleChoiceField(
            Unit.objects.on(timezone.localdate()).filter(committee=committee).order_by("search_key"),
            label="Đơn vị phối hợp",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text="Không chọn đơn vị nào: theo phân công chung.",
        )
        self.initial["direct"] = next(iter(self.people[Subject.DIRECT]), None)
        self.initial["coordinate"] = self.people[Subject.COORDINATE]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("due") and data.get("continuing"):
            self.add_error("due", "Việc thường xuyên thì không có thời hạn: bỏ một trong hai.")
        self._check_plausible(data)
        held = self.held["due"] or self.held["continuing"]
        if held and not (data.get("due") or data.get("continuing") or "due" in self.errors):
            self.add_error("due", "Thời hạn đã ghi chỉ đổi sang ngày khác hoặc thường xuyên.")
        if data.get("state") and not (data.get("reason") or "reason" in self.errors):
            self.add_error("reason", "Ghi lý do tạm dừng, tiếp tục hay thôi thực hiện.")
        if self.is_item:
            for name, what in (("product", "sản phẩm"), ("authority", "ai ký, duyệt")):
                if not (data.get(name) or "").strip():
                    self.add_error(name, f"Việc đã giao phải rõ {what}: ghi thay, không bỏ trống.")
        if not self.errors and not self.changes:
            raise ValidationError("Chưa có gì thay đổi: sửa ít nhất một mục.")
        return data

    def _check_plausible(self, data: dict[str, Any]) -> None:
        """Of a day that is new; what was once written down stands until it is changed."""
        start, due, programme = data.get("start"), data.get("due"), self.instance.programme
        faults = {
            "start": year_fault(start, programme) if start != self.held["start"] else "",
            "due": deadline_fault(due, programme, plan_item=self.is_item) if due != self.held["due"] else "",
        }
        for name, fault in faults.items():
            if fault:
                self.add_error(name, fault)

    @property
    def changes(self) -> dict[str, Any]:
        """What differs from what holds, as Task.decide takes it."""
        data = self.cleaned_data
        found: dict[str, Any] = {}
        for name in ("title", "start", "product", "authority", "priority"):
            if name in data and Decision.recorded(data[name]) != Decision.recorded(self.held[name]):
                found[name] = data[name]
        due = _due(data.get("due"), data.get("continuing"))
        if due != _due(self.held["due"], self.held["continuing"]):
            found[Subject.DUE] = due
        if data.get("state"):
            found[Subject.STATE] = DecisionKind.of(data["state"])
        if self.is_item and {"direct", "coordinate"} <= data.keys():
            direct, units = data["direct"], list(data["coordinate"])
            if [row.pk for row in (direct,) if row] != self.people[Subject.DIRECT]:
                found[Subject.DIRECT] = direct
            if {row.pk for row in units} != set(self.people[Subject.COORDINATE]):
                found[Subject.COORDINATE] = units
        return found

    @property
    def preview(self) -> list[Changed]:
        held = {**self.held, Subject.DUE: _due(self.held["due"], self.held["continuing"])}
        found: list[Changed] = []
        for subject, value in self.changes.items():
            if subject in (Subject.DIRECT, Subject.COORDINATE):
                found.append(self._people_line(subject, value))
                continue
            before = "" if subject == Subject.STATE else Decision.recorded(held[subject])
            told = Decision(subject=subject, before=before, after=Decision.recorded(value))
            first = self.progress_label if subject == Subject.STATE else told.before_label
            found.append(Changed(told.get_subject_display(), first, told.after_label))
        return found

    def _people_line(self, subject: Any, value: Any) -> Changed:
        rows: Any = self.fields[subject].queryset.model  # type: ignore[attr-defined]
        before = ", ".join(str(row) for row in rows.objects.filter(pk__in=self.people[subject]))
        after = ", ".join(
            str(row) for row in (value if isinstance(value, list) else [value] if value else [])
        )
        return Changed(
            Subject(subject).label, before or "theo phân công chung", after or "theo phân công chung"
        )

    @property
    def seal(self) -> str:
        """Stands for exactly what the preview showed, and for what had been decided by then."""
        data = self.cleaned_data
        last = self.instance.decisions.order_by("-pk").values_list("pk", flat=True).first()
        told = {
            str(subject): [row.pk for row in value] if isinstance(value, list) else Decision.recorded(value)
            for subject, value in self.changes.items()
        }
        rest = [data["document"], data["effective_on"].isoformat(), data.get("reason", ""), last]
        return hashlib.sha256(json.dumps([told, rest], sort_keys=True).encode()).hexdigest()[:24]

    def record(self, task: Task, user: Any) -> bool:
        """Write the decision down; where a rule is against it the form says so and nothing is kept."""
        data = self.cleaned_data
        try:
            planning.decide(
                task,
                user,
                self.changes,
                document=data["document"],
                effective_on=data["effective_on"],
                reason=data.get("reason", ""),
            )
        except ValidationError as error:
            by_field = error.message_dict if hasattr(error, "error_dict") else {"__all__": error.messages}
            for name, told in by_field.items():
                self.add_error(name if name in self.fields else None, told)
            return False
        return True


def _due(due: date | None, continuing: bool | None) -> date | str | None:
    return CONTINUING if continuing else due
