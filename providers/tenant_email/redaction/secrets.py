"""Secrets that cannot be shown by accident.

Every secret that enters the process is registered, so that `scrub` can take it out of text that others wrote:
an API that echoes the request in its error message must not put a password on the console.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Final

from tenant_email.json_types import is_list, is_object
from tenant_email.redaction.masking import MASK, Masker

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema

    from tenant_email.json_types import PropsView

__all__ = ["MASK", "Secret", "forget", "guard", "guard_paths", "is_pem", "register", "scrub", "scrub_whole", "texts_at"]

_masker: Final = Masker()
_guarded: ContextVar[tuple[str, ...]] = ContextVar("guarded", default=())


class Secret:
    """A secret text; only `reveal` gives it out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        register(value)

    def reveal(self) -> str:
        """Returns the text, for the one call that sends it."""
        return self._value

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Lets a pydantic model take a non-empty text as a secret, without ever quoting it in an error."""
        from tenant_email.redaction.secret_field import schema  # noqa: PLC0415 - a program has no models, and loads no pydantic

        return schema()

    def __repr__(self) -> str:
        return MASK

    # Compared and hashed by the text, so that a diff sees a changed secret without revealing it to anyone.
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)


def is_pem(text: str) -> bool:
    """Returns whether a string is a key or certificate in PEM, with or without the line end that its file ends with."""
    return text.startswith("-----BEGIN ") and "\n-----END " in text and text.rstrip().endswith("-----")


def register(value: str) -> None:
    """Makes `scrub` replace this text from now on, in whatever form it is echoed."""
    _masker.add(value)


def forget() -> None:
    """Forgets every text; a process that runs one operation never does, or what it said of another would show it."""
    _masker.forget()


def scrub(text: str) -> str:
    """Returns the text with every registered secret replaced; cut when it is longer than a message can be."""
    return _masker.mask(text)


def scrub_whole(text: str) -> str:
    """Returns the same of all of a text, such as the differences that an engine shows."""
    return _masker.mask_whole(text)


@contextmanager
def guard_paths(paths: tuple[str, ...]) -> Generator[None]:
    """Takes for secret, while it lasts, what stands at these paths in whatever `guard` is given."""
    token = _guarded.set(paths)
    try:
        yield
    finally:
        _guarded.reset(token)


def guard(props: PropsView | None) -> None:
    """Registers what stands at the guarded paths: inputs, recorded ones, and live ones in the inputs' shape."""
    for path in _guarded.get():
        for text in texts_at(props or {}, path):
            register(text)


def texts_at(value: object, path: str) -> Iterator[str]:
    """Yields every text and number at a path such as `settings.username`; a name may hold dots itself."""
    if not path:
        yield from _texts(value)
    elif is_object(value):
        for name, item in value.items():
            # By prefix and not split at the dots: a setting such as an SMTP property has dots in its own name.
            if f"{path}.".startswith(f"{name}."):
                yield from texts_at(item, path[len(name) + 1 :])


def _texts(value: object) -> Iterator[str]:
    if is_object(value):
        yield from _texts(list(value.values()))
    elif is_list(value):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, Secret):
        yield value.reveal()
    # A number may be marked too, such as a port; true and false are no secret that a mask could hide.
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(value)
