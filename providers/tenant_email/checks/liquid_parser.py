"""Reads Liquid with a parser: the only module that loads one, where a text holds more than plain variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TextIO

from liquid import Environment, RenderContext, Tag
from liquid.ast import Node
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.output import OutputNode
from liquid.exceptions import LiquidError
from liquid.token import TOKEN_EXPRESSION, TOKEN_TAG, Token

from tenant_email.checks.liquid_scan import Unreadable, scan
from tenant_email.checks.liquid_words import Finding
from tenant_email.inputs.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from liquid import BoundTemplate
    from liquid.stream import TokenStream

    from tenant_email.checks.liquid_words import Language, Words
    from tenant_email.json_types import PropsView

_OF_BLOCKS: Final = ("end", "else", "elsif", "when")  # a stray one is broken syntax, not an unknown tag
_LOADING: Final = ("include", "render")
_LONGEST_SHOWN: Final = 100  # characters of a variable
_UNESCAPED: Final = "{words} are chosen by the user. Write {{{{ … | escape }}}}."
_Found = tuple[int, str, str, str]  # index, what to say of it, what to say of several, the word
_ESCAPING: Final = frozenset({"escape", "escape_once", "url_encode", "strip_html"})


def findings(text: str, language: Language, words: Words) -> tuple[Finding, ...]:
    """Returns the first break of the syntax alone, or everything that is unknown or unsafe, in the text's order."""
    try:
        template = _parse(text, language)
        found = [*_unknown(template, language, words), *_unescape(template, words)]
    except Unreadable as error:
        return (_finding(text, error.index, error.what, broken=True),)
    except LiquidError as error:
        return (_finding(text, _index(error, text), str(error.message or error.args[0]), broken=True),)
    except RecursionError:
        return (_finding(text, 0, "nested too deeply", broken=True),)
    return tuple(_finding(text, index, what, rule=rule, word=word) for index, what, rule, word in sorted(found))


def mentions(text: str, language: Language, name: str) -> bool:
    """Returns whether a valid template uses a variable."""
    return name in _parse(text, language).analyze(include_partials=False).globals


def render(text: str, language: Language, variables: PropsView) -> str:
    """Returns what a recipient would see; LiquidError when the text is broken."""
    return _parse(text, language).render(dict(variables))


def _parse(text: str, language: Language) -> BoundTemplate:
    """Parses; an unknown tag does nothing, so that what follows it is read too, and nothing else is loaded.

    Raises:
        LiquidError: the text is broken.
        Unreadable: it is no text that the parser could end with.
    """
    environment = _Environment()
    for name in (*language.own_tags, *_LOADING):
        environment.tags[name] = _Ignored(environment)
    for name in scan(text).tags - environment.tags.keys():
        if not name.startswith(_OF_BLOCKS):
            environment.tags[name] = environment.tags[f"end{name}"] = _Ignored(environment)
    return environment.from_string(text)


def _unknown(template: BoundTemplate, language: Language, words: Words) -> Iterator[_Found]:
    found = template.analyze(include_partials=False)
    for what, used, known in (("tag", found.tags, language.tags), ("filter", found.filters, language.filters)):
        for name in (name for name in used.keys() - known if not name.startswith("end")):
            near = nearest(name, known)
            rule = _rule(f"{what}s", near, name, "They will not work as they do elsewhere.")
            text = f"{what} {name!r} is unknown to the platform. {near or 'It will not work as it does elsewhere.'}"
            yield from ((span.index, text, rule, name) for span in used[name])
    for variable in (variable for uses in found.globals.values() for variable in uses):
        path = _path_of(variable.segments)
        if not words.knows(path):
            near = words.nearest(path)
            rule = _rule("variables", near, path, "They will be empty.")
            text = f"variable {path!r} is unknown to the platform. {near or 'It will be empty.'}"
            yield variable.span.index, text, rule, path


def _rule(what: str, near: str, word: str, otherwise: str) -> str:
    """Returns what is said of several unknown words; one that is near to a known one is reported by itself."""
    return f"{what} {word} {near}" if near else f"{what} {{words}} are unknown to the platform. {otherwise}"


def _unescape(template: BoundTemplate, words: Words) -> Iterator[_Found]:
    for node in _all(template, template.nodes):
        if isinstance(node, OutputNode) and isinstance(node.expression, FilteredExpression):
            left, filters = node.expression.left, node.expression.filters or []
            path = _path_of(left.path) if isinstance(left, Path) else ""
            if words.distrusts(path) and not _ESCAPING & {each.name for each in filters}:
                what = f"{path} is chosen by the user. Write {{{{ {path} | escape }}}}."
                yield node.token.start_index, what, _UNESCAPED, path


def _all(template: BoundTemplate, nodes: Iterable[Node]) -> Iterator[Node]:
    context = RenderContext(template)
    for node in nodes:
        yield node
        yield from _all(template, node.children(context, include_partials=False))


def _path_of(segments: Iterable[object]) -> str:
    """Returns `user.name` for its parts, up to the first one that is only known when rendered."""
    parts: list[str] = []
    for segment in segments:
        if not isinstance(segment, str):
            break
        parts.append(segment)
    path = ".".join(parts)
    return path if len(path) <= _LONGEST_SHOWN else f"{path[:_LONGEST_SHOWN]}…"


def _finding(text: str, index: int, what: str, *, broken: bool = False, rule: str = "", word: str = "") -> Finding:
    line, column = text.count("\n", 0, index) + 1, index - (text.rfind("\n", 0, index) + 1) + 1
    return Finding(line, column, what, broken, rule, word)


def _index(error: LiquidError, text: str) -> int:
    """Returns where an error is; one that is found out at the end of the text has no token."""
    token = error.token
    return token.start_index if token and token.start_index >= 0 else len(text)


class _Environment(Environment):
    """Liquid that says where an error is, also when it is found at the end of an expression."""

    def error(self, exc: type[LiquidError] | LiquidError, msg: str | None = None, token: Token | None = None) -> None:
        """Raises; the parser calls this with the token that it was at."""
        if isinstance(exc, LiquidError) and token and (exc.token is None or exc.token.start_index < 0):
            exc.token = _before(token) if token.kind == TOKEN_TAG else token
        super().error(exc, msg, token)


def _before(tag: Token) -> Token:
    """Returns a token at the markup before a tag: the parser is past the expression in which it found the error."""
    own = tag.source.rfind("{%", 0, tag.start_index)
    start = max(tag.source.rfind(opening, 0, own) for opening in ("{%", "{{"))
    return tag if start < 0 else Token(tag.kind, tag.value, start, tag.source)


class _Nothing(Node):
    """A tag that renders nothing."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        """Writes nothing."""
        return 0


class _Ignored(Tag):
    """A tag that is read and skipped: what it does is the platform's business."""

    block = False

    def parse(self, stream: TokenStream) -> Node:
        """Reads the tag and its expression."""
        token = stream.expect(TOKEN_TAG)
        if stream.peek.kind == TOKEN_EXPRESSION:
            stream.next()
        return _Nothing(token)
