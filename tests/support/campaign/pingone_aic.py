"""PingOne AIC's provider, templates and ESVs (docs/contracts/pingone_aic.md)."""

from __future__ import annotations

import copy
import json
from base64 import b64encode
from functools import cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from support.campaign.servers import delivery
from support.campaign.subject import PASSWORD, SECOND_PASSWORD, Props, Subject, Tenant
from support.campaign.words import PINGONE_AIC
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.esv_restart import EsvRestartLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicState, AicSwitches
from tenant_email_local.emulators.pingone_aic.encryption import decrypt, is_blob
from tenant_email_local.emulators.pingone_aic.seeds import stock_config
from tenant_email_local.emulators.pingone_aic.state import SecretEsv, ServiceAccount, VariableEsv

if TYPE_CHECKING:
    from support.campaign.clock import Clock

_PROVIDER = "external.email"
_ACCOUNT = "a2b4d68f-0000-4000-8000-000000000002"
_RESTART_SECONDS = 0.5


@cache
def _key() -> Props:
    """Returns a key that is quick to load, which every login does; the tenant takes any size."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - of a tenant on loopback
    return {**RSAAlgorithm.to_jwk(key, as_dict=True), "kid": "trial", "alg": "RS256"}


def _open(clock: Clock) -> AicEmulator:
    public = {name: _key()[name] for name in ("kty", "kid", "alg", "n", "e")}
    state = AicState(accounts={_ACCOUNT: ServiceAccount(_ACCOUNT, [public])})
    switches = AicSwitches(restart_seconds=_RESTART_SECONDS)
    return AicEmulator(state=state, switches=switches, delivery=delivery(), clock=clock)


TENANT = Tenant(
    _open,
    lambda tenant: {
        "platform": "pingone_aic",
        "url": tenant.url,
        "serviceAccountId": _ACCOUNT,
        "serviceAccountKey": json.dumps(_key()),
    },
)


def _smtp(number: str, password: str) -> Props:
    settings: Props = {"kind": "pingone_aic.smtp", "host": f"smtp.{number}.example", "port": 587, "username": "mailer"}
    settings |= {"password": password, "starttls": True, "ssl": False, "international_addresses": False}
    times = {"timeout": 300000, "write_timeout": 300000, "connection_timeout": 300000, "thread_pool_size": 20}
    more = {"enabled": True, "on_existing": "fail", "on_drift": "overwrite", "preflight": "off"}
    sender = {"from_address": "no-reply@acme.example"}
    return {"tenant": "main", "settings": {**settings, **times, "debug": False}, **sender, **more}


def _stored(number: str, password: str) -> Props:
    return {
        "host": f"smtp.{number}.example",
        "port": 587,
        "from": "no-reply@acme.example",
        "auth": {"enable": True, "username": "mailer", "password": password},
        "starttls": {"enable": True},
        "ssl": {"enable": False},
    }


_DEFAULTS: Props = {"timeout": 300000, "writetimeout": 300000, "connectiontimeout": 300000, "threadPoolSize": 20}
_DEFAULTS |= {"debug": False, "smtpProperties": [], "type": "smtp"}


def _provider(tenant: AicEmulator) -> Props:
    """Returns what sends mail, the secret in clear, what equals a documented default left out."""
    stored = copy.deepcopy(tenant.state.config.get(_PROVIDER, {}))
    auth = stored.get("auth", {})
    for name, value in auth.items():
        auth[name] = decrypt(value, tenant.state.key) if is_blob(value) else value
    auth.pop("type", None)
    return {key: value for key, value in stored.items() if _DEFAULTS.get(key, ...) != value}


def _without(tenant: AicEmulator, *names: str) -> Any:
    state = tenant.state
    kept = {name: document for name, document in state.config.items() if name not in names}
    return (
        kept,
        {name: each.document for name, each in state.variables.items() if name not in names},
        {
            name: (each.document, each.versions, each.values)
            for name, each in state.secrets.items()
            if name not in names
        },
    )


def _plant(provider: Props) -> Any:
    def plant(tenant: AicEmulator) -> None:
        tenant.state.config[_PROVIDER] = copy.deepcopy(provider)

    return plant


def _bystanders(tenant: AicEmulator) -> None:
    tenant.state.config["emailTemplate/theirs"] = {"subject": {"en": "Theirs"}, "message": {"en": "x"}, "enabled": True}
    tenant.state.variables["esv-theirs"] = _variable_esv("esv-theirs", "theirs")


def _variable_esv(name: str, value: str, *, loaded: bool = True) -> VariableEsv:
    document = {"_id": name, "description": "", "expressionType": "string", "lastChangeDate": "", "lastChangedBy": ""}
    return VariableEsv({**document, "loaded": loaded, "valueBase64": b64encode(value.encode()).decode()})


_STOCK = {key: value for key, value in stock_config()[_PROVIDER].items() if _DEFAULTS.get(key, ...) != value}
PROVIDER = Subject(
    "pingone_aic",
    "EmailProvider",
    TENANT,
    PINGONE_AIC,
    EmailProviderLifecycle,
    first=_smtp("one", PASSWORD),
    second=_smtp("two", SECOND_PASSWORD),
    wanted={"first": _stored("one", PASSWORD), "second": _stored("two", SECOND_PASSWORD)},
    mine=_provider,
    others=lambda tenant: _without(tenant, _PROVIDER),
    removed=_STOCK,
    operations=("create", "update", "read", "delete", "conflict", "adopt", "import", "preflight"),
    foreign={
        "another server": _plant(_stored("theirs", "theirs")),
        "equal to the eye": _plant(_stored("one", "theirs")),
    },
    importable="equal to the eye",
    bystanders=_bystanders,
    trying={"preflight": "send", "test_recipient": "operator@acme.example"},
    test_mail="/external/email",
)


def _template(subject: str) -> Props:
    settings: Props = {"kind": "pingone_aic.template", "template": "greeting", "subject": {"en": subject}}
    settings |= {"message": {"en": f"<p>{subject}</p>"}, "default_locale": "en", "enabled": True}
    return {"tenant": "main", "settings": settings | {"mime_type": "text/html"}, "on_existing": "fail"}


def _stored_template(subject: str, **more: Any) -> Props:
    text = {"en": f"<p>{subject}</p>"}
    document: Props = {"subject": {"en": subject}, "message": text, "html": text, "styles": "", "defaultLocale": "en"}
    return {**document, "enabled": True, "mimeType": "text/html", "from": "", **more}


def _plant_template(document: Props) -> Any:
    def plant(tenant: AicEmulator) -> None:
        tenant.state.config["emailTemplate/greeting"] = copy.deepcopy(document)

    return plant


TEMPLATE = Subject(
    "pingone_aic",
    "EmailTemplate",
    TENANT,
    PINGONE_AIC,
    EmailTemplateLifecycle,
    first=_template("One"),
    second=_template("Two"),
    wanted={"first": _stored_template("One"), "second": _stored_template("Two")},
    mine=lambda tenant: tenant.state.config.get("emailTemplate/greeting"),
    others=lambda tenant: _without(tenant, "emailTemplate/greeting"),
    removed=None,
    operations=("create", "update", "read", "delete", "conflict", "adopt", "import"),
    foreign={
        "another text": _plant_template(_stored_template("Theirs", advancedEditor=True)),
        "equal": _plant_template(_stored_template("One")),
    },
    importable="equal",
    restored=True,
    bystanders=_bystanders,
)


def _esv(value: str, **more: Any) -> Props:
    return {"tenant": "main", "esv": "esv-mail", "value": value, "description": "", "on_existing": "fail", **more}


def _plant_variable(tenant: AicEmulator) -> None:
    tenant.state.variables["esv-mail"] = _variable_esv("esv-mail", "theirs")


VARIABLE = Subject(
    "pingone_aic",
    "EsvVariable",
    TENANT,
    PINGONE_AIC,
    EsvVariableLifecycle,
    first=_esv("one", expression_type="string"),
    second=_esv("two", expression_type="string"),
    wanted={"first": b64encode(b"one").decode(), "second": b64encode(b"two").decode()},
    mine=lambda tenant: (
        tenant.state.variables["esv-mail"].document["valueBase64"] if "esv-mail" in tenant.state.variables else None
    ),
    others=lambda tenant: _without(tenant, "esv-mail"),
    removed=None,
    operations=("create", "update", "read", "delete", "conflict", "adopt"),
    foreign={"another value": _plant_variable},
    bystanders=_bystanders,
)


def _plant_secret(tenant: AicEmulator) -> None:
    document: Props = {
        "_id": "esv-mail",
        "activeVersion": "1",
        "description": "",
        "encoding": "generic",
        "lastChangeDate": "",
    }
    document |= {"lastChangedBy": "", "loaded": True, "loadedVersion": "1", "useInPlaceholders": True}
    version = {"createDate": "", "loaded": True, "status": "ENABLED", "version": "1"}
    tenant.state.secrets["esv-mail"] = SecretEsv(document, [version], {"1": b64encode(b"theirs").decode()})


def _secret(tenant: AicEmulator) -> Any:
    found = tenant.state.secrets.get("esv-mail")
    return found and found.values[found.document["activeVersion"]]


def _is_active(tenant: AicEmulator, recorded: Props) -> bool:
    return bool(recorded["version"] == tenant.state.secrets["esv-mail"].document["activeVersion"])


SECRET = Subject(
    "pingone_aic",
    "EsvSecret",
    TENANT,
    PINGONE_AIC,
    EsvSecretLifecycle,
    first=_esv(PASSWORD, encoding="generic", use_in_placeholders=True),
    second=_esv(SECOND_PASSWORD, encoding="generic", use_in_placeholders=True),
    wanted={
        name: b64encode(text.encode()).decode() for name, text in (("first", PASSWORD), ("second", SECOND_PASSWORD))
    },
    mine=_secret,
    others=lambda tenant: _without(tenant, "esv-mail"),
    removed=None,
    operations=("create", "update", "read", "delete", "conflict", "adopt"),
    foreign={"another value": _plant_secret},
    agrees=_is_active,
    single=(("PUT", "/environment/secrets/esv-mail"),),
    bystanders=_bystanders,
)


def _plant_pending(tenant: AicEmulator) -> None:
    _bystanders(tenant)
    tenant.state.variables["esv-mail"] = _variable_esv("esv-mail", "one", loaded=False)


def _restart(revision: int) -> Props:
    return {"tenant": "main", "esvs": ["esv-mail"], "revisions": [revision], "timeout": "20m"}


RESTART = Subject(
    "pingone_aic",
    "EsvRestart",
    TENANT,
    PINGONE_AIC,
    EsvRestartLifecycle,
    first=_restart(1),
    second=_restart(2),
    wanted={"first": True, "second": True},
    mine=lambda tenant: tenant.state.variables["esv-mail"].document["loaded"],
    others=lambda tenant: tenant.state.config,
    removed=True,
    operations=("create", "read"),
    single=(("POST", "/environment/startup"),),
    bystanders=_plant_pending,
    before_second=_plant_pending,
    fresh=True,
)
SUBJECTS = (PROVIDER, TEMPLATE, VARIABLE, SECRET, RESTART)
