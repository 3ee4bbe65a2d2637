"""What the tenant's log says of rate limits (docs/contracts/auth0.md#logs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.auth0.limits import Bucket
    from tenant_email_local.emulators.auth0.tenant import Auth0Tenant, Auth0Token
    from tenant_email_local.emulators.limits import RequestBucket

_HIGH: Final = 0.8  # of a bucket's tokens
_SECONDS: Final = 60.0  # between two entries of one kind about one bucket
_TEXTS: Final = {
    "api_limit": "Global rate limit exceeded",
    "api_limit_warning": "Warning! Global limit usage is high",
}


class RateNotices:
    """Writes an entry when a bucket is empty or nearly so, and the next a minute later if it still is."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, Bucket], float] = {}

    def heed(
        self,
        tenant: Auth0Tenant,
        request: Request,
        token: Auth0Token | None,
        name: Bucket,
        bucket: RequestBucket,
        *,
        is_served: bool,
    ) -> None:
        """Looks at a bucket after a request for one of its tokens."""
        if is_served and bucket.used < _HIGH * bucket.rate.burst:
            return
        kind = "api_limit_warning" if is_served else "api_limit"
        now = tenant.clock()
        if now - self._written.get((kind, name), -_SECONDS) < _SECONDS:
            return
        self._written[kind, name] = now
        limit: dict[str, Any] = {"bucket": name, "global": True, "size": bucket.rate.burst}
        client = tenant.state.clients.get(token.client_id) if token else None
        tenant.log(
            kind,
            _TEXTS[kind],
            details={
                "limit": limit | ({"usage": bucket.used} if is_served else {}),
                "request": {"method": request.method, "path": request.path},
            },
            client_id=client.client_id if client else None,
            client_name=client.name if client else "",
            ip=request.remote_addr,
            hostname=request.host,
        )
