"""From paragraphs to the tree of parts, sections and clauses, without yet reading what the clauses say."""

from __future__ import annotations

from collections.abc import Sequence

from .assignments import is_note, only_assigns, read_phrases
from .document import Span, Unplaced, UnreadableDocument
from .drafts import KNOWN_TITLE, Node, SectionDraft, says_about_heading
from .kinds import part_subject, section_subject
from .labels import block_header, starts_with_label
from .marks import bare_start, lead, read_mark, split_star_bullet
from .paragraphs import Paragraph, ends_before_roman

_DEEPEST = 6


def first_section_line(lines: Sequence[str]) -> int:
    """The line of the first part or numbered section. Raises UnreadableDocument where there is none."""
    before = ""
    for number, line in enumerate(lines, start=1):
        body = line.strip()
        if not body:
            continue
        start, heading = lead(line)
        star, rest = split_star_bullet(line[start:].strip())
        kind = "item" if star else read_mark(bare_start(rest), heading)[0].kind
        if kind == "section" or (kind == "part" and (heading or not ends_before_roman(before))):
            return number
        before = body
    raise UnreadableDocument(
        "Không tìm thấy đề mục nào (như “I.”, “1.”, “2.1.”). Hãy kiểm tra đây có đúng là toàn văn chương "
        "trình không; "
        "mỗi đề mục phải ở đầu một dòng."
    )


class Outline:
    """Takes paragraphs in order and builds the sections; `sections` and `unplaced` are the result."""

    def __init__(self) -> None:
        self.sections: list[SectionDraft] = []
        self.unplaced: list[Unplaced] = []
        self._by_number: dict[str, SectionDraft] = {}
        self._outer = self._inner = ""
        self._outer_is_letter: bool | None = None
        self._stack: list[Node] = []
        self._in_block = False

    def add(self, paragraph: Paragraph) -> None:
        mark = paragraph.mark
        if mark.kind == "section" and self._is_numbered_item(paragraph):
            self._add_item(paragraph, "1.")
        elif mark.kind == "part":
            self._open_part(paragraph)
        elif mark.kind == "section":
            self._open_section(paragraph)
        elif not self.sections:
            self._add_preamble(paragraph)
        elif mark.kind == "untitled" and block_header(paragraph.as_signed) is None:
            self.unplaced.append(
                Unplaced(
                    paragraph.line_from,
                    paragraph.as_signed,
                    f"Đề mục không có số; nội dung bên dưới được tính vào mục {self.sections[-1].number}.",
                )
            )
            for line, _, _ in paragraph.segments[1:]:
                self.unplaced.append(Unplaced(line, paragraph.as_signed, "Phần tiếp của đề mục không có số."))
            self._stack, self._in_block = [], False
        else:
            self._add_item(paragraph, mark.family)

    # ------------------------------------------------------------ sections
    def _is_numbered_item(self, paragraph: Paragraph) -> bool:
        """A list "1. 2. 3." inside a "Phân công" block or deeper than the bullet above it opens no
        section.
        """
        if len(paragraph.mark.path) != 1 or paragraph.mark.heading or not self.sections:
            return False
        if self._in_block:
            text = paragraph.as_signed
            return only_assigns(text) or bool(read_phrases(text, strict=True)) or starts_with_label(text)
        top = self._stack[0].paragraph if self._stack else None
        return top is not None and top.mark.kind == "item" and paragraph.indent >= top.indent + 2

    def _open_part(self, paragraph: Paragraph) -> None:
        label, is_letter = paragraph.mark.path[0], paragraph.mark.family == "letter"
        if self._outer_is_letter is None:
            self._outer_is_letter = is_letter
        if is_letter == self._outer_is_letter:
            self._outer, self._inner, parent = label, "", None
        else:
            self._inner, parent = f"{self._outer}.{label}", self._outer
        self._open(paragraph, self._inner or self._outer, parent, is_part=True)

    def _open_section(self, paragraph: Paragraph) -> None:
        path = paragraph.mark.path
        prefix = self._inner or self._outer
        if not path[0].isdigit():
            prefix = ""
            self._outer, self._inner = path[0], ""
            self._outer_is_letter = False if self._outer_is_letter is None else self._outer_is_letter
        number = ".".join([prefix, *path]) if prefix else ".".join(path)
        parent: str | None = number.rpartition(".")[0]
        while parent and parent not in self._by_number:
            parent = parent.rpartition(".")[0]
        self._open(paragraph, number, parent or None, is_part=False)

    def _open(self, paragraph: Paragraph, number: str, parent: str | None, *, is_part: bool) -> None:
        twin = self._by_number.get(number)
        if twin:
            raise UnreadableDocument(
                f"Hai mục cùng mang số {number}: dòng {twin.line} và dòng {paragraph.line_from}. "
                "Hãy sửa lại số của một trong hai mục rồi nạp lại."
            )
        above = self._by_number.get(parent) if parent else None
        section = SectionDraft(
            number, paragraph.mark.label, parent, paragraph, paragraph.line_from, paragraph.line_to, is_part
        )
        title = paragraph.as_signed
        section.subject = (
            part_subject(title)
            if is_part and not above
            else section_subject(title, above.subject if above else None)
        )
        if above:
            above.has_subsections = True
        known = KNOWN_TITLE.match(title)
        cut = known.end() if known else _strong_lead(paragraph)
        rest = None
        if cut and not is_part:
            section.heading, rest = (
                cut_paragraph(paragraph, 0, cut),
                cut_paragraph(paragraph, cut, len(title)),
            )
            section.line_to = section.heading.line_to
            section.subject = section_subject(section.heading.as_signed, above.subject if above else None)
        self.sections.append(section)
        self._by_number[number] = section
        header = block_header(title.rstrip(" :.") + ":")
        section.is_block = header == "" and not is_part and section.subject != "organisation"
        self._stack, self._in_block = [], section.is_block
        if rest is not None:
            section.nodes.append(Node(rest, in_block=self._in_block))

    def _add_preamble(self, paragraph: Paragraph) -> None:
        section = SectionDraft("0", "", None, None, paragraph.line_from, paragraph.line_to)
        self.sections.append(section)
        self._by_number["0"] = section
        section.nodes.append(Node(paragraph, "preamble"))

    # ------------------------------------------------------------ clauses
    def _add_item(self, paragraph: Paragraph, family: str) -> None:
        section = self.sections[-1]
        text = paragraph.as_signed
        if not text:
            self.unplaced.extend(
                Unplaced(line, paragraph.mark.label, "Dòng chỉ có dấu đầu dòng, không có chữ.")
                for line, _, _ in paragraph.segments
            )
            return
        if section.number == "0":
            section.nodes.append(Node(paragraph, "preamble", family=family))
            return
        if (
            section.is_part
            and section.heading
            and not section.heading.as_signed
            and not family
            and not section.nodes
        ):
            section.heading, section.line_to = (
                paragraph,
                paragraph.line_to,
            )  # "PHẦN I" with its title underneath
            section.subject = part_subject(text)
            return
        tail = block_header(text)
        if tail is not None and section.subject not in ("organisation", "other"):
            node = Node(paragraph, in_block=True, family=family, block_tail=tail)
            section.nodes.append(node)
            self._stack, self._in_block = [], True
            return
        node = Node(paragraph, in_block=self._in_block, family=family)
        is_work = section.subject in ("task", "project", "mixed") and not self._in_block
        if is_work and (starts_with_label(text) or is_note(text)) and self._attach_label(section, node):
            return
        if not family:
            self._add_plain(section, node)
            return
        self._nest(section, node)

    def _attach_label(self, section: SectionDraft, node: Node) -> bool:
        """A label such as "Thời gian hoàn thành:" belongs to the task above it, whatever its bullet is."""
        owner = self._stack[0] if self._stack else None
        if (
            owner is None
            and section.nodes
            and not section.nodes[-1].in_block
            and not section.nodes[-1].family
        ):
            owner = section.nodes[-1]
        if owner is None or says_about_heading(owner):
            return False
        same = [item for item in self._stack if item.family == node.family and node.family]
        if len(same) == 1 and same[0] is not owner:
            owner = self._stack[self._stack.index(same[0]) - 1]
        owner.children.append(node)
        return True

    def _add_plain(self, section: SectionDraft, node: Node) -> None:
        top = self._stack[-1] if self._stack else None
        if top and top.family and node.paragraph.indent >= top.paragraph.indent + 2:
            top.children.append(node)
            return
        section.nodes.append(node)
        self._stack = []

    def _nest(self, section: SectionDraft, node: Node) -> None:
        stack, indent, family = self._stack, node.paragraph.indent, node.family
        if family == "(i)" and any(item.family == "(a)" for item in stack):
            family = node.family = "(a)" if len(node.paragraph.mark.path[0]) == 1 else family
        short_header = (
            family == "*" and node.paragraph.as_signed.endswith(":") and len(node.paragraph.as_signed) < 100
        )
        if short_header and stack and all(item.family != "*" for item in stack):
            section.nodes.append(node)
            node.family = ""
            self._stack = []
            return
        while (
            stack
            and indent < stack[-1].paragraph.indent - 1
            and any(abs(item.paragraph.indent - indent) <= 1 for item in stack[:-1])
        ):
            stack.pop()
        same = [at for at, item in enumerate(stack) if item.family == family]
        if same and not (indent >= stack[same[-1]].paragraph.indent + 2 and len(stack) < _DEEPEST):
            del stack[same[-1] :]
        elif len(stack) >= _DEEPEST:
            stack.pop()
        (stack[-1].children if stack else section.nodes).append(node)
        stack.append(node)


def _strong_lead(paragraph: Paragraph) -> int:
    """Where a bold heading that runs into its text ends ("**1. Mục đích:** Cụ thể hóa …"), or 0."""
    text = paragraph.as_signed
    for span in paragraph.emphasis:
        if span.style == "strong" and span.start == 0 and 3 <= span.end < len(text) - 1:
            after = text[span.end :].lstrip(" :")
            if text[: span.end].rstrip()[-1:] in ":." or text[span.end : span.end + 1] == ":":
                return len(text) - len(after)
    return 0


def cut_paragraph(paragraph: Paragraph, start: int, end: int) -> Paragraph:
    """The characters `[start, end)` of a paragraph, trimmed, as a paragraph of its own."""
    text = paragraph.as_signed
    start += len(text[start:end]) - len(text[start:end].lstrip())
    end = start + len(text[start:end].rstrip())
    spans = tuple(
        Span(max(span.start, start) - start, min(span.end, end) - start, span.style)
        for span in paragraph.emphasis
        if span.start < end and span.end > start
    )
    segments = tuple(
        (line, max(low, start) - start, min(high, end) - start)
        for line, low, high in paragraph.segments
        if low < end and high > start
    )
    return Paragraph(
        paragraph.mark, text[start:end], spans, segments or paragraph.segments[-1:], paragraph.indent
    )
