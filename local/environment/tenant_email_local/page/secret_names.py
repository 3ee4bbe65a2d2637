"""Where secrets are in what a server is asked and answers: by the names of fields, headers and parameters.

What is not known to be harmless counts as secret inside of what holds logins, `credentials` above all.
"""

from __future__ import annotations

import re
from typing import Final

_SECRET: Final = re.compile(
    r"secret|passw|pass$|passphrase|passcode|pwd$|token|apikey|privatekey|accesskey$|authkey|sharedkey|credential"
    r"|assertion|authorization|signature|cookie|connectionstring|connstring|jwk|seed|qrcode|pfx$|^sas$|^sig$|bearer|^auth$"
)
_HARMLESS: Final = frozenset(
    {
        "changepassword",
        "enabletokenstorage",
        "forgotpassword",
        "forgotpasswordmethods",
        "forgottenpassword",
        "jwksuri",
        "nexttoken",
        "pagedresultscookie",
        "passwordexpiration",
        "passwordlastused",
        "passwordpolicy",
        "passwordreset",
        "resetpassword",
        "tokens",  # the selectors of Easy DKIM
        "tokenurl",
        "updatepassword",
    }
)
_HARMLESS_ENDS: Final = re.compile(
    r"(supported|endpoint|lifetime|lifetimeinseconds|type|version|method|length|enabled|required|id)$"
)
_PASSING: Final = frozenset({"access_token", "assertion", "client_assertion"})
_HOLDERS: Final = re.compile(r"^(auth|credentials?|tls|headers|customheaders|jwks?|crypto)$")
"""What holds logins or headers: each text in it is a secret, but for those of the next list."""
_PLAIN: Final = frozenset(
    {
        "accesskeyid",
        "accessurl",
        "alg",
        "cipher",
        "ciphers",
        "clientid",
        "contenttype",
        "domain",
        "enable",
        "expires",
        "kid",
        "kty",
        "maxversion",
        "mailtype",
        "minversion",
        "purpose",
        "region",
        "rejectunauthorized",
        "servername",
        "serviceclient",
        "smtphost",
        "smtpport",
        "smtpuser",
        "stableid",
        "tenantid",
        "type",
        "user",
        "useragent",
        "username",
        "scope",
        "scopes",
        "strategy",
        "oauth2url",
        "host",
        "port",
    }
)
_PLAIN_HEADERS: Final = frozenset(
    {
        "accept",
        "access-control-allow-origin",
        "access-control-allow-methods",
        "accept-api-version",
        "accept-encoding",
        "accept-language",
        "allow",
        "cache-control",
        "connection",
        "content-api-version",
        "content-length",
        "content-type",
        "date",
        "etag",
        "host",
        "if-match",
        "if-none-match",
        "location",
        "retry-after",
        "server",
        "should-retry",
        "user-agent",
        "www-authenticate",
        "x-amz-date",
        "x-amz-target",
        "x-amzn-errortype",
        "x-amzn-requestid",
        "x-amzn-trace-id",
        "x-forgerock-transactionid",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "amz-sdk-request",
        "amz-sdk-invocation-id",
    }
)
_SECRET_ESV: Final = re.compile(r"/environment/secrets(/|$)")


def is_secret(name: str) -> bool:
    """Returns whether what goes by this name is a secret, wherever it is."""
    plain = _plain(name)
    return bool(_SECRET.search(plain)) and plain not in _HARMLESS and not _HARMLESS_ENDS.search(plain)


def is_passing(name: str) -> bool:
    """Returns whether a secret is made anew for each login, so that it turns up nowhere else."""
    return name in _PASSING


def holds_secrets(name: str) -> bool:
    """Returns whether everything below this name is a secret, unless `is_plain` says otherwise."""
    return bool(_HOLDERS.match(_plain(name)))


def is_plain(name: str) -> bool:
    """Returns whether what goes by this name is no secret even among logins."""
    return _plain(name) in _PLAIN


def is_plain_header(name: str) -> bool:
    """Returns whether a header has no secret in it."""
    return name.lower() in _PLAIN_HEADERS


def is_secret_at(path: str, name: str) -> bool:
    """Returns whether a field is a secret at this path alone: PingOne AIC names values of variables the same."""
    return name == "valueBase64" and bool(_SECRET_ESV.search(path))


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
