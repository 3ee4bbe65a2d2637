"""Where ESVs are in the platform's API (contract section 6)."""

from __future__ import annotations

from typing import Final

VARIABLES: Final = "/environment/variables"
SECRETS: Final = "/environment/secrets"
