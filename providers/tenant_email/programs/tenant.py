"""What a live tenant has of email, as a program writes it: read once, and tried as an `up` will take it over."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Literal, cast

from tenant_email import platforms
from tenant_email.errors import redact_external
from tenant_email.json_types import is_object
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle, left_to_tenant
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email.operations import operation
from tenant_email.operations.console import info
from tenant_email.operations.refusals import describe_live
from tenant_email.platforms.pingone_aic.answers import is_template
from tenant_email.platforms.pingone_aic.placeholders import is_placeholder, uses
from tenant_email.platforms.pingone_aic.templates import PROTECTED
from tenant_email.programs.found import ConfigSecret, Found, FoundTenant
from tenant_email.programs.settings import settings_class
from tenant_email.programs.tenant_resources import esv_resource, provider_resource, template_resource
from tenant_email.programs.trial import refusal
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.entries import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tenant_email.json_types import Json, Props
    from tenant_email.operations.lifecycle import Lifecycle
    from tenant_email.platforms.base import LiveProvider, LiveTemplate, Platform, TenantClient
    from tenant_email.platforms.pingone_aic.api import PingOneAic
    from tenant_email.programs.found import FoundResource, Value
    from tenant_email.tenants.connections import Connection

SecretsMode = Literal["omit", "config"]
"""What a program has for a secret: nothing, so that the tenant keeps it, or what its stack's config says."""

_SECRET_PLACES: Final = ("auth.password", "auth.clientSecret")
_OTHER: Final = "credentials"  # of auth0.Other: names and number of its secrets are the tenant's to know
_KEPT: Final = "left out here, so that the tenant keeps it"


def begin(tenants: str | None, aws: Mapping[str, str] | None = None) -> None:
    """Begins a look at the tenants of a config (a map as JSON) and of the environment, and at AWS."""
    config = {CONFIG_KEY: tenants, **{f"aws:{name}": value for name, value in (aws or {}).items()}}
    operation.begin().configure(config.get)


def find_tenant_email(
    name: str, platform: str, secrets: SecretsMode = "omit", prefix: str = "", called: str = ""
) -> Found:
    """Returns provider, templates, and on PingOne AIC the ESVs that they name.

    Args:
        name: the tenant's name in the config that `begin` was given, or `main`.
        platform: its platform.
        secrets: what the program has for a secret.
        prefix: what names of resources and files begin with, where a program has several tenants.
        called: what the program calls the tenant, where that is not its name.

    Raises:
        PlatformError: the tenant could not be asked, or denied a part of it: there is no half of an estate.
        InvalidSettings: the tenant's entry is not right.

    """
    connection = operation.current().connections().get(name, platform)
    connection.require_credentials()
    return _Finder(connection, secrets, prefix, called or name).find()


@dataclass(slots=True)
class _Finder:
    connection: Connection
    secrets: SecretsMode
    prefix: str
    called: str
    notes: list[str] = field(default_factory=list[str])

    @property
    def _platform(self) -> Platform:
        return platforms.load(self.connection.platform)

    @property
    def _client(self) -> TenantClient:
        return operation.current().tenant(self.connection, info)

    def find(self) -> Found:
        live, templates = self._client.read_provider(), self._templates()
        esvs = list(self._esvs(live, templates)) if self.connection.platform == "pingone_aic" else []
        provider = self._provider(live)
        written = provider if provider and not provider.left_out else None
        found = [self._template(each, written) for each in templates]
        resources = (*esvs, *filter(None, [provider]), *found)
        who = f"the tenant {self.connection.platform} {self.connection.host}"
        return Found((_entry(self.connection, self.called),), resources, notes=tuple(self.notes), origin=who)

    def _templates(self) -> list[LiveTemplate]:
        """Returns the templates that a program may write; says which others there are."""
        every = self._client.list_templates()
        if self.connection.platform != "pingone_aic":
            return list(every)
        documents = cast("PingOneAic", self._client).template_documents()
        names = [str(each["_id"]).partition("/")[2] for each in documents if not is_template(each)]
        if names:
            shown = ", ".join(map(redact_external, names))
            self.notes.append(f"{self._who}: left out for their shape, which no mail is sent from: {shown}.")
        return [each for each in every if each.inputs.settings["template"] not in PROTECTED]

    def _id(self, what: str) -> str:
        return f"{self.connection.platform}/{self.connection.id_host}/{what}"

    def _provider(self, live: LiveProvider | None) -> FoundResource | None:
        if live is None:
            self.notes.append(f"{self._who} has no email provider: its mail goes out through the built-in sender.")
            return None
        kind, lifecycle = live.inputs.kind, EmailProviderLifecycle()
        if kind not in self._platform.models:
            remedy = "Leave exactly one, of a kind that this version has a class for, and import again."
            self.notes.append(f"{self._who}: the provider is left out: {describe_live(live)}\n{remedy}")
            return None
        inputs: dict[str, Value] = lifecycle.program_inputs(self.called, self._platform.models[kind], live)
        settings = cast("Props", inputs["settings"])
        left = [name.removeprefix("settings.") for name in self._left(live, settings)]
        given = {name: self._secret(live, name) for name in left if self._is_configured(kind, name)}
        notes = tuple(f"{name}: {_KEPT}" for name in left if name not in given)
        texts = _secret_texts(live)
        hidden = {
            name: self._named(name, value)
            for name, value in settings.items()
            if isinstance(value, str) and value in texts
        }
        inputs["settings"] = {**settings, **hidden, **given}
        made = provider_resource(self._id("email-provider"), inputs, self.prefix, notes)
        return self._tried(lifecycle, made)

    def _left(self, live: LiveProvider, settings: Props) -> list[str]:
        return left_to_tenant(live, settings, self._platform.capabilities.transports[live.inputs.kind])

    def _is_configured(self, kind: str, name: str) -> bool:
        """Returns whether a setting that is left out becomes one of the stack's config."""
        needed = self._platform.capabilities.transports[kind].write_only
        return self.secrets == "config" and name != _OTHER and name in {*needed, *settings_class(kind).secret}

    def _secret(self, live: LiveProvider, name: str) -> ConfigSecret:
        """Returns what the config is asked for; where the tenant shows it, it is known."""
        shown = live.inputs.settings.get(name)
        return self._named(name, shown.reveal() if isinstance(shown, Secret) else None)

    def _named(self, name: str, text: str | None) -> ConfigSecret:
        what = f"{name} of the email provider of {self._who}"
        return ConfigSecret(f"{self.prefix}{name}", what, None if text is None else Secret(text))

    def _template(self, live: LiveTemplate, provider: FoundResource | None) -> FoundResource:
        platform, lifecycle = self._platform, EmailTemplateLifecycle()
        inputs = lifecycle.program_inputs(self.called, platform.template, live)
        id_ = self._id(f"email-template/{platform.template_key(live.inputs.settings)}")
        notes: tuple[str, ...] = ()
        settings = cast("Props", inputs["settings"])
        # A program may not say both; what it leaves out stays as it is.
        if provider and provider.arguments.get("enabled") is False and settings.pop("from_address", None):
            notes = (f"from_address: {_KEPT}, because the email provider is switched off",)
        return self._tried(lifecycle, template_resource(id_, inputs, provider, self.prefix, notes))

    def _esvs(self, live: LiveProvider | None, templates: Sequence[LiveTemplate]) -> Iterator[FoundResource]:
        """Yields the ESVs that provider and templates name."""
        raws: list[Json] = [live.raw if live else None, *(each.raw for each in templates)]
        used = [use for raw in raws for use in uses(raw)]
        there = cast("PingOneAic", self._client).esvs.list_all() if used else {}
        secret = {use.esv_id for use in used if use.path in _SECRET_PLACES}
        for esv in dict.fromkeys(use.esv_id for use in used):
            if esv not in there:
                self.notes.append(f"{self._who}: a placeholder names {redact_external(esv)}, which does not exist.")
            elif there[esv].is_secret:
                yield from self._esv("EsvSecret", EsvSecretLifecycle(), self._id(f"esv-secret/{esv}"))
            else:
                yield from self._esv(
                    "EsvVariable", EsvVariableLifecycle(), self._id(f"esv-variable/{esv}"), is_secret=esv in secret
                )

    def _esv(
        self, resource: str, lifecycle: EsvSecretLifecycle | EsvVariableLifecycle, id_: str, *, is_secret: bool = False
    ) -> Iterator[FoundResource]:
        found = lifecycle.do_import(id_)
        if found is None:  # someone took it away since the list
            return
        inputs: dict[str, Value] = {**found[0], "tenant": self.called}
        if is_secret:
            value = Secret(str(inputs["value"]))
            inputs["value"] = ConfigSecret(f"{inputs['esv']} value", f"the value of {inputs['esv']}", value)
        notes = (f"value: {_KEPT}",) if resource == "EsvSecret" else ()
        yield self._tried(lifecycle, esv_resource(resource, id_, inputs, notes))

    def _tried(self, lifecycle: Lifecycle, resource: FoundResource) -> FoundResource:
        return replace(resource, left_out=refusal(lifecycle, resource, self.connection.tenant))

    @property
    def _who(self) -> str:
        return f"{self.connection.platform} {self.connection.host}"


def _secret_texts(live: LiveProvider) -> frozenset[str]:
    """Returns the secrets that a tenant shows; a name may be one too, as Postmark's login by SMTP is a token twice."""
    shown = {value.reveal() for value in live.inputs.settings.values() if isinstance(value, Secret)}
    auth: Json = live.raw.get("auth") if is_object(live.raw) else None
    in_clear = [auth.get("password"), auth.get("clientSecret")] if is_object(auth) else []  # or {"$crypto": …}
    texts = {each for each in in_clear if isinstance(each, str) and not is_placeholder(each)}
    return frozenset(text for text in {*shown, *texts} if text)


def _entry(connection: Connection, called: str) -> FoundTenant:
    """Returns the tenant's entry without its secrets: what it says of itself, and the ids that are known."""
    secret = platforms.connection_specs()[connection.platform].secret
    entry: Mapping[str, Json] = operation.current().connections().entries().get(connection.tenant, {})
    said = {name: value for name, value in entry.items() if name not in {*secret, "platform", "url"}}
    return FoundTenant(called, connection.platform, str(connection.url), {**connection.plain, **said})
