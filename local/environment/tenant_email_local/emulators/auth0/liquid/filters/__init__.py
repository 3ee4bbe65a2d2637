"""Every filter of LiquidJS 10, those that Auth0 does not list too."""

from __future__ import annotations

from inspect import Parameter, signature
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.liquid.filters import codes, dates, lists, markup, numbers, search, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email_local.emulators.auth0.liquid.context import Context, Filter
    from tenant_email_local.emulators.auth0.liquid.values import Value


def _filter(function: Callable[..., Value], *, needs_context: bool) -> Filter:
    """Returns a function as a filter, which leaves alone the arguments that it does not know."""
    parameters = signature(function).parameters.values()
    takes_all = any(each.kind is Parameter.VAR_POSITIONAL for each in parameters)
    most = None if takes_all else len(parameters) - 1 - needs_context

    def apply(context: Context, value: Value, /, *given: Value) -> Value:
        before = (context, value) if needs_context else (value,)
        return function(*before, *given[:most])

    return apply


_MODULES: Final = (codes, dates, lists, markup, numbers, search, texts)

FILTERS: Final[dict[str, Filter]] = {
    name: _filter(function, needs_context=needs_context)
    for module in _MODULES
    for needs_context, functions in (
        (False, module.OF_ONE.items()),
        (False, module.PLAIN.items()),
        (True, module.NEEDING_CONTEXT.items()),
    )
    for name, function in functions
}
