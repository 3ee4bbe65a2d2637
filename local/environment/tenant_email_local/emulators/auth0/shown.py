"""What an Auth0 tenant holds, for whoever looks at the machine."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from tenant_email_local.holdings import Holding, Outlet, Section, TenantHoldings

if TYPE_CHECKING:
    from tenant_email_local.emulators.auth0.emulator import Auth0Emulator

_LOGS: Final = 50


def holdings(emulator: Auth0Emulator) -> TenantHoldings:
    """Returns provider, templates, users and the last entries of the log."""
    with emulator.lock:
        state = copy.deepcopy(emulator.state)
    provider = state.provider
    sender = f"{provider['name']}{'' if provider.get('enabled') else ' (disabled)'}" if provider else "built-in sender"
    clients = [
        Holding(each.client_id, each.name, {"scopes": sorted(each.scopes), "granted": each.granted})
        for each in state.clients.values()
    ]
    templates = [
        Holding(
            name,
            f"{'enabled' if each.get('enabled') else 'disabled'} · {each.get('subject') or 'no subject'}",
            {key: value for key, value in each.items() if key != "body"},
            {"body": each["body"]} if each.get("body") else {},
        )
        for name, each in sorted(state.templates.items())
    ]
    logs = [Holding(each.type, f"{each.date} · {each.description}", each.document()) for each in state.logs[-_LOGS:]]
    users = [
        Holding(each.user_id, f"{each.email} · {'verified' if each.email_verified else 'not verified'}")
        for each in state.users.values()
    ]
    return TenantHoldings(
        title="Auth0",
        sender=sender,
        sections=(
            Section(
                "Email provider",
                (Holding(provider["name"], "enabled" if provider.get("enabled") else "disabled", provider),)
                if provider
                else (),
                "Mail goes out through Auth0's built-in sender. An EmailProvider in a stack changes that.",
            ),
            Section("Templates", tuple(templates), "All templates are Auth0's own. An EmailTemplate changes one."),
            Section("Users", tuple(users), "There is nobody to send to."),
            Section("Applications", tuple(clients), "Nothing may log in."),
            Section("Log", tuple(reversed(logs)), "Nothing was logged yet."),
        ),
        secrets=tuple(each.client_secret for each in state.clients.values()),
        outlets=(Outlet("auth0 built-in sender", emulator.built_in_inbox),),
    )
