"""What a PingOne AIC tenant holds, for whoever looks at the machine."""

from __future__ import annotations

import copy
import json
from email.message import EmailMessage
from typing import TYPE_CHECKING, Any, cast

from tenant_email_local.emulators.pingone_aic.config import PROVIDER, STOCK
from tenant_email_local.emulators.pingone_aic.esvs import text_of, value_of
from tenant_email_local.emulators.pingone_aic.local import private_key
from tenant_email_local.holdings import Holding, Outlet, Section, TenantHoldings

if TYPE_CHECKING:
    from tenant_email_local.emulators.pingone_aic.emulator import AicEmulator
    from tenant_email_local.emulators.pingone_aic.graph import GraphMessage

_TEMPLATE = "emailTemplate/"
_TEXTS = ("message", "html")


def holdings(emulator: AicEmulator) -> TenantHoldings:
    """Returns provider, templates, ESVs and the tier."""
    with emulator.lock:
        state = copy.deepcopy(emulator.state)
    provider, stock = state.config.get(PROVIDER), state.config.get(STOCK)
    sender = "built-in sender" if provider is None or provider == stock else _sender(provider)
    templates = [
        _template(name.removeprefix(_TEMPLATE), each)
        for name, each in sorted(state.config.items())
        if name.startswith(_TEMPLATE)
    ]
    variables = [
        Holding(name, _loaded(each.document), {**each.document, "value": text_of(each.document["valueBase64"])})
        for name, each in sorted(state.variables.items())
    ]
    secrets = [
        Holding(name, _loaded(each.document), {**each.document, "versions": each.versions})
        for name, each in sorted(state.secrets.items())
    ]
    values = [value for each in state.secrets.values() for value in (*each.values.values(), value_of(each)) if value]
    tier = state.environment
    return TenantHoldings(
        title="PingOne AIC",
        sender=sender,
        sections=(
            Section(
                "Email provider",
                (Holding(PROVIDER, sender, provider),) if provider else (),
                "Mail goes out through the built-in sender. An EmailProvider in a stack changes that.",
            ),
            Section("ESV variables", tuple(variables), "There is none. An EsvVariable makes one."),
            Section("ESV secrets", tuple(secrets), "There is none. An EsvSecret makes one."),
            Section("Templates", tuple(templates), "There is none."),
            Section(
                "Environment",
                (Holding(tier.tier, "immutable" if tier.immutable else "mutable", {"lock": tier.lock}),),
                "",
            ),
        ),
        secrets=(*values, *_key_parts(), *(emulator.graph.clients.values() if emulator.graph else ())),
        outlets=(
            Outlet("pingone_aic built-in sender", emulator.built_in_inbox),
            *((Outlet("Microsoft Graph", emulator.graph.inbox, _written),) if emulator.graph else ()),
        ),
        servers=(emulator.graph,) if emulator.graph else (),
    )


def _sender(provider: dict[str, Any]) -> str:
    if provider.get("type") == "msgraph":
        return "Microsoft Graph"
    return f"SMTP {provider.get('host', '')}:{provider.get('port', '')}"


def _loaded(document: dict[str, Any]) -> str:
    return "loaded" if document.get("loaded") else "waits for a restart"


def _template(name: str, document: dict[str, Any]) -> Holding:
    texts = {f"{key} · {locale}": text for key in _TEXTS for locale, text in _by_locale(document.get(key)).items()}
    rest = {key: value for key, value in document.items() if key not in _TEXTS}
    note = "enabled" if document.get("enabled") else "disabled"
    return Holding(name, f"{note} · {', '.join(_by_locale(document.get('subject'))) or 'no subject'}", rest, texts)


def _by_locale(texts: object) -> dict[str, str]:
    """Returns texts by their languages; a template may hold anything."""
    given = cast("dict[object, object]", texts) if isinstance(texts, dict) else {}
    return {str(locale): str(text) for locale, text in given.items()}


def _key_parts() -> tuple[str, ...]:
    """Returns the private parts of the service account's key, and the whole as it is written."""
    key = private_key()
    return (*(str(key[name]) for name in ("d", "p", "q", "dp", "dq", "qi")), json.dumps(key))


def _written(message: GraphMessage) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = message.mailbox, ", ".join(message.to), message.subject
    mail.set_content(message.content, subtype="html" if message.content_type.lower() == "html" else "plain")
    return bytes(mail)
