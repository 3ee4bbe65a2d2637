"""What a property is made of, where that is a resource that the program only reads.

An engine names such a resource, of a StackReference or of a `get`, as what a property is made of, and does not list it
among the stack's. The policy SDK hands on the listed ones alone, so that a secret of another stack would look like a
literal. So what the engine's request says is kept while the policies of a stack are asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final

from pulumi_policy import policy as sdk

Urns = Mapping[str, frozenset[str]]
"""The URNs that each property is made of, by its name."""

_METHOD: Final = "AnalyzeStack"
_MARK: Final = "_keeps_urns"
_of_request: ContextVar[Mapping[str, Urns] | None] = ContextVar("_of_request", default=None)


def made_of(urn: str) -> Urns:
    """Returns what the properties of a resource are made of, as the engine has said; nothing where nobody kept it."""
    return (_of_request.get() or {}).get(urn, {})


def keep() -> None:
    """Has what an engine says be kept from now on, whichever pack a policy is of."""
    # the SDK has no public name for what answers the engine; without it only what is listed is known
    servicer: Any = getattr(sdk, "_PolicyAnalyzerServicer", None)
    answer: Callable[..., Any] | None = getattr(servicer, _METHOD, None)
    if answer is not None and not hasattr(answer, _MARK):
        setattr(servicer, _METHOD, _keeping(answer))


def _keeping(answer: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(answer)
    def keeping(self: object, request: Any, context: object) -> Any:
        said = {each.urn: _urns(each.propertyDependencies) for each in request.resources}
        token = _of_request.set(said)
        try:
            return answer(self, request, context)
        finally:
            _of_request.reset(token)

    setattr(keeping, _MARK, True)
    return keeping


def _urns(dependencies: Mapping[str, Any]) -> Urns:
    return {name: frozenset(each.urns) for name, each in dependencies.items()}
