"""Logging in to an SMTP server as nodemailer does (docs/contracts/logto.md#smtp-words)."""

from __future__ import annotations

import base64
import hmac
import json
import re
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email_local.emulators.delivery import DeliveryFailed
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email_local.emulators.logto.smtp_session import Reply, SmtpSession

_MECHANISMS: Final = ("PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2")
_GO_ON: Final = 334  # RFC 4954 section 4
_SECONDS: Final = 10


def log_in(server: SmtpSession, config: Mapping[str, Any]) -> None:
    """Logs in, unless the server does not offer it or no `auth` is given: that is the trap."""
    auth: dict[str, Any] = config.get("auth") or {}
    if not auth or (server.does_esmtp and not re.search(r"(?i)[ -]AUTH\b", server.offers)):
        return
    offered = [each for each in _MECHANISMS if re.search(rf"(?i)[ -]AUTH[ =](.* )?{each}\b", server.offers)]
    mechanism = config.get("authMethod") or (offered or ["PLAIN"])[0]
    if str(auth.get("type", "")).upper() == "OAUTH2":
        answer = _show_token(server, auth)
    elif not (auth.get("user") and auth.get("pass")):
        raise DeliveryFailed(f'Missing credentials for "{mechanism}"')
    else:
        answer = _show_password(server, mechanism, auth["user"], auth["pass"])
    if not answer.ok:
        raise DeliveryFailed(f"Invalid login: {answer.text}")


def _show_token(server: SmtpSession, auth: Mapping[str, Any]) -> Reply:
    """Logs in with an access token, the one given or a fetched one."""
    token = auth.get("accessToken") or _fetch_token(auth)
    proof = f"user={auth['user']}\1auth=Bearer {token}\1\1"
    return _finished(server, f"AUTH XOAUTH2 {_encoded(proof)}")


def _fetch_token(auth: Mapping[str, Any]) -> str:
    """Asks for an access token where a refresh token can be shown, at an address of this machine."""
    if "serviceClient" in auth:
        raise DeliveryFailed("Can't generate token. Check your auth options")
    if not auth.get("refreshToken"):
        raise DeliveryFailed("Can't create new access token for user")
    url = urllib.parse.urlsplit(auth.get("accessUrl") or "https://accounts.google.com/o/oauth2/token")
    host, port = url.hostname or LOOPBACK, url.port or (443 if url.scheme == "https" else 80)
    if url.scheme == "https" or host not in ("localhost", LOOPBACK):
        raise DeliveryFailed(f"getaddrinfo ENOTFOUND {host}")
    asked = {"client_id": auth.get("clientId", ""), "client_secret": auth.get("clientSecret", "")}
    form = urllib.parse.urlencode({**asked, "refresh_token": auth["refreshToken"], "grant_type": "refresh_token"})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(
            f"http://{LOOPBACK}:{port}/{url.path.removeprefix('/')}", form.encode(), timeout=_SECONDS
        ) as answer:
            said: Any = json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise DeliveryFailed(f"Invalid status code {error.code}") from None
    except OSError:
        raise DeliveryFailed(f"connect ECONNREFUSED {LOOPBACK}:{port}") from None
    except ValueError:
        raise DeliveryFailed("Invalid authentication response") from None
    token = cast("dict[str, Any]", said).get("access_token") if isinstance(said, dict) else None
    if not token:
        raise DeliveryFailed("No access token")
    return str(token)


def _show_password(server: SmtpSession, mechanism: str, user: str, password: str) -> Reply:
    match mechanism:
        case "PLAIN":
            return _finished(server, "AUTH PLAIN " + _encoded(f"\0{user}\0{password}"))
        case "LOGIN":
            steps = ("AUTH LOGIN", '"334 VXNlcm5hbWU6"'), (_encoded(user), '"334 UGFzc3dvcmQ6"')
            for command, wanted in steps:
                _require(server.ask(command), wanted, _GO_ON)
            return _finished(server, _encoded(password))
        case "CRAM-MD5":
            challenge = server.ask("AUTH CRAM-MD5")
            _require(challenge, "server challenge string", _GO_ON)
            proof = hmac.new(password.encode(), _decoded(challenge.text.partition(" ")[2]), "md5").hexdigest()
            answer = server.ask(_encoded(f"{user} {proof}"))
            _require(answer, '"235"', 235)
            return answer
        case _:
            raise DeliveryFailed(f'Unknown authentication method "{mechanism}"')


def _finished(server: SmtpSession, command: str) -> Reply:
    """Returns the answer to the last step; a server that wants to go on is told nothing more."""
    answer = server.ask(command)
    return server.ask("") if answer.code == _GO_ON else answer


def _require(answer: Reply, wanted: str, code: int) -> None:
    if answer.code != code:
        raise DeliveryFailed(f"Invalid login sequence while waiting for {wanted}: {answer.text}")


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _decoded(text: str) -> bytes:
    """Returns what base64 stands for, as far as it is some."""
    sound = re.sub(r"[^A-Za-z0-9+/]", "", text)
    return base64.b64decode(sound[: len(sound) - (len(sound) % 4 == 1)] + "=" * (-len(sound) % 4))
