"""What a platform gives to the lifecycles: data about itself, and one object that talks to a tenant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Generic, Protocol, Self
from urllib.parse import urlsplit

from tenant_email.findings import Findings
from tenant_email.inputs.model import reveal
from tenant_email.inputs.tenant_objects import InputsT, ProviderInputs, TemplateInputs, TenantObjectInputs
from tenant_email.json_types import Json, Props, PropsView
from tenant_email.redaction.secrets import Secret, guard

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tenant_email.capabilities import Capabilities, OnDelete
    from tenant_email.checks.smtp import MailServer
    from tenant_email.input_diff import InputDiff
    from tenant_email.inputs.model import Model
    from tenant_email.platforms.sending import MailOpener
    from tenant_email.platforms.survey import Survey
    from tenant_email.template_record import TemplateRecord
    from tenant_email.tenants.connections import Connection, ConnectionSpec
    from tenant_email.timing import Timing

_KIND: Final = ("kind", "name")
"""The settings that say of what kind settings are: `name` is that of a kind newer than this package (auth0.Other)."""


@dataclass(frozen=True, slots=True, init=False, repr=False, eq=False)  # as inputs.TenantObjectInputs
class LiveObject(Generic[InputsT]):
    """What the platform answers.

    inputs: those that it stores, hidden values left out.
    attributes: for the output `live`: stable, not secret; what the platform needs again, such as an id, goes here.
    would_be_removed: settings that are there, that the inputs do not give, and that the next write would remove.
    written_names: after a write, the names among `attributes` that it set; None when it set all of them.
    raw: only for the platform: a blob that has to be sent back.
    program_settings: what a program writes for it, where that is not `inputs.settings`: nothing that may be secret, of
        several ways to say the same one, and the placeholder of a secret where the tenant shows one. None for what a
        program need not say.
    """

    inputs: InputsT
    attributes: Props = field(repr=False)
    would_be_removed: tuple[str, ...] = ()
    written_names: frozenset[str] | None = None
    raw: Json = field(default=None, repr=False)
    program_settings: Props | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        guard(self.inputs.to_props())

    def visible_to(self, settings: PropsView) -> Self:
        """Returns what a resource with these settings may show of it: all, where nothing says otherwise."""
        return self


@dataclass(frozen=True, slots=True)
class LiveTemplate(LiveObject[TemplateInputs]):
    """A template that a tenant stores."""


@dataclass(frozen=True, slots=True)
class LiveProvider(LiveObject[ProviderInputs]):
    """What sends a tenant's mail.

    secret_digests: for each write-only setting a digest of what the tenant shows of it; where a mark is no longer the
        recorded one, someone else set that secret.
    id: the platform's own id of it, where it gives one: then nothing else says whose it is.
    is_built_in: this is the built-in sender, not a configuration of the tenant's.
    describe: how a message names it, when its kind and sender do not say enough; asked only where a message needs
        it, so that it may ask the tenant what depends on it.
    identity, identity_attributes: what a resource of another kind may show of them, see `public_identity`.
    before: after an update, what was there right before it; None where the platform had no need to look.
    """

    secret_digests: Mapping[str, str] = field(default_factory=dict[str, str])
    id: str = ""
    is_built_in: bool = False
    describe: Callable[[], str] = str
    identity: Props = field(default_factory=Props, repr=False)
    identity_attributes: Props = field(default_factory=Props, repr=False)
    before: LiveProvider | None = field(default=None, repr=False)

    def visible_to(self, settings: PropsView) -> Self:
        """Returns what a resource with these settings may show of it.

        Of its own kind that is everything. Of another kind nobody asked for more than what it is, and what the tenant
        shows of it may be secret: it has no input at whose place Pulumi would hide it.
        """
        theirs = self.inputs.settings
        # Two kinds may share a setting, such as a host, of which only one says that it is secret.
        if all(settings.get(name) == theirs.get(name) for name in _KIND if name in {*settings, *theirs}):
            return self
        return replace(
            self, inputs=self.public_inputs(), attributes=self.identity_attributes, secret_digests=dict[str, str]()
        )

    def public_inputs(self) -> ProviderInputs:
        """Returns what anyone may see of it."""
        return replace(self.inputs, settings={"kind": self.inputs.kind, **self.identity})


def public_identity(settings: PropsView, names: Iterable[str]) -> Props:
    """Returns the settings that tell a configuration from another, and that anyone may see.

    Of an address only the host is left, because a path or a query may be a key; and a name that is the secret too, as
    Postmark's login by SMTP, is left out.
    """
    # By value and not by name: Postmark's login by SMTP has the token as its user name too.
    secrets = {reveal(value) for value in settings.values() if isinstance(value, Secret)}
    shown = {name: settings[name] for name in ("kind", *names) if settings.get(name) is not None}
    return {
        name: origin(value) for name, value in shown.items() if not isinstance(value, Secret) and value not in secrets
    }


def origin(value: object) -> object:
    """Returns an address without its path, its query and its login, which may be keys; anything else as it is."""
    if not isinstance(value, str) or "://" not in value:
        return value
    try:
        parts = urlsplit(value)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "://"
    return f"{parts.scheme}://{parts.hostname or ''}{port}"


Guard = Callable[[], LiveProvider | None]
"""Reads what is live, and raises when it may not be overwritten."""


class TenantClient(Protocol):
    """A client of one tenant. Every method raises the PlatformError tree; only its own word means absent, as None.

    `desired` holds every input, all of them known. `recorded` is the output `live` of the last run. A write that needs
    checks of the tenant first, or a test email (`preflight`, `test_recipient`), makes them itself.
    """

    def read_provider(self, id_: str = "") -> LiveProvider | None:
        """Returns what sends the tenant's mail, or None when there is nothing to read.

        Where there are several, it is the one with the platform's own id `id_`, if that is among them.
        """
        ...

    def create_provider(self, desired: ProviderInputs) -> LiveProvider:
        """Creates; raises Conflict when something exists and nothing was changed."""
        ...

    def update_provider(
        self,
        desired: ProviderInputs,
        change: InputDiff | None,
        live: LiveProvider | None,
        recorded: PropsView,
        guard: Guard | None = None,
    ) -> LiveProvider:
        """Sends what changed; None for a change sends everything, whatever is there.

        `live` is what was just read, if it was. The guard is asked after every other check, immediately before the
        write, and returns what is live then. A platform that replaces the whole lays what changed over what it reads
        itself then, and not over what was recorded, and returns that as `before`. Raises NotFound when what was
        recorded is gone, even when something else, or the built-in sender, is in its place; it then changes nothing.
        """
        ...

    def delete_provider(self, live: LiveProvider) -> None:
        """Removes exactly this one; absent counts as done."""
        ...

    def read_template(self, settings: PropsView) -> LiveTemplate | None:
        """Returns the stored template with the key that these settings name."""
        ...

    def list_templates(self) -> Sequence[LiveTemplate]:
        """Returns every stored template."""
        ...

    def create_template(self, desired: TemplateInputs) -> LiveTemplate:
        """Creates; raises Conflict when it exists and nothing was changed."""
        ...

    def update_template(self, desired: TemplateInputs, change: InputDiff, live: LiveTemplate | None) -> LiveTemplate:
        """Sends the fields that changed; `live` as for a provider."""
        ...

    def retire_template(self, settings: PropsView, policy: OnDelete, record: TemplateRecord) -> tuple[str, ...]:
        """Deletes, disables or restores the snapshot; absent counts as done.

        Returns what is no longer as `record.ours` has it: then someone else changed the template, and it is left.
        """
        ...


class Opener(Protocol):
    """How a tenant is connected to; nothing is sent yet."""

    def __call__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = ...) -> TenantClient:
        """Returns what talks to it; `announce` shows progress."""
        ...


class Surveyor(Protocol):
    """How a tenant is looked at; nothing is sent yet."""

    def __call__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = ...) -> Survey:
        """Returns what looks at it; `announce` shows progress."""
        ...


def nothing_to_say(_inputs: TenantObjectInputs) -> Findings:
    """Finds nothing, for a platform without rules beyond its models."""
    return Findings()


def no_effects(_settings: PropsView, _kind: str) -> tuple[str, ...]:
    """Says nothing, for a platform whose templates work with every kind of provider."""
    return ()


def nothing_to_warn_of(_recorded: PropsView, _desired: TenantObjectInputs) -> tuple[str, ...]:
    """Notes nothing about a change."""
    return ()


Places = tuple[tuple[str, ...], ...]
"""Paths in a live object's attributes; the empty path is all of them."""


def anywhere(_kind: str, _path: str) -> Places:
    """Knows no better than that an input may be repeated anywhere."""
    return ((),)


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform as data, and `open`, which connects to a tenant.

    `models` and `templates` are the models of settings, by kind: of providers, and of templates.
    `check_provider` and `check_template` judge validated inputs, unknowns among them, beyond their types.
    `template_keys` are the settings that `template_key` joins by slashes: from a key in an id they are read back.
    `attribute_paths` (kind, path of an input such as `settings.host`) returns where the attributes repeat it.
    `warn_of_change` (recorded `live`, desired) returns what a preview should say about a change.
    `template_effects` (settings of a template, kind of the tenant's provider) returns what that kind makes of them.
    `mail_server` (desired) returns the server that preflight="connect" tries, for a kind that has one.
    `survey` looks at a tenant for `tenant-email doctor`; without one that tries the login and the provider alone.
    `mails` asks a tenant for real mails, for `tenant-email send-test`.
    `created_attributes` (desired) returns what a provider shows when these inputs made it, without id and digests.
    """

    capabilities: Capabilities
    connection: ConnectionSpec
    models: Mapping[str, type[Model]]
    templates: Mapping[str, type[Model]]
    template_key: Callable[[PropsView], str]
    open: Opener
    created_attributes: Callable[[ProviderInputs], Props]
    template_keys: tuple[str, ...] = ("template",)
    check_provider: Callable[[ProviderInputs], Findings] = nothing_to_say
    check_template: Callable[[TemplateInputs], Findings] = nothing_to_say
    warn_of_change: Callable[[PropsView, TenantObjectInputs], tuple[str, ...]] = nothing_to_warn_of
    template_effects: Callable[[PropsView, str], tuple[str, ...]] = no_effects
    attribute_paths: Callable[[str, str], Places] = anywhere
    survey: Surveyor | None = None
    mails: MailOpener | None = None
    mail_server: Callable[[ProviderInputs], MailServer] | None = None

    @property
    def name(self) -> str:
        """Returns the word before the dot of a `kind`."""
        return self.capabilities.platform

    @property
    def template(self) -> type[Model]:
        """Returns the model of a template's settings."""
        return self.templates[f"{self.name}.template"]
