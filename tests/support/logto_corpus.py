"""Settings for every kind of Logto connector, made from a seed: good ones, and ones with something odd in them."""

from __future__ import annotations

import copy
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_REQUIRED = ("Register", "SignIn", "ForgotPassword", "Generic")
_OTHERS = ("OrganizationInvitation", "UserPermissionValidation", "BindNewIdentifier", "MfaVerification", "BindMfa")
_SECRET = ("corpus-secret-1", "corpus secret of several words")
_ADDRESS = ("no-reply@acme.example", "Acme <no-reply@acme.example>", "Jürgen <post@acme.example>")
_MILLISECONDS = (1, 1500, 120_000)
_BOOLEAN = (True, False)

_SMTP = {
    "reply_to": _ADDRESS,
    "servername": ("smtp.acme.example",),
    "require_tls": _BOOLEAN,
    "tls": ({"rejectUnauthorized": False}, {"minVersion": "TLSv1.2", "ca": ["text"]}),
    "ehlo_name": ("client.acme.example",),
    "local_address": ("127.0.0.1",),
    "connection_timeout": _MILLISECONDS,
    "greeting_timeout": _MILLISECONDS,
    "socket_timeout": _MILLISECONDS,
    "dns_timeout": _MILLISECONDS,
    "custom_headers": ({"X-Team": "a"}, {"X-Team": ["a", "b"], "X-Other": "c"}),
    "logger": _BOOLEAN,
    "debug": _BOOLEAN,
    "disable_file_access": _BOOLEAN,
    "disable_url_access": _BOOLEAN,
}
_SERVER = {"host": ("smtp.acme.example", "127.0.0.1", "::1"), "port": (25, 465, 587, 2525, 2465)}

NEEDED: dict[str, dict[str, tuple[Any, ...]]] = {
    "logto.smtp": {**_SERVER, "username": ("mailer",), "password": _SECRET},
    "logto.smtp_anonymous": _SERVER,
    "logto.smtp_oauth2_key": {
        **_SERVER,
        "username": ("mailer",),
        "service_client": ("1134",),
        "private_key": _SECRET,
    },
    "logto.smtp_oauth2_token": {
        **_SERVER,
        "username": ("mailer",),
        "client_id": ("client",),
        "client_secret": _SECRET,
        "refresh_token": _SECRET,
    },
    "logto.aws_ses": {
        "region": ("eu-west-1", "us-gov-east-1"),
        "access_key_id": ("AKIA1",),
        "secret_access_key": _SECRET,
    },
    "logto.mailgun": {"domain": ("mg.acme.example",), "api_key": _SECRET},
    "logto.sendgrid": {"api_key": _SECRET},
    "logto.aliyun_dm": {"access_key_id": ("LTAI",), "access_key_secret": _SECRET},
    "logto.postmark": {"server_token": _SECRET},
    "logto.http": {"endpoint": ("https://hooks.acme.example/mail", "http://127.0.0.1:8099/send")},
    "logto.logto_email": {},
    "logto.smtp2go": {"api_key": _SECRET},
    "logto.mailjunky": {"api_key": _SECRET},
}
OPTIONAL: dict[str, dict[str, tuple[Any, ...]]] = {
    "logto.smtp": _SMTP,
    "logto.smtp_anonymous": _SMTP,
    "logto.smtp_oauth2_key": {**_SMTP, "private_key_passphrase": _SECRET},
    "logto.smtp_oauth2_token": {
        **_SMTP,
        "access_token": _SECRET,
        "expires": (0, 1_700_000_000_000),
        "access_url": ("https://login.acme.example/token",),
    },
    "logto.aws_ses": {
        "identity_arn": ("arn:aws:ses:eu-west-1:1:identity/acme.example",),
        "feedback_forwarding_address": _ADDRESS[:1],
        "feedback_forwarding_identity_arn": ("arn:aws:ses:eu-west-1:1:identity/acme.example",),
        "configuration_set_name": ("tracking",),
    },
    "logto.mailgun": {"endpoint": ("https://api.eu.mailgun.net", "https://api.mailgun.net")},
    "logto.sendgrid": {"from_name": ("Acme",)},
    "logto.aliyun_dm": {"region": ("cn-hangzhou", "us-east-1"), "from_alias": ("Acme",)},
    "logto.postmark": {},
    "logto.http": {"authorization": _SECRET},
    "logto.logto_email": {
        "sender_name": ("Acme",),
        "company_information": ("Acme Ltd, Dublin",),
        "app_logo": ("https://acme.example/logo.png",),
    },
    "logto.smtp2go": {"sender_name": ("Acme",)},
    "logto.mailjunky": {"from_name": ("Acme",)},
}
_BARE_SENDER = frozenset({"logto.smtp2go"})
NO_SENDER = frozenset({"logto.http", "logto.logto_email"})
_ALWAYS_HTML = frozenset({"logto.aws_ses", "logto.aliyun_dm"})

_TEXT = {"subject": "Your code {{code}}", "content": "<p>{{code}}</p>", "content_type": "text/html"}


def _odd_texts(**change: Any) -> dict[str, Any]:
    return {"templates": {usage: {**_TEXT, **change} for usage in _REQUIRED}}


_MAILS = frozenset(NEEDED) - NO_SENDER - {"logto.mailgun", "logto.postmark"}
_DELIVERY = {"subject": "s", "html": "<p>{{code}}</p>"}

_HOLLOW: tuple[dict[str, Any], ...] = ({}, {"ca": ""}, {"ca": []})

ODDITIES: tuple[dict[str, Any], ...] = (
    *({"port": port} for port in (0, -1, 70_000)),
    *({"host": host} for host in ("", " smtp.acme.example", "https://smtp.acme.example", "two words", "##HOST##")),
    *({"reply_to": address} for address in ("not an address", "", "a@b.example\nBcc: c@d.example")),
    *({name: value} for name in ("connection_timeout", "greeting_timeout", "socket_timeout") for value in (0, -5)),
    *({"port": port, "secure": secure} for port, secure in ((587, True), (25, True), (465, False))),
    {"port": 2465, "ignore_tls": True, "require_tls": True},
    *({"tls": tls} for tls in _HOLLOW),
    *({"custom_headers": headers} for headers in ({}, {"X-A": ""}, {"X-A": ["", "b"]}, {"X-A": "b\nBcc: c@d.example"})),
    *({"ehlo_name": name} for name in ("Müller", "Acme Mail")),
    *({"username": name} for name in ("", " mailer")),
    *({"expires": value} for value in (-1,)),
    *({"access_url": url} for url in ("login", "ftp://login.acme.example")),
    *(
        {"endpoint": url}
        for url in ("nourl", "ftp://hooks.acme.example", "http://api.mailgun.net", "https://x.example/?.mailgun.net")
    ),
    *({"app_logo": url} for url in ("ftp://acme.example/logo.png",)),
    *({"region": region} for region in ("nowhere", "")),
    *({"domain": domain} for domain in ("https://mg.acme.example", "mg acme")),
    *(_odd_texts(**change) for change in ({"subject": ""}, {"content": " "}, {"subject": "a\r\nBcc: c@d.example"})),
    {"templates": {**dict.fromkeys(_REQUIRED, _TEXT), "Signin": _TEXT}},
    _odd_texts(content_type="text/plain"),
    _odd_texts(content="x" * 300_000),
    {"deliveries": {"SignIn": _DELIVERY}},
    {"deliveries": {"Generic": {"html": "<p>{{code}}</p>"}}},
    {"deliveries": {"Generic": {**_DELIVERY, "template": "code"}}},
    {"deliveries": {"Generic": _DELIVERY, "Signin": _DELIVERY}},
    {"deliveries": {"Generic": {**_DELIVERY, "reply_to": "not an address"}}},
    {"templates": dict.fromkeys(_REQUIRED, " ")},
    *({name: ""} for name in ("authorization", "from_name", "sender_name", "from_alias", "configuration_set_name")),
    *(
        {name: None}
        for name in ("password", "private_key", "client_secret", "refresh_token", "client_id", "service_client")
    ),
    *({name: "***"} for name in ("password", "api_key", "server_token", "authorization")),
    *(
        {"from_address": address}
        for address in (None, "", "not an address", "a@localhost", "Jürgen <post@acme.example>")
    ),
)
"""Changes that make settings odd; each applies to the kinds that have such a setting."""


def good(number: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """Returns inputs, `settings` and `from_address`, of all kinds in turn."""
    random, kinds = Random(seed), sorted(NEEDED)  # noqa: S311 - a corpus, not a key
    for each in range(number):
        yield _inputs(random, kinds[each % len(kinds)])


def odd(seed: int = 2) -> Iterator[dict[str, Any]]:
    """Returns inputs of every kind with every oddity that the kind can have."""
    random = Random(seed)  # noqa: S311 - a corpus, not a key
    for kind in sorted(NEEDED):
        for oddity in ODDITIES:
            if _has(kind, oddity):
                yield _changed(_inputs(random, kind, minimal=True), oddity)


def _has(kind: str, oddity: dict[str, Any]) -> bool:
    names = {*NEEDED[kind], *OPTIONAL[kind], "secure", "ignore_tls"}
    if "templates" in oddity:
        aliases = isinstance(oddity["templates"]["Generic"], str)
        return kind == "logto.postmark" if aliases else kind in _MAILS
    if "from_address" in oddity:
        return kind not in NO_SENDER
    if "deliveries" in oddity:
        return kind == "logto.mailgun"
    return oddity.keys() <= names


def _changed(inputs: dict[str, Any], oddity: dict[str, Any]) -> dict[str, Any]:
    if "from_address" in oddity:
        inputs["from_address"] = oddity["from_address"]
    else:
        inputs["settings"] |= copy.deepcopy(oddity)
    return _given(inputs)


def _inputs(random: Random, kind: str, *, minimal: bool = False) -> dict[str, Any]:
    settings: dict[str, Any] = {"kind": kind}
    settings |= {name: random.choice(values) for name, values in NEEDED[kind].items()}
    if not minimal:
        settings |= {name: random.choice(values) for name, values in OPTIONAL[kind].items() if random.random() < 0.5}
    settings |= _texts(random, kind, minimal=minimal)
    senders = (None,) if kind in NO_SENDER else _ADDRESS[:1] if kind in _BARE_SENDER else _ADDRESS
    return _given({"settings": settings, "from_address": random.choice(senders)})


def _texts(random: Random, kind: str, *, minimal: bool) -> dict[str, Any]:
    usages = [*_REQUIRED, *random.sample(_OTHERS, random.randint(0, len(_OTHERS)))]
    if kind == "logto.postmark":
        return {"templates": {usage: f"alias-{usage}" for usage in usages}}
    if kind in NO_SENDER or minimal or random.random() < 0.3:
        return {}
    if kind == "logto.mailgun":
        named = {"template": "code", "variables": {"brand": "Acme"}}
        return {"deliveries": {usage: random.choice([_DELIVERY, named]) for usage in usages}}
    types = ["text/html"] if kind in _ALWAYS_HTML else ["text/html", "text/plain"]
    return {"templates": {usage: {**_TEXT, "content_type": random.choice(types)} for usage in usages}}


def _given(inputs: dict[str, Any]) -> dict[str, Any]:
    settings = {name: value for name, value in inputs["settings"].items() if value is not None}
    return {name: value for name, value in {**inputs, "settings": settings}.items() if value is not None}
