"""Phrases that give work out: "Giao … chỉ đạo", "… chủ trì, phối hợp với …", and labels such as "Cơ quan
chủ trì:".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from .bodies import read_assignees, with_principal
from .document import Assigned, Assignee, Role, StatedDeadline
from .mentions import deadline_of_label
from .names import UP, squeeze

_BLOCK_HEADER = re.compile(
    r"(?:tổ chức\s+)?phân công(?:\s+(?:nhiệm vụ|thực hiện|tổ chức thực hiện|trách nhiệm|chỉ đạo|"
    r"triển khai|tổ chức))*"
    r"(?:\s+thực hiện)?(?:\s+cụ thể)?(?:\s+như sau)?\s*(?P<colon>:)?\s*",
    re.IGNORECASE,
)
_GIVES = re.compile(
    r"(?:giao|phân công|đề nghị|yêu cầu)\s+(?:(?:nhiệm vụ|trách nhiệm)\s+)?(?:cho\s+)?", re.IGNORECASE
)
# what a body does with its duty; it ends the body's name
_WORKS = (
    "hướng dẫn|tổng hợp|xây dựng|rà soát|căn cứ|báo cáo|tổ chức|tiến hành|ban hành|tuyên truyền|vận động|"
    "tăng cường|nâng cao|"
    "đẩy mạnh|bảo đảm|đảm bảo|hoàn thiện|hoàn thành|quản lý|xử lý|giải quyết|phát triển|đề xuất|"
    "nghiên cứu|cập nhật|khảo sát|"
    "đầu tư|quy hoạch|thẩm định|cung cấp|phổ biến|khẩn trương|chủ động|kịp thời|thường xuyên|định kỳ|"
    "chịu trách nhiệm|"
    "có trách nhiệm|trong việc|để|nhằm|trên địa bàn|quán triệt|cụ thể hóa|cụ thể hoá|bố trí|phê duyệt|"
    "tiếp tục|tập trung|trực tiếp"
)
_VERB = re.compile(
    r"(?<![\w])(?:(?P<oversee>theo dõi|đôn đốc|giám sát|kiểm tra)|"
    r"(?P<coordinate>phối hợp(?P<object>\s+(?:cùng\s+)?với|\s+cùng)?)"
    r"|(?P<lead>chủ trì|tham mưu|làm đầu mối|đầu mối|chịu trách nhiệm (?:chính|tổ chức|triển khai|thực hiện))"
    rf"|(?P<direct>(?:(?:chịu trách nhiệm )?(?:trực tiếp )?(?:lãnh đạo,?\s+)?)?chỉ đạo|phụ trách)|"
    rf"(?P<does>(?:tổ chức\s+)?(?:triển khai|thực hiện)|{_WORKS}))(?!\w)"
)
_NAME_NOT_VERB = re.compile(
    r"(?:ban|[ủu][ỷy]? ban|uỷ ban|UB|(?:là|làm|của) (?:cơ quan|đơn vị|bộ phận)|nhiệm vụ|công tác|được|"
    r"đoàn|ngành|các|những|mỗi)\s$",
    re.IGNORECASE,
)
_HELPERS = re.compile(
    r"(?:^|[\s,]+)(?:có trách nhiệm|chịu trách nhiệm|trực tiếp|tập trung|tiếp tục|phải|cần|là cơ quan|"
    r"là đơn vị|là|thường xuyên|"
    r"có nhiệm vụ|được giao|làm|giúp việc|cùng|và|đồng thời|khẩn trương|chủ động|thực hiện|tổ chức)\s*$",
    re.IGNORECASE,
)
_AS_DECIDED = re.compile(
    r"(?:chỉ đạo\s+)?(?:,?\s*(?:tổ chức\s+)?(?:triển khai\s+)?thực hiện\s+)?(?:nhiệm "
    r"vụ\s+)?theo\s+(?:các\s+|sự\s+|nội dung\s+)?"
    r"(?:(?:quyết định|thông báo|nghị quyết|văn bản|"
    r"quy chế)\s+(?:số\s+\S+\s+)?(?:về\s+(?:việc\s+)?)?)?phân công",
    re.IGNORECASE,
)
_OVERSEES = re.compile(
    r"(?:chịu trách nhiệm\s+)?(?:trực tiếp\s+)?(?:chỉ đạo,\s*)?(?:theo dõi|kiểm tra|giám sát|"
    r"đôn đốc)[^.;]{0,150}\bđược phân công\b[^.;]{0,80}phụ trách",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[;.]\s+|[;.]$")
# what is left of a line that does nothing but give work out, once the names are taken away
_ONLY_DUTY = re.compile(
    r"(?:(?:tham mưu|chủ trì|chỉ đạo|lãnh đạo|phối hợp|theo dõi|đôn đốc|kiểm tra|giám sát|phụ trách|"
    r"tổ chức|triển khai|thực hiện|"
    r"hoàn thành|hướng dẫn|tổng hợp|báo cáo|cụ thể|các|những|nhiệm vụ|nội dung|này|nêu trên|trên|"
    r"được giao|giải pháp|của|mục|phần|"
    r"theo|quy định|định kỳ|đảng ủy|đảng uỷ|ubnd|xã|phường|kết quả|đề án|kế hoạch|sau|dưới đây|trực tiếp|"
    r"với|cùng|giúp|việc|chung|"
    r"lĩnh vực|được phân công|phân công|giao|cho|đồng chí|đ/c|và|chịu trách nhiệm|có trách nhiệm|"
    r"trách nhiệm|chi bộ|đầu mối|làm|"
    r"quyết định|thông báo)(?!\w)|[\s,;:.()\-–/])*",
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
)
_LABEL_BEFORE_COLON = re.compile(
    r"(?:^|(?<=[\s(;,.\-–+*•]))(?:"
    + "|".join(f"(?P<{name}>{pattern})" for name, pattern in _LABELS)
    + r")\s*$",
    re.IGNORECASE,
)
_LABEL_REACH = 48
_MOST_COLONS = 40
_MOST_SENTENCES = 60
_LONGEST_DUTY = 1500


@dataclass(frozen=True, slots=True)
class Statement:
    """What one text states about its duty; empty fields where it says nothing."""

    assigned: tuple[Assigned, ...] = ()
    deadlines: tuple[StatedDeadline, ...] = ()
    product: str = ""
    authority: str = ""
    is_label: bool = False


def block_header(text: str) -> str | None:
    """What follows "Phân công thực hiện:" on its line ("" for a bare header), or None for another text."""
    match = _BLOCK_HEADER.match(text)
    if not match or len(match.group().split()) < 2 or (not match["colon"] and match.end() < len(text)):
        return None
    return text[match.end() :]


def starts_with_label(text: str) -> bool:
    """Whether the text as a whole is a label with its value ("Cơ quan chủ trì: …")."""
    colon = text.find(":", 0, _LABEL_REACH)
    return colon > 0 and _LABEL_BEFORE_COLON.fullmatch(text[:colon].strip(" (-–+*•")) is not None


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
        if match and match.lastgroup and _stands_apart(text, begin + match.start()):
            marks.append((begin + match.start(), at + 1, match.lastgroup))
    assigned: list[Assigned] = []
    deadlines: list[StatedDeadline] = []
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
        else:
            role: Role = name  # type: ignore[assignment]
            assigned += _of_label(role, value, squeeze(text[start : value_start + len(value) + 1]))
    return Statement(tuple(assigned), tuple(deadlines), facts["product"], facts["authority"], bool(marks))


def _of_label(role: Role, value: str, as_written: str) -> list[Assigned]:
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


def read_phrases(text: str, *, strict: bool) -> tuple[Assigned, ...]:
    """Duties given out in running text, sentence by sentence.

    With `strict` (task texts, headings, Part IV) a sentence counts only if it names nobody but known kinds of
    bodies; otherwise (a "Phân công" block) an unknown name is kept as written.
    """
    text = squeeze(text)
    found: list[Assigned] = []
    at = 0
    ends = [(match.start(), match.end()) for match in islice(_SENTENCE_END.finditer(text), _MOST_SENTENCES)]
    if len(ends) < _MOST_SENTENCES:
        ends.append((len(text), len(text)))
    waiting = ""
    for start, end in ends:
        sentence = waiting + text[at:start].strip(" ,;:/.*")
        at, waiting = end, ""
        if not 0 < len(sentence) <= _LONGEST_DUTY:
            continue
        if (
            text[start:end].startswith(";")
            and _first_verb(sentence) is None
            and _known(read_assignees(_without_giving(sentence)[0]))
        ):
            waiting = sentence + "; "  # a list of names cut by a semicolon, its verb is still to come
            continue
        found += _read_sentence(sentence, strict)
    return tuple(found)


def only_assigns(text: str) -> bool:
    """Whether a line does nothing but give out the work above or below it ("Giao … tham mưu triển khai
    thực hiện").
    """
    body = squeeze(text[:_LONGEST_DUTY]).strip(" :.;/*")
    assigned = read_phrases(body, strict=True)
    if not assigned:
        return False
    if _AS_DECIDED.search(body):
        return True
    names = {item.name for each in assigned for item in each.assignees}
    posts = {
        words
        for each in assigned
        for item in each.assignees
        for post in item.posts
        for words in (post.title, post.unit)
    }
    rest = body.lower()
    for name in sorted(names | posts, key=len, reverse=True):
        rest = rest.replace(name.lower(), " ") if name else rest
    return _ONLY_DUTY.fullmatch(rest) is not None


def _without_giving(sentence: str) -> tuple[str, bool]:
    match = _GIVES.match(sentence)
    return (sentence[match.end() :], True) if match else (sentence, False)


def _first_verb(sentence: str, at: int = 0) -> re.Match[str] | None:
    for match in _VERB.finditer(sentence, at):
        if not _NAME_NOT_VERB.search(sentence[max(0, match.start() - 16) : match.start()]):
            return match
    return None


def _read_sentence(sentence: str, strict: bool) -> list[Assigned]:
    body, given = _without_giving(_colon_as_blank(sentence))
    if match := _AS_DECIDED.search(body):
        return _assign("as_decided", body[: match.start()], sentence, strict)
    if match := _OVERSEES.search(body):
        return _assign("oversee", body[: match.start()], sentence, strict)
    found: list[Assigned] = []
    verb = _first_verb(body)
    if verb is None:
        return [] if strict or not given else _assign("lead", body, sentence, strict)
    subject = body[: verb.start()]
    if verb["does"] and strict and not given:
        return []
    while verb is not None:
        following = _first_verb(body, verb.end())
        between = body[verb.end() : following.start() if following else len(body)]
        role = _role(verb)
        if subject.strip(" ,") and not (verb["does"] and found):
            if role == "coordinate" and verb["object"] and following and following["lead"] and not found:
                role = "lead"  # "Phòng A phối hợp với Phòng B tham mưu": A leads
            if (
                role == "direct"
                and strict
                and not given
                and not re.match(r"(?:các\s+)?(?:đồng chí|đ/c)\b", subject.strip(), re.IGNORECASE)
            ):
                return found
            stated = _assign(role, subject, sentence, strict)
            if not stated and not found:
                return []
            found += stated
        if verb["object"] and found:
            found += _assign("coordinate", between, sentence, True)
            subject = ""
        else:
            subject = _next_subject(verb, between, following)
        verb = following
    return found


def _colon_as_blank(sentence: str) -> str:
    """ "Phòng Kinh tế: Chủ trì …" reads as "Phòng Kinh tế chủ trì …"."""
    names, colon, rest = sentence[:160].partition(":")
    if not colon or not _known(read_assignees(_without_giving(names)[0])):
        return sentence
    rest = sentence[len(names) + 1 :].lstrip()
    return f"{names} {rest[:1].lower()}{rest[1:]}"


def _known(assignees: tuple[Assignee, ...]) -> bool:
    return bool(assignees) and all(item.kind != "text" or item.posts for item in assignees)


def _next_subject(verb: re.Match[str], between: str, following: re.Match[str] | None) -> str:
    """Whom the next verb is about, when the words before it name somebody new: "A chỉ đạo, Phòng B tham
    mưu".
    """
    if following is None or following["does"]:
        return ""
    comma = (
        re.search(r"[,;]\s*(?:giao\s+|và\s+)?(?=\S)(?P<names>[^;]*)$", between)
        if "," in between or ";" in between
        else None
    )
    names = comma["names"] if comma else (between if verb["direct"] else "")
    if comma:
        # the whole list counts, not only what follows its last comma
        first = re.search(r"[,;]\s*(?:giao\s+|và\s+)?", between)
        names = between[first.end() :] if first else names
    return names if _known(read_assignees(_trim_helpers(names)[:600])) else ""


def _role(verb: re.Match[str]) -> Role:
    for role in ("oversee", "coordinate", "lead", "direct"):
        if verb[role]:
            return role
    return "lead"


def _trim_helpers(subject: str) -> str:
    subject = subject.strip(" ,;:-–")
    while (match := _HELPERS.search(subject)) and subject:
        subject = subject[: match.start()].rstrip(" ,;:-–")
    return subject


def _assign(role: Role, names: str, sentence: str, strict: bool) -> list[Assigned]:
    names = _trim_helpers(names)
    if len(names) > 600:
        return []
    assignees: tuple[Assignee, ...] = read_assignees(names)
    if not assignees or (strict and any(item.kind == "text" and not item.posts for item in assignees)):
        return []
    if role == "lead":
        assignees = with_principal(assignees)
    return [Assigned(role, assignees, squeeze(sentence))]
