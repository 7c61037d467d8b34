"""Labels such as "Cơ quan chủ trì:", and the header of a block "Phân công thực hiện:"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .assignments import read_phrases
from .bodies import all_known, read_assignees, with_principal
from .document import Assigned, Role, StatedDeadline
from .mentions import deadline_of_label
from .names import LOW, UP, squeeze

_BLOCK_HEADER = re.compile(
    r"(?:tổ chức\s+)?phân công(?:\s+(?:nhiệm vụ|thực hiện|tổ chức thực hiện|trách nhiệm|chỉ đạo|"
    r"triển khai|tổ chức))*"
    r"(?:\s+thực hiện)?(?:\s+cụ thể)?(?:\s+như sau)?\s*(?P<colon>:)?\s*",
    re.IGNORECASE,
)
_LABELS: tuple[tuple[str, str], ...] = (
    (
        "coordinate",
        r"(?:các )?(?:cơ quan|đơn vị|phòng|ban|ngành|"
        r"cơ quan, đơn vị)(?:, đơn vị)? (?:cùng )?phối hợp(?: thực hiện)?|phối hợp(?: thực hiện)?|"
        r"đơn vị, cá nhân phối hợp",
    ),
    (
        "lead",
        r"(?:cơ quan|đơn vị|phòng|bộ phận|cơ quan, đơn vị|người)(?:, đơn vị)? (?:chủ trì|tham mưu|"
        r"thực hiện|đầu mối|chịu trách nhiệm|chủ trì thực hiện|"
        r"soạn thảo|trình|chủ trì soạn thảo|chủ trì xây dựng|xây dựng|"
        r"chủ trì tham mưu|chủ trì, tham mưu|tham mưu thực hiện)|chủ trì(?:,? (?:thực hiện|tham mưu))?|"
        r"đầu mối(?: thực hiện)?|tham mưu(?: thực hiện)?",
    ),
    (
        "direct",
        r"(?:lãnh đạo|đồng chí|người|cơ quan)?\s?(?:trực tiếp )?(?:chỉ đạo|phụ trách)(?: thực hiện)?|"
        r"lãnh đạo(?:, chỉ đạo)|lãnh đạo phụ trách|trách nhiệm chỉ đạo",
    ),
    (
        "oversee",
        r"(?:cơ quan|đơn vị|người|đồng chí)?\s?(?:theo dõi|đôn đốc|giám sát|kiểm tra, giám sát|"
        r"theo dõi, đôn đốc)",
    ),
    (
        "deadline",
        r"thời (?:gian|hạn)(?: (?:hoàn thành|thực hiện|xong|trình|ban hành|báo cáo|triển khai))?|"
        r"hạn hoàn thành|tiến độ(?: (?:hoàn thành|thực hiện))?|hoàn thành",
    ),
    (
        "product",
        r"(?:kết quả, )?sản phẩm(?:,? (?:đầu ra|dự kiến|hoàn thành|kết quả))?|kết quả(?: (?:đầu ra|"
        r"dự kiến|đạt được))?|kết quả/sản phẩm|sản phẩm/kết quả",
    ),
    (
        "authority",
        r"(?:cấp )?thẩm quyền(?: (?:ban hành|phê duyệt|quyết định))?|cấp (?:trình|ban hành|phê duyệt|"
        r"quyết định|có thẩm quyền)(?:,? ?(?:trình|ban hành|phê duyệt))?|cấp trình/ban hành|"
        r"cơ quan ban hành|người ký",
    ),
    # a part in the work that is none of the roles: "Cơ quan thẩm định:", "Đơn vị thụ hưởng:"
    ("unknown", rf"(?:cơ quan|đơn vị|bộ phận|cấp)(?:, (?:đơn vị|cá nhân))?(?:\s+[{LOW}]+){{1,4}}"),
)
_LABEL_BEFORE_COLON = re.compile(
    r"(?:^|(?<=[\s(;,.\-–+*•]))(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _LABELS)
    + r")\s*$",
    re.IGNORECASE,
)
_LABEL_REACH = 48
_MOST_COLONS = 40


@dataclass(frozen=True, slots=True)
class Statement:
    """What one text states about its duty; empty fields where it says nothing."""

    assigned: tuple[Assigned, ...] = ()
    deadlines: tuple[StatedDeadline, ...] = ()
    product: str = ""
    authority: str = ""
    is_label: bool = False
    unclear: tuple[str, ...] = ()
    """Labels that name somebody for what is none of the roles."""
    before: int = 0
    """How much of the text stands before its first label."""


def block_header(text: str) -> str | None:
    """What follows "Phân công thực hiện:" on its line ("" for a bare header), or None for another text."""
    match = _BLOCK_HEADER.match(text)
    if not match or len(match.group().split()) < 2 or (not match["colon"] and match.end() < len(text)):
        return None
    return text[match.end() :]


def starts_with_label(text: str) -> bool:
    """Whether the text as a whole is a label with its value ("Cơ quan chủ trì: …")."""
    colon = text.find(":", 0, _LABEL_REACH)
    match = _LABEL_BEFORE_COLON.fullmatch(text[:colon].strip(" (-–+*•")) if colon > 0 else None
    return match is not None and (match.lastgroup != "unknown" or _names_bodies(text[colon + 1 :]))


def read_labels(text: str) -> Statement:
    """All labels in a text, each with the value up to the next one."""
    marks: list[tuple[int, int, str]] = []
    at = -1
    for _ in range(_MOST_COLONS):
        at = text.find(":", at + 1)
        if at < 0:
            break
        begin = max(0, at - _LABEL_REACH)
        match = _LABEL_BEFORE_COLON.search(text[begin:at])
        if not match or not match.lastgroup or not _stands_apart(text, begin + match.start()):
            continue
        if match.lastgroup != "unknown" or _names_bodies(text[at + 1 :]):
            marks.append((begin + match.start(), at + 1, match.lastgroup))
    assigned: list[Assigned] = []
    deadlines: list[StatedDeadline] = []
    unclear: list[str] = []
    facts = {"product": "", "authority": ""}
    for index, (start, value_start, name) in enumerate(marks):
        last = index + 1 == len(marks)
        value = text[value_start : len(text) if last else marks[index + 1][0]]
        if start and (stop := re.search(rf"\.\s+(?=[{UP}])", value)) and not text[:start].endswith("("):
            value = value[: stop.start()]
        value = squeeze(value).strip(" ;,.-–+*•/(")
        if value.count(")") > value.count("("):
            value = value[: value.rfind(")")].rstrip(" ;,.")
        if not value:
            continue
        if name == "deadline":
            deadlines.append(deadline_of_label(value))
        elif name in facts:
            facts[name] = "; ".join(filter(None, (facts[name], value)))
        elif name == "unknown":
            unclear.append(squeeze(text[start:value_start]) + " " + value)
        else:
            role: Role = name  # type: ignore[assignment]
            assigned += _of_label(role, value, squeeze(text[start : value_start + len(value) + 1]))
    return Statement(
        assigned=tuple(assigned),
        deadlines=tuple(deadlines),
        product=facts["product"],
        authority=facts["authority"],
        is_label=bool(marks),
        unclear=tuple(unclear),
        before=marks[0][0] if marks else 0,
    )


def _names_bodies(value: str) -> bool:
    """Whether what follows a colon begins with a list of known bodies, and nothing else."""
    return all_known(read_assignees(re.split(r"[;.]", value[:300], maxsplit=1)[0]))


def _of_label(role: Role, value: str, as_written: str) -> list[Assigned]:
    # "Chủ trì: Phòng A; đồng chí B chỉ đạo": what has a verb of its own is no more of the label
    pieces = value.split(";")
    for at, piece in enumerate(pieces):
        if spoken := read_phrases(piece, strict=True):
            names = ";".join(pieces[:at]).strip(" ;,.")
            rest = ";".join(pieces[at + 1 :]).strip()
            return [
                *(_of_label(role, names, as_written) if names else ()),
                *spoken,
                *(read_phrases(rest, strict=True) if rest else ()),
            ]
    # "Phòng Kinh tế chủ trì, phối hợp với …" may stand after a label as well
    if role == "lead" and (parts := re.split(r"[;,]\s*phối hợp(?:\s+với)?\s*:?\s*", value, maxsplit=1))[1:]:
        return [*_of_label(role, parts[0], as_written), *_of_label("coordinate", parts[1], as_written)]
    assignees = read_assignees(value)
    if not assignees:
        return []
    return [Assigned(role, with_principal(assignees) if role == "lead" else assignees, as_written)]


def _stands_apart(text: str, start: int) -> bool:
    """A label begins a text, a sentence, an item of a list or a bracket; "kết quả:" inside a sentence is a
    word.
    """
    before = text[:start].rstrip() if start < 200 else text[start - 20 : start].rstrip()
    return not before or before[-1] in ".;(,:-–+*•" or text[start : start + 1].isupper()
