"""6 rõ: each of the six present or missing, and a sentence that says what is missing and who mends it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhiemvu.six_clear import Assignee, AssigneeKind, Part, SixFacts, six_clear

COMRADE, UNIT, GROUP, TEXT = AssigneeKind.COMRADE, AssigneeKind.UNIT, AssigneeKind.GROUP, AssigneeKind.TEXT
DEPARTMENT = Assignee(kind=UNIT, name="Phòng Kinh tế", principal=True, has_head=True)
CELL = Assignee(kind=UNIT, name="Chi bộ Phòng Kinh tế")
SECRETARIES = Assignee(kind=GROUP, name="Bí thư chi bộ")
COMRADE_A = Assignee(kind=COMRADE, name="đồng chí Nguyễn Văn A", principal=True)
FULL = SixFacts(
    title="Xây dựng kế hoạch",
    due=date(2026, 6, 15),
    product="Kế hoạch",
    authority="Chủ tịch UBND xã",
    leads=(DEPARTMENT, CELL),
    directs=(COMRADE_A,),
)


def test_all_six_present():
    six = six_clear(FULL)
    assert six.missing == ()
    assert six.gaps == ()
    assert all(getattr(six, part) is True for part in Part)


def test_all_six_missing_in_their_order_each_with_a_sentence():
    six = six_clear(SixFacts())
    assert six.missing == tuple(Part)
    assert [part.label for part in six.missing] == [
        "Người", "Việc", "Thời gian", "Trách nhiệm", "Sản phẩm", "Thẩm quyền",
    ]  # fmt: skip
    assert all(gap.sentence.endswith(".") and ": " in gap.sentence for gap in six.gaps)


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"leads": ()}, Part.PERSON),
        ({"title": "  "}, Part.WORK),
        ({"due": None}, Part.TIME),
        ({"directs": ()}, Part.RESPONSIBILITY),
        ({"directs": (SECRETARIES,)}, Part.RESPONSIBILITY),
        ({"directs": (DEPARTMENT,)}, Part.RESPONSIBILITY),
        ({"product": "\t"}, Part.PRODUCT),
        ({"authority": ""}, Part.AUTHORITY),
    ],
)
def test_each_is_missing_by_itself(change, part):
    six = six_clear(replace(FULL, **change))
    assert six.missing == (part,)
    assert getattr(six, part) is False


def test_a_plan_item_is_mended_in_its_plan_and_a_row_of_the_document_never_by_one():
    row = [gap.sentence for gap in six_clear(SixFacts()).gaps]
    assert not any("kế hoạch" in sentence for sentence in row)
    assert sum("văn phòng ghi theo văn bản" in sentence for sentence in row) == 4
    item = [gap.sentence for gap in six_clear(SixFacts(planned=True)).gaps]
    assert sum("đơn vị ghi trong kế hoạch năm" in sentence for sentence in item) == 5


def test_continuing_is_a_time():
    assert six_clear(replace(FULL, due=None, continuing=True)).time


@pytest.mark.parametrize(
    ("leads", "sentence"),
    [
        ((DEPARTMENT,), None),
        ((COMRADE_A,), None),
        ((COMRADE_A, replace(DEPARTMENT, has_head=False)), None),
        ((), "Chưa giao đơn vị nào chủ trì"),
        ((replace(DEPARTMENT, has_head=False), CELL), "Phòng Kinh tế chưa có người đứng đầu"),
        ((DEPARTMENT, replace(CELL, principal=True)), "Có 2 đơn vị cùng được ghi là chủ trì chính"),
        ((SECRETARIES,), "Mới giao chung cho Bí thư chi bộ"),
        ((replace(SECRETARIES, principal=True),), "Mới giao chung cho Bí thư chi bộ"),
        ((Assignee(kind=TEXT, name="Tổ công tác", principal=True),), "Chưa rõ “Tổ công tác” là đơn vị"),
        ((replace(DEPARTMENT, principal=False), CELL), "Chưa rõ ai chủ trì chính"),
        ((replace(COMRADE_A, principal=False),), "Chưa rõ ai chủ trì chính"),
    ],
)
def test_person_needs_one_principal_unit_with_a_head_or_a_named_comrade(leads, sentence):
    six = six_clear(replace(FULL, leads=leads))
    assert six.person is (sentence is None)
    assert [gap.sentence.startswith(sentence) for gap in six.gaps] == ([] if sentence is None else [True])


assignees = st.builds(
    Assignee,
    kind=st.sampled_from(AssigneeKind),
    name=st.sampled_from(["Phòng A", "Phòng B"]),
    principal=st.booleans(),
    has_head=st.booleans(),
)


@given(
    st.builds(
        SixFacts,
        title=st.text(max_size=3),
        due=st.none() | st.dates(),
        continuing=st.booleans(),
        product=st.text(max_size=3),
        authority=st.text(max_size=3),
        leads=st.lists(assignees, max_size=3).map(tuple),
        directs=st.lists(assignees, max_size=2).map(tuple),
    )
)
def test_a_part_is_missing_exactly_where_its_mark_is_false_and_never_without_a_sentence(facts):
    six = six_clear(facts)
    assert six.missing == tuple(part for part in Part if not getattr(six, part))
    assert all(gap.sentence for gap in six.gaps)
    assert [part.value for part in Part] == [f.name for f in fields(six) if f.name != "gaps"]
