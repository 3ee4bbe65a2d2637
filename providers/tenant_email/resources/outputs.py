"""Outputs of which the library itself says whether they are known, and whether they are secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import pulumi

if TYPE_CHECKING:
    from collections.abc import Awaitable

T = TypeVar("T")


def output_of(
    value: Awaitable[Any], *, is_known: Awaitable[bool] | bool = True, is_secret: Awaitable[bool] | bool = False
) -> pulumi.Output[Any]:
    """Returns an output of a value, which depends on no resource."""
    known = always(is_known) if isinstance(is_known, bool) else is_known
    secret = always(is_secret) if isinstance(is_secret, bool) else is_secret
    return pulumi.Output(set(), value, known, secret)


async def always(value: T) -> T:
    """Returns the value, for what is awaited."""
    return value
