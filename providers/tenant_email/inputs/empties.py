"""Empty texts as inputs, where a platform stores them and says what they mean; elsewhere they are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pydantic import WrapValidator

if TYPE_CHECKING:
    from pydantic import ValidatorFunctionWrapHandler


def _or_empty(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    return value if value == "" else handler(value)


OrEmpty: Final = WrapValidator(_or_empty)
"""Lets an empty text pass the validators that stand before it."""
