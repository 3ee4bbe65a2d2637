"""What a shell completes: platforms, and the tenants that the environment and `--tenants FILE` name.

Nothing is asked of a network, or of the Pulumi CLI, and what cannot be read completes nothing.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import typer  # noqa: TC002 - typer reads annotations

if TYPE_CHECKING:
    from collections.abc import Iterable


def platform_names(incomplete: str) -> list[str]:
    """Returns the platforms that begin so."""
    from tenant_email import platforms  # noqa: PLC0415 - only who completes a platform needs them

    return _beginning(incomplete, platforms.names())


def tenant_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Returns the words for a tenant that begin so: names, platforms, and PLATFORM/NAME once a slash is there."""
    from tenant_email import platforms  # noqa: PLC0415 - as above
    from tenant_email.inputs.text_files import read_text  # noqa: PLC0415
    from tenant_email.tenants.selection import named_tenants  # noqa: PLC0415

    with suppress(Exception):  # a completion has nowhere to say what is wrong
        file = ctx.params.get("tenants")
        raw = read_text(file) if file and file != "-" else None
        found = named_tenants(raw, os.environ, platforms.connection_specs()).all
        if "/" in incomplete:
            return _beginning(incomplete, map(str, found))
        words = [word for each in found for word in (each.name, each.platform)]
        return _beginning(incomplete, dict.fromkeys(words or platforms.names()))
    return []


def _beginning(incomplete: str, words: Iterable[str]) -> list[str]:
    return [word for word in words if word and word.startswith(incomplete)]
