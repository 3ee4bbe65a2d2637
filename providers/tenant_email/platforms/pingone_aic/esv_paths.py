"""Where ESVs are in the platform's API (docs/contracts/pingone_aic.md#esvs)."""

from __future__ import annotations

from typing import Final

VARIABLES: Final = "/environment/variables"
SECRETS: Final = "/environment/secrets"
