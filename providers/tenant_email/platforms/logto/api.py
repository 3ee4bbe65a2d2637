"""Logto's Management API calls; contracts/logto.md sections 1 to 7."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from tenant_email.errors import AlreadyConfigured, Forbidden, NotFound, Rejected, Unavailable, foreign
from tenant_email.http import Client, Token
from tenant_email.platforms.logto import answers, mapping, preflight, sign_in
from tenant_email.platforms.logto.dialect import Dialect
from tenant_email.platforms.logto.limits import require_size
from tenant_email.platforms.logto.remedies import ROLE
from tenant_email.platforms.logto.template_api import TemplateApi
from tenant_email.timing import Timing
from tenant_email.tokens import token_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.changes import Change, Props
    from tenant_email.connections import Connection
    from tenant_email.platforms.base import Live
    from tenant_email.platforms.logto.mapping import Stored

CONNECTORS: Final = "/api/connectors"
_EMAIL: Final = "Email"
_SCOPE: Final = "all"
_USUAL: Final = Timing()
_LIFETIME: Final = 3600  # seconds, of a token that names none (contracts/logto.md section 1)
_CLOUD: Final = ".logto.app"


def resource(connection: Connection) -> str:
    """Returns what the token is for: Cloud tenants have an API each, others all the same (contracts/logto.md 1)."""
    return f"{connection.url}/api" if connection.host.endswith(_CLOUD) else "https://default.logto.app/api"


def login(connection: Connection) -> Callable[[Client], Token]:
    """Returns how to get a token; one without the scope, which Logto gives silently, is an error here."""

    def token(client: Client) -> Token:
        connection.require_credentials()
        grant = {
            "grant_type": "client_credentials",
            "client_id": connection.plain["appId"],
            "client_secret": connection.secret["appSecret"].reveal(),
            "resource": resource(connection),
            "scope": _SCOPE,
        }
        answer = client.login("/oidc/token", answers.TOKEN, form=lambda: grant)
        if _SCOPE not in answer.get("scope", "").split():
            raise Forbidden(
                f"{client.who}: the token of application {connection.plain['appId']} may do nothing",
                remedy=f"Give the application the machine-to-machine role {ROLE!r} in Logto's Console.",
                status=403,
            )
        return token_of(client, answer, _LIFETIME)

    return token


class Logto(TemplateApi):
    """One Logto tenant."""

    def __init__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = _USUAL) -> None:
        who, language = f"logto {connection.host}", {"Accept-Language": "en"}
        client = Client(
            who, connection.url, Dialect(), login(connection), headers=language, announce=announce, timing=timing
        )
        super().__init__(client, announce)

    def read_provider(self) -> Live | None:
        """Returns the tenant's e-mail connector; several of them, which cannot be listed, are one odd kind."""
        try:
            rows = self._client.call("GET", CONNECTORS, answers.CONNECTORS).body
        except Rejected as error:
            if error.code == "connector.more_than_one_email":
                return mapping.several(self._describe_several)
            raise
        found = next((row for row in rows if row["type"] == _EMAIL), None)
        return None if found is None else self._live(found)

    def create_provider(self, desired: Props) -> Live:
        """Creates; the caller has looked, because a POST deletes every other e-mail connector."""
        target = mapping.merged(desired, None, mapping.Stored())
        return self._replace(target, self._checked(desired, target))

    def update_provider(self, desired: Props, change: Change, live: Live | None, recorded: Props) -> Live:
        """Sends the whole config; another factory is an atomic replacement by POST."""
        if live and recorded.get("id", live.raw.id) != live.raw.id:
            self._require_adoption(desired, live)
        stored: Stored = live.raw if live else mapping.recall(recorded)
        try:
            if live is None and mapping.needs_reading(desired, change, stored):
                promise = answers.CONNECTOR.about(id=stored.id)
                stored = mapping.read(self._client.call("GET", _path(stored.id), promise).body)
            target = mapping.merged(desired, change, stored)
            config = self._checked(desired, target)
            if stored.id and stored.factory == target.factory:
                promise = answers.CONNECTOR.about(id=stored.id, connectorId=stored.factory)
                return self._live(self._client.call("PATCH", _path(stored.id), promise, {"config": config}).body)
        except NotFound as error:
            return self._after_replacement(desired, change, error)
        if stored.id:
            self._announce(
                f"{self._client.who}: replaces connector {stored.id} ({foreign(stored.factory)}), whose id is lost"
            )
        return self._replace(target, config)

    def delete_provider(self, live: Live) -> None:
        """Removes the connector; says first what of the sign-in experience needs it, which Logto does not check."""
        stored: Stored = live.raw
        if needing := sign_in.dependents(self._experience()):
            self._announce(f"{self._client.who}: without a connector these stop working: {', '.join(needing)}")
        try:
            self._client.call("DELETE", _path(stored.id), answers.NO_MORE_CONNECTOR)
        except NotFound:
            return

    def _checked(self, desired: Props, target: Stored) -> dict[str, Any]:
        """Returns the config to write, after the test mail that was asked for."""
        config = mapping.body(target, self._client.who)
        require_size(self._client.who, "settings", {"connectorId": target.factory, "config": config})
        preflight.before_write(self._client, target.factory, config, desired)
        return config

    def _replace(self, target: Stored, config: dict[str, Any]) -> Live:
        """Posts, always with a config: without one Logto stores an empty one over what works."""
        promise = answers.NEW_CONNECTOR.about(connectorId=target.factory, type=_EMAIL)
        body = {"connectorId": target.factory, "config": config}
        try:
            document = self._client.call("POST", CONNECTORS, promise, body).body
        except Unavailable as error:
            if error.sent and (found := self._written(target.factory, config)):
                return found
            raise
        return self._live(document)

    def _written(self, factory: str, config: dict[str, Any]) -> Live | None:
        """Returns the connector if a write whose answer was lost did happen: Logto shows all of it."""
        rows = self._client.call("GET", CONNECTORS, answers.CONNECTORS).body
        same = (row for row in rows if row["connectorId"] == factory and row["config"] == config)
        return next((self._live(row) for row in same), None)

    def _after_replacement(self, desired: Props, change: Change, error: NotFound) -> Live:
        """Goes on after our connector turned out to be gone: another one is not ours to overwrite."""
        found = self.read_provider()
        if found is None:
            raise error
        self._require_adoption(desired, found)
        return self.update_provider(desired, change, found, {})

    def _require_adoption(self, desired: Props, found: Live) -> None:
        """Raises AlreadyConfigured for a connector in place of ours, unless the inputs allow to take it over."""
        if desired.get("on_existing") != "adopt":
            message = f"{self._client.who}: somebody replaced the connector by another one ({found.describe()})"
            raise AlreadyConfigured(message, remedy="Set on_existing='adopt' to take it over, or remove it by hand.")

    def _live(self, document: dict[str, Any]) -> Live:
        stored = mapping.read(document)
        return mapping.live(stored, partial(self._describe, stored))

    def _describe(self, stored: Stored) -> str:
        needing = ", ".join(sign_in.dependents(self._experience())) or "nothing in the sign-in experience"
        return f"{foreign(stored.factory)}, id {foreign(stored.id)}; {foreign(needing)} depends on it"

    def _describe_several(self) -> str:
        return "several e-mail connectors at once, as parallel creates leave them; Logto cannot list them any more"


def _path(id_: str) -> str:
    return f"{CONNECTORS}/{quote(id_, safe='')}"
