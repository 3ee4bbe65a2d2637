"""What its types do not say."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from support.birds import settings
from tenant_email.inputs.fields import Host
from tenant_email.platforms.models import Derivation, Models

TRANSPORTS: Final = Models(Derivation(settings.Loft, {"host": Host, "pigeons": Annotated[int, Field(ge=1, le=9)]}))
TEMPLATES: Final = Models(Derivation(settings.Template))
