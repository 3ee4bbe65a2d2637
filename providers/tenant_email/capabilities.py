"""What a platform can do, as data: the pure rules in `input_diff` and the lifecycles know no platform by name."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import PropsView

OnDelete = Literal["delete", "disable", "restore", "retain"]
OnExisting = Literal["fail", "adopt"]
OnDrift = Literal["overwrite", "fail"]
Preflight = Literal["off", "connect", "send"]


@dataclass(frozen=True, slots=True)
class Transport:
    """One kind of email provider: which of its settings are credentials, and what tells it from another.

    `credentials` travel together, whole or not at all. `write_only` are those among them that a first write needs and
    that may be omitted later, so that the tenant's are kept; the API may hide them or not.
    `optional` are further secrets, which may be absent altogether: omitted they are kept, an empty text removes them.
    `identified_by` are visible settings that tell this configuration from any other; empty where everything that
    could is hidden. `labels` are the API's own names, for messages. `connects`: there is a server that
    preflight="connect" can try. `login` is the setting without which nothing logs in, so that no secret is needed.
    `shows_secrets`: the API returns credentials too, so that they take part in every comparison.
    `host_options` are no credentials, but may hold a token or a key that was given for the host.
    `guards` say how safely a credential travels: whether TLS begins, and for whose certificate.
    """

    kind: str
    credentials: tuple[str, ...] = ()
    write_only: tuple[str, ...] = ()
    identified_by: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    connects: bool = False
    login: str = ""
    optional: tuple[str, ...] = ()
    shows_secrets: bool = False
    host_options: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()

    def required_credentials(self, settings: PropsView) -> tuple[str, ...]:
        """Returns the write-only credentials that these settings need: none where nothing logs in."""
        return self.write_only if not self.login or settings.get(self.login) is not None else ()

    @property
    def hidden(self) -> tuple[str, ...]:
        """Returns the settings that the API never returns, so that nobody can compare them."""
        # A secret that is shown is compared like any other setting; treated as hidden, a change of it would go
        # unnoticed.
        return () if self.shows_secrets else self.write_only

    @property
    def secret_scope(self) -> tuple[str, ...]:
        """Returns the visible credentials, host, port or user, that a stored secret was given for."""
        # Derived and not declared: a credential that is added later is bound to the secret without anyone thinking of
        # it.
        return tuple(name for name in self.credentials if name not in self.write_only)

    def label(self, name: str) -> str:
        """Returns the platform's own name of a setting."""
        return self.labels.get(name, name)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What the lifecycles may rely on.

    `create`: whether a POST conflicts when something exists, or would replace it, so that one must look first.
    `replaces_whole`: whether an update replaces the whole object, so that what is there is looked at before.
    `templates_apart`: whether a write of one template touches no other, so that several are written at once.
    `password_rule` and `kind_rule` end the sentence `Set settings.password: …` when a secret has to be given again.
    `on_delete_provider`, `on_delete_template`: the policies that make sense here. The first of a template's is what a
    destroy does with one that was created; a created provider is deleted where nothing else is asked for.
    `preflight`: the checks that this platform offers; `no_preflight` says why another one is missing.
    """

    platform: str
    title: str
    create: Literal["post-conflicts", "look-first"]
    replaces_whole: bool
    transports: Mapping[str, Transport]
    password_rule: str
    kind_rule: str
    on_delete_provider: tuple[OnDelete, ...]
    on_delete_template: tuple[OnDelete, ...]
    templates_apart: bool = False
    preflight: tuple[Preflight, ...] = ("off",)
    no_preflight: Mapping[Preflight, str] = field(default_factory=dict[Preflight, str])
