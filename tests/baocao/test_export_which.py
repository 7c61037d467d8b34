"""Which of several programmes is printed: the one asked for, never a guess."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from chuongtrinh import loader
from tests.factories.programmes import ProgrammeFactory

SAMPLE = "Đảng ủy UBND xã Mẫu"


def export(*arguments: str, **options: str) -> dict:
    out = StringIO()
    call_command("export_programme", *arguments, stdout=out, **options)
    return json.loads(out.getvalue())


def test_a_number_of_two_committees_is_refused_in_one_line(programme):
    loader.load(committee=SAMPLE)
    with pytest.raises(CommandError, match="--committee") as refused:
        export(programme.number)
    assert len(str(refused.value).splitlines()) == 1
    assert programme.committee.name in str(refused.value)
    assert SAMPLE in str(refused.value)


def test_the_committee_chooses(programme):
    loader.load(committee=SAMPLE)
    assert export(programme.number, committee=SAMPLE)["programme"]["committee"] == SAMPLE
    assert export(committee=" đảng  ủy ubnd xã mẫu ")["programme"]["committee"] == SAMPLE
    mine = export(programme.number, committee=programme.committee.name)
    assert mine["programme"]["committee"] == programme.committee.name


def test_a_number_used_again_by_one_committee_is_refused(programme):
    ProgrammeFactory(committee=programme.committee, number=programme.number, issued_on=date(2031, 2, 3))
    with pytest.raises(CommandError, match="05/05/2026, 03/02/2031"):
        export(programme.number)


@pytest.mark.parametrize(("number", "says"), [("08-CTr/ĐUUB", "không có|Không có"), (None, "Không có")])
def test_a_committee_without_programmes_is_named(programme, number, says):
    with pytest.raises(CommandError, match=says) as refused:
        export(*[number] if number else [], committee="Đảng ủy xã Không Ai")
    assert "Không Ai" in str(refused.value)
