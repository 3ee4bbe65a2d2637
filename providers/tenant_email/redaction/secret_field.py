"""How a pydantic model takes a string as a secret: what is none is reported without ever being quoted."""

from __future__ import annotations

import re
from typing import Final

from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from tenant_email.redaction.secrets import Secret, is_pem
from tenant_email.redaction.visible import unseen_in

# What exports and examples put in a secret's place: imported again it would replace the secret, and mail would stop.
_PLACEHOLDER: Final = re.compile(
    r"##.*##|@@.*@@|<.*>|\$\{.*\}|\*{3,}|x{4,}|YOUR[_-].*|CHANGE[_-]?ME", re.IGNORECASE | re.DOTALL
)


def schema() -> CoreSchema:
    """Returns the schema of a field that is a `Secret`."""
    return core_schema.no_info_plain_validator_function(_secret)


def _secret(value: object) -> Secret:
    if isinstance(value, Secret):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("secret_type", "must be a string")
    if not value.strip():
        raise PydanticCustomError("secret_empty", "is empty")
    if value != value.strip() and not is_pem(value):
        raise PydanticCustomError("secret_spaces", "has leading or trailing whitespace, often a newline from a file")
    if what := unseen_in(value):
        raise PydanticCustomError("secret_unseen", "{what}", {"what": what})
    if _PLACEHOLDER.fullmatch(value):
        raise PydanticCustomError("secret_placeholder", "is a placeholder, not a credential")
    return Secret(value)
