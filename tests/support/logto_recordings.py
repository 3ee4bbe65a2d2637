"""The recorded Logto exchanges, what happened between them, and their replay.

The recording is one server's life in order, and so is the replay: one emulator, seeded once. What the recording's
author did beside the exchanges (a row put into the database, a setting changed in between) is in `BEFORE`; which
credentials an exchange used is in `CREDENTIALS`, because headers were not recorded.

Not compared, and why:
- name, description, logo, logoDark, readme, formItems, configTemplate of connectors and factories: the packages' own
  display material, left out of the recording;
- ids, times and tokens: made anew; ids are compared through a table of recorded to live ones;
- EAI_AGAIN of a name that does not exist: that server had no resolver; with one it says ENOTFOUND;
- the number of a thread in OpenSSL's text;
- the dump of an HTTP library's options in http_test_refused and http_test_bad_url, but for its error code.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from email import message_from_string, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import requests

from support.logto import CONNECTORS, RESOURCE
from support.logto_sinks import Mail, Sinks
from tenant_email_local.emulators.logto import Application, LogtoEmulator, LogtoState, Row

if TYPE_CHECKING:
    from collections.abc import Callable

RECORDINGS = Path(__file__).parents[3] / "shared" / "recordings" / "logto.json"
_APP, _POWERLESS = (
    Application("onnut4sk64n0fe78umum2", "right"),
    Application("x4xln46tl51k1zq9rrhfh", "right", has_role=False),
)
_DISPLAY = frozenset({"description", "logo", "logoDark", "readme", "formItems", "configTemplate"})
_RAW = frozenset({"create_wrong_content_type", "patch_bad_json"})
MADE = 1_795_255_516.0
"""When the first of them was recorded, in seconds since 1970."""
_TIMES = frozenset({"createdAt", "updatedAt"})
_ORGANIZATION, _INVITER = "jkvnjk1pjjwl", "uhm1xkfew23u"
_USER: dict[str, Any] = {
    "id": _INVITER,
    "avatar": None,
    "name": "Inv",
    "primaryEmail": "inviter55726@example.com",
    "primaryPhone": None,
    "username": "inv55726",
    "profile": {},
}


@dataclass(frozen=True)
class Exchange:
    """One recorded request, its answer, and the mail that it made the server send."""

    name: str
    method: str
    path: str
    request: Any
    status: int
    response: Any
    delivered: Any = None
    posted: Any = None


def exchanges() -> list[Exchange]:
    """Returns the recording in order; nothing when it is not there."""
    if not RECORDINGS.exists():
        return []
    return [
        Exchange(
            case["name"],
            case["method"],
            case["path"],
            case["request_json"],
            case["status"],
            case["response_json"],
            case.get("delivered"),
            case.get("delivered_http"),
        )
        for case in json.loads(RECORDINGS.read_text())["cases"]
    ]


@dataclass
class Replay:
    """Plays exchanges against one emulator and collects what differs."""

    emulator: LogtoEmulator
    sinks: Sinks
    ids: dict[str, str] = field(default_factory=dict[str, str])
    tokens: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def play(self, exchange: Exchange) -> list[str]:
        """Returns each part of the answer that is not as recorded."""
        BEFORE.get(exchange.name, _nothing)(self)
        self.sinks.clear()
        response = self._send(exchange)
        live = _document(response)
        _learn_ids(exchange.response, live, self.ids)
        parts = {
            "status": (exchange.status, response.status_code),
            "body": (seen(exchange, exchange.response), seen(exchange, self._recorded(live))),
            **self._deliveries(exchange),
        }
        return [f"{exchange.name}: {part}: recorded {a}, answered {b}" for part, (a, b) in parts.items() if a != b]

    def _deliveries(self, exchange: Exchange) -> dict[str, tuple[Any, Any]]:
        mails, posts = [mail.seen() for mail in self.sinks.mails()], self.sinks.posts()
        parts: dict[str, tuple[Any, Any]] = {}
        if exchange.delivered is not None:
            to = exchange.request.get("email", exchange.request.get("invitee"))
            wanted = [_mail(mail).seen() for mail in exchange.delivered if mail["to"] == [to]]
            parts["mail"] = (wanted, mails)
        if exchange.posted is not None:
            parts["post"] = ([_without_code(post["body"]) for post in exchange.posted], list(map(_without_code, posts)))
        return parts

    def _send(self, exchange: Exchange) -> requests.Response:
        if exchange.path == "/oidc/token":
            return self._token(exchange)
        path: str = self._live(exchange.path)
        body: Any = self._live(exchange.request)
        headers = {"Authorization": self._authorization(exchange.name), "Content-Type": "application/json"}
        if exchange.name == "create_wrong_content_type":
            headers["Content-Type"] = "text/plain"
        if exchange.name == "lang_header_zh":
            headers["Accept-Language"] = "zh-CN"
        content = "" if body is None else body["raw"] if exchange.name in _RAW else json.dumps(body)
        if exchange.name == "create_body_too_large":
            content = json.dumps({"connectorId": "http-email", "config": {"endpoint": "x" * 1_200_000}})
        url, sent = f"{self.emulator.url}{path}", {name: value for name, value in headers.items() if value}
        return requests.request(exchange.method, url, data=content.encode(), headers=sent, timeout=20)

    def _token(self, exchange: Exchange) -> requests.Response:
        url = f"{self.emulator.url}/oidc/token"
        given = CREDENTIALS.get(exchange.name, (_APP.id, _APP.secret))
        if "form" not in exchange.request:
            return requests.post(url, json=exchange.request, auth=given, timeout=60)
        form = {**exchange.request["form"]}
        if "client_secret" in form:
            return requests.post(url, data={**form, "client_secret": _APP.secret}, timeout=60)
        return requests.post(url, data=form, auth=given, timeout=60)

    def _authorization(self, name: str) -> str | None:
        match name:
            case "api_no_auth":
                return None
            case "api_bad_token":
                return "Bearer nonsense"
            case "api_basic_auth":
                return f"Basic {base64.b64encode(b'a:b').decode()}"
            case "api_token_without_scope":
                return f"Bearer {self._access(_APP, '')}"
            case "api_token_app_without_role":
                return f"Bearer {self._access(_POWERLESS, 'all')}"
            case _:
                return f"Bearer {self._access(_APP, 'all')}"

    def _access(self, application: Application, scope: str) -> str:
        if (application.id, scope) not in self.tokens:
            form = {"grant_type": "client_credentials", "resource": RESOURCE, "scope": scope}
            url, auth = f"{self.emulator.url}/oidc/token", (application.id, application.secret)
            answer = requests.post(url, data=form, auth=auth, timeout=60)
            self.tokens[application.id, scope] = answer.json()["access_token"]
        return self.tokens[application.id, scope]

    def call(self, method: str, path: str, body: Any = None) -> None:
        """Does what the recording does not show."""
        headers = {"Authorization": self._authorization("")}
        answer = requests.request(method, f"{self.emulator.url}{path}", json=body, headers=headers, timeout=20)
        assert answer.ok, answer.text

    def _live(self, document: Any) -> Any:
        text = json.dumps(document)
        for recorded, live in self.ids.items():
            text = text.replace(recorded, live)
        return json.loads(text.replace("127.0.0.1:8099", f"127.0.0.1:{self.sinks.http.port}"))

    def _recorded(self, document: Any) -> Any:
        text = json.dumps(document)
        for recorded, live in self.ids.items():
            text = text.replace(live, recorded)
        return json.loads(text.replace(f"127.0.0.1:{self.sinks.http.port}", "127.0.0.1:8099"))


def state() -> LogtoState:
    """Returns what the recorded server held at first."""
    return LogtoState(
        applications={application.id: application for application in (_APP, _POWERLESS)},
        organizations={_ORGANIZATION: "Acme"},
        users={_INVITER: _USER},
    )


def seen(exchange: Exchange, document: Any) -> str:
    """Returns the compared part of an answer as text, so that 1, 1.0 and true are three things."""
    if exchange.path == "/api/sign-in-exp" and "code" not in document:
        document = {name: document.get(name) for name in exchange.response}  # the recording is trimmed to these
    if exchange.name in ("http_test_refused", "http_test_bad_url"):
        document = {"code": document["code"], "data": document["data"]["code"]}
    if exchange.path == "/oidc/token" and "access_token" in (document or {}):
        document = document | {"access_token": "<jwt>"}
    text = json.dumps(_compared(document), sort_keys=True).replace("EAI_AGAIN", "ENOTFOUND")
    return re.sub(r"\b[0-9A-F]{16}(?=:error:)", "<thread>", text)


def _compared(value: Any) -> Any:
    if isinstance(value, list):
        return [_compared(item) for item in cast("Any", value)]
    if not isinstance(value, dict):
        return value
    given = cast("dict[str, Any]", value)
    left = given.keys() - _DISPLAY - _TIMES
    return {key: _compared(given[key]) for key in left if not (key == "name" and isinstance(given[key], dict))}


def _learn_ids(recorded: Any, live: Any, ids: dict[str, str]) -> None:
    """Notes which live id stands for a recorded one, wherever both have one at the same place."""
    pairs: list[tuple[Any, Any]] = list(zip(recorded, live, strict=False)) if _both(list, recorded, live) else []
    for pair in pairs:
        _learn_ids(*pair, ids)
    if _both(dict, recorded, live) and "id" in recorded and "id" in live and recorded["id"] not in ids.values():
        ids.setdefault(recorded["id"], live["id"])


def _both(kind: type, one: object, other: object) -> bool:
    return isinstance(one, kind) and isinstance(other, kind)


def _document(response: requests.Response) -> Any:
    kind = response.headers.get("Content-Type", "")
    return response.json() if "json" in kind else response.text or None


def _mail(recorded: dict[str, Any]) -> Mail:
    message = message_from_string(recorded["data"], policy=policy.default)
    return Mail(recorded["from"], recorded["to"], recorded["auth"] == "True", message)


def _without_code(body: dict[str, Any]) -> dict[str, Any]:
    payload = {**body["payload"]}
    if "code" in payload:
        payload["code"] = len(payload["code"])  # six digits, made anew each time
    return {**body, "payload": payload}


def _nothing(_: Replay) -> None:
    """Does nothing between two exchanges."""


def _rows(*rows: Row) -> Callable[[Replay], None]:
    """Puts connectors into the database."""

    def put(replay: Replay) -> None:
        replay.emulator.state.connectors[:] = rows

    return put


def _created(id_: str, port: int, **config: Any) -> Callable[[Replay], None]:
    """Creates a connector beside the recording."""

    def create(replay: Replay) -> None:
        body = {"id": id_, "connectorId": "simple-mail-transfer-protocol", "config": _smtp(port, **config)}
        replay.call("POST", CONNECTORS, body)

    return create


def _smtp(port: int, **config: Any) -> dict[str, Any]:
    recorded = next(exchange.request["config"] for exchange in exchanges() if exchange.name == "create_smtp")
    return {**recorded, "port": port, **config}


def _refuse_posts(replay: Replay) -> None:
    replay.sinks.http.refusal = '{"err":"nope"}'


def _take_posts(replay: Replay) -> None:
    replay.sinks.http.refusal = ""


def _limit_reached(replay: Replay) -> None:
    _created("wd8112qky6tn", 2526)(replay)
    for _ in range(10):
        replay.call("POST", "/api/verification-codes", {"email": "limit@example.org"})


def _expiration(*, enabled: bool) -> Callable[[Replay], None]:
    def change(replay: Replay) -> None:
        replay.emulator.state.sign_in["passwordExpiration"] = {"enabled": True} if enabled else {}

    return change


def _http_connector(replay: Replay) -> None:
    url = f"http://127.0.0.1:{replay.sinks.http.port}/send"
    replay.call(
        "POST", CONNECTORS, {"connectorId": "http-email", "config": {"endpoint": url, "authorization": "Bearer k"}}
    )


def _invitation_text(replay: Replay) -> None:
    later = next(exchange for exchange in exchanges() if exchange.name == "patch_with_config_as_read")
    replay.call("PATCH", f"{CONNECTORS}/mwuuqxr535mt", later.request)


def _invalid_config(replay: Replay) -> None:
    replay.emulator.state.connectors[0].config = {"host": "x"}


_HTTP = {"endpoint": "https://a/"}
_TWO = (Row("row1", "http-email", _HTTP), Row("row2", "http-email", _HTTP))

BEFORE: dict[str, Callable[[Replay], None]] = {
    "http_test_400": _refuse_posts,
    "http_test_refused": _take_posts,
    "et_list_end": lambda replay: replay.emulator.state.templates.clear(),
    "sie_enable_email_code_with_connector": _created("1zgtvbq2mt9s", 2525),
    "verification_code_rate_limited": _limit_reached,
    "list_after_concurrent_creates": _rows(*_TWO),
    "get_row_with_uninstalled_factory": lambda replay: replay.emulator.state.connectors.append(Row("rowx", "gone")),
    "heal_before": _rows(*_TWO),
    "delete_blocked_by_password_expiration": _expiration(enabled=True),
    "create_smtp_null_optional": _expiration(enabled=False),
    "invite_http": _http_connector,
    "invite_smtp_falls_back_to_generic": _created("mwuuqxr535mt", 2525),
    "invite_smtp_template": _invitation_text,
    "get_with_invalid_stored_config": _invalid_config,
}
"""What was done beside the recording, by the exchange that it comes before."""

CREDENTIALS = {
    "token_bad_secret": (_APP.id, "wrong"),
    "token_unknown_client": ("nope", "wrong"),
    "token_app_without_role": (_POWERLESS.id, _POWERLESS.secret),
}
"""Who asked for a token, where it was not the application with the role."""
