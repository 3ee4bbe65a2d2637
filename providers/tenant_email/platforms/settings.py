"""The base of what users write as `settings`: typed classes whose arguments take `pulumi.Input`."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - platforms/models.py evaluates the types of all arguments
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Protocol, Self

import pulumi

from tenant_email.json_types import is_object
from tenant_email.redaction.secrets import MASK
from tenant_email.redaction.visible import cut

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from tenant_email.json_types import Props

_LONGEST_SHOWN: Final = 60

SesPath = Literal["any", "simple", "smtp"]


class HoldsSecrets:
    """A value with secret arguments, which a program may hand to Pulumi whole, as in `pulumi.export`.

    Pulumi would walk over its attributes, and show a password that is written into the program. So it is an input that
    is awaited, and what Pulumi then finds has its secrets marked.
    """

    secret: ClassVar[frozenset[str]] = frozenset()
    """The arguments that are secret."""

    def to_props(self) -> Props:
        """Returns what was given, by its names, secrets marked."""
        raise NotImplementedError

    def __await__(self) -> Generator[Any, None, Props]:
        """Yields nothing, and returns what `to_props` does."""
        return self.to_props()
        yield  # makes this a generator, which is what is awaited


@dataclass(frozen=True, kw_only=True, repr=False)
class Settings(HoldsSecrets):
    """Settings of one kind; in a resource's inputs they are a dict with the discriminator `kind`.

    Each secret argument becomes a secret output at its own path, so that a change of its neighbours stays readable
    in a preview. A whole dict made in one secret `apply` would hide them all.
    """

    kind: ClassVar[str]
    further_kinds: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Kinds that the class stands for beside its own, each with the arguments that say so."""
    secret_parts: ClassVar[Mapping[str, frozenset[str]]] = {}
    """Keys of arguments that are mappings whose values are secret too, such as the key of a certificate."""
    keyed_by: ClassVar[tuple[str, ...]] = ()
    """The arguments that a template is known by: two resources for one key are refused."""
    ses_path: ClassVar[SesPath] = "any"
    """What a platform's way through SES asks of IAM: raw mail, as by SMTP, simple mail by the API, or either."""

    key_of: ClassVar[SendingDomain | None] = None
    """The sending domain whose key these settings hold, where `from_ses` made them."""

    def with_key_of(self, sending_domain: SendingDomain) -> Self:
        """Notes whose key this is: senders are checked against what its policy allows."""
        object.__setattr__(self, "key_of", sending_domain)
        return self

    def to_props(self) -> Props:
        """Returns the inputs' shape: what was given, secrets marked."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        props = {
            name: pulumi.Output.secret(value) if name in self.secret else value
            for name, value in given.items()
            if value is not None
        }
        for name, keys in self.secret_parts.items():
            if is_object(part := props.get(name)):
                props[name] = {k: pulumi.Output.secret(v) if k in keys else v for k, v in part.items()}
        return {"kind": self.kind, **props}

    def __repr__(self) -> str:
        return represent(self, self.secret)


class ProviderSettings(Settings):
    """Settings of an EmailProvider: every kind that sends is one."""


class TemplateSettings(Settings):
    """Settings of an EmailTemplate: the `Template` of every platform is one."""


def secret_paths(base: type[Settings] = Settings) -> frozenset[str]:
    """Returns the paths, as in `settings.password`, of what any class that is loaded declares secret.

    A transform may have changed the kind. No kind has a name for something open that another has for a secret.
    """
    own = {f"settings.{name}" for name in base.secret}
    own |= {f"settings.{name}.{key}" for name, keys in base.secret_parts.items() for key in keys}
    return frozenset(own).union(*(secret_paths(each) for each in base.__subclasses__()))


def represent(settings: Any, secret: Collection[str] = ()) -> str:
    """Returns what a debugger or a log may show of settings: texts and numbers that are no secret.

    A mapping or a list, such as headers, TLS material or the settings of a kind that nobody knows, may hold a secret
    anywhere, and so may a header, and of an address all but its host.
    """
    given = ((each.name, getattr(settings, each.name)) for each in fields(settings))
    shown = (f"{name}={MASK if name in secret else _shown(name, value)}" for name, value in given if value is not None)
    return f"{type(settings).__name__}({', '.join(shown)})"


def _shown(name: str, value: object) -> str:
    if isinstance(value, str) and not name.startswith("x_") and "://" not in value:
        return ascii(cut(value, _LONGEST_SHOWN))
    return repr(value) if isinstance(value, (bool, int, float)) else "…"


class SenderPolicy(Protocol):
    """The senders that the key of a sending domain may send as."""

    domain: str
    further_domains: list[str]
    from_addresses: list[str]
    from_display_names: list[str]


class SendingDomain(SenderPolicy, Protocol):
    """What `from_ses` needs of a SesSendingDomain."""

    # ruff: noqa: D102 - the names say it, and SesSendingDomain documents them

    held_here: bool

    @property
    def configuration_set(self) -> pulumi.Output[str] | None: ...
    @property
    def region(self) -> pulumi.Output[str]: ...
    @property
    def access_key_id(self) -> pulumi.Output[str]: ...
    @property
    def secret_access_key(self) -> pulumi.Output[str]: ...
    @property
    def smtp_host(self) -> pulumi.Output[str]: ...
    @property
    def smtp_port(self) -> pulumi.Output[int]: ...
    @property
    def smtp_username(self) -> pulumi.Output[str]: ...
    @property
    def smtp_password(self) -> pulumi.Output[str]: ...


def limits_of(domain: SenderPolicy | None) -> Props:
    """Returns what the policy of a sending domain's key allows, by the arguments of what sends with it; if any does."""
    if domain is None:
        return {}
    return {
        "sending_domain": domain.domain,
        "further_domains": domain.further_domains or None,
        "sending_addresses": domain.from_addresses or None,
        "sending_names": domain.from_display_names or None,
    }
