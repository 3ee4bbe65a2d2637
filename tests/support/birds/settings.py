"""What users write for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pulumi

from tenant_email.platforms.settings import ProviderSettings, TemplateSettings


@dataclass(frozen=True, kw_only=True, repr=False)
class Loft(ProviderSettings):
    """A loft that pigeons fly from."""

    kind: ClassVar[str] = "birds.loft"
    secret: ClassVar[frozenset[str]] = frozenset({"whistle"})
    host: pulumi.Input[str]
    whistle: pulumi.Input[str] | None = None
    pigeons: pulumi.Input[int] = 2


@dataclass(frozen=True, kw_only=True, repr=False)
class Template(TemplateSettings):
    """A message that is tied to a leg."""

    kind: ClassVar[str] = "birds.template"
    keyed_by: ClassVar[tuple[str, ...]] = ("template",)
    template: pulumi.Input[str]
    text: pulumi.Input[str]
