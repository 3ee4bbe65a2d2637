"""From a template and its values to text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, cast

from tenant_email_local.emulators.pingone_aic.handlebars.parsing import parse
from tenant_email_local.emulators.pingone_aic.handlebars.syntax import (
    Block,
    Call,
    Content,
    Expression,
    HandlebarsError,
    Literal,
    Mustache,
    Path,
    Program,
)

_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "`": "&#x60;", "=": "&#x3D;"}
)
_LOOKUP_ARGUMENTS: Final = 2
_LARGEST_PLAIN: Final = 1e21  # what JavaScript prints without an exponent is below
_parsed: Final = lru_cache(maxsize=64)(parse)


def render(template: str, values: Mapping[str, Any]) -> str:
    """Returns the text with values put in, HTML-escaped but in triple braces; raises HandlebarsError."""
    return _program(_parsed(template), _Scope((values,), {"root": values}))


@dataclass(frozen=True)
class _Scope:
    """Where names are looked up: the contexts, innermost first, the `@` values, and the names that blocks gave."""

    contexts: tuple[Any, ...]
    data: Mapping[str, Any]
    names: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def inside(
        self, context: Any, data: Mapping[str, Any] | None = None, names: Mapping[str, Any] | None = None
    ) -> _Scope:
        """Returns the scope of a block; a context that is the same is not another step for `..`."""
        same = context is self.contexts[0] or (isinstance(context, str | int | float) and context == self.contexts[0])
        contexts = self.contexts if same else (context, *self.contexts)
        frame = {**self.data, **data, "_parent": self.data} if data is not None else self.data
        return replace(self, contexts=contexts, data=frame, names={**self.names, **(names or {})})


@dataclass(frozen=True)
class _Section:
    """A block as its helper sees it."""

    scope: _Scope
    program: Program | None
    inverse: Program | None

    def main(self, scope: _Scope | None = None, *given: Any) -> str:
        """Renders it; `given` are the values of the names that it asks for with `as |…|`."""
        return self._render(self.program, scope, given)

    def other(self) -> str:
        """Renders what is behind `else`."""
        return self._render(self.inverse, None, ())

    def swapped(self) -> _Section:
        """Returns it the other way round."""
        return replace(self, program=self.inverse, inverse=self.program)

    def _render(self, program: Program | None, scope: _Scope | None, given: Sequence[Any]) -> str:
        if program is None:
            return ""
        inner = scope or self.scope
        names = dict(zip(program.names, given, strict=False))
        return _program(program, replace(inner, names={**inner.names, **names}) if names else inner)


def _program(program: Program, scope: _Scope) -> str:
    return "".join(_part(part, scope) for part in program.body)


def _part(part: object, scope: _Scope) -> str:
    match part:
        case Content():
            return part.value
        case Mustache():
            text = _text(_value(part.call, scope))
            return text.translate(_ESCAPES) if part.escaped else text
        case Block():
            return _block(part, scope)
        case _:
            return ""


def _block(block: Block, scope: _Scope) -> str:
    section, name = _Section(scope, block.program, block.inverse), _helper_name(block.call)
    options = {key: _evaluate(value, scope) for key, value in block.call.options.items()}
    if name in _BLOCK_HELPERS and not _is_named(block.call.name, scope):
        arguments = [_evaluate(argument, scope) for argument in block.call.arguments]
        if len(arguments) != 1:
            raise HandlebarsError(f"#{name} requires exactly one argument")
        return _BLOCK_HELPERS[name](section, arguments[0], options)
    value = _value(block.call, scope)
    if value is True:
        return section.main()
    if value is False or value is None:
        return section.other()
    if isinstance(value, list):
        return _each(section, value, {})
    return section.main(scope.inside(value))


def _if(section: _Section, value: Any, options: Mapping[str, Any]) -> str:
    if _is_empty(value) or (not _is_true(options.get("includeZero")) and not _is_true(value)):
        return section.other()
    return section.main()


def _unless(section: _Section, value: Any, options: Mapping[str, Any]) -> str:
    return _if(section.swapped(), value, options)


def _with(section: _Section, value: Any, _options: Mapping[str, Any]) -> str:
    if _is_empty(value):
        return section.other()
    return section.main(section.scope.inside(value, {}), value)


def _each(section: _Section, value: Any, _options: Mapping[str, Any]) -> str:
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        items = list(cast("dict[str, Any]", value).items())
    elif isinstance(value, list):
        items = list(enumerate(cast("Sequence[Any]", value)))
    if not items:
        return section.other()
    texts: list[str] = []
    for at, (key, item) in enumerate(items):
        data = {"key": key, "index": at, "first": at == 0, "last": at == len(items) - 1}
        texts.append(section.main(section.scope.inside(item, data), item, key))
    return "".join(texts)


_BLOCK_HELPERS: Final[dict[str, Callable[[_Section, Any, Mapping[str, Any]], str]]] = {
    "if": _if,
    "unless": _unless,
    "with": _with,
    "each": _each,
}


def _value(call: Call, scope: _Scope) -> Any:
    """Returns what a tag without a block stands for."""
    name = _helper_name(call)
    arguments = [_evaluate(argument, scope) for argument in call.arguments]
    if name is not None and not _is_named(call.name, scope):
        if name == "lookup":
            if len(arguments) != _LOOKUP_ARGUMENTS:
                raise HandlebarsError("lookup takes a value and a name")
            return _at(arguments[0], _text(arguments[1]))
        if name == "log":
            return None
        if name in _BLOCK_HELPERS:
            raise HandlebarsError(f"{name} is a block: begin it with #")
    if arguments or call.options:
        raise HandlebarsError(f'Missing helper: "{name}"')
    if isinstance(call.name, Literal):
        return _at(scope.contexts[0], call.name.text)
    return _evaluate(call.name, scope)


def _helper_name(call: Call) -> str | None:
    """Returns the name by which a helper may be meant."""
    name = call.name
    if isinstance(name, Literal):
        return name.text
    if not isinstance(name, Path) or name.depth or name.is_data or name.scoped or len(name.parts) != 1:
        return None
    return name.parts[0]


def _is_named(name: Expression, scope: _Scope) -> bool:
    return isinstance(name, Path) and name.parts[:1] != () and not name.scoped and name.parts[0] in scope.names


def _evaluate(expression: Expression, scope: _Scope) -> Any:
    match expression:
        case Literal():
            return expression.value
        case Call():
            return _value(expression, scope)
        case Path():
            return _resolve(expression, scope)


def _resolve(path: Path, scope: _Scope) -> Any:
    parts = path.parts
    if path.is_data:
        data: Any = scope.data
        for _ in range(path.depth):
            data = data.get("_parent", {})
        found: Any = data
    elif not path.depth and not path.scoped and parts and parts[0] in scope.names:
        found, parts = scope.names[parts[0]], parts[1:]
    else:
        found = scope.contexts[path.depth] if path.depth < len(scope.contexts) else None
    for part in parts:
        found = _at(found, part)
    return found


def _at(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return cast("Mapping[str, Any]", value).get(key)
    if isinstance(value, list | str):
        items = cast("Sequence[Any]", value)
        if key == "length":
            return len(items)
        return items[int(key)] if key.isdecimal() and int(key) < len(items) else None
    return None


def _is_true(value: Any) -> bool:
    """Returns whether JavaScript takes a value for true: any object and list is, empty ones too."""
    return isinstance(value, dict | list) or bool(value)


def _is_empty(value: Any) -> bool:
    if isinstance(value, list):
        return not value
    return not _is_true(value) and (isinstance(value, bool) or not isinstance(value, int | float))


def _text(value: Any) -> str:
    """Returns a value as JavaScript prints it; nothing for null and undefined."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float() if value.is_integer() and abs(value) < _LARGEST_PLAIN:
            return str(int(value))
        case list():
            return ",".join(_text(item) for item in cast("Sequence[Any]", value))
        case Mapping():
            return "[object Object]"
        case _:
            return str(value)
