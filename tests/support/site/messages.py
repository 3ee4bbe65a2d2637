"""Every message that the library can end a run with or warn of, read from the code, so that none can be missing."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from support.site.sources import ROOT
from tenant_email import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LIBRARY: Final = ROOT / "providers" / "tenant_email"
CLASSES: Final = tuple(
    name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, errors.TenantEmailError)
)


UNNAMED: Final = frozenset({"Problem", "Remedy", "ValueError", "_refuse"})
"""What makes a message that is shown without a class before it; a field's ValueError becomes a problem of its path."""
MAKERS: Final = frozenset({*UNNAMED, *CLASSES})
Texts = dict[str, list[ast.expr]]


@dataclass(frozen=True)
class Message:
    """One message: where it is made, what makes it, what it says, what to do, and why."""

    module: str
    line: int
    made_by: str
    says: str
    remedy: str
    why: str

    @property
    def has_words(self) -> bool:
        """Returns whether it says anything of its own: what is passed on is said where it is made."""
        return bool(re.search(r"[A-Za-z]{3}", re.sub(r"<[^<>]*>", "", f"{self.says} {self.remedy}")))


def messages() -> list[Message]:
    """Returns the messages of all modules, in their order."""
    return [message for path in sorted(LIBRARY.rglob("*.py")) for message in _of(path)]


def _of(path: Path) -> Iterator[Message]:
    tree, module = ast.parse(path.read_text(encoding="utf-8")), path.relative_to(LIBRARY).as_posix()
    for node, why, texts in _calls(tree, "", _assigned(tree)):
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        if node.args and (name in MAKERS or any(each.arg == "remedy" for each in node.keywords)):
            yield Message(module, node.lineno, name, *_said(node, name, texts), why)


def _calls(node: ast.AST, why: str, texts: Texts) -> Iterator[tuple[ast.Call, str, Texts]]:
    """Yields the calls below a node, each with the first sentence of its docstring and the texts in its scope."""
    for child in ast.iter_child_nodes(node):
        below, known = why, texts
        if isinstance(child, ast.FunctionDef | ast.ClassDef):
            below = (ast.get_docstring(child) or why).partition("\n\n")[0].replace("\n", " ")
            known = {**texts, **_assigned(child)}
        if isinstance(child, ast.Call):
            yield child, why, texts
        yield from _calls(child, below, known)


def _assigned(scope: ast.AST) -> Texts:
    """Returns what names stand for in a scope, functions inside of it apart."""
    found: Texts = {}
    for node in _own(scope):
        if isinstance(node, ast.NamedExpr | ast.AnnAssign) and node.value:
            _bind(found, node.target, node.value)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                _bind(found, target, node.value)
    return found


def _own(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef):
            yield child
            yield from _own(child)


def _bind(found: Texts, target: ast.expr, value: ast.expr) -> None:
    if isinstance(target, ast.Name):
        found.setdefault(target.id, []).append(value)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for each, part in zip(target.elts, value.elts, strict=True):
            _bind(found, each, part)


def _said(node: ast.Call, name: str, texts: Texts) -> tuple[str, str]:
    given = [text_of(each, texts) for each in node.args]
    named = {each.arg: text_of(each.value, texts) for each in node.keywords}
    if name == "Problem":
        path, what, *remedy = [*given, *(named[key] for key in ("what", "remedy") if key in named)]
        return f"{path}: {what}" if path else what, remedy[0] if remedy else ""
    if name in ("ValueError", "_refuse"):
        says, _, after = "\n".join(given).partition("\n")
        return says, after
    if name == "Remedy":
        said = [named[key] for key in ("says", "code", "status", "request") if key in named]
        return ", ".join(said), given[0]
    return given[0], named.get("remedy", "")


def text_of(node: ast.expr, texts: Texts) -> str:
    """Returns a text as the code has it, with what is filled in as `<name>`."""
    match node:
        case ast.Constant(value):
            text = str(value)
        case ast.JoinedStr(values):
            text = "".join(text_of(each, texts) for each in values)
        case ast.FormattedValue(value):
            text = text_of(value, {})
        case ast.BinOp(left, _, right):
            text = text_of(left, texts) + text_of(right, texts)
        case ast.Name(name) if name in texts:
            text = _or(text_of(each, {}) for each in texts[name])
        case ast.IfExp(_, body, orelse):
            text = _or(text_of(each, texts) for each in (body, orelse))
        case _:
            text = f"<{_name(node)}>"
    return text


def _or(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(filter(None, texts)))


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(name):
            return name.strip("_").lower()
        case ast.Attribute(attr=name):
            return name.strip("_")
        case ast.Call(func=ast.Name("str" | "repr"), args=[inner]) | ast.Call(func=inner) | ast.Subscript(value=inner):
            return _name(inner)
    return "…"
