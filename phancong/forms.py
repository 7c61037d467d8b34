"""What a person types of a yearly plan: an item, a step of the plan."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Exists, OuterRef
from django.utils import timezone

from chuongtrinh.forms import VersionedForm
from nhiemvu.models import Task
from phancong import planning
from phancong.models import Assignment, Comrade, Plan, PlanAct, Unit

_WRITTEN = ("title", "product", "due", "continuing", "authority", "start", "priority", "parent_id")
_FURTHER = ("start", "priority", "coordinators")
_DAY = {"placeholder": "dd/mm/yyyy", "inputmode": "numeric", "autocomplete": "off", "maxlength": "10"}


class UnitBoxes(forms.ModelMultipleChoiceField):
    """Boxes to tick; what was not offered is refused before the database is asked for it."""

    def clean(self, value: Any) -> Any:
        offered = {str(pk) for pk, _ in cast(Any, self.choices)}
        if isinstance(value, list | tuple) and any(str(one) not in offered for one in value):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class ItemForm(VersionedForm):
    """One item of a plan. What the six need stands first; the rest may follow the task above.

    ``brief``: the form that opens within the table, where the task above is known.
    """

    title = forms.CharField(
        label="Việc phải làm",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Bắt đầu bằng động từ: ban hành, xây dựng, tổ chức, kiểm tra…",
    )
    product = forms.CharField(
        label="Sản phẩm",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Văn bản, công trình hoặc số liệu chứng minh kết quả.",
    )
    due = forms.DateField(label="Thời hạn", required=False, widget=forms.DateInput(attrs=_DAY))
    continuing = forms.BooleanField(label="Thường xuyên", required=False)
    authority = forms.CharField(
        label="Thẩm quyền ký, duyệt",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "on"}),
    )
    start = forms.DateField(label="Bắt đầu", required=False, widget=forms.DateInput(attrs=_DAY))
    priority = forms.TypedChoiceField(
        label="Ưu tiên",
        choices=Task.Priority.choices,
        coerce=int,
        required=False,
        empty_value=str(int(Task.Priority.NORMAL)),
        initial=Task.Priority.NORMAL,
    )
    parent = forms.ModelChoiceField(
        Task.objects.none(),
        label="Thuộc nhiệm vụ, đề án",
        to_field_name="code",
        error_messages={
            "required": "Chọn nhiệm vụ, đề án mà việc này thuộc về.",
            "invalid_choice": "Chọn nhiệm vụ hoặc đề án của chương trình.",
        },
    )
    direct = forms.ModelChoiceField(
        Comrade.objects.none(),
        label="Đồng chí chỉ đạo",
        required=False,
        error_messages={"invalid_choice": "Chọn đồng chí của cấp ủy này."},
    )
    coordinators = UnitBoxes(
        Unit.objects.none(),
        label="Đơn vị phối hợp",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Chọn đơn vị phối hợp trong danh sách."},
    )

    read_people = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Task
        fields = ["title", "product", "due", "continuing", "authority", "start", "priority", "parent"]

    def __init__(
        self, plan: Plan, *args: Any, brief: bool = False, version: str | None = None, **kwargs: Any
    ):
        task: Task | None = kwargs.get("instance")
        self.plan, self.brief = plan, brief
        known = {task.pk: version} if task and version is not None else None
        super().__init__(*args, versions=known, **kwargs)
        self._choose_parent(task)
        self._choose_people(task)
        for name, control in self.fields.items():
            kind = {"priority": "form-select", "direct": "form-select", "parent": "form-select"}
            if name not in ("continuing", "coordinators", "read_version", "read_people"):
                control.widget.attrs["class"] = kind.get(name, "form-control")
        first = "title" if brief or task or self.initial.get("parent") else "parent"
        if not self.is_bound:
            self.fields[first].widget.attrs["autofocus"] = True

    def _choose_parent(self, task: Task | None) -> None:
        control = cast(forms.ModelChoiceField, self.fields["parent"])
        rows = Task.objects.of_document().filter(programme=self.plan.programme)
        control.queryset = rows.select_related("section", "mirrors").order_by("ordinal")
        if task and task.parent:
            self.initial["parent"] = task.parent.code
        if self.brief:
            control.widget = forms.HiddenInput()

    def _choose_people(self, task: Task | None) -> None:
        """Who may direct and coordinate, with those that the item itself names; a query each."""
        own = Assignment.objects.filter(task=task) if task else Assignment.objects.none()
        committee = self.plan.programme.committee_id
        direct = cast(forms.ModelChoiceField, self.fields["direct"])
        direct.queryset = comrades = Comrade.objects.filter(committee=committee)
        named = own.filter(role=Assignment.Role.DIRECT, comrade=OuterRef("pk"))
        people = list(comrades.annotate(named=Exists(named)).order_by("sort_key", "pk"))
        direct.choices = [("", "Theo phân công chung"), *((row.pk, row.name) for row in people)]
        directs = [row for row in people if row.named]
        self.initial["direct"] = directs[0].pk if directs else None
        helping = own.filter(role=Assignment.Role.COORDINATE, unit=OuterRef("pk"))
        coordinators = cast(UnitBoxes, self.fields["coordinators"])
        coordinators.queryset = units = Unit.objects.filter(committee=committee).exclude(pk=self.plan.unit_id)
        today = timezone.localdate()
        listed = [
            row
            for row in units.annotate(named=Exists(helping)).order_by("name")
            if row.named or row.holds_on(today)
        ]
        coordinators.choices = [(row.pk, row.name) for row in listed]
        helpers = [row for row in listed if row.named]
        self.initial["coordinators"] = [row.pk for row in helpers]
        self.people_now = f"chỉ đạo: {_names(directs)}; phối hợp: {_names(helpers)}"
        self.initial["read_people"] = ".".join(str(row.pk) for row in (*directs, *helpers))

    def clean(self) -> dict[str, Any]:
        self._pass_over_moves()
        try:
            data = super().clean()
        except ValidationError as error:
            self.add_error(None, error)
            data = self.cleaned_data
        self._compare_people()
        if parent := data.get("parent"):
            found = self.item_data(parent).errors(self.plan)
            for name, message in found.items():
                if name not in self.errors:
                    self.add_error(name, message)
        elif not (data.get("title") or "").strip() and "title" not in self.errors:
            self.add_error("title", "Ghi việc phải làm, bắt đầu bằng động từ.")
        return data

    def _pass_over_moves(self) -> None:
        """A new place in the plan is no new version of what the item says."""
        read, row = self.cleaned_data.get("read_version") or "", self.instance
        if row.pk and read.isdecimal() and len(read) < 18:
            entries = Task.history.filter(id=row.pk)
            newest = entries.order_by("-history_id").first()
            if newest and str(newest.history_id) != read:
                said = entries.filter(history_id__in=[int(read), newest.history_id]).values_list(*_WRITTEN)
                if len(said) == 2 and said[0] == said[1]:
                    self.cleaned_data["read_version"] = str(newest.history_id)

    def _compare_people(self) -> None:
        """Who directs and coordinates stands beside the row: compared with what was read, like the row."""
        read, now = self.cleaned_data.get("read_people"), self.initial["read_people"]
        if self.instance.pk and "read_people" in self.data and read != now and self.has_changed():
            told = cast(Any, self.data).copy()
            told["read_people"] = now
            self.data = told
            self.add_error(
                None,
                f"Người khác vừa đổi chỉ đạo, phối hợp của việc này (nay là {self.people_now}). Chưa lưu gì; "
                "những gì bạn nhập vẫn còn ở đây. Hãy đối chiếu, rồi lưu lần nữa nếu vẫn muốn ghi theo bản "
                "của bạn.",
            )

    @property
    def changed_data(self) -> list[str]:
        return [name for name in super().changed_data if name != "read_people"]

    def _post_clean(self) -> None:
        """The row itself is written by planning, never by the form."""

    def item_data(self, parent: Task) -> planning.ItemData:
        data = self.cleaned_data
        return planning.ItemData(
            parent=parent,
            title=data.get("title") or "",
            start=data.get("start"),
            due=data.get("due"),
            continuing=bool(data.get("continuing")),
            product=data.get("product") or "",
            authority=data.get("authority") or "",
            priority=int(data.get("priority") or Task.Priority.NORMAL),
            direct=data.get("direct"),
            coordinators=tuple(data.get("coordinators") or ()),
        )

    def write(self, user: Any) -> Task:
        """Add or change the item. Raises ValidationError where the plan has meanwhile been closed."""
        data = self.item_data(self.cleaned_data["parent"])
        if self.instance.pk:
            return planning.change_item(self.instance, user, data)
        return planning.add_item(self.plan, user, data)

    def already_there(self) -> Task | None:
        """The item that says exactly this: a form sent twice has one effect."""
        data = self.item_data(self.cleaned_data["parent"])
        same = planning.items_of(self.plan).filter(parent=data.parent, title=" ".join(data.title.split()))
        wanted = replace(
            data,
            title=" ".join(data.title.split()),
            product=data.product.strip(),
            authority=data.authority.strip(),
            coordinators=tuple(sorted(data.coordinators, key=lambda unit: unit.pk)),
        )
        for task in same.prefetch_related("assignments__comrade", "assignments__unit"):
            there = planning.ItemData.of(task, task.assignments.all())
            units = tuple(sorted(there.coordinators, key=lambda unit: unit.pk))
            if replace(there, coordinators=units) == wanted:
                return task
        return None

    def tell(self, error: ValidationError) -> None:
        """Show what planning refused beside its field, or above the form where it has none."""
        told = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, messages in told.items():
            self.add_error(name if name in self.fields else None, cast(Any, messages))

    @property
    def further_open(self) -> bool:
        """Whether the fields that may be left to the task above are shown at once."""
        if any(name in self.errors for name in _FURTHER):
            return True
        chosen = [self[name].value() for name in ("start", "coordinators")]
        return any(chosen) or str(self["priority"].value()) != str(int(Task.Priority.NORMAL))


def _names(rows: list[Any]) -> str:
    return ", ".join(row.name for row in rows) or "theo phân công chung"


class SupplementForm(ItemForm):
    """Work added to a plan that is already given: by a document on record."""

    document = forms.CharField(label="Theo văn bản (số, ký hiệu)", max_length=200)
    effective_on = forms.DateField(label="Ngày văn bản", widget=forms.DateInput(attrs=_DAY))
    reason = forms.CharField(label="Lý do bổ sung", max_length=500, widget=forms.Textarea(attrs={"rows": 2}))

    def write(self, user: Any) -> Task:
        data = self.cleaned_data
        return planning.supplement(
            self.plan,
            user,
            self.item_data(data["parent"]),
            document=data["document"],
            reason=data["reason"],
            effective_on=data["effective_on"],
        )

    @property
    def by_document(self) -> list[forms.BoundField]:
        return [self[name] for name in ("document", "effective_on", "reason")]


class StepForm(forms.Form):
    """A step of the whole plan. ``seen`` is the last step that its user has seen on the page."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, control in self.fields.items():
            if name != "seen":
                control.widget.attrs["class"] = "form-control"


class ReturnForm(StepForm):
    reason = forms.CharField(
        label="Lý do trả lại",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Nêu việc nào, thiếu gì, sửa thế nào: đơn vị đọc đúng câu này.",
        error_messages={"required": "Ghi lý do trả lại để đơn vị biết cần sửa gì."},
    )


class GiveForm(StepForm):
    document = forms.CharField(
        label="Số, ký hiệu văn bản giao",
        max_length=200,
        error_messages={"required": "Ghi số, ký hiệu của văn bản giao kế hoạch."},
    )
    effective_on = forms.DateField(label="Ngày giao", widget=forms.DateInput(attrs=_DAY))


STEP_FORMS: dict[str, type[StepForm]] = {PlanAct.Act.RETURN: ReturnForm, PlanAct.Act.GIVE: GiveForm}
