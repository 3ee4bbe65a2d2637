"""The reference: a page for each module that programs import, from its docstrings; the commands, from their help."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import typer

from support.commands import all_commands
from tenant_email import cli
from tenant_email.cli.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator

MODULES: Final = {
    "tenant_email": "Resources",
    "tenant_email.auth0": "Auth0's settings",
    "tenant_email.dns": "DNS hosts",
    "tenant_email.logto": "Logto's settings",
    "tenant_email.pingone_aic": "PingOne AIC's settings and ESVs",
    "tenant_email.ses": "Values for a sending domain",
}
ERRORS: Final = "tenant_email.errors"
_FIRST: Final = ("EmailProvider", "EmailTemplate", "TenantEmail", "SesSendingDomain", "Brand", "Smtp", "Template")
_PLACES: Final = ("tenant_email.components.ses_short_forms.ShortForms",)


def pages() -> dict[str, str]:
    """Returns the pages of the reference, by their paths."""
    modules = {f"reference/{name}.md": _module(name, title) for name, title in MODULES.items()}
    return {**modules, "reference/errors.md": _errors(), "reference/commands.md": "\n".join(_commands())}


def public_names(module: str) -> list[str]:
    """Returns the public names of a module, without the modules among them."""
    names: list[str] = import_module(module).__all__
    first = [name for name in _FIRST if name in names]
    return [*first, *(name for name in names if name not in first and f"{module}.{name}" not in MODULES)]


def _module(module: str, title: str) -> str:
    listed = [f"{module}.{name}" for name in public_names(module)]
    # what SesSendingDomain takes beside its arguments, and says it takes
    listed += _PLACES if module == "tenant_email" else ()
    return "\n".join((f"# {title}", "", f"`import {module}`", "", *(_identifier(name) for name in listed)))


def _errors() -> str:
    intro = "What a message means, and what to do, is in the [error index](../errors.md)."
    return f"# Errors\n\n{intro}\n\n::: {ERRORS}\n    options:\n      show_root_heading: false\n"


def _identifier(name: str) -> str:
    return f"::: {name}\n    options:\n      show_root_full_path: false\n"


def _commands() -> Iterator[str]:
    group = typer.main.get_command(cli.app)
    assert isinstance(group, Commands)
    yield f"# Commands\n\n{group.help}\n"
    for words, command in all_commands():
        yield f"{'#' * (len(words) + 1)} tenant-email {' '.join(words)}\n\n{command.help}\n"
        yield "| argument | default | meaning |\n|---|---|---|"
        for each in command.params:
            yield f"| {_shown(each)} | {_default(each)} | {getattr(each, 'help', '').replace('|', chr(92) + '|')} |"
        yield f"\n```sh\n{_examples(command.epilog or '')}\n```\n"


def _examples(epilog: str) -> str:
    """Returns the lines of an epilog that are examples."""
    lines = (line.removeprefix("  ") for line in epilog.splitlines() if line not in ("\b", "Examples:"))
    return "\n".join(lines).strip()


def _shown(parameter: Any) -> str:
    names = [*parameter.opts, *parameter.secondary_opts]
    return "<br>".join(f"`{each}`" for each in names) if names[0].startswith("-") else f"`{names[0].upper()}`"


def _default(parameter: Any) -> str:
    if parameter.required:
        return "required"
    return "" if parameter.default in (None, ()) else f"`{parameter.default}`"
