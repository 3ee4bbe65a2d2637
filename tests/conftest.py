"""What holds for every test."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
import signal
import sys
from functools import cache
from typing import TYPE_CHECKING, Final

import pytest
from botocore.loaders import JSONFileLoader
from hypothesis import settings

import embedded_pulumi_engine  # noqa: F401 - before gRPC, which it has leave forks alone
from support.console import console
from support.own_operation import own_operation
from tenant_email.redaction import secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

_ESCAPED: Final = re.compile(r"[^ -~]|\\")
_LONGEST_NAME: Final = (
    50  # characters; what is longer may hold a key made by chance, and names must be the same everywhere
)

# Every run tries the same: what a run finds by chance belongs into an @example, and not to whoever runs next.
settings.register_profile("same", derandomize=True, database=None)
settings.load_profile("same")

# A program that fails leaves outputs of Pulumi's SDK behind; asyncio tells of each whenever the collector comes by, in
# the middle of any other test, and Python 3.11.7 cannot parse anything meanwhile (tenant_email/sources.py).
logging.getLogger("asyncio").setLevel(logging.CRITICAL)

# A loop for outputs that are made outside of a program, as early as in a module's cases: since Python 3.14 nobody makes
# one unasked. It stays open: its end would end the threads of Pulumi's mocks, which leave loops of their own behind.
asyncio.set_event_loop(asyncio.new_event_loop())

# A shell has what it starts in the background ignore Ctrl-C, and so would the commands that tests interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Lets the collector leave alone what lives as long as the run: thousands of tests and large libraries.

    Not since Python 3.14, where Hypothesis then finds nobody who refers to its random numbers, and warns.
    """
    if sys.version_info < (3, 14):
        gc.collect()
        gc.freeze()


def pytest_make_parametrize_id(val: object) -> str | None:
    """Names a case without what pytest would escape: it does not find a case again by a name with a backslash."""
    text = val.decode("latin-1") if isinstance(val, bytes) else val
    if not isinstance(text, str) or len(text) > _LONGEST_NAME or not _ESCAPED.search(text):
        return None
    return _ESCAPED.sub("?", text)


@pytest.fixture(scope="session", autouse=True)
def _descriptions_of_aws_are_read_once() -> Iterator[None]:
    """Hundreds of tests open a client of AWS, and each would read the same files."""
    load = cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(JSONFileLoader, "load_file", lambda _, path: load(path))
        yield


@pytest.fixture(autouse=True)
def _no_secret_of_another_test() -> Iterator[None]:
    """Forgets the secrets of a test when it ends: a short one, such as `1`, would mask words of the next test's."""
    yield
    secrets.forget()


@pytest.fixture(autouse=True)
def _no_operation_of_another_test() -> Iterator[None]:
    """Ends what a test began and configured, in the library and in Pulumi's SDK."""
    with own_operation():
        yield


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The lines that this process says in the user's console."""
    with console(monkeypatch) as lines:
        yield lines
