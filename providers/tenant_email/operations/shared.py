"""Values that are made on first use and shared by all threads of an operation."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

ValueT = TypeVar("ValueT")


class Shared(Generic[ValueT]):
    """One value per key, made once. Values are made one at a time, which is quick: none of them calls a tenant."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._values: dict[Hashable, ValueT] = {}

    def get(self, key: Hashable, make: Callable[[], ValueT]) -> ValueT:
        """Returns the value of a key, made when nobody asked for it before."""
        with self._lock:
            # Looked at under the lock: two threads would each open a client, with a login and a rate limit of its own.
            if key not in self._values:
                self._values[key] = make()
            return self._values[key]

    def forget(self) -> None:
        """Makes every value anew when it is asked for again."""
        with self._lock:
            self._values.clear()


class Once:
    """Tells what comes for the first time."""

    def __init__(self) -> None:
        self._lock, self._seen = threading.Lock(), set[Hashable]()

    def is_first(self, thing: Hashable) -> bool:
        """Returns whether this was not asked before; of several threads one is told so."""
        with self._lock:
            first = thing not in self._seen
            self._seen.add(thing)
        return first
