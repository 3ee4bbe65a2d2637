"""The connector that posts to an endpoint of one's own (docs/contracts/logto.md#templates).

A failure shows the whole request, authorization and recipient included, as its HTTP library's error does.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import ssl
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import SplitResult, urljoin, urlsplit

from tenant_email_local.emulators.logto import refusals
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tenant_email_local.emulators.server import Refusal

_SECONDS: Final = 10
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 10
_OK: Final = range(200, 300)
_HEADERS: Final = {"user-agent": "got (https://github.com/sindresorhus/got)", "content-type": "application/json"}
_UNTRUSTED: Final = {
    9: "CERT_NOT_YET_VALID",
    10: "CERT_HAS_EXPIRED",
    18: "DEPTH_ZERO_SELF_SIGNED_CERT",
    19: "SELF_SIGNED_CERT_IN_CHAIN",
    20: "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
}
"""What OpenSSL's numbers are called by Node."""


def post(config: Mapping[str, Any], document: dict[str, Any], ca_file: Path | None) -> None:
    """Posts to a connector's own endpoint, and where it is sent on to; `ca_file` vouches for those of this machine."""
    endpoint = str(config["endpoint"])
    body = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    given = {"authorization": config["authorization"]} if "authorization" in config else {}
    sent = {**_HEADERS, **given, "content-length": str(len(body))}
    options = {"method": "POST", "url": endpoint, "headers": sent, "body": body.decode()}
    url = _url(endpoint, {"method": "POST", "headers": {**_HEADERS, **given}})
    for _ in range(_MOST_REDIRECTS):
        status, place, text = _ask(url, body, options, ca_file)
        if status in _OK:
            return
        if status not in _REDIRECTS or not place:
            raise refusals.in_connector({"message": text})
        url = _url(urljoin(url.geturl(), place), options)


def _url(text: str, options: dict[str, Any]) -> SplitResult:
    """Returns an address as the URL standard reads it: slashes too few or too many are as good as two."""
    if text.startswith("//"):
        raise _failed("ERR_GOT_REQUEST_ERROR", options)
    found = re.match(r"([a-z][a-z0-9+.-]*):[/\\]*(.*)", text.strip(), re.IGNORECASE | re.DOTALL)
    if found and found[1].lower() not in ("http", "https"):
        raise _failed("ERR_UNSUPPORTED_PROTOCOL", options)
    url = _split(f"{found[1].lower()}://{found[2]}") if found else None
    if url is None:
        raise _failed("ERR_INVALID_URL", options, input=text)
    return url


def _split(text: str) -> SplitResult | None:
    """Returns the parts of an address, None where its host or port is none."""
    try:
        url = urlsplit(text)
        return url if url.hostname and not re.search(r"\s", url.netloc) and url.port != -1 else None
    except ValueError:
        return None


def _ask(url: SplitResult, body: bytes, options: dict[str, Any], ca_file: Path | None) -> tuple[int, str, str]:
    """Returns the status of one request, where it leads to, and the text of the answer."""
    headers: dict[str, str] = options["headers"]
    if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", headers.get("authorization", "")):
        raise _failed("ERR_INVALID_CHAR", options)
    if url.username is not None:
        login = base64.b64encode(f"{url.username}:{url.password or ''}".encode()).decode()
        headers = {"authorization": f"Basic {login}", **headers}
    connection = _connection(url, ca_file)
    if connection is None:
        raise _failed("ENOTFOUND", options)
    target = f"{url.path or '/'}{'?' if url.query else ''}{url.query}"
    try:
        connection.request("POST", target, body, {name: value.encode() for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers.get("Location", ""), answer.read().decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        raise _failed(_code(error), options) from None
    finally:
        connection.close()


def _code(error: Exception) -> str:
    """Returns what Node calls an error."""
    match error:
        case ssl.SSLCertVerificationError():
            return _UNTRUSTED.get(error.verify_code, "ERR_TLS_CERT_ALTNAME_INVALID")
        case ssl.SSLError():
            return "EPROTO"
        case http.client.RemoteDisconnected() | ConnectionResetError():
            return "ECONNRESET"
        case http.client.HTTPException():
            return "HPE_INVALID_CONSTANT"
        case _:
            return "ECONNREFUSED"


def _connection(url: SplitResult, ca_file: Path | None) -> http.client.HTTPConnection | None:
    """Returns a connection to an address of this machine, None to any other."""
    host = LOOPBACK if url.hostname == "localhost" else url.hostname or ""
    try:
        if not ip_address(host).is_loopback:
            return None
    except ValueError:
        return None
    if url.scheme == "https":
        trusted = ssl.create_default_context(cafile=ca_file)
        return http.client.HTTPSConnection(url.hostname or host, url.port, timeout=_SECONDS, context=trusted)
    return http.client.HTTPConnection(host, url.port, timeout=_SECONDS)


def _failed(code: str, options: dict[str, Any], **more: str) -> Refusal:
    return refusals.in_connector({"name": "RequestError", "code": code, **more, "options": options})
