"""Dates and numbers as Vietnamese offices type and read them."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats


def test_05_06_2025_is_the_fifth_of_june():
    """The trap: Django's own vi formats read 6 May."""
    assert forms.DateField().clean("05/06/2025") == date(2025, 6, 5)


def test_25_06_2025_is_accepted():
    """The trap's other half: Django's own vi formats refuse it."""
    assert forms.DateField().clean("25/06/2025") == date(2025, 6, 25)


@pytest.mark.parametrize("typed", ["5/6/2025", "05-06-2025", "05.06.2025", "2025-06-05", " 05/06/2025 "])
def test_a_date_may_be_typed_in_the_usual_ways(typed):
    assert forms.DateField().clean(typed) == date(2025, 6, 5)


@pytest.mark.parametrize(
    "typed", ["31/02/2025", "29/02/2025", "06/25/2025", "5/6/25", "05-06-25", "5/6", "hôm nay"]
)
def test_what_is_no_date_with_a_year_of_four_digits_is_refused_with_an_example(typed):
    with pytest.raises(ValidationError, match="ngày/tháng/năm, ví dụ 05/06/2026"):
        forms.DateField().clean(typed)


def test_the_leap_day_is_a_date():
    assert forms.DateField().clean("29/02/2028") == date(2028, 2, 29)


@pytest.mark.parametrize(
    "typed", ["14:30 05/06/2025", "05/06/2025 14:30", "14:30:00 05/06/2025", "2025-06-05 14:30"]
)
def test_a_time_and_a_date_may_be_typed_either_way_round(typed):
    value = forms.DateTimeField().clean(typed)
    assert value.replace(tzinfo=None) == datetime(2025, 6, 5, 14, 30)


def test_a_form_shows_a_moment_so_that_sending_it_back_changes_nothing():
    moment = datetime(2025, 6, 5, 14, 30, 59)
    field = forms.DateTimeField()
    shown = field.widget.format_value(moment)
    assert shown == "14:30:59 05/06/2025"
    assert field.clean(shown).replace(tzinfo=None) == moment


def test_a_form_shows_a_date_as_it_is_typed():
    assert forms.DateField().widget.format_value(date(2025, 6, 5)) == "05/06/2025"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("DATE_FORMAT", "05/06/2025"),
        ("SHORT_DATE_FORMAT", "05/06/2025"),
        ("DATETIME_FORMAT", "09:05 05/06/2025"),
        ("SHORT_DATETIME_FORMAT", "09:05 05/06/2025"),
        ("YEAR_MONTH_FORMAT", "tháng 6 năm 2025"),
        ("MONTH_DAY_FORMAT", "ngày 5 tháng 6"),
    ],
)
def test_dates_are_shown_day_first(name, shown):
    assert formats.date_format(datetime(2025, 6, 5, 9, 5), name) == shown


def test_times_are_shown_by_24_hours():
    assert formats.time_format(time(21, 5)) == "21:05"


def test_the_week_starts_on_monday():
    assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


def test_numbers_are_shown_with_a_decimal_comma_and_dots_between_thousands():
    assert formats.number_format(Decimal("1234567.5"), decimal_pos=1, force_grouping=True) == "1.234.567,5"


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1.234", "1234"),
        ("13,5", "13.5"),
        ("1.234.567", "1234567"),
    ],
)
def test_a_localized_decimal_field_reads_what_vietnamese_people_type(settings, typed, value):
    settings.USE_THOUSAND_SEPARATOR = True  # without it Django would read 1.234 as one and a bit
    assert forms.DecimalField(localize=True).clean(typed) == Decimal(value)
