"""The government's split, as reports count work: completed, not completed, continuing, without a deadline.

Pure. Each row falls into one ``Split``; ``SPLITS`` also names the sums of several.
"""

from __future__ import annotations

from nhiemvu.status import Progress, Status, Timeliness, Word


class Split(Word):
    DONE_ON_TIME = "done_on_time", "Hoàn thành đúng hạn"
    DONE_LATE = "done_late", "Hoàn thành quá hạn"
    DONE_UNDATED = "done_undated", "Hoàn thành, không có thời hạn"
    ON_TIME = "on_time", "Chưa hoàn thành, trong hạn"
    DUE_SOON = "due_soon", "Chưa hoàn thành, sắp đến hạn"
    OVERDUE = "overdue", "Chưa hoàn thành, quá hạn"
    CONTINUING = "continuing", "Thường xuyên"
    NO_DEADLINE = "no_deadline", "Chưa xác định thời hạn"
    PAUSED = "paused", "Tạm dừng"
    DROPPED = "dropped", "Thôi thực hiện"


DONE = (Split.DONE_ON_TIME, Split.DONE_LATE, Split.DONE_UNDATED)
NOT_DONE = (Split.ON_TIME, Split.DUE_SOON, Split.OVERDUE)
SPLITS: dict[str, tuple[Split, ...]] = {
    "done": DONE,
    "not_done": NOT_DONE,
    **{str(one): (one,) for one in Split},
}
SPLIT_LABELS = {
    "done": "Hoàn thành",
    "not_done": "Chưa hoàn thành, có thời hạn",
    **{str(one): one.label for one in Split},
}
_STOPPED = {Progress.PAUSED: Split.PAUSED, Progress.DROPPED: Split.DROPPED}
_DONE = {Timeliness.COMPLETED_ON_TIME: Split.DONE_ON_TIME, Timeliness.COMPLETED_LATE: Split.DONE_LATE}
_OPEN = {
    Timeliness.ON_TIME: Split.ON_TIME,
    Timeliness.DUE_SOON: Split.DUE_SOON,
    Timeliness.OVERDUE: Split.OVERDUE,
    Timeliness.CONTINUING: Split.CONTINUING,
}


def split(stood: Status) -> Split:
    if stood.progress in _STOPPED:
        return _STOPPED[stood.progress]
    timing = stood.timeliness or Timeliness.NO_DEADLINE
    if stood.progress is Progress.COMPLETED:
        return _DONE.get(timing, Split.DONE_UNDATED)
    return _OPEN.get(timing, Split.NO_DEADLINE)
