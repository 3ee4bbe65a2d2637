"""Auth0's Management API calls; contracts/auth0.md sections 1 to 6."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email.checks import smtp
from tenant_email.errors import NotFound
from tenant_email.http import Client, Token
from tenant_email.platforms.auth0 import answers, mapping, preflight
from tenant_email.platforms.auth0.capabilities import BUCKETS
from tenant_email.platforms.auth0.remedies import REMEDIES
from tenant_email.records import changed_since
from tenant_email.remedies import remedy_for
from tenant_email.timing import Timing
from tenant_email.tokens import token_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.answers import Promise
    from tenant_email.capabilities import OnDelete
    from tenant_email.changes import Change, Props
    from tenant_email.connections import Connection
    from tenant_email.platforms.base import Guard, Live
    from tenant_email.records import Record

PROVIDER: Final = "/api/v2/emails/provider"
TEMPLATES: Final = "/api/v2/email-templates"
# without `fields` the API answers name and enabled only
ALL_FIELDS: Final = {"fields": "name,enabled,default_from_address,credentials,settings", "include_fields": "true"}
_USUAL: Final = Timing()
_LIFETIME: Final = 86_400  # seconds, of a token that names none (contracts/auth0.md section 1)


class Dialect:
    """Auth0's error bodies: the Management API's, and OAuth's, which have no statusCode.

    `kind` is what the call is about: a refusal of its credentials lists what is wrong for every kind.
    """

    def __init__(self, kind: str = "") -> None:
        self._kind = kind

    def read_error(self, status: int, body: Any) -> tuple[str, str]:
        """Returns (errorCode or OAuth error, message); contracts/auth0.md section 2."""
        if not isinstance(body, dict):
            return "", ""
        error = cast("dict[str, Any]", body)
        if "statusCode" in error:
            return str(error.get("errorCode", "")), mapping.plain_error(str(error.get("message", "")), self._kind)
        return str(error.get("error", "")), str(error.get("error_description", ""))

    def is_own(self, status: int, body: Any) -> bool:
        """Tells whether the status stands in the body too."""
        return isinstance(body, dict) and cast("dict[str, Any]", body).get("statusCode") == status

    def says_absent(self, what: str, body: Any) -> bool:
        """Tells whether the errorCode is the one for this object: an unknown path is a 404 too."""
        return bool(body.get("errorCode") == what)

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Returns what to do about an error."""
        return remedy_for(REMEDIES, request, status, code, text)


def login(connection: Connection) -> Callable[[Client], Token]:
    """Returns how to get a token for the Management API: client credentials (contracts/auth0.md section 1)."""

    def token(client: Client) -> Token:
        connection.require_credentials()
        grant = {
            "grant_type": "client_credentials",
            "client_id": connection.plain["clientId"],
            "client_secret": connection.secret["clientSecret"].reveal(),
            "audience": f"{connection.url}/api/v2/",
        }
        return token_of(client, client.login("/oauth/token", answers.TOKEN, grant), _LIFETIME)

    return token


class Auth0:
    """One Auth0 tenant."""

    def __init__(
        self,
        connection: Connection,
        announce: Callable[[str], None],
        timing: Timing = _USUAL,
    ) -> None:
        self._announce = announce
        self._client = Client(
            f"auth0 {connection.host}",
            connection.url,
            Dialect(),
            login(connection),
            buckets=BUCKETS,
            announce=announce,
            timing=timing,
        )

    def read_provider(self, id_: str = "") -> Live | None:
        """Returns the configured provider, which has no id; None means Auth0's built-in sender."""
        try:
            return mapping.provider_live(self._client.call("GET", PROVIDER, answers.PROVIDER, params=ALL_FIELDS).body)
        except NotFound:
            return None

    def create_provider(self, desired: Props) -> Live:
        """Creates; a tenant has one provider at most, so that Conflict means there is one, or no Action for it."""
        return self._write_provider("POST", desired, None, None)

    def update_provider(
        self, desired: Props, change: Change | None, live: Live | None, recorded: Props, guard: Guard | None = None
    ) -> Live:
        """Sends the smallest PATCH; it needs nothing of the live object."""
        return self._write_provider("PATCH", desired, change, guard)

    def delete_provider(self, live: Live) -> None:
        """Goes back to the built-in sender; the API answers 204 even when there is nothing."""
        with suppress(NotFound):
            self._client.call("DELETE", PROVIDER, answers.NO_MORE_PROVIDER)

    def read_template(self, settings: Props) -> Live | None:
        """Returns the stored template; None when it was never customised."""
        try:
            return mapping.template_live(self._client.call("GET", self._path(settings), _template(settings)).body)
        except NotFound:
            return None

    def create_template(self, desired: Props) -> Live:
        """Creates; Conflict when it exists, and once made a template can never be removed."""
        body, promise = mapping.template_body(desired["settings"], None), answers.NEW_TEMPLATE
        made = self._client.call("POST", TEMPLATES, promise.about(template=body["template"]), body)
        return mapping.template_live(made.body)

    def update_template(self, desired: Props, change: Change, live: Live | None) -> Live:
        """Sends only the fields that changed, so that nothing else is undone (pains.md, Auth0 14)."""
        body = mapping.template_body(desired["settings"], change)
        live = mapping.template_live(self._patch(desired["settings"], body))
        return replace(live, sent=frozenset(body))

    def retire_template(self, settings: Props, policy: OnDelete, record: Record) -> tuple[str, ...]:
        """Disables, or puts back what was there before; Auth0 has no way to delete a template."""
        if policy == "restore" and record.snapshot:
            changed = self._changed(record, self.read_template(settings)) if record.ours is not None else ()
            if not changed:
                with suppress(NotFound):
                    self._patch(settings, mapping.template_restore(record.snapshot, settings))
            return changed
        return self._disable(settings, record)

    def _disable(self, settings: Props, record: Record) -> tuple[str, ...]:
        """Disables with one call, whose answer shows the rest; what turns out to be changed is enabled again.

        A look before would double the calls of a destroy, in buckets of five (contracts/auth0.md section 3), and
        there is no write with a condition. One that was disabled already stays as it is, whoever changed it.
        """
        if record.ours is not None and record.ours.get("enabled") is False:
            return ()
        try:
            answer = self._patch(settings, {"enabled": False})
        except NotFound:
            return ()
        if record.ours is None:
            return ()
        disabled = replace(record, ours={**record.ours, "enabled": False})
        changed = self._changed(disabled, mapping.template_live(answer))
        if changed and record.seen.get("enabled", True):
            self._patch(settings, {"enabled": True})
        return changed

    def _changed(self, record: Record, live: Live | None) -> tuple[str, ...]:
        return changed_since(mapping.comparable(record.ours or {}), mapping.comparable(live.facts) if live else None)

    def _write_provider(self, method: str, desired: Props, change: Change | None, guard: Guard | None) -> Live:
        settings: Props = desired["settings"]
        if desired.get("preflight") == "connect" and (change is None or change.credentials):
            smtp.require_server(self._client.who, preflight.server(settings), self._announce)
        body, dialect = mapping.provider_body(desired, change), Dialect(settings["kind"])
        promise = (answers.NEW_PROVIDER if method == "POST" else answers.PROVIDER).about(
            **{name: body[name] for name in ("name",) if name in body}
        )
        if guard:
            guard()
        live = mapping.provider_live(self._client.call(method, PROVIDER, promise, body, dialect=dialect).body)
        return live if change is None else replace(live, sent=frozenset(body))

    def _path(self, settings: Props) -> str:
        return f"{TEMPLATES}/{settings['template']}"

    def _patch(self, settings: Props, body: dict[str, Any]) -> Any:
        return self._client.call("PATCH", self._path(settings), _template(settings), body).body


def _template(settings: Props) -> Promise:
    return answers.TEMPLATE.about(template=settings["template"])
