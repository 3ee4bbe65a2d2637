"""What is looked at in an Auth0 tenant (docs/contracts/auth0.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.json_types import is_object
from tenant_email.platforms.auth0.api import Auth0
from tenant_email.platforms.auth0.capabilities import BUCKETS
from tenant_email.platforms.auth0.templates import LEGACY, NAMES, is_auth0s_own
from tenant_email.platforms.survey import Survey, Texts, fine, problem, unknown, warning
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tenant_email.findings import Finding
    from tenant_email.json_types import Json
    from tenant_email.platforms.base import LiveProvider
    from tenant_email.platforms.survey import Look
    from tenant_email.tenants.connections import Connection

# docs/contracts/auth0.md#rate-limits: a plan is known by the size of its bucket for reading templates
_READS: Final = "reads of email templates"
_PLANS: Final = {10: "a Free, Essentials or Professional plan", 15: "an Enterprise plan"}
_WRITES: Final = {10: 5, 15: 10}
_PAIR: Final = ("verify_email", "verify_email_by_code")


class Auth0Survey(Survey):
    """A tenant that is looked at."""

    greeting = "/.well-known/openid-configuration"  # docs/contracts/auth0.md#authentication
    built_in = "mail goes out through the built-in sender: 10 a minute, from no-reply@auth0user.net, with Auth0's texts"

    def __init__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> None:
        self._tenant = Auth0(connection, announce, timing)
        super().__init__(connection, self._tenant.client)

    def is_greeting(self, document: Json) -> bool:
        """Tells OpenID's discovery document by its issuer and by where tokens are, which is Auth0's own path."""
        return is_object(document) and str(document.get("token_endpoint")).endswith("/oauth/token")

    def looks(self) -> tuple[Look, ...]:
        """Looks at the plan's rate limits, which the answers to the other looks have told."""
        return (("rate_limits", self._plan),)

    def read_provider(self) -> LiveProvider | None:
        """Returns the configured provider; None means Auth0's built-in sender."""
        return self._tenant.read_provider()

    def read_templates(self) -> Texts:
        """Returns those that were ever customized."""
        changed = self._tenant.list_templates()
        names = {template.inputs.settings["template"] for template in changed}
        return Texts(changed, tuple(name for name in NAMES if name not in {*names, *LEGACY}))

    def judge_provider(self, provider: LiveProvider | None) -> Iterable[Finding]:
        """Says what of a custom provider cannot be seen."""
        if provider is not None and provider.inputs.kind == "auth0.custom":
            what = "whether its Action is deployed cannot be seen with the scopes of this login"
            yield unknown("provider", what, "Look at the trigger custom-email-provider in the dashboard.")

    def judge_templates(self, provider: LiveProvider | None, texts: Texts) -> Iterable[Finding]:
        """Says what nobody is sent."""
        settings = {each.inputs.settings["template"]: each.inputs.settings for each in texts.changed}
        enabled = [name for name, each in settings.items() if each.get("enabled", True)]
        for name in LEGACY:
            if name in settings:
                what = f"template {name} is stale: the name is retired, and changes nothing"
                yield warning("templates", what, "Move its text to reset_email.")
        if set(_PAIR) <= set(enabled):
            what = f"templates {' and '.join(_PAIR)} are both enabled, and a user is sent one of them"
            yield warning("templates", what, "Disable the one that the database connection does not use.")
        if provider is None and enabled:
            what = f"{len(enabled)} customized templates are of no use: the built-in sender sends Auth0's own texts"
            yield warning("templates", what, "Configure an EmailProvider: customizing templates needs one.")
        for name in enabled:
            sender = str(settings[name].get("from_address") or "")
            if is_auth0s_own(sender):
                what = f"template {name} is sent from @auth0.com, and Auth0 then ignores that it was customized"
                yield problem("templates", what, "Set from_address to an address of yours, or omit it.")
            elif sender and provider is not None and provider.inputs.enabled is False:
                what = f"template {name} has a sender of its own, and the provider is disabled"
                yield warning("templates", what, "Enable the provider.")

    def _plan(self) -> Iterable[Finding]:
        sizes = self.client.bucket_sizes()
        if not sizes:
            yield unknown("rate_limits", "the tenant's answers tell no rate limits")
            return
        refills = {bucket.name: bucket.refill for bucket in BUCKETS}
        told = [f"{name}: {size} at once{_a_minute(refills.get(name, {}).get(size))}" for name, size in sizes.items()]
        plan = _PLANS.get(sizes.get(_READS, 0))
        writes = f"; writes are then {_WRITES[sizes[_READS]]} at once" if plan else ""
        yield fine("rate_limits", f"rate limits: {'; '.join(told)}" + (f", as {plan} has{writes}" if plan else ""))


def _a_minute(refill: float | None) -> str:
    return f", {refill:.0f} a minute" if refill else ""
