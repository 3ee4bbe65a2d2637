"""What docstrings say: of a class, of its arguments, and of its attributes."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SECTION: Final = re.compile(r"^(Args|Raises):$")
_ARGUMENT: Final = re.compile(r"^    (\w+): (.*)$")


@dataclass(frozen=True, slots=True)
class Docs:
    """A docstring: its paragraphs without the sections, and what it says of each argument."""

    paragraphs: tuple[str, ...] = ()
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])


def docs_of(cls: type[Any]) -> Docs:
    """Returns the docstring of a class, and the docstrings below its attributes among the arguments."""
    text = inspect.cleandoc(vars(cls).get("__doc__") or "")
    paragraphs, arguments = list[str](), dict[str, str]()
    section = ""
    for line in text.splitlines():
        if found := _SECTION.match(line):
            section = found[1]
        elif section and line and not line.startswith(" "):
            section = ""
        if not section:
            _extend(paragraphs, line)
        elif section == "Args" and (argument := _ARGUMENT.match(line)):
            arguments[argument[1]] = argument[2]
        elif section == "Args" and line.startswith("     "):
            last = next(reversed(arguments))
            arguments[last] += f" {line.strip()}"
    return Docs(tuple(each for each in paragraphs if each), {**arguments, **_attributes(cls)})


def described(classes: Iterable[type[Any]], name: str) -> str:
    """Returns what the first of some classes, or of their bases, that says anything of a name says of it."""
    own = (each for cls in classes for each in cls.__mro__ if each.__module__.startswith("tenant_email."))
    return next((text for each in own if (text := docs_of(each).arguments.get(name))), "")


def _extend(paragraphs: list[str], line: str) -> None:
    if not line.strip() or not paragraphs:
        paragraphs.append(line.strip())
    else:
        paragraphs[-1] = f"{paragraphs[-1]} {line.strip()}".strip()


def _attributes(cls: type[Any]) -> dict[str, str]:
    """Returns the docstrings below the attributes of a class, and those of its properties."""
    try:
        body = _body(cls)
    except (OSError, TypeError):  # a model that was made of a settings class has no source of its own
        return {}
    found = dict[str, str]()
    for statement, following in zip(body, [*body[1:], ast.Pass()], strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                found[statement.target.id] = inspect.cleandoc(str(following.value.value)).replace("\n", " ")
        elif isinstance(statement, ast.FunctionDef) and isinstance(vars(cls).get(statement.name), property):
            found[statement.name] = (ast.get_docstring(statement) or "").replace("\n", " ")
    return found


def _body(cls: type[Any]) -> list[ast.stmt]:
    parsed = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0]
    return parsed.body if isinstance(parsed, ast.ClassDef) else []
