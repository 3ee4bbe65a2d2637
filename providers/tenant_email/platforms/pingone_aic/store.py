"""The tenant's static configuration: each write is allowed first, and read back after.

Source: docs/contracts/pingone_aic.md#config and #tiers.

There is no revision to write against. Reads may lag and a confirmed write may be lost, so a write counts when it
can be read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import Forbidden, NotFound, PlatformError, Unavailable
from tenant_email.platforms.pingone_aic import answers, environment
from tenant_email.timing import Timing
from tenant_email.waiting import NotYet, Pauses, TimedOutError, Wait

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.json_types import Props, PropsView
    from tenant_email.net.client import Client

_ROOT: Final = "/openidm/config/"
_TEMPLATES: Final = "emailTemplate/"
_POLLS: Final = Pauses(0.25, longest=4.0)  # between two tries to read a write back
_READ_BACK: Final = 7.75  # seconds


class Store:
    """Objects of /openidm/config by their ids."""

    def __init__(self, client: Client, sleep: Callable[[float], None]) -> None:
        self._client, self._sleep = client, sleep

    def read(self, name: str) -> Props | None:
        """Returns an object; None when the platform says that there is none of that id."""
        promise = answers.TEMPLATE if name.startswith(_TEMPLATES) else answers.PROVIDER
        try:
            document: Props = self._client.call("GET", _ROOT + name, promise.about(_id=name)).body
        except NotFound:
            return None
        return document

    def find_by_prefix(self, prefix: str) -> list[Props]:
        """Returns the objects whose ids begin so."""
        found: list[Props] = self._client.call(
            "GET", _ROOT.rstrip("/"), answers.FOUND, params={"_queryFilter": f"_id sw '{prefix}'"}
        ).body["result"]
        return found

    def write(self, name: str, body: PropsView, arrived: Callable[[Props], bool]) -> Props:
        """Replaces or creates an object, when the tenant takes writes now; as `replace`."""
        self.require_writable()
        return self.replace(name, body, arrived)

    def require_writable(self) -> None:
        """Raises when the tenant takes no write now."""
        environment.require_mutable(self._client)

    def replace(self, name: str, body: PropsView, arrived: Callable[[Props], bool]) -> Props:
        """Replaces or creates an object; returns it as read back, as soon as `arrived` says that it is the one."""
        try:
            self._client.call("PUT", _ROOT + name, answers.WRITTEN.about(_id=name), body)
        except Forbidden as error:
            raise environment.explain(self._client, error) from None
        try:
            # Confirmed writes were seen lost, and reads may lag (docs/contracts/pingone_aic.md#config-10): success is
            # what reads back.
            return self._read_back(name, arrived)
        except PlatformError as error:
            error.uncertain = True  # the read has no effect, but it comes after one
            raise

    def _read_back(self, name: str, arrived: Callable[[Props], bool]) -> Props:
        def ask() -> Props | NotYet:
            document = self.read(name)
            return document if document is not None and arrived(document) else NotYet("it reads back differently")

        try:
            return Wait(self._client.who, _READ_BACK, _POLLS, timing=Timing(sleep=self._sleep)).until(ask)
        except TimedOutError as late:
            message = f"{self._client.who}: PUT {_ROOT}{name} was confirmed, but {late.state}"
            remedy = (
                "Someone else is writing it too, or the tenant lost the update: run `pulumi refresh`, then `pulumi up`."
            )
            raise Unavailable(message, remedy=remedy) from None

    def remove(self, name: str) -> None:
        """Removes an object; absent counts as done."""
        self.require_writable()
        try:
            self._client.call("DELETE", _ROOT + name, answers.REMOVED.about(_id=name))
        except NotFound:
            return
        except Forbidden as error:
            raise environment.explain(self._client, error) from None
