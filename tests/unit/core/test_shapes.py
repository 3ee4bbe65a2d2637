"""Whatever a document holds in any place, its shape refuses it, or everything that reads it can bear it."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from google.protobuf.struct_pb2 import Struct

from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.net.answers import Promise, Unusable, accept
from tenant_email.net.transport import HttpReply
from tenant_email.operations.tenant_object import mismatches, pick_managed
from tenant_email.platforms.auth0 import answers as auth0
from tenant_email.platforms.auth0 import mapping as auth0_mapping
from tenant_email.platforms.auth0 import templates as auth0_templates
from tenant_email.platforms.auth0.dialect import Auth0Dialect
from tenant_email.platforms.logto import answers as logto
from tenant_email.platforms.logto import mapping as logto_mapping
from tenant_email.platforms.logto import sign_in
from tenant_email.platforms.logto import templates as logto_entries
from tenant_email.platforms.logto.dialect import LogtoDialect
from tenant_email.platforms.pingone_aic import answers as aic
from tenant_email.platforms.pingone_aic import mapping as aic_mapping
from tenant_email.platforms.pingone_aic import templates as aic_templates
from tenant_email.platforms.pingone_aic.dialect import PingOneAicDialect
from tenant_email.platforms.pingone_aic.esvs import Esv
from tenant_email.platforms.pingone_aic.placeholders import uses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tenant_email.inputs.tenant_objects import InputsT
    from tenant_email.net.client import ApiDialect
    from tenant_email.platforms.base import LiveObject, LiveProvider

SAMPLES = Path(__file__).parents[2] / "conformance" / "platforms"
GONE = object()
ODD: tuple[Any, ...] = (None, True, 1.5, 10**30, "", "x", GONE, [], [["x"]], [{}], {}, {"x": {"y": []}})


def variants(document: Any) -> Iterator[Any]:
    """Yields the document with each of the odd values in each of its places, one at a time."""
    yield from (odd for odd in ODD if odd is not GONE)
    for place in _places(document):
        for odd in ODD:
            changed = copy.deepcopy(document)
            inner = changed
            for step in place[:-1]:
                inner = inner[step]
            if odd is GONE:
                del inner[place[-1]]
            else:
                inner[place[-1]] = odd
            yield changed


def _places(document: Any) -> list[list[Any]]:
    steps = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    return [[step, *rest] for step, inner in steps for rest in [[], *_places(inner)]]


def samples(platform: str) -> dict[str, Any]:
    """Returns the platform's sample inputs."""
    found: dict[str, Any] = json.loads((SAMPLES / f"{platform}.json").read_text())
    return found


def reads_live(live: LiveProvider, settings: dict[str, Any]) -> None:
    """Does with a provider that is live what lifecycles do: compares it, names it, and puts it into state."""
    live.describe()
    Struct().update(dict(live.secret_digests))
    compares(live, ProviderInputs(settings, enabled=True, from_address="no-reply@acme.example"))


def compares(live: LiveObject[InputsT], desired: InputsT) -> None:
    """Compares what is live, and puts it into state."""
    mismatches(live, desired)
    Struct().update({"inputs": _plain(pick_managed(live, desired).to_props()), "live": _plain(live.attributes)})


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=lambda secret: secret.reveal()))


def auth0_provider(document: Any) -> None:
    """Reads a provider."""
    reads_live(auth0_mapping.provider_live(document), samples("auth0")["settings"])


def auth0_template(document: Any) -> None:
    """Reads a template."""
    live = auth0_templates.live_of(document)
    auth0_templates.comparable(live.attributes)
    auth0_templates.restore_body(live.attributes, samples("auth0")["template"])
    compares(live, TemplateInputs(samples("auth0")["template"]))


def logto_connectors(document: Any) -> None:
    """Reads every connector of a list."""
    for row in document:
        stored = logto_mapping.read(row)
        reads_live(logto_mapping.provider_live(stored, str), samples("logto")["settings"])


def logto_templates(document: Any) -> None:
    """Reads every entry of a list."""
    settings = samples("logto")["template"]
    for entry in document:
        compares(logto_entries.live_of(entry, settings), TemplateInputs(settings))


def experience(document: Any) -> None:
    """Reads what needs a connector."""
    sign_in.dependents(document)
    sign_in.fallback_language(document)


def aic_provider(document: Any) -> None:
    """Reads a configuration, and prepares to write over it."""
    live = aic_mapping.provider_live(document, "tenant.example")
    aic_mapping.normalize(document)
    aic_mapping.has_arrived(aic_mapping.normalize(document), document, None)
    list(uses(document))
    settings = samples("pingone_aic")["settings"]
    aic_mapping.provider_body(ProviderInputs(settings, from_address="no-reply@acme.example"), None, live, None)
    reads_live(live, settings)


def aic_template(document: Any) -> None:
    """Reads a template, and prepares to write over it."""
    settings = samples("pingone_aic")["template"]
    live = aic_templates.live_of(document, settings)
    aic_templates.body_of(settings, None, live)
    compares(live, TemplateInputs(settings))


def variables(document: Any) -> None:
    """Reads the variables of a page."""
    for each in document["result"]:
        _ = [(esv.id, esv.is_usable, esv.is_loaded, esv.text) for esv in [Esv(each, is_secret=False)]]


def secrets(document: Any) -> None:
    """Reads the secrets of a page."""
    for each in document["result"]:
        _ = [(esv.id, esv.is_usable, esv.is_loaded, esv.text) for esv in [Esv(each, is_secret=True)]]


SMTP = {
    "name": "smtp",
    "enabled": True,
    "default_from_address": "no-reply@acme.example",
    "credentials": {"smtp_host": "smtp.one.example", "smtp_port": 587, "smtp_user": "mailer"},
    "settings": {"headers": {"X-MC-ViewContentLink": "true"}, "message": {"view_content_link": True}},
}
NEWER = {"name": "newer", "enabled": True, "credentials": {"region": "eu"}, "settings": {"message": {}}}
WELCOME = {
    "template": "welcome_email",
    "body": "Hi",
    "from": "",
    "subject": "Hi",
    "syntax": "liquid",
    "enabled": True,
    "urlLifetimeInSeconds": 3600,
    "includeEmailInRedirect": True,
    "resultUrl": "https://acme.example",
}
TEXTS = [{"usageType": "Generic", "subject": "Code", "content": "{{code}}", "contentType": "text/html"}]
CONFIGS: dict[str, dict[str, Any]] = {
    "simple-mail-transfer-protocol": {
        "host": "smtp.one.example",
        "port": 587,
        "auth": {"user": "m", "type": "login"},
        "fromEmail": "no-reply@acme.example",
        "templates": TEXTS,
    },
    "mailgun-email": {"domain": "d", "from": "f", "deliveries": {"Generic": {"html": "x"}}},
    "sendgrid-email-service": {"apiKey": "k"},
    "postmark-mail": {"templates": [{"usageType": "Generic", "templateAlias": "a"}]},
    "http-email": {"endpoint": "https://x.example", "authorization": "a"},
    "of-someone": {"anything": {"goes": [1]}},
}
KEYED = {
    "auth": {"serviceClient": "c", "privateKey": {"key": "k", "passphrase": "p"}},
}


def connector(factory: str, config: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns a list of one connector."""
    return [{"id": "abc", "connectorId": factory, "type": "Email", "config": config, "metadata": {}}]


STOCK_TEMPLATE = {
    "_id": "emailTemplate/greeting",
    "defaultLocale": "en",
    "enabled": True,
    "from": "",
    "mimeType": "text/html",
    "message": {"en": "m"},
    "subject": {"en": "s"},
    "html": {"en": "h"},
    "styles": "",
    "displayName": "d",
}
AIC_SMTP = {
    "_id": "external.email",
    "type": "smtp",
    "host": "smtp.one.example",
    "port": {"$int": "&{esv.port}"},
    "auth": {"enable": True, "username": "m"},
    "from": "f",
    "timeout": 1,
    "starttls": {"enable": True},
    "ssl": {"enable": False},
    "smtpProperties": ["mail.mime.allowutf8=true"],
}
AIC_GRAPH = {
    "_id": "external.email",
    "type": "msgraph",
    "mailEndpoint": "https://x.example",
    "from": "f",
    "auth": {"enable": True, "type": "oauth2", "clientId": "c", "scope": ["s"]},
}
AIC_SECRETS = (
    {"_id": "external.email", "auth": {"password": {"$crypto": "x"}}},
    {"_id": "external.email", "type": "msgraph", "auth": {"clientSecret": "&{esv.s}"}},
)
VARIABLE = {"_id": "esv-a", "valueBase64": "NTg3", "expressionType": "int", "loaded": True, "description": "d"}
SECRET = {
    "_id": "esv-s",
    "activeVersion": "1",
    "loadedVersion": "",
    "encoding": "generic",
    "useInPlaceholders": True,
    "description": "d",
}
EXPERIENCE = {
    "signUp": {"identifiers": ["email"], "verify": True},
    "mfa": {"factors": ["EmailVerificationCode"]},
    "signIn": {"methods": [{"identifier": "email", "verificationCode": True}]},
    "forgotPasswordMethods": ["x"],
    "passwordExpiration": {"enabled": True},
    "languageInfo": {"fallbackLanguage": "en", "autoDetect": True},
}
CASES: list[tuple[str, Promise, Any, Callable[[Any], None]]] = [
    ("auth0 provider", auth0.PROVIDER, SMTP, auth0_provider),
    ("auth0 newer provider", auth0.PROVIDER, NEWER, auth0_provider),
    ("auth0 template", auth0.TEMPLATE, WELCOME, auth0_template),
    *(
        (f"logto {factory}", logto.CONNECTORS, connector(factory, config), logto_connectors)
        for factory, config in CONFIGS.items()
    ),
    ("logto key", logto.CONNECTORS, connector("simple-mail-transfer-protocol", KEYED), logto_connectors),
    (
        "logto templates",
        logto.TEMPLATES,
        [{"languageTag": "en", "templateType": "SignIn", "details": {"subject": "s", "content": "c"}}],
        logto_templates,
    ),
    ("logto experience", logto.EXPERIENCE, EXPERIENCE, experience),
    ("aic smtp", aic.PROVIDER, AIC_SMTP, aic_provider),
    ("aic graph", aic.PROVIDER, AIC_GRAPH, aic_provider),
    *((f"aic secret {at}", aic.PROVIDER, document, aic_provider) for at, document in enumerate(AIC_SECRETS)),
    ("aic template", aic.TEMPLATE, STOCK_TEMPLATE, aic_template),
    ("aic variables", aic.VARIABLES, {"result": [VARIABLE], "pagedResultsCookie": "c"}, variables),
    ("aic secrets", aic.SECRETS, {"result": [SECRET], "pagedResultsCookie": None}, secrets),
]


@pytest.mark.parametrize(("promise", "sample", "read"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_accepted_can_be_read(promise: Promise, sample: Any, read: Callable[[Any], None]) -> None:
    """No document makes a reader fail: the shape refuses all that it could not bear, and not the sample itself."""
    read(accept(promise, _reply(promise, sample)).body)
    refused = 0
    for document in variants(sample):
        try:
            body = accept(promise, _reply(promise, document)).body
        except Unusable:
            refused += 1
            continue
        read(body)
    assert refused > len(ODD) / 2


def _reply(promise: Promise, document: Any) -> HttpReply:
    return HttpReply(promise.statuses[0], {}, json.dumps(document).encode())


@pytest.mark.parametrize("dialect", [Auth0Dialect(), LogtoDialect(), PingOneAicDialect()])
def test_no_error_document_makes_a_dialect_fail(dialect: ApiDialect) -> None:
    """Whatever a proxy says in place of a refusal is read, null as nothing; a remedy is a text."""
    refusal = {"statusCode": 404, "code": 404, "error": "e", "message": "m", "errorCode": "c", "reason": "r"}
    for document in variants({**refusal, "data": {"issues": [], "message": "m"}, "details": "d", "detail": "d"}):
        code, text = dialect.read_error(404, document)
        assert "None" not in (code, text)
        assert isinstance(dialect.remedy("GET /x", 404, code, text), str)
        for what in (auth0.NO_PROVIDER, logto.NO_CONNECTOR, aic.CONFIG, "variable"):
            if dialect.is_own(404, document):
                assert isinstance(dialect.says_absent(what, document), bool)


@pytest.mark.parametrize(
    ("dialect", "what", "body", "absent"),
    [
        (Auth0Dialect(), auth0.NO_PROVIDER, {"statusCode": 404, "errorCode": auth0.NO_PROVIDER}, True),
        (Auth0Dialect(), auth0.NO_PROVIDER, {"statusCode": 404, "errorCode": auth0.NO_TEMPLATE}, False),
        (Auth0Dialect(), auth0.NO_TEMPLATE, {"statusCode": 404, "errorCode": auth0.NO_TEMPLATE}, True),
        (Auth0Dialect(), auth0.NO_PROVIDER, {"statusCode": 404, "message": "Not Found"}, False),
        (LogtoDialect(), logto.NO_CONNECTOR, {"code": "entity.not_found", "message": "m"}, True),
        (LogtoDialect(), logto.NO_CONNECTOR, {"code": "entity.not_exists_with_id", "message": "m"}, False),
        (PingOneAicDialect(), aic.CONFIG, {"code": 404, "reason": "Not Found", "message": "Not Found"}, True),
        (PingOneAicDialect(), aic.CONFIG, {"code": 404, "message": "The variable does not exist"}, False),
        (PingOneAicDialect(), "variable", {"code": 404, "message": "The variable does not exist"}, True),
        (
            PingOneAicDialect(),
            "secret",
            {"code": 404, "message": "The secret does not exist or does not have a version"},
            True,
        ),
        (PingOneAicDialect(), "secret", {"code": 404, "message": "The variable does not exist"}, False),
        (PingOneAicDialect(), "variable", {"code": 404, "reason": "Not Found", "message": "Not Found"}, False),
    ],
)
def test_only_the_word_for_this_object_says_absent(dialect: ApiDialect, what: str, body: Any, absent: bool) -> None:
    """Another object's absence, and an unknown path's, is none."""
    assert dialect.is_own(404, body)
    assert dialect.says_absent(what, body) is absent
