"""What must be there before the site starts: the fonts that reports are set in."""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, register

from baocao.sealed import fonts


@register()
def fonts_are_there(**_told: Any) -> list[Error]:
    """A report without its fonts would be another report: refused at the start, not when one is issued."""
    missing = fonts.missing()
    if not missing:
        return []
    return [
        Error(
            f"Thiếu phông chữ để kết xuất báo cáo trong {fonts.FOLDER}: {', '.join(missing)}.",
            hint="Chạy “make vendor” (máy có mạng), hoặc cài lại bản phát hành: phông đi kèm trong đó.",
            id="baocao.E001",
        )
    ]
