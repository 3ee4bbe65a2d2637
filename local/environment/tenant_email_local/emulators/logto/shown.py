"""What a Logto tenant holds, for whoever looks at the machine."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.logto.factories import FACTORIES
from tenant_email_local.holdings import Holding, Section, TenantHoldings

if TYPE_CHECKING:
    from tenant_email_local.emulators.logto.emulator import LogtoEmulator


def holdings(emulator: LogtoEmulator) -> TenantHoldings:
    """Returns connectors, templates, organizations, invitations and the sign-in experience."""
    with emulator.lock:
        state = copy.deepcopy(emulator.state)
    kinds = {row.id: FACTORIES[row.factory].type if row.factory in FACTORIES else "?" for row in state.connectors}
    senders = [row.factory for row in state.connectors if kinds[row.id] == "Email"]
    connectors = [
        Holding(row.factory, f"{kinds[row.id]} · {row.id}", {"config": row.config, "metadata": row.metadata})
        for row in state.connectors
    ]
    templates = [_template(each) for each in state.templates]
    invitations = [Holding(id_, str(each.get("invitee", "")), each) for id_, each in state.invitations.items()]
    organizations = [Holding(name, id_) for id_, name in state.organizations.items()]
    return TenantHoldings(
        title="Logto",
        sender=", ".join(senders) or "nothing: there is no email connector",
        sections=(
            Section("Connectors", tuple(connectors), "Logto sends no mail without one. An EmailProvider makes one."),
            Section("Templates", tuple(templates), "Mails come from the connector's own. An EmailTemplate adds one."),
            Section("Organizations", tuple(organizations), "There is none to invite to."),
            Section("Invitations", tuple(invitations), "Nobody was invited yet."),
            Section("Sign-in experience", (Holding("sign-in", "", state.sign_in),), ""),
        ),
        secrets=tuple(each.secret for each in (*state.applications.values(), *state.admin_applications.values())),
    )


def _template(document: dict[str, Any]) -> Holding:
    details: dict[str, Any] = document.get("details") or {}
    rest = {name: text for name, text in details.items() if name != "content"}
    name = f"{document.get('templateType')} · {document.get('languageTag')}"
    texts = {"content": str(details["content"])} if details.get("content") else {}
    return Holding(name, str(details.get("subject", "")), {**document, "details": rest}, texts)
