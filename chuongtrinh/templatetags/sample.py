"""``{% sample_strip %}``: says on every page of a demonstration that what it shows is invented.

A tag rather than a context variable: error pages are made without a request, so without any context.
"""

from django import template
from django.conf import settings

register = template.Library()


@register.inclusion_tag("components/sample_strip.html")
def sample_strip() -> dict[str, bool]:
    return {"sample": settings.SAMPLE_DATA}
