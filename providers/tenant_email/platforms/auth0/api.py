"""Auth0's Management API calls; docs/contracts/auth0.md."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenant_email.checks import smtp
from tenant_email.errors import Forbidden, NotFound
from tenant_email.net.client import Client
from tenant_email.platforms.auth0 import answers, mapping, preflight, templates
from tenant_email.platforms.auth0.capabilities import BUCKETS
from tenant_email.platforms.auth0.dialect import Auth0Dialect
from tenant_email.platforms.auth0.login import login
from tenant_email.template_record import changed_paths
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.capabilities import OnDelete
    from tenant_email.input_diff import InputDiff
    from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
    from tenant_email.json_types import Json, Props, PropsView
    from tenant_email.net.answers import Promise
    from tenant_email.platforms.base import Guard, LiveProvider, LiveTemplate
    from tenant_email.template_record import TemplateRecord
    from tenant_email.tenants.connections import Connection

PROVIDER: Final = "/api/v2/emails/provider"
TEMPLATES: Final = "/api/v2/email-templates"
_NO_FEATURE: Final = "feature_not_enabled"  # docs/contracts/auth0.md#errors: a name that this tenant does not have
# without `fields` the API answers name and enabled only
ALL_FIELDS: Final = {"fields": "name,enabled,default_from_address,credentials,settings", "include_fields": "true"}


class Auth0:
    """One Auth0 tenant."""

    def __init__(
        self,
        connection: Connection,
        announce: Callable[[str], None],
        timing: Timing = USUAL,
    ) -> None:
        self._announce = announce
        self._client = Client(
            f"auth0 {connection.host}",
            connection.url,
            Auth0Dialect(),
            login(connection),
            buckets=BUCKETS,
            announce=announce,
            timing=timing,
        )

    @property
    def client(self) -> Client:
        """Returns what talks to the tenant, for who looks at more than provider and templates."""
        return self._client

    def list_templates(self) -> list[LiveTemplate]:
        """Returns every template that was ever customized: a look at each name, for nothing lists them."""
        # docs/contracts/auth0.md#endpoints
        found = map(self._read_if_there, templates.NAMES)
        return [template for template in found if template]

    def _read_if_there(self, name: str) -> LiveTemplate | None:
        try:
            return self.read_template({"template": name})
        except Forbidden as error:
            if error.code != _NO_FEATURE:
                raise
            return None

    def read_provider(self, id_: str = "") -> LiveProvider | None:
        """Returns the configured provider, which has no id; None means Auth0's built-in sender."""
        try:
            return mapping.provider_live(self._client.call("GET", PROVIDER, answers.PROVIDER, params=ALL_FIELDS).body)
        except NotFound:
            return None

    def create_provider(self, desired: ProviderInputs) -> LiveProvider:
        """Creates; a tenant has one provider at most, so that Conflict means there is one, or no Action for it."""
        # POST first: it conflicts where one exists and changes nothing (docs/contracts/auth0.md#patch-8), so that no
        # look is needed, and a look before would take one of five tokens of its bucket (#rate-limits).
        return self._write_provider("POST", desired, None, lambda: None)

    def update_provider(
        self,
        desired: ProviderInputs,
        change: InputDiff | None,
        live: LiveProvider | None,
        recorded: PropsView,
        guard: Guard | None = None,
    ) -> LiveProvider:
        """Sends the smallest PATCH, after a look where it carries more than what the program changes."""

        def look() -> LiveProvider | None:
            if not mapping.carries_more(desired, change):
                return None
            # A server that is slow to try may take minutes.
            return live if live is not None and desired.preflight != "connect" else self.read_provider()

        return self._write_provider("PATCH", desired, change, guard or look)

    def delete_provider(self, live: LiveProvider) -> None:
        """Goes back to the built-in sender; the API answers 204 even when there is nothing."""
        with suppress(NotFound):
            self._client.call("DELETE", PROVIDER, answers.NO_MORE_PROVIDER)

    def read_template(self, settings: PropsView) -> LiveTemplate | None:
        """Returns the stored template; None when it was never customized."""
        try:
            return templates.live_of(self._client.call("GET", self._path(settings), _template(settings)).body)
        except NotFound:
            return None

    def create_template(self, desired: TemplateInputs) -> LiveTemplate:
        """Creates; Conflict when it exists, and once made a template can never be removed."""
        body, promise = templates.body_of(desired.settings, None), answers.NEW_TEMPLATE
        made = self._client.call("POST", TEMPLATES, promise.about(template=body["template"]), body)
        return templates.live_of(made.body)

    def update_template(self, desired: TemplateInputs, change: InputDiff, live: LiveTemplate | None) -> LiveTemplate:
        """Sends only the fields that changed, so that nothing else is undone."""
        # A PATCH merges; what a PUT makes of fields left out nobody knows (docs/contracts/auth0.md#templates).
        body = templates.body_of(desired.settings, change)
        live = templates.live_of(self._patch(desired.settings, body))
        return replace(live, written_names=frozenset(body))

    def retire_template(self, settings: PropsView, policy: OnDelete, record: TemplateRecord) -> tuple[str, ...]:
        """Disables, or puts back what was there before; Auth0 has no way to delete a template."""
        if policy == "restore" and record.snapshot:
            changed = self._find_changes(record, self.read_template(settings)) if record.ours is not None else ()
            if not changed:
                with suppress(NotFound):
                    self._patch(settings, templates.restore_body(record.snapshot, settings))
            return changed
        return self._disable(settings, record)

    def _disable(self, settings: PropsView, record: TemplateRecord) -> tuple[str, ...]:
        """Disables with one call, whose answer shows the rest; what turns out to be changed is enabled again.

        A look before would double the calls of a destroy, in buckets of five (docs/contracts/auth0.md#rate-limits), and
        there is no write with a condition. One that was disabled already stays as it is, whoever changed it.
        """
        # Our program had disabled it: there is nothing to do, and so nothing of anyone's to lose.
        if record.ours is not None and record.ours.get("enabled") is False:
            return ()
        try:
            answer = self._patch(settings, {"enabled": False})
        except NotFound:
            return ()
        if record.ours is None:
            return ()
        disabled = replace(record, ours={**record.ours, "enabled": False})
        changed = self._find_changes(disabled, templates.live_of(answer))
        # Someone's work is in it, so it stays in use; one that was last seen disabled was not ours to enable.
        if changed and record.seen.get("enabled", True):
            self._patch(settings, {"enabled": True})
        return changed

    def _find_changes(self, record: TemplateRecord, live: LiveTemplate | None) -> tuple[str, ...]:
        return changed_paths(
            templates.comparable(record.ours or {}), templates.comparable(live.attributes) if live else None
        )

    def _write_provider(
        self, method: str, desired: ProviderInputs, change: InputDiff | None, look: Guard
    ) -> LiveProvider:
        settings = desired.settings
        # Only where credentials go: a change of only the sender does not wait for a mail server.
        if desired.preflight == "connect" and (change is None or change.credentials):
            client = self._client
            smtp.require_server(client.who, preflight.server(settings), self._announce, client.authorities)
        # As late as possible: what someone changes between this look and the write is not seen, for there are no
        # revisions.
        before = look()
        body, dialect = mapping.provider_body(desired, change, before), Auth0Dialect(desired.kind)
        promise = (answers.NEW_PROVIDER if method == "POST" else answers.PROVIDER).about(
            **{name: body[name] for name in ("name",) if name in body}
        )
        live = mapping.provider_live(self._client.call(method, PROVIDER, promise, body, dialect=dialect).body)
        return live if change is None else replace(live, written_names=frozenset(body), before=before)

    def _path(self, settings: PropsView) -> str:
        return f"{TEMPLATES}/{settings['template']}"

    def _patch(self, settings: PropsView, body: Props) -> Json:
        return self._client.call("PATCH", self._path(settings), _template(settings), body).body


def _template(settings: PropsView) -> Promise:
    return answers.TEMPLATE.about(template=settings["template"])
