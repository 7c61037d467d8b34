"""Phrases that give work out: "Giao … chỉ đạo", "… chủ trì, phối hợp với …"."""

from __future__ import annotations

import re
from itertools import islice

from .bodies import all_known, known_before_unknown, read_assignees, with_principal
from .document import Assigned, Assignee, Role
from .mentioned import mentions
from .names import squeeze

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
    "tiếp tục|tập trung|trực tiếp|huấn luyện|diễn tập|tuần tra|vận hành|duy trì|thu hút|huy động|hỗ trợ|"
    "công khai|công bố|lập (?:kế hoạch|quy hoạch|dự án|đề án|hồ sơ|danh sách)|hoàn chỉnh|sơ kết|tổng kết|"
    "(?<!công )(?<!chương )(?<!quy )(?<!lộ )(?<!tiến )(?<!quá )trình|"
    "tiếp nhận|kiểm soát|thống kê|khắc phục|chuẩn bị|lồng ghép|giúp"
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
_OF_A_BOARD = re.compile(r"quản lý|chỉ đạo|chỉ huy|kiểm tra|tổ chức|tham mưu")
_LIST_ENDS = re.compile(r"(?:,|\bvà|\bcác)\s(?:ban|ngành|đoàn)\s$")
_ONE_OF_MANY = re.compile(r"(?:phòng|ban),\s(?:ban|ngành)\s$")
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
_DUTY = re.compile(
    r"(?<!\w)(?<!ban )(?:chủ trì|phối hợp|chỉ đạo|tham mưu|phụ trách|đầu mối|giao)(?!\w)", re.IGNORECASE
)
_BRACKET = re.compile(r"\((?P<inner>[^()]{5,400})\)")
_ROLE_AFTER_NAME = re.compile(
    r"\s*\((?P<note>chủ trì|phối hợp|chỉ đạo|tham mưu|phụ trách|đầu mối)\)(?=\s*(?:[,;.)]|$|và\s))|"
    r"\s(?:là|làm)\s+(?:cơ quan|đơn vị|bộ phận|người)\s+(?P<role>chủ trì|phối hợp|chỉ đạo|tham mưu|đầu mối)",
    re.IGNORECASE,
)
_WITHIN = re.compile(
    r"(?<!được )(?<!bàn )(?<!chuyển )(?<!\w)(?P<gives>(?:giao|phân công)\s+)|"
    r"(?::|\s[-–]|,|\bdo)\s+(?=\S)",
    re.IGNORECASE,
)
_MOST_ANCHORS = 20
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

_MOST_SENTENCES = 60
_LONGEST_DUTY = 1500


def read_phrases(text: str, *, strict: bool, within: bool = False) -> tuple[Assigned, ...]:
    """Duties given out in running text, sentence by sentence.

    With `strict` (task texts, headings, Part IV) a sentence counts only if it names nobody but known kinds of
    bodies; otherwise (a "Phân công" block) an unknown name is kept as written. With `within` a duty may also
    begin in the middle of a sentence.
    """
    text = _role_as_verb(squeeze(text))
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
            and all_known(read_assignees(_without_giving(sentence)[0]))
        ):
            waiting = sentence + "; "  # a list of names cut by a semicolon, its verb is still to come
            continue
        found += _read_sentence(sentence, strict) or (_read_within(sentence) if within else [])
    return tuple(found)


def read_duties(text: str, *, stated: bool) -> tuple[Assigned, ...]:
    """All duties that a whole text gives out: in its sentences, in brackets, after "…: giao".

    With `stated` the text is a line of a "Phân công" block; otherwise it tells of work, and that bodies work
    together ("Hội A phối hợp với Hội B …") is then no duty unless a bracket or "giao" says so.
    """
    text = _role_as_verb(squeeze(text))
    notes: list[Assigned] = []
    for note in islice(_BRACKET.finditer(text), _MOST_SENTENCES):
        found = _read_note(note["inner"])
        if found:
            notes += found
            text = text[: note.start()] + " " * len(note.group()) + text[note.end() :]
    phrases = read_phrases(text, strict=not stated, within=not stated)
    if stated and all(item.kind == "text" for each in phrases for item in each.assignees):
        phrases = read_phrases(text, strict=True, within=True) or phrases
    elif all(item.role == "coordinate" for item in phrases) and not stated and not _GIVES.search(text):
        phrases = ()
    return (*phrases, *notes)


def _read_note(note: str) -> list[Assigned]:
    """Duties in brackets: "(Phòng A chủ trì; Hội B phối hợp)"."""
    if not _DUTY.search(note):
        return []
    found: list[Assigned] = []
    for sentence in _SENTENCE_END.split(_role_as_verb(note), maxsplit=_MOST_SENTENCES):
        found += _read_sentence(re.sub(r"^do\s+", "", sentence.strip(" ,;:.")), True, stated=True)
    return found


def _read_within(sentence: str) -> list[Assigned]:
    """A duty that begins within a sentence: "Làm đường: giao Phòng A chủ trì", "…, do Phòng A chủ trì"."""
    for anchor in islice(_WITHIN.finditer(sentence), _MOST_ANCHORS):
        before = sentence[: anchor.start()]
        gives = anchor["gives"] is not None
        if not gives and (_DUTY.search(before) or any(True for _ in mentions(before))):
            break  # whoever was named before may belong to the same list
        if found := _read_sentence(sentence[anchor.start("gives") if gives else anchor.end() :], True):
            return found
    return []


def is_note(text: str) -> bool:
    """Whether a text is one bracket that gives out work: "(Phòng A chủ trì; Hội B phối hợp)"."""
    note = _BRACKET.fullmatch(_role_as_verb(squeeze(text[:_LONGEST_DUTY])).strip(" :.;/*"))
    return note is not None and bool(_read_note(note["inner"]))


def only_assigns(text: str) -> bool:
    """Whether a line does nothing but give out the work above or below it ("Giao … tham mưu triển khai
    thực hiện").
    """
    body = _role_as_verb(squeeze(text[:_LONGEST_DUTY])).strip(" :.;/*")
    note = _BRACKET.fullmatch(body)
    assigned = tuple(_read_note(note["inner"])) if note else read_phrases(body, strict=True)
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


def _role_as_verb(text: str) -> str:
    """ "Phòng A (chủ trì)" and "Phòng A là cơ quan chủ trì" read as "Phòng A chủ trì"."""
    return _ROLE_AFTER_NAME.sub(lambda match: f" {(match['note'] or match['role']).lower()}", text)


def _without_giving(sentence: str) -> tuple[str, bool]:
    match = _GIVES.match(sentence)
    return (sentence[match.end() :], True) if match else (sentence, False)


def _first_verb(sentence: str, at: int = 0) -> re.Match[str] | None:
    for match in _VERB.finditer(sentence, at):
        before = sentence[max(0, match.start() - 16) : match.start()]
        # "Ban quản lý chợ" is a name, "các phòng, ban phối hợp" are bodies at work
        at_work = (
            _ONE_OF_MANY.search(before) if _OF_A_BOARD.match(match.group()) else _LIST_ENDS.search(before)
        )
        if at_work or not _NAME_NOT_VERB.search(before):
            return match
    return None


def _read_sentence(sentence: str, strict: bool, stated: bool = False) -> list[Assigned]:
    """`stated`: the words do nothing but give out work, though none of them is "giao"."""
    body, given = _without_giving(_colon_as_blank(sentence))
    given = given or stated
    if match := _AS_DECIDED.search(body):
        return _assign("as_decided", body[: match.start()], sentence, strict)
    if match := _OVERSEES.search(body):
        return _assign("oversee", body[: match.start()], sentence, strict)
    found: list[Assigned] = []
    verb = _first_verb(body)
    if verb is None:
        return _assign("lead", body, sentence, strict) if given and not stated else []
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
            named = _assign(role, subject, sentence, strict)
            if not named and not found:
                return []
            found += named
        if verb["coordinate"] and found and (verb["object"] or _names_at_once(between)):
            if others := known_before_unknown(read_assignees(_trim_helpers(between)[:600])):
                found.append(Assigned("coordinate", others, squeeze(sentence)))
            subject = ""
        else:
            subject = _next_subject(verb, between, following)
        verb = following
    return found


def _names_at_once(words: str) -> bool:
    """ "phối hợp Công an xã …": whom to work with follows without "với"."""
    return words[:1] == " " and bool(known_before_unknown(read_assignees(_trim_helpers(words)[:600])))


def _colon_as_blank(sentence: str) -> str:
    """ "Phòng Kinh tế: Chủ trì …" reads as "Phòng Kinh tế chủ trì …"."""
    names, colon, rest = sentence[:160].partition(":")
    if not colon or not all_known(read_assignees(_without_giving(names)[0])):
        return sentence
    rest = sentence[len(names) + 1 :].lstrip()
    return f"{names} {rest[:1].lower()}{rest[1:]}"


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
    return names if all_known(read_assignees(_trim_helpers(names)[:600])) else ""


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
