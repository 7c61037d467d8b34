"""A report's counts with their names, in the order in which a table tells them."""

from __future__ import annotations

from collections.abc import Mapping

_WORK = {"rows": "Nhiệm vụ, đề án", "items": "Việc cụ thể"}
_SPLIT = {
    "": "tổng số",
    "_done": "hoàn thành",
    "_done_on_time": "hoàn thành đúng hạn",
    "_done_late": "hoàn thành quá hạn",
    "_done_undated": "hoàn thành, không có thời hạn",
    "_not_done": "chưa hoàn thành, có thời hạn",
    "_on_time": "chưa hoàn thành, trong hạn",
    "_due_soon": "chưa hoàn thành, sắp đến hạn",
    "_overdue": "chưa hoàn thành, quá hạn",
    "_continuing": "thường xuyên",
    "_no_deadline": "chưa xác định thời hạn",
    "_paused": "tạm dừng",
    "_dropped": "thôi thực hiện",
}
_NAMES = {f"{work}{part}": f"{what}: {said}" for work, what in _WORK.items() for part, said in _SPLIT.items()}
_NAMES |= {
    "at_risk": "Có nguy cơ chậm",
    "directives": "Ý kiến chỉ đạo trong kỳ",
    "extended": "Được điều chỉnh thời hạn trong kỳ",
    "reports": "Báo cáo của đơn vị",
    "indicators": "Chỉ tiêu",
    "indicators_told": "Chỉ tiêu đã có số liệu",
}


def named(figures: Mapping[str, int]) -> list[tuple[str, int]]:
    """A count that has no name here goes last, by its key."""
    known = [(name, figures[key]) for key, name in _NAMES.items() if key in figures]
    return known + sorted((key, count) for key, count in figures.items() if key not in _NAMES)
