"""Dates, times and numbers as Vietnamese offices write and type them.

Django's own ``vi`` formats name no input formats, so the American ones apply: 05/06/2025 is read as 6 May and
25/06/2025 is refused. Django adds ISO 8601 (2025-06-05) to each list of input formats by itself.

A year has four digits: 5/6/26 is refused, because nobody can tell later whether a 26 in a Party member's
papers meant 1926 or 2026, and a form that asks again costs less than a wrong date that nobody sees.
"""

DATE_FORMAT = SHORT_DATE_FORMAT = "d/m/Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = SHORT_DATETIME_FORMAT = "H:i d/m/Y"
YEAR_MONTH_FORMAT = r"\t\h\á\n\g n \n\ă\m Y"
MONTH_DAY_FORMAT = r"\n\g\à\y j \t\h\á\n\g n"
FIRST_DAY_OF_WEEK = 1  # Monday

# The first of each list is what a form shows, so it must keep everything that the value holds.
DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]
TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M:%S.%f", "%H:%M"]
DATETIME_INPUT_FORMATS = [
    "%H:%M:%S %d/%m/%Y",
    "%H:%M:%S.%f %d/%m/%Y",
    "%H:%M %d/%m/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
]

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "."
NUMBER_GROUPING = 3
