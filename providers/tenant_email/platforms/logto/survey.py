"""What is looked at in a Logto tenant (docs/contracts/logto.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import redact_external
from tenant_email.json_types import is_object
from tenant_email.platforms.logto import effects, languages, sign_in
from tenant_email.platforms.logto.api import Logto
from tenant_email.platforms.logto.mapping import SEVERAL
from tenant_email.platforms.logto.remedies import ROLE
from tenant_email.platforms.survey import GRANTED, Survey, Texts, fine, problem, warning
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tenant_email.findings import Finding
    from tenant_email.json_types import Json, PropsView
    from tenant_email.platforms.base import LiveProvider
    from tenant_email.platforms.survey import Look
    from tenant_email.tenants.connections import Connection

_CLOUD: Final = ".logto.app"


class LogtoSurvey(Survey):
    """A tenant that is looked at."""

    greeting = "/oidc/.well-known/openid-configuration"  # docs/contracts/logto.md#authentication
    judged = frozenset({"settings.language"})
    built_in = "there is no email connector: no mail is sent"

    def __init__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> None:
        self._tenant = Logto(connection, announce, timing)
        self._experience: PropsView | None = None
        super().__init__(connection, self._tenant.client)

    def is_greeting(self, document: Json) -> bool:
        """Tells OpenID's discovery document by its issuer, which ends as Logto's do."""
        return is_object(document) and str(document.get("issuer")).endswith("/oidc")

    def log_in(self, scopes: Mapping[str, str]) -> Iterable[Finding]:
        """Logs in; the one scope stands for a role."""
        self.client.granted()  # without the scope the login is an error that names the role
        yield fine("login", GRANTED)
        yield fine("scopes", f"the login has everything that is needed: {', '.join(scopes)}, by the role {ROLE!r}")

    def looks(self) -> tuple[Look, ...]:
        """Looks at what needs the connector, and at the rate limits that are documented."""
        return (("sign_in", self._needs), ("rate_limits", self._limits))

    def read_provider(self) -> LiveProvider | None:
        """Returns the email connector."""
        return self._tenant.read_provider()

    def read_templates(self) -> Texts:
        """Returns the entries of /api/email-templates; what the connector itself holds is a setting of it."""
        return Texts(self._tenant.list_templates())

    def judge_provider(self, provider: LiveProvider | None) -> Iterable[Finding]:
        """Says that several connectors are one too many."""
        if provider is not None and provider.inputs.kind == SEVERAL:
            what = "there are several email connectors, left by parallel creates; Logto cannot list them, and the first"
            remedy = "Delete the others by their ids (DELETE /api/connectors/:id), or adopt: that deletes them all."
            yield problem("provider", f"{what} by id sends", remedy)

    def judge_templates(self, provider: LiveProvider | None, texts: Texts) -> Iterable[Finding]:
        """Says which are never matched, ignored by the connector, or in the place of its own texts."""
        kind = provider.inputs.kind if provider else ""
        fallback = sign_in.fallback_language(self._read_experience())
        own = provider.inputs.settings.get("templates") if provider else None
        if is_object(own) and own:
            yield fine("templates", f"the connector's own texts: {', '.join(map(redact_external, own))}")
        if kind in effects.UNUSED and texts.changed:
            what = f"{len(texts.changed)} email templates are of no use: {kind} never reads them"
            yield warning("templates", what, "Remove them, or use another kind of connector.")
        for each in texts.changed:
            settings = each.inputs.settings
            name = f"template {redact_external(settings['language'])}/{settings['type']}"
            if fault := languages.fault_of(settings["language"]):
                what, _, remedy = fault.partition("\n")
                yield warning("templates", f"{name} is of no use: its language {what}", remedy)
            if kind not in effects.UNUSED:
                for line in effects.without_effect(settings, kind):
                    yield warning("templates", f"{name}: {line}", "Remove the setting.")
            for line in effects.find_shadowed(settings, fallback) if kind and kind not in effects.UNUSED else ():
                yield warning("templates", f"{name} shadows: {line}", "Keep texts in one of the two places.")

    def _needs(self) -> Iterable[Finding]:
        there = self._tenant.read_provider() is not None
        needing = ", ".join(sign_in.dependents(self._read_experience(), has_connector=there))
        if needing and not there:
            remedy = "Configure an EmailProvider, or take email out of the sign-in experience."
            yield problem("sign_in", f"these do not work without an email connector: {needing}", remedy)
        else:
            yield fine("sign_in", f"by email: {needing}" if needing else "nothing in the sign-in experience sends mail")

    def _limits(self) -> Iterable[Finding]:
        # docs/contracts/logto.md#authentication
        cloud = self.connection.host.endswith(_CLOUD)
        told = "200 requests in 10 s for each tenant of Logto Cloud" if cloud else "none; a self-hosted Logto has none"
        yield fine("rate_limits", f"rate limits of the Management API: {told}")

    def _read_experience(self) -> PropsView:
        if self._experience is None:
            self._experience = self._tenant.experience()
        return self._experience
