"""How a tenant sends: which text, rendered how, through which connector.

Source: docs/contracts/logto.md#test-send and #templates.
"""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.delivery import DeliveryFailed, ServiceRefused
from tenant_email_local.emulators.logto import http_email, refusals, smtp
from tenant_email_local.emulators.logto.composition import Mail, compose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email_local.emulators.logto.factories import Factory
    from tenant_email_local.emulators.logto.tenant import LogtoTenant

_OWN_TEXTS: Final = frozenset({"postmark-mail", "http-email", "logto-email"})
"""Factories that never read /api/email-templates: they pass type and payload on."""
_RETHROWING: Final = frozenset({"aws-ses-mail", "aliyun-direct-mail", "logto-email"})
"""Factories that pass on what went wrong where they did not reach the service, which becomes a server error."""
_SENDING: Final = frozenset({"simple-mail-transfer-protocol", "aws-ses-mail"})
"""Factories whose service is on this machine."""
_MOST_MAILS: Final = 10
_WINDOW: Final = 600.0  # seconds


def deliver(tenant: LogtoTenant, factory: Factory, config: dict[str, Any], mail: Mail) -> None:
    """Sends one mail; refuses as Logto does when config, text or server are not right."""
    if issues := factory.schema.issues(config):
        raise refusals.invalid_config(issues)
    try:
        if factory.id == "http-email":
            document = {"to": mail.to, "type": mail.usage, "payload": mail.payload, "ip": "::ffff:127.0.0.1"}
            http_email.post(config, document, tenant.delivery.ca_file)
            return
        text = _from_api(tenant, factory, mail) or _from_config(factory, config, mail.usage)
        _send(tenant, factory, config, mail, text)
    except ServiceRefused as error:
        raise refusals.refusal(400, "connector.invalid_response", data={"message": str(error)}) from None
    except DeliveryFailed as error:
        if factory.id in _RETHROWING:
            raise refusals.internal() from None
        raise refusals.in_connector({"message": str(error)}) from None


def send_limited(tenant: LogtoTenant, kind: str, mail: Mail) -> None:
    """Sends through the stored connector, ten mails of a kind to a recipient in ten minutes; failures do not count."""
    require_allowance(tenant, kind, mail.to)
    rows = tenant.email_rows()
    if not rows:
        raise refusals.no_connector(501, "Email")
    deliver(tenant, tenant.factories()[rows[0].factory], rows[0].config, mail)
    tenant.sent.setdefault((kind, mail.to.lower()), []).append(tenant.clock())


def require_allowance(tenant: LogtoTenant, kind: str, recipient: str) -> None:
    """Refuses one mail too many."""
    since = tenant.clock() - _WINDOW
    if sum(at > since for at in tenant.sent.get((kind, recipient.lower()), [])) >= _MOST_MAILS:
        raise refusals.refusal(429, "request.message_rate_limited")


def _from_api(tenant: LogtoTenant, factory: Factory, mail: Mail) -> dict[str, Any] | None:
    """Returns the email template that takes precedence over the connector's texts, if there is one."""
    if factory.id in _OWN_TEXTS:
        return None
    fallback = tenant.state.sign_in.get("languageInfo", {}).get("fallbackLanguage", "en")
    stored = {(entry["templateType"], entry["languageTag"]): entry["details"] for entry in tenant.state.templates}
    wanted = ((mail.usage, mail.payload.get("locale")), (mail.usage, fallback), ("Generic", fallback))
    return next((stored[key] for key in wanted if key in stored), None)


def _from_config(factory: Factory, config: Mapping[str, Any], usage: str) -> dict[str, Any]:
    """Returns the connector's own text: of this type, else Generic."""
    if factory.id == "mailgun-email":
        texts: dict[str, dict[str, Any]] = config["deliveries"]
    else:
        texts = {entry["usageType"]: entry for entry in reversed(config["templates"])}
    found = texts.get(usage) or texts.get("Generic")
    if found is None:
        raise refusals.refusal(400, "connector.template_not_found")
    return found


def _send(tenant: LogtoTenant, factory: Factory, config: dict[str, Any], mail: Mail, text: Mapping[str, Any]) -> None:
    if factory.id not in _SENDING:
        raise DeliveryFailed(f"{factory.id} has no endpoint on this machine")
    envelope = compose(factory, config, mail, text)
    envelope.message["Date"] = formatdate(tenant.clock())
    if factory.target == "smtp":
        smtp.send(config, envelope, tenant.delivery)
        return
    tenant.delivery.send_ses(
        envelope.message,
        region=config["region"],
        access_key_id=config["accessKeyId"],
        secret_access_key=config["accessKeySecret"],
        configuration_set=config.get("configurationSetName"),
        simple=True,
    )
