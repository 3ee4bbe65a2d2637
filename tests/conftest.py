"""What holds for every test."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from support.console import console
from tenant_email.redaction import secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPED: Final = re.compile(r"[^ -~]|\\")
_LONGEST_NAME: Final = (
    50  # characters; what is longer may hold a key made by chance, and names must be the same everywhere
)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Names a case without what pytest would escape: it does not find a case again by a name with a backslash."""
    text = val.decode("latin-1") if isinstance(val, bytes) else val
    if not isinstance(text, str) or len(text) > _LONGEST_NAME or not _ESCAPED.search(text):
        return None
    return _ESCAPED.sub("?", text)


@pytest.fixture(autouse=True)
def _no_secret_of_another_test() -> Iterator[None]:
    """Forgets the secrets of a test when it ends: a short one, such as `1`, would mask words of the next test's."""
    yield
    secrets.forget()


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The lines that this process says in the user's console."""
    with console(monkeypatch) as lines:
        yield lines
