"""Values that are made on first use and shared by all threads of an operation."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

ValueT = TypeVar("ValueT")


class Shared(Generic[ValueT]):
    """One value a key; who asks while another thread makes it waits for that one."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._values: dict[Hashable, ValueT] = {}

    def get(self, key: Hashable, make: Callable[[], ValueT]) -> ValueT:
        """Returns the value of a key, made when nobody asked for it before."""
        with self._lock:
            if key not in self._values:
                self._values[key] = make()
            return self._values[key]
