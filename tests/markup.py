"""What must not stand in any template or page: code or style inside the HTML, addresses of other hosts."""

import re

FAULTS = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script\b(?![^>]*\b(?:src=|type=\"application/json\"))", re.IGNORECASE),
    "event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx script": re.compile(r"\shx-on\b|\shx-vars\b|\shx-vals?\s*=\s*[\"']js:", re.IGNORECASE),
    "address elsewhere": re.compile(r"\b(?:src|href|action)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE),
}


def inline_faults(html: str) -> list[str]:
    """The names of the faults found in a template's source or in a page."""
    html = re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", html, flags=re.DOTALL)
    return [name for name, pattern in FAULTS.items() if pattern.search(html)]
