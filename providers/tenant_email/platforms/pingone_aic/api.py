"""One tenant: its provider and its templates, written whole and read back (docs/contracts/pingone_aic.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenant_email.checks.smtp import require_server
from tenant_email.errors import Conflict, NotFound, NotSupported, TenantEmailError
from tenant_email.json_types import is_object
from tenant_email.net.client import Client
from tenant_email.platforms.pingone_aic import answers, mapping, preflight, templates
from tenant_email.platforms.pingone_aic.dialect import PingOneAicDialect
from tenant_email.platforms.pingone_aic.esvs import Esvs
from tenant_email.platforms.pingone_aic.kinds import BUILT_IN, KINDS
from tenant_email.platforms.pingone_aic.login import SCOPES, login
from tenant_email.platforms.pingone_aic.placeholders import is_placeholder, uses
from tenant_email.platforms.pingone_aic.store import Store
from tenant_email.platforms.pingone_aic.trial_mail import TrialMail
from tenant_email.template_record import changed_paths
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.capabilities import OnDelete
    from tenant_email.input_diff import InputDiff
    from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
    from tenant_email.json_types import Json, Props, PropsView
    from tenant_email.platforms.base import Guard, LiveProvider, LiveTemplate
    from tenant_email.template_record import TemplateRecord
    from tenant_email.tenants.connections import Connection

PROVIDER: Final = "external.email"
BUILT_IN_OBJECT: Final = "external.emailDefault"


class PingOneAic:
    """One tenant of PingOne Advanced Identity Cloud."""

    def __init__(
        self,
        connection: Connection,
        announce: Callable[[str], None],
        timing: Timing = USUAL,
        scopes: frozenset[str] = SCOPES,
    ) -> None:
        self.who = f"pingone_aic {connection.host}"
        self._host, self._announce = connection.host, announce
        client = Client(
            self.who, connection.url, PingOneAicDialect(), login(connection, scopes), announce=announce, timing=timing
        )
        self.client = client
        self._authorities = client.authorities
        self._store = Store(client, timing.sleep)
        self.trial_mail = TrialMail(client, announce, timing.sleep, timing.now)
        self.esvs = Esvs(client, announce, timing.sleep, timing.now)

    def read_provider(self, id_: str = "") -> LiveProvider | None:
        """Returns what sends the tenant's mail, which has no id of its own; the built-in sender's is a default."""
        document = self._store.read(PROVIDER)
        return None if document is None else mapping.provider_live(document, self._host)

    def create_provider(self, desired: ProviderInputs) -> LiveProvider:
        """Writes over the built-in sender's configuration, or where there is none."""
        return self._replace(desired, None, self._require_none, {})

    def update_provider(
        self,
        desired: ProviderInputs,
        change: InputDiff | None,
        live: LiveProvider | None,
        recorded: PropsView,
        guard: Guard | None = None,
    ) -> LiveProvider:
        """Writes the whole configuration; an unchanged secret goes back as the blob that was just read."""
        # A server that is slow to try may take minutes: what someone set meanwhile stays too.
        is_fresh = live is not None and desired.preflight != "connect"
        look = (lambda: live) if is_fresh else self.read_provider
        return self._replace(desired, change, guard or look, recorded, there=True)

    def _require_none(self) -> LiveProvider | None:
        """Returns the built-in sender's configuration, if any; raises Conflict when another one is there."""
        live = self.read_provider()
        if live is not None and not live.is_built_in:
            message = f"{self.who}: {PROVIDER} is already configured ({live.describe()})"
            raise Conflict(message, remedy="Run again; nothing was changed.")
        return live

    def _replace(
        self,
        desired: ProviderInputs,
        change: InputDiff | None,
        guard: Guard,
        recorded: PropsView,
        *,
        there: bool = False,
    ) -> LiveProvider:
        """Writes, and with a test recipient makes sure that mail goes out, or that all is as before.

        What is there is looked at last of all, immediately before the write; `there` says that there must be something.
        """
        # A PUT takes any placeholder, and mail or a promotion fails later (docs/contracts/pingone_aic.md#esvs): so they
        # are asked for before.
        self.esvs.require_loaded(desired.settings, desired.from_address)
        built_in = self._built_in() if desired.kind == BUILT_IN else None
        if desired.preflight == "connect":
            require_server(self.who, preflight.server(desired.settings), self._announce, self._authorities)
        self._store.require_writable()
        # The last look before the write: there is no revision to write against, and a PUT replaces all of it
        # (docs/contracts/pingone_aic.md#config-1, #config-2).
        live = guard()
        # Where a configuration was taken away the built-in sender is back: what was recorded is gone then too.
        if there and (live is None or (live.is_built_in and not mapping.is_recorded_built_in(recorded))):
            message = f"{self.who}: {PROVIDER} is gone, and with it the secret that was to be kept"
            kind = KINDS[desired.kind]
            remedy = f"Set settings.{kind.secret[0]}: the configuration is then written again." if kind.secret else ""
            raise NotFound(message, remedy=remedy)
        if built_in is not None:
            if live and live.is_built_in:
                return live
            written = self._revert(built_in)
        else:
            # the built-in sender's is of another kind, so that nothing of it is merged with
            secret = _secret_to_send(self.who, desired, change, live, recorded)
            body = mapping.provider_body(desired, change, live, secret)
            # Nothing differs: a write would only encrypt the same secret anew, which the next run would have to tell
            # from a change.
            if live and mapping.normalize(body) == mapping.normalize(live.raw):
                return live
            written = self._write(body, mapping.secret_of(live.raw) if live else None)
        # Only what is saved can be tested (docs/contracts/pingone_aic.md#sending), so a failed test puts the previous
        # configuration back.
        if recipient := desired.test_recipient:
            before: Props | None = live.raw if live else None
            self.trial_mail.send_or_undo(recipient, written, lambda: self._put_back(before))
        return replace(mapping.provider_live(written, self._host), before=live if there else None)

    def delete_provider(self, live: LiveProvider) -> None:
        """Goes back to the tenant's built-in sender; a tenant without one (self-hosted) has mail turned off."""
        built_in = self._store.read(BUILT_IN_OBJECT)
        if built_in is None:
            self._store.remove(PROVIDER)
            self._announce(f"{self.who}: there is no {BUILT_IN_OBJECT}, so {PROVIDER} was removed")
        else:
            self._store.require_writable()
            self._revert(built_in)

    def _built_in(self) -> Props:
        built_in = self._store.read(BUILT_IN_OBJECT)
        if built_in is None:
            message = f"{self.who}: this tenant has no built-in sender: {BUILT_IN_OBJECT} does not exist"
            raise NotSupported(message, remedy="Use pingone_aic.Smtp or pingone_aic.MsGraph.")
        return built_in

    def _revert(self, built_in: Props) -> Props:
        """Writes the built-in sender's configuration where the provider is; its own object is never written."""
        # A bulk import may have overwritten the way back (docs/contracts/pingone_aic.md#built-in); writing that would
        # switch to someone's server.
        if not mapping.is_built_in(built_in):
            message = (
                f"{self.who}: {BUILT_IN_OBJECT} does not hold the built-in sender; an import may have overwritten it"
            )
            raise TenantEmailError(message, remedy="Ask Ping's support to restore it; nothing was written.")
        return self._write(mapping.without_id(built_in), None)

    def _write(self, body: Props, held: object) -> Props:
        """Writes what the tenant was asked just before whether it takes it."""
        return self._store.replace(PROVIDER, body, lambda read: mapping.has_arrived(body, read, held))

    def _put_back(self, before: Props | None) -> None:
        if before is None:
            self._store.remove(PROVIDER)
        else:
            self._store.require_writable()
            self._write(mapping.without_id(before), None)

    def list_templates(self) -> list[LiveTemplate]:
        """Returns every template, those that the platform protects among them; what is of another shape is left out.

        The platform stores what it is given (docs/contracts/pingone_aic.md#config-4).
        """
        return [
            templates.live_of(document, {"template": document["_id"].partition("/")[2]})
            for document in self.template_documents()
            if answers.is_template(document)
        ]

    def template_documents(self) -> list[Props]:
        """Returns the templates as they are stored."""
        # the whole word would hide the protected templates (docs/contracts/pingone_aic.md#templates)
        return [
            document
            for document in self._store.find_by_prefix("emailTemplat")
            if document["_id"].startswith("emailTemplate/")
        ]

    def users_of(self, esv_id: str) -> list[str]:
        """Returns the ids of the email objects that name an ESV in a placeholder."""
        documents = self.template_documents()
        provider = self._store.read(PROVIDER)
        documents += [provider] if provider else []
        return [document["_id"] for document in documents if any(use.esv_id == esv_id for use in uses(document))]

    def read_template(self, settings: PropsView) -> LiveTemplate | None:
        """Returns the stored template."""
        document = self._store.read(templates.object_id(settings))
        return None if document is None else templates.live_of(document, settings)

    def create_template(self, desired: TemplateInputs) -> LiveTemplate:
        """Writes a template that is not there yet."""
        return self._write_template(desired, None, None)

    def update_template(self, desired: TemplateInputs, change: InputDiff, live: LiveTemplate | None) -> LiveTemplate:
        """Writes the whole template, what is not managed as it was."""
        if live is None:
            raise NotFound(f"{self.who}: the template is gone")
        return self._write_template(desired, change, live)

    def _write_template(
        self, desired: TemplateInputs, change: InputDiff | None, live: LiveTemplate | None
    ) -> LiveTemplate:
        settings = desired.settings
        self.esvs.require_loaded(settings, None)
        body = templates.body_of(settings, change, live)
        written = self._store.write(templates.object_id(settings), body, lambda read: mapping.without_id(read) == body)
        return replace(templates.live_of(written, settings), written_names=templates.sent_by(settings, change, live))

    def retire_template(self, settings: PropsView, policy: OnDelete, record: TemplateRecord) -> tuple[str, ...]:
        """Removes what was made, puts back what was adopted; a built-in template cannot be had again, so it stays."""
        name, snapshot = templates.object_id(settings), record.snapshot if policy == "restore" else None
        if snapshot is None and settings["template"] in templates.BUILT_IN:
            self._announce(
                f"{self.who}: {name} is the tenant's own and is left in place: once removed, it cannot be restored"
            )
            return ()
        if record.ours is not None:
            live = self.read_template(settings)
            if live is None and snapshot is None:
                return ()
            if changed := changed_paths(record.ours, live.attributes if live else None):
                return changed
        if snapshot is None:
            self._store.remove(name)
        else:
            self._store.write(name, snapshot, lambda read: mapping.without_id(read) == snapshot)
        return ()


def _secret_to_send(
    who: str, desired: ProviderInputs, change: InputDiff | None, live: LiveProvider | None, recorded: PropsView
) -> Json:
    """Returns what goes into the secret's place: the blob just read, a placeholder, or the secret in plain.

    A blob goes back only with what it was given for. A blob that is not the recorded one was set by someone else, so
    a secret that is given is sent again (docs/contracts/pingone_aic.md#secrets).
    """
    kind, settings = KINDS[desired.kind], desired.settings
    if kind.secret is None or ("username" in kind.secret_scope and settings.get("username") is None):
        return None
    ours, _ = kind.secret
    given = settings.get(ours)
    held = mapping.secret_of(live.raw) if live and mapping.is_bound_alike(live, desired) else None
    if given is None:
        if held is None:
            message = f"{who}: the tenant has no stored {ours} for these settings"
            raise TenantEmailError(message, remedy=f"Set settings.{ours}.")
        return held
    if is_placeholder(given.reveal()) or held is None or change is None or change.credentials:
        return given
    digests = recorded.get("secret_digests")
    known = digests.get(ours) if is_object(digests) else None
    somebody_elses = live is not None and live.secret_digests.get(ours) != known
    return given if somebody_elses else held
