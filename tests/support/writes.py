"""Every kind of write that a stack makes, as data for the tests that kill a run at it.

User and policy are resources of pulumi-aws, which says itself what an interrupted creation of its own has left; a
restart is killed in the host.
"""

from __future__ import annotations

from base64 import b64decode
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

from support.kills import Write
from tenant_email_local.emulators.pingone_aic.encryption import decrypt, is_blob

if TYPE_CHECKING:
    from collections.abc import Callable

    from support.campaign.proxy import Asked
    from tenant_email_local.machine import LocalMachine


def http(method: str, path: str) -> Callable[[Asked], bool]:
    """Recognizes a call by its method and the beginning of its path."""
    return lambda asked: asked.method == method and asked.path.startswith(path)


def action(name: str) -> Callable[[Asked], bool]:
    """Recognizes a call of AWS's query protocol."""
    return lambda asked: parse_qs(asked.body.decode("latin-1")).get("Action") == [name]


def _tenant(machine: LocalMachine) -> Any:
    return next(iter(machine.tenants.values()))


# -- providers and templates -------------------------------------------------------------------------------------------

_AUTH0 = """
smtp = auth0.Smtp(host="smtp.{value}.example", username="mailer", password="canary-smtp-password")
EmailProvider("mail", settings=smtp, from_address="no-reply@acme.example"{more})
"""
_AUTH0_TEMPLATE = """
template = auth0.Template(template="welcome_email", subject="{value}", body="<p>Welcome</p>")
EmailTemplate("welcome", settings=template, on_existing="fail"{more})
"""
_LOGTO = """
uses = ("Register", "SignIn", "ForgotPassword", "Generic")
texts = {use: logto.MailText(subject="Code", content="{{code}}") for use in uses}
smtp = logto.Smtp(host="smtp.{value}.example", username="mailer", password="canary-smtp-password", templates=texts)
EmailProvider("mail", settings=smtp, from_address="no-reply@acme.example"{more})
"""
_LOGTO_TEMPLATE = """
template = logto.Template(language="en", type="SignIn", subject="{value}", content="{{code}}")
EmailTemplate("welcome", settings=template, on_existing="fail"{more})
"""
_AIC = """
login = {"username": "mailer", "password": "canary-smtp-password"}
smtp = pingone_aic.Smtp(host="smtp.{value}.example", promotable=False, **login)
EmailProvider("mail", settings=smtp, from_address="no-reply@acme.example"{more})
"""
_AIC_TEMPLATE = """
template = pingone_aic.Template(template="greeting", subject={"en": "{value}"}, message={"en": "<p>Hi</p>"})
EmailTemplate("welcome", settings=template, on_existing="fail"{more})
"""


def _auth0_host(machine: LocalMachine) -> Any:
    provider = _tenant(machine).state.provider
    return provider and (provider["credentials"]["smtp_host"], provider["credentials"]["smtp_pass"])


def _auth0_subject(machine: LocalMachine) -> Any:
    found = _tenant(machine).state.templates.get("welcome_email")
    return found and (found["subject"] if found["enabled"] else None)


def _logto_host(machine: LocalMachine) -> Any:
    return [(row.config["host"], row.config["auth"]["pass"]) for row in _tenant(machine).state.connectors] or None


def _logto_subject(machine: LocalMachine) -> Any:
    return [entry["details"]["subject"] for entry in _tenant(machine).state.templates] or None


def _aic_host(machine: LocalMachine) -> Any:
    tenant = _tenant(machine)
    stored = tenant.state.config["external.email"]
    secret = stored["auth"]["password"]
    if not stored["host"].endswith(".example"):
        return None
    return stored["host"], decrypt(secret, tenant.state.key) if is_blob(secret) else secret


def _aic_subject(machine: LocalMachine) -> Any:
    found = _tenant(machine).state.config.get("emailTemplate/greeting")
    return found and found["subject"]["en"]


def _listed(value: str) -> Any:
    return [value]


def _host(value: str) -> Any:
    return f"smtp.{value}.example", "canary-smtp-password"


def _three(name: str, program: str, calls: str, held: Any, whole: Any) -> list[Write]:
    """Returns creation, change and removal of one thing; `calls` are their three methods and the path they share."""
    created, changed, removed, path = calls.split()
    platform = {"auth0": "auth0", "logto": "logto"}.get(name.split(maxsplit=1)[0], "pingone_aic")
    usual = {"server": "tenant", "program": program, "held": held, "whole": whole, "platforms": (platform,)}
    return [
        Write(f"{name}, create", at=http(created, path), **usual),
        Write(f"{name}, update", at=http(changed, path), changes=True, **usual),
        Write(f"{name}, destroy", at=http(removed, path), changes=True, command="destroy", **usual),
    ]


_TEMPLATE = "/openidm/config/emailTemplate/greeting"
OBJECTS: list[Write] = [
    *_three("auth0 provider", _AUTH0, "POST PATCH DELETE /api/v2/emails/provider", _auth0_host, _host),
    *_three("auth0 template", _AUTH0_TEMPLATE, "POST PATCH PATCH /api/v2/email-templates", _auth0_subject, str),
    *_three("logto provider", _LOGTO, "POST PATCH DELETE /api/connectors", _logto_host, lambda value: [_host(value)]),
    *_three("logto template", _LOGTO_TEMPLATE, "PUT PUT DELETE /api/email-templates", _logto_subject, _listed),
    *_three("aic provider", _AIC, "PUT PUT PUT /openidm/config/external.email", _aic_host, _host),
    *_three("aic template", _AIC_TEMPLATE, f"PUT PUT DELETE {_TEMPLATE}", _aic_subject, str),
]

# -- ESVs --------------------------------------------------------------------------------------------------------------

_VARIABLE = """
pingone_aic.EsvVariable("host", esv="esv-host", value="{value}"{more})
"""
_SECRET = """
pingone_aic.EsvSecret("key", esv="esv-key", value="canary-{value}"{more})
"""


def _variable(machine: LocalMachine) -> Any:
    found = _tenant(machine).state.variables.get("esv-host")
    return found and b64decode(found.document["valueBase64"]).decode()


def _secret(machine: LocalMachine) -> Any:
    found = _tenant(machine).state.secrets.get("esv-key")
    return found and b64decode(found.values[found.document["activeVersion"]]).decode()


ESVS: list[Write] = [
    *_three("ESV variable", _VARIABLE, "PUT PUT DELETE /environment/variables/", _variable, str),
    *_three("ESV secret", _SECRET, "PUT POST DELETE /environment/secrets/", _secret, lambda value: f"canary-{value}"),
]

# -- AWS ---------------------------------------------------------------------------------------------------------------

_IDENTITY = """
SesDomainIdentity("mail", domain="acme.example", region="us-east-1", tags={"use": "{value}"}{more})
"""
_SENDING = """
sender = "no-reply@acme.example"
SesSendingDomain("mail", domain="acme.example", region="us-east-1", from_addresses=[sender], mail_from="{value}"{more})
"""
_DKIM = """
length = 2048 if "{value}" == "one" else 1024
SesDomainIdentity("mail", domain="acme.example", region="us-east-1", dkim_key_length=length{more})
"""


def _ses(machine: LocalMachine) -> Any:
    return machine.aws.session().client("sesv2", region_name="us-east-1", endpoint_url=machine.aws.url)


def _identities(machine: LocalMachine) -> list[str]:
    return [each["IdentityName"] for each in _ses(machine).list_email_identities()["EmailIdentities"]]


def _identity_tags(machine: LocalMachine) -> Any:
    if "acme.example" not in _identities(machine):
        return None
    tags = _ses(machine).get_email_identity(EmailIdentity="acme.example")["Tags"]
    return next((tag["Value"] for tag in tags if tag["Key"] == "use"), None)


def _key_length(machine: LocalMachine) -> Any:
    if "acme.example" not in _identities(machine):
        return None
    return _ses(machine).get_email_identity(EmailIdentity="acme.example")["DkimAttributes"]["NextSigningKeyLength"]


def _length(value: str) -> str:
    return "RSA_2048_BIT" if value == "one" else "RSA_1024_BIT"


def _sending(machine: LocalMachine) -> Any:
    """Returns MAIL FROM, the number of users with keys, and the number of records that someone made."""
    if "acme.example" not in _identities(machine):
        return None
    live = _ses(machine).get_email_identity(EmailIdentity="acme.example")
    iam = machine.aws.session().client("iam", endpoint_url=machine.aws.url)
    users = [user["UserName"] for user in iam.list_users()["Users"]]
    keys = [len(iam.list_access_keys(UserName=user)["AccessKeyMetadata"]) for user in users]
    return live["MailFromAttributes"].get("MailFromDomain"), live["VerifiedForSendingStatus"], bool(keys and keys[0])


def _zone(machine: LocalMachine) -> None:
    machine.aws.create_zone("acme.example")


def _sends(value: str) -> Any:
    return f"{value}.acme.example", True, True


_SES = "/v2/email/identities"
_WHOLE: dict[str, Any] = {"server": "aws", "program": _SENDING, "held": _sending, "whole": _sends, "prepare": _zone}
AWS: list[Write] = [
    Write("SES identity, create", "aws", _IDENTITY, http("POST", _SES), held=_identity_tags, whole=str),
    Write("SES identity, update", "aws", _IDENTITY, http("POST", "/v2/email/tags"), _identity_tags, str, changes=True),
    Write(
        "SES identity, destroy", "aws", _IDENTITY, http("DELETE", _SES), _identity_tags, str, "destroy", changes=True
    ),
    Write(
        "SES DKIM, update",
        "aws",
        _DKIM,
        lambda asked: asked.method == "PUT" and asked.path.endswith("/dkim/signing"),
        _key_length,
        _length,
        changes=True,
    ),
    Write("SES MAIL FROM", at=lambda asked: asked.method == "PUT" and asked.path.endswith("/mail-from"), **_WHOLE),
    Write("IAM access key", at=action("CreateAccessKey"), **_WHOLE),
    Write(
        "Route 53 records",
        at=lambda asked: asked.method == "POST" and asked.path.rstrip("/").endswith("/rrset"),
        **_WHOLE,
    ),
]
WRITES = cast("tuple[Write, ...]", (*OBJECTS, *ESVS, *AWS))
