"""Numbers as Vietnamese offices write them: {{ value|number }} gives 1.234,5."""

from decimal import Decimal

from django import template

from chuongtrinh.vietnamese import format_number

register = template.Library()


@register.filter
def number(value: Decimal | int | None) -> str:
    return "" if value is None else format_number(value)
