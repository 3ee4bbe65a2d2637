"""ESVs: variables, secrets, the restart that loads them, and whether placeholders can be used.

Source: docs/contracts/pingone_aic.md#esvs.
"""

from __future__ import annotations

from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenant_email.errors import Conflict, InvalidSettings, NotFound, Problem, Rejected, Unavailable
from tenant_email.inputs.model import reveal
from tenant_email.platforms.pingone_aic import answers, environment
from tenant_email.platforms.pingone_aic.esv_paths import SECRETS, VARIABLES
from tenant_email.platforms.pingone_aic.placeholders import Use, esv_id, uses
from tenant_email.timing import USUAL, Timing
from tenant_email.waiting import NotYet, Pauses, TimedOutError, Wait

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tenant_email.json_types import Json, Props, PropsView
    from tenant_email.net.answers import Promise
    from tenant_email.net.client import Client

_STARTUP: Final = "/environment/startup"
_POLLS: Final = Pauses(0.2, factor=1.5, longest=10.0)
_STOPS_THE_WAIT: Final = "Ctrl-C stops waiting; the restart continues."
_MOST_RESTARTS: Final = 3  # that are asked for, when none of them is known to have begun
_LAG: Final = 30.0  # seconds in which a tenant may say still that it is ready, and loads nothing
_MOST_PAGES: Final = 1000  # a page has 1 to 100 ESVs


@dataclass(frozen=True, slots=True)
class Esv:
    """One ESV as the lists show it."""

    document: PropsView = field(repr=False)
    is_secret: bool

    @property
    def id(self) -> str:
        """Returns its id."""
        return str(self.document["_id"])

    @property
    def is_usable(self) -> bool:
        """Returns whether placeholders may name it."""
        return not self.is_secret or bool(self.document["useInPlaceholders"])

    @property
    def is_loaded(self) -> bool:
        """Returns whether the last restart saw its present value."""
        if self.is_secret:
            return bool(self.document["loadedVersion"] == self.document["activeVersion"])
        return bool(self.document["loaded"])

    @property
    def text(self) -> str | None:
        """Returns a variable's value; a secret's is never shown."""
        return None if self.is_secret else b64decode(self.document["valueBase64"]).decode(errors="replace")


class Esvs:
    """The ESVs of one tenant."""

    def __init__(
        self,
        client: Client,
        announce: Callable[[str], None],
        sleep: Callable[[float], None],
        now: Callable[[], float] = USUAL.now,
    ) -> None:
        self._client, self._announce, self._timing = client, announce, Timing(sleep=sleep, now=now)

    def read(self, path: str) -> Props | None:
        """Returns one ESV or part of it; None when the platform says that there is none of that id."""
        try:
            document: Props = self._client.call("GET", path, answers.of_esv("GET", path, None)).body
        except NotFound:
            return None
        return document

    def write(self, method: str, path: str, body: object = None, action: str | None = None) -> Json:
        """Writes one ESV; immutable tiers take that, a tenant locked for a promotion does not."""
        environment.require_unlocked(self._client)
        promise = answers.of_esv(method, path, action)
        return self._client.call(method, path, promise, body, {"_action": action} if action else None).body

    def list_all(self) -> dict[str, Esv]:
        """Returns all ESVs by id."""
        found = [Esv(document, is_secret=False) for document in self._list(VARIABLES, answers.VARIABLES)]
        found += [Esv(document, is_secret=True) for document in self._list(SECRETS, answers.SECRETS)]
        return {esv.id: esv for esv in found}

    def require_loaded(self, settings: PropsView, from_address: object) -> None:
        """Raises InvalidSettings with every placeholder that the tenant could not resolve; no placeholder, no call.

        A write with a missing ESV is accepted, and fails weeks later in a promotion.
        """
        used = list(uses({"settings": reveal(dict(settings)), "from_address": from_address}))
        if not used:
            return
        there = self.list_all()
        problems = [problem for use in used if (problem := _problem(use, there.get(use.esv_id), settings))]
        if problems:
            raise InvalidSettings(self._client.who, tuple(problems))

    def load(self, ids: Iterable[str], timeout: float) -> bool:
        """Restarts the tenant unless all of these are loaded, waits until they are; tells whether it restarted.

        A restart takes minutes, and the API may answer with server errors meanwhile.
        """
        wanted = tuple(ids)
        wait = Wait(
            self._client.who, timeout, _POLLS, announce=self._announce, timing=self._timing, hint=_STOPS_THE_WAIT
        )
        self._wait_until_ready(wait)
        if not self.list_pending(wanted):
            return False
        environment.require_unlocked(self._client)
        self._announce(f"{self._client.who}: restarting to load ESVs; this takes minutes")
        # Asked for again where it never arrived, or where someone else's was under way, which may not load these.
        left: list[str] = []
        for _ in range(_MOST_RESTARTS):
            is_ours = self._restart()
            left = self._wait_until_loaded(wanted, wait, lag=_LAG if is_ours else 0.0)
            if is_ours or not left:
                break
        if left:
            message = f"{self._client.who}: POST {_STARTUP}: the restart is over, but {', '.join(left)} is not loaded"
            raise Unavailable(
                message, remedy="Run `pulumi up` again; if that does not help, check the ESV in the console."
            )
        return True

    def _restart(self) -> bool:
        """Asks for a restart; tells whether it began: not where the answer was lost, or another one was under way."""
        try:
            self._client.call("POST", _STARTUP, answers.STARTUP, params={"_action": "restart"})
        except Unavailable as error:
            if not error.uncertain:
                raise
            return False
        except (Rejected, Conflict):
            # Someone else's, begun since the look, refuses ours.
            if self._readiness() is None:
                raise
            return False
        return True

    def _wait_until_loaded(self, wanted: tuple[str, ...], wait: Wait, lag: float) -> list[str]:
        """Returns those that the restart did not load; what the tenant says may be so many seconds behind."""
        pending: list[str] = []

        def ask() -> NotYet | None:
            self._wait_until_ready(wait)
            pending[:] = self.list_pending(wanted)
            return NotYet("not loaded") if pending else None

        with suppress(TimedOutError):
            Wait(self._client.who, min(lag, wait.left), _POLLS, timing=self._timing).until(ask)
        return pending

    def list_pending(self, ids: Iterable[str]) -> list[str]:
        """Returns those that wait for a restart; NotFound when one does not exist."""
        wanted = [esv_id(name) for name in ids]
        there = self.list_all()
        if missing := [name for name in wanted if name not in there]:
            message = f"{self._client.who}: there is no ESV {', '.join(missing)}"
            raise NotFound(message, remedy="Create it first; make the restart depend on it.")
        return [name for name in wanted if there[name].is_usable and not there[name].is_loaded]

    def _wait_until_ready(self, wait: Wait) -> None:
        try:
            wait.until(self._readiness)
        except TimedOutError:
            message = f"{self._client.who}: GET {_STARTUP}: the tenant is still restarting"
            raise Unavailable(message, remedy="Run `pulumi up` again later, or set a longer timeout.") from None

    def restart_status(self) -> str:
        """Returns `ready`, or `restarting` while a restart is under way."""
        return str(self._client.call("GET", _STARTUP, answers.STARTUP).body["restartStatus"])

    def _readiness(self) -> NotYet | None:
        try:
            is_ready = self.restart_status() == "ready"
        except Unavailable:
            is_ready = False
        return None if is_ready else NotYet("still restarting")

    def _list(self, path: str, promise: Promise) -> list[Props]:
        found: list[Props] = []
        params: dict[str, str] | None = None
        for _ in range(_MOST_PAGES):
            page = self._client.call("GET", path, promise, params=params).body
            found += page["result"]
            if not (cookie := page.get("pagedResultsCookie")):
                return found
            params = {"_pagedResultsCookie": cookie}
        raise self._client.unexpected(f"GET {path}", "pages without an end")


def _problem(use: Use, esv: Esv | None, settings: PropsView) -> Problem | None:
    if esv is None:
        if use.has_default:
            return None
        return Problem(use.path, f"there is no ESV {use.esv_id}", "Create it: pingone_aic.EsvVariable or EsvSecret.")
    if not esv.is_usable:
        what = f"{use.esv_id} is a secret that cannot be used in placeholders, which can never be changed"
        return Problem(use.path, what, "Create another EsvSecret with use_in_placeholders=True.")
    if not esv.is_loaded:
        what = f"{use.esv_id} is not loaded yet"
        return Problem(use.path, what, "Restart the tenant first: add a pingone_aic.EsvRestart and depend on it.")
    return _wrong_type(use, esv, settings.get(use.path.removeprefix("settings.")))


def _wrong_type(use: Use, esv: Esv, value: object) -> Problem | None:
    """Returns a problem when a variable's value is not what the field takes; only a lone placeholder has a type."""
    wanted = _TYPED.get(use.path)
    if wanted is None or esv.text is None or not isinstance(value, str):
        return None
    if wanted(esv.text):
        return None
    return Problem(use.path, f"the value of {use.esv_id} does not fit", "Set the ESV to a value of the field's type.")


def _is_number(text: str) -> bool:
    return text.isdecimal()


def _is_truth(text: str) -> bool:
    return text in ("true", "false")


_NUMBERS: Final = ("port", "timeout", "write_timeout", "connection_timeout", "thread_pool_size")
_TYPED: Final = {
    **{f"settings.{name}": _is_number for name in _NUMBERS},
    **{f"settings.{name}": _is_truth for name in ("starttls", "ssl", "debug")},
}
