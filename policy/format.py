"""The one canonical look of a document, and the words of any part of it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import Any

from plainterms.policy import sections, syntax, wording
from plainterms.policy.layout import LINE, Doc, Mark, Page, leaves, on_one_line
from plainterms.policy.syntax import Comment, Document, Item, Node

ADJACENT = (
    (syntax.Use, syntax.Incorporates),
    (syntax.Let, syntax.ListOfValues, syntax.ListFromFile),
    (syntax.Event, syntax.Register),
)
"""Items that stand without a blank line between them while each fits on one line."""


def format_document(document: Document) -> str:
    """The document in its canonical look.

    Its tree is that of the text it was read from, all comments are kept, and formatting it again changes nothing.
    """
    nodes: list[syntax.Head | Item] = [*([document.head] if document.head else []), *document.items]
    docs = [sections.head(node) if isinstance(node, syntax.Head) else sections.item(node) for node in nodes]
    last = _place_comments(document, docs)
    blocks = [_lines(doc) for doc in docs]
    lines: list[str] = []
    for index, (node, block) in enumerate(zip(nodes, blocks, strict=True)):
        if index and not (len(block) == len(blocks[index - 1]) == 1 and _alike(nodes[index - 1], node)):
            lines.append("")
        lines += block
    if last and lines:
        lines.append("")
    return "".join(f"{line}\n" for line in [*lines, *last])


def _lines(doc: Doc) -> list[str]:
    page = Page()
    page.write(doc)
    page.end_line()
    return page.lines


def _alike(before: syntax.Head | Item, node: syntax.Head | Item) -> bool:
    return any(isinstance(before, family) and isinstance(node, family) for family in ADJACENT)


# ── Comments ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _place_comments(document: Document, docs: list[Doc]) -> list[str]:
    """Hangs each comment on the mark it belongs to, and gives back those after everything else.

    A comment on a line of its own belongs to what follows, one at the end of a line to what begins last before it.
    """
    marks = [leaf for doc in docs for leaf in leaves(doc) if isinstance(leaf, Mark)]
    starts = [mark.start for mark in marks]
    tops = {id(next(leaf for leaf in leaves(doc) if isinstance(leaf, Mark))) for doc in docs}
    last = []
    for comment in document.comments:
        ends_line = _ends_line(comment, document.text)
        index = bisect_right(starts, comment.span.start) - 1 if ends_line else bisect_left(starts, comment.span.start)
        if index == len(marks):
            last.append(f"# {comment.text}".rstrip())
        elif ends_line and index >= 0:
            _append_after(marks[index], comment)
        else:
            mark = marks[max(index, 0)]
            mark.before.append(comment.text)
            if id(mark) in tops and _blank_line_follows(comment, document.text):
                mark.before.append(None)
    return last


def _append_after(mark: Mark, comment: Comment) -> None:
    if mark.after is not None:
        mark.before.append(mark.after)
    mark.after = comment.text


def _ends_line(comment: Comment, text: str) -> bool:
    start = text.rfind("\n", 0, comment.span.start) + 1
    return any(not (sign.isspace() or sign in "\ufeff\u200b") for sign in text[start : comment.span.start])


def _blank_line_follows(comment: Comment, text: str) -> bool:
    rest = text[comment.span.end :].lstrip("\r\t ").removeprefix("\n").lstrip("\r\t ")
    return rest.startswith("\n")


# ── Words ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def words_of(node: Node) -> str:
    """Any part of a document in its canonical words, on one line and without comments."""
    for kind, wording_of in _WORDINGS:
        if isinstance(node, kind):
            return on_one_line(wording_of(node)).strip()
    raise TypeError(f"{type(node).__name__} is no part of a document's text")


def _measure(node: syntax.Measure) -> Doc:
    return [*wording.bounded(node.bounded), *([wording.window(node.window)] if node.window is not None else [])]


def _document(node: Document) -> Doc:
    head: list[Doc] = [sections.head(node.head)] if node.head is not None else []
    return [[doc, LINE] for doc in (*head, *map(sections.item, node.items))]


_WORDINGS: tuple[tuple[Any, Callable[[Any], Doc]], ...] = (
    (syntax.FieldRef, wording.reference),
    (syntax.Value | syntax.Pattern, wording.value),
    (syntax.Condition, wording.condition),
    (syntax.Quantity, wording.quantity),
    (syntax.Any | syntax.Counted | syntax.ShareBeing | syntax.ShareSharing, wording.bounded),
    (syntax.Window, wording.window),
    (syntax.Measure, _measure),
    (syntax.Section, sections.section),
    (syntax.HeadPart, sections.head_part),
    (syntax.Item, sections.item),
    (syntax.Head, sections.head),
    (syntax.FieldDeclaration, sections.field),
    (syntax.Given, sections.given),
    (syntax.Setting | syntax.SettingDifferent, sections.setting),
    (syntax.Action, sections.action),
    (syntax.Name, lambda node: node.text),
    (syntax.BreachOf, lambda node: f"breach of {wording.reference(node.clause)}"),
    (syntax.Link, lambda node: f"with {node.relation} {wording.reference(node.of)}"),
    (syntax.Argument, sections.argument),
    (syntax.Renaming, lambda node: f"{node.theirs.text} as {node.ours.text}"),
    (syntax.AnyOf, lambda node: f"any of {', '.join(name.text for name in node.names)}"),
    (syntax.Comment, lambda node: f"# {node.text}".rstrip()),
    (Document, _document),
)
