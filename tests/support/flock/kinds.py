"""What users write for them, and what types do not say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

import pulumi
from pydantic import AfterValidator, Field

from tenant_email.inputs.fields import Host, Text
from tenant_email.platforms.models import Derivation, Models
from tenant_email.platforms.settings import ProviderSettings, TemplateSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.inputs.model import Model


def _no_home(region: str | None) -> str | None:
    return None if region == "home" else region


@dataclass(frozen=True, kw_only=True, repr=False)
class Smtp(ProviderSettings):
    """A mail server; region "home" is none."""

    kind: ClassVar[str] = "smtp"
    secret: ClassVar[frozenset[str]] = frozenset({"password"})
    host: pulumi.Input[str]
    port: pulumi.Input[int] = 587
    username: pulumi.Input[str] | None = None
    password: pulumi.Input[str] | None = None
    region: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class Relay(ProviderSettings):
    """A service that is known by its key alone."""

    kind: ClassVar[str] = "relay"
    secret: ClassVar[frozenset[str]] = frozenset({"key"})
    key: pulumi.Input[str] | None = None
    note: pulumi.Input[str] | None = None


@dataclass(frozen=True, kw_only=True, repr=False)
class BuiltIn(ProviderSettings):
    """The sender that a tenant has by itself."""

    kind: ClassVar[str] = "built_in"


@dataclass(frozen=True, kw_only=True, repr=False)
class Template(TemplateSettings):
    """A message."""

    kind: ClassVar[str] = "template"
    keyed_by: ClassVar[tuple[str, ...]] = ("template",)
    template: pulumi.Input[str]
    subject: pulumi.Input[str]
    body: pulumi.Input[str] | None = None
    from_address: pulumi.Input[str] | None = None


def providers_of(name: str) -> Mapping[str, type[Model]]:
    """Returns the models of a platform's providers."""
    smtp = {
        "host": Host,
        "port": Annotated[int, Field(ge=1, le=65535)],
        "region": Annotated[Text | None, AfterValidator(_no_home)],
    }
    return Models(
        Derivation(Smtp, smtp, kind=f"{name}.smtp"),
        Derivation(Relay, kind=f"{name}.relay"),
        Derivation(BuiltIn, kind=f"{name}.built_in"),
    )


def templates_of(name: str) -> Mapping[str, type[Model]]:
    """Returns the model of a platform's templates."""
    return Models(Derivation(Template, kind=f"{name}.template"))
