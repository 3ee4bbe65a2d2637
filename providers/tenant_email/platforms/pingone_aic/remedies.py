"""What the platform refuses and what to do.

Source: docs/contracts/pingone_aic.md#config-11, #authentication, #esvs and #sending.
"""

from __future__ import annotations

from typing import Final

from tenant_email.platforms.pingone_aic.login import SCOPES, TOKEN_PATH
from tenant_email.platforms.remedies import Remedy, after_rotation

_SCOPES: Final = " and ".join(sorted(SCOPES))
_COMPARE: Final = "Compare the settings with the message above; nothing was changed."
_ACCOUNT: Final = (
    "Check serviceAccountId and serviceAccountKey of the tenant, and this machine's clock. "
    + after_rotation("key", "FRODO_SA_JWK")
)

REMEDIES: Final = (
    Remedy("Wait a minute, then run again; what was done is recorded.", status=429),
    Remedy(
        f"Grant the service account the scopes {_SCOPES}; the message names what it lacks.",
        code="invalid_scope",
        request=TOKEN_PATH,
    ),
    *(Remedy(_ACCOUNT, status=status, request=TOKEN_PATH) for status in (400, 401, 403)),
    Remedy("Check that the service account is active.", status=401),
    Remedy(
        f"Grant the service account the scopes {_SCOPES}; a page instead of JSON comes from the tenant's edge.",
        status=403,
    ),
    Remedy(
        "Look at what the mail server says, and at host, port, login and sender of the provider, which `tenant-email "
        "preflight` tries.",
        status=400,
        request="/openidm/external/email",
    ),
    Remedy("Set on_existing='adopt' to take it over.", status=400, says="already exists"),
    Remedy(
        "The secret is gone from the tenant: run `pulumi refresh`, then `pulumi up`, which creates it again.",
        status=404,
        says="failed to create secret version",
    ),
    Remedy(_COMPARE, status=400),
    Remedy(_COMPARE, status=422),
)
