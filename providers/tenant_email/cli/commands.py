"""How the commands are found, and what their help looks like.

Help and usage errors are plain text, without Rich's boxes: they are read in terminals of any width, in logs and through
`grep`, and a box is broken in all three.
"""

from __future__ import annotations

import ast
import re
import sys
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar, Final

from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from tenant_email.cli.endings import ends_in_a_message
from tenant_email.cli.terminal import has_color, paint
from tenant_email.sources import statements

if TYPE_CHECKING:
    from collections.abc import Mapping

    import typer

_RANGE: Final = re.compile(r"\b(\d+)<=x<=(\d+)")
_BRACES: Final = re.compile(r"^\{(.*)\}")
_HEADING: Final = re.compile(r"^(?:Usage:|[A-Z][a-z]+:$)", re.MULTILINE)
_COMMENT: Final = re.compile(r"^  # .*$", re.MULTILINE)
_FIRST_COLUMN: Final = re.compile(r"^  (-{1,2}[a-zA-Z]\S*|[a-z][a-z-]*(?=  |$)|[A-Z_]+(?=  |$))", re.MULTILINE)


class PlainCommand(TyperCommand):
    """A command whose help has no boxes, and names what an option takes by the option's own name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for parameter in self.params:
            if parameter.metavar is None and parameter.name and not _has_choices(parameter):
                parameter.metavar = parameter.name.upper()

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """Returns what stands behind the name of the command; only what may be left out is in brackets."""
        return [_BRACES.sub(r"\1", piece) for piece in super().collect_usage_pieces(ctx)]

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Writes arguments and options."""
        for title in ("Arguments", "Options"):
            chosen = [each for each in self.get_params(ctx) if title.lower().startswith(each.param_type_name)]
            records = [(each, each.get_help_record(ctx)) for each in chosen]
            if rows := [(_shown(each, record[0]), _in_words(record[1])) for each, record in records if record]:
                with formatter.section(title):
                    formatter.write_dl(rows)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Writes the examples."""
        _write_examples(self.epilog, formatter)

    def get_help(self, ctx: Any) -> str:
        """Returns the help, with color where stdout has it."""
        return _painted(super().get_help(ctx))


class Commands(TyperGroup):
    """Imports a command when it is asked for, and turns what it raises into a message.

    `modules` maps the names to modules of `package`, each with a Typer `app` that has one command, or none and a class
    derived from this one.
    """

    modules: ClassVar[Mapping[str, str]] = {}
    package: ClassVar[str] = ""
    _named_only = False

    def list_commands(self, ctx: object) -> list[str]:
        """Returns their names."""
        return list(self.modules)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:
        """Returns the command of this name, or the group of commands that it is."""
        if cmd_name not in self.modules:
            return None
        if self._named_only:
            return TyperCommand(cmd_name, help=self.summary(cmd_name))
        app: typer.Typer = import_module(f"{self.package}.{self.modules[cmd_name]}").app
        app.rich_markup_mode = None
        if not app.registered_commands:  # a group with modules of its own
            group = get_command(app)
            group.name = cmd_name
            return group if isinstance(group, TyperGroup) else None
        only = app.registered_commands[0]
        if not (only.cls and issubclass(only.cls, PlainCommand)):
            only.cls = PlainCommand
        command = get_command(app)
        command.name = cmd_name
        return command if isinstance(command, TyperCommand) else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Finds the command that is called; a name that is none is answered with the closest."""
        known = ctx.resilient_parsing or not args or args[0].startswith("-") or args[0] in self.modules
        if not known:
            close = get_close_matches(args[0], self.modules, 1)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {close[0]!r}?" if close else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Writes the commands with what they do, for which none is imported."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.summary(name)) for name in self.modules])

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """Returns what a shell completes; for the names of the commands none is imported."""
        self._named_only = True
        try:
            return super().shell_complete(ctx, incomplete)
        finally:
            self._named_only = False

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        """Writes the examples."""
        _write_examples(self.epilog, formatter)

    def summary(self, name: str) -> str:
        """Returns the first paragraph of a command's docstring, read from its source: an import takes a second."""
        spec = find_spec(f"{self.package}.{self.modules[name]}")
        read = getattr(spec.loader, "get_source", None) if spec else None
        for statement in statements(read(spec.name) or "") if spec and read else ():
            if isinstance(statement, ast.FunctionDef) and any(map(_registers, statement.decorator_list)):
                return (ast.get_docstring(statement) or "").partition("\n\n")[0].replace("\n", " ")
        return ""

    def get_help(self, ctx: Any) -> str:
        """Returns the help, with color where stdout has it."""
        return _painted(super().get_help(ctx))

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Reads the command line, and does what options alone ask for, such as to install the completion."""
        with ends_in_a_message():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that was asked for."""
        with ends_in_a_message():
            return super().invoke(ctx)


def _registers(decorator: ast.expr) -> bool:
    """Returns whether it is `@app.command(…)`, or `@app.callback()` of a group."""
    called = decorator.func if isinstance(decorator, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr in ("command", "callback")


def _has_choices(parameter: Any) -> bool:
    described = getattr(parameter, "type_descriptor", None)  # of typer 0.20 and later; a type before
    return bool(described.is_choice if described else hasattr(parameter.type, "choices"))


def _write_examples(epilog: str | None, formatter: Any) -> None:
    """Writes examples as they are: a command line is copied whole."""
    lines = [line for line in (epilog or "").splitlines() if line.strip() != "\b"]
    if lines:
        formatter.write_paragraph()
        formatter.write("\n".join(lines) + "\n")


def _in_words(text: str) -> str:
    """Returns what an option is, its range in words."""
    return _RANGE.sub(r"\1 to \2", text)


def _shown(parameter: Any, name: str) -> str:
    """Returns what the first column says of an argument or option."""
    if parameter.param_type_name == "option":
        return name
    return f"{parameter.metavar or parameter.name.upper()}{'...' if parameter.nargs != 1 else ''}"


def _painted(text: str) -> str:
    if not has_color(sys.stdout):
        return text
    text = _HEADING.sub(lambda found: paint(found[0], "bold"), text)
    text = _COMMENT.sub(lambda found: paint(found[0], "dim"), text)
    return _FIRST_COLUMN.sub(lambda found: "  " + paint(found[1], "cyan"), text)
