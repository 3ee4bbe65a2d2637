"""The base of what users write as `settings`: typed classes whose arguments take `pulumi.Input`."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, Protocol

import pulumi

from tenant_email.secrets import MASK

SesPath = Literal["any", "simple", "smtp"]


@dataclass(frozen=True, kw_only=True, repr=False)
class Settings:
    """Settings of one kind; in a resource's inputs they are a dict with the discriminator `kind`.

    Each secret argument becomes a secret output at its own path, so that a change of its neighbours stays readable
    in a preview. A whole dict made in one secret `apply` would hide them all.
    """

    kind: ClassVar[str]
    secret: ClassVar[frozenset[str]] = frozenset()
    keyed_by: ClassVar[tuple[str, ...]] = ()
    """The arguments that a template is known by: two resources for one key are refused."""
    ses_path: ClassVar[SesPath] = "any"
    """What a platform's way through SES asks of IAM: raw mail, as by SMTP, simple mail by the API, or either."""

    def to_props(self) -> dict[str, Any]:
        """Returns the inputs' shape: what was given, secrets marked."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            "kind": self.kind,
            **{
                name: pulumi.Output.secret(value) if name in self.secret else value
                for name, value in given.items()
                if value is not None
            },
        }

    def __repr__(self) -> str:
        shown = ((field.name, getattr(self, field.name)) for field in fields(self))
        return f"{type(self).__name__}({', '.join(f'{n}={MASK if n in self.secret else v!r}' for n, v in shown if v)})"


class SendingDomain(Protocol):
    """What `from_ses` needs of a SesSendingDomain."""

    # ruff: noqa: D102 - the names say it, and SesSendingDomain documents them

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
