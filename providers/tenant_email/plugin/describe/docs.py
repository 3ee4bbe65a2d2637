"""What docstrings say: of a class, of its arguments, and of its attributes."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from tenant_email.sources import statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SECTION: Final = re.compile(r"^(Args|Raises):$")
_ARGUMENT: Final = re.compile(r"^    (\w+): (.*)$")
_read: Final[dict[type[Any], Docs]] = {}


@dataclass(frozen=True, slots=True)
class Docs:
    """A class's docstring: its paragraphs without the sections, and what it says of each argument.

    attributes: what the docstrings below its attributes say.
    """

    paragraphs: tuple[str, ...] = ()
    arguments: Mapping[str, str] = field(default_factory=dict[str, str])
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])

    def of(self, name: str, *, is_output: bool = False) -> str:
        """Returns what is said of an argument, or of an output: both may have one name."""
        first, second = (self.attributes, self.arguments) if is_output else (self.arguments, self.attributes)
        return first.get(name) or second.get(name, "")


def docs_of(cls: type[Any]) -> Docs:
    """Returns what a class says."""
    if cls in _read:
        return _read[cls]
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
    _read[cls] = Docs(tuple(each for each in paragraphs if each), arguments, _attributes(cls))
    return _read[cls]


def described(classes: Iterable[type[Any]], name: str, *, is_output: bool = False) -> str:
    """Returns what the first of some classes, or of their bases, that says anything of a name says of it."""
    own = (each for cls in classes for each in cls.__mro__ if each.__module__.startswith("tenant_email."))
    return next((text for each in own if (text := docs_of(each).of(name, is_output=is_output))), "")


def _extend(paragraphs: list[str], line: str) -> None:
    if not line.strip() or not paragraphs:
        paragraphs.append(line.strip())
    else:
        paragraphs[-1] = f"{paragraphs[-1]} {line.strip()}".strip()


def _attributes(cls: type[Any]) -> dict[str, str]:
    """Returns the docstrings below the attributes of a class, and those of its properties."""
    body, found = _bodies(cls.__module__).get(cls.__name__, []), dict[str, str]()
    for statement, following in pairwise([*body, ast.Pass()]):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
                found[statement.target.id] = inspect.cleandoc(str(following.value.value)).replace("\n", " ")
        elif isinstance(statement, ast.FunctionDef) and isinstance(vars(cls).get(statement.name), property):
            found[statement.name] = (ast.get_docstring(statement) or "").replace("\n", " ")
    return found


@cache
def _bodies(module: str) -> dict[str, list[ast.stmt]]:
    """Returns what stands in the classes of a module, by their names."""
    found = statements(inspect.getsource(sys.modules[module]))
    return {each.name: each.body for each in found if isinstance(each, ast.ClassDef)}
