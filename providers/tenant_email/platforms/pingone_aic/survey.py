"""What is looked at in a tenant of PingOne Advanced Identity Cloud (docs/contracts/pingone_aic.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tenant_email.errors import Forbidden, PlatformError, redact_external
from tenant_email.inputs.language_tags import canonical
from tenant_email.json_types import is_object
from tenant_email.platforms.pingone_aic import answers, environment
from tenant_email.platforms.pingone_aic.api import PingOneAic
from tenant_email.platforms.pingone_aic.kinds import BUILT_IN
from tenant_email.platforms.pingone_aic.login import SCOPES
from tenant_email.platforms.pingone_aic.placeholders import uses
from tenant_email.platforms.pingone_aic.templates import BUILT_IN as SHIPPED
from tenant_email.platforms.pingone_aic.templates import PROTECTED
from tenant_email.platforms.survey import GRANTED, ClockBounds, Survey, Texts, fine, problem, unknown, warning
from tenant_email.timing import USUAL, Timing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from tenant_email.findings import Finding
    from tenant_email.json_types import Json, Props
    from tenant_email.platforms.base import LiveProvider
    from tenant_email.platforms.pingone_aic.esvs import Esv
    from tenant_email.platforms.pingone_aic.placeholders import Use
    from tenant_email.platforms.survey import Look
    from tenant_email.tenants.connections import Connection

_ACCOUNT: Final = "/openidm/managed/svcacct/"
_ESV: Final = re.compile(r"&\{(esv\.[^{}|]*)(?:\|([^{}]*))?\}")
_RESTART: Final = "Restart the tenant: a pingone_aic.EsvRestart, or the console's ESV page."
_NO_SCOPE: Final = "invalid_scope"
_MOST: Final = 5  # names of a list


class PingOneAicSurvey(Survey):
    """A tenant that is looked at."""

    greeting = "/am/json/serverinfo/version"  # docs/contracts/pingone_aic.md#endpoints
    # docs/contracts/pingone_aic.md#built-in
    built_in = "mail goes out through the built-in sender: 10 a minute, from noreply@ and the tenant's host"
    # docs/contracts/pingone_aic.md#authentication: an assertion is made for 120 s, and may be for 180 at most
    clock = ClockBounds(ahead=58, behind=118, why="the assertion of a login is good for two minutes, and not for three")

    def __init__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = USUAL) -> None:
        self._announce, self._timing = announce, timing
        self._tenant = PingOneAic(connection, announce, timing)
        self._esvs: Mapping[str, Esv] | None = None
        super().__init__(connection, self._tenant.client)

    def is_greeting(self, document: Json) -> bool:
        """Tells the access manager by its version."""
        return is_object(document) and document.get("_id") == "version" and "version" in document

    def version(self, document: Json) -> Iterable[Finding]:
        """Says what the access manager calls itself."""
        yield fine("version", redact_external(document.get("fullVersion") or document["version"]))

    def log_in(self, scopes: Mapping[str, str]) -> Iterable[Finding]:
        """Logs in; where not all scopes are granted, with those that are, so that the rest can be looked at."""
        try:
            yield from super().log_in(scopes)
        except PlatformError as error:
            if not isinstance(error, Forbidden) and error.code != _NO_SCOPE:
                raise
            granted = frozenset(scope for scope in SCOPES if self._logs_in(frozenset({scope})))
            if not granted:
                raise
            self._tenant = PingOneAic(self.connection, self._announce, self._timing, granted)
            self.client = self._tenant.client
            yield fine("login", f"{GRANTED} with {', '.join(sorted(granted))} alone")
            for scope in sorted(SCOPES - granted):
                yield problem("scopes", f"the login lacks {scope}, for {scopes[scope]}", error.remedy)

    def looks(self) -> tuple[Look, ...]:
        """Looks at the account, the tier, and the ESVs that mail depends on."""
        return (("account", self._account), ("tier", self._tier), ("esvs", self._loaded), ("restart", self._restart))

    def read_provider(self) -> LiveProvider | None:
        """Returns what sends the tenant's mail."""
        return self._tenant.read_provider()

    def read_templates(self) -> Texts:
        """Returns all but the protected ones, which nobody can change; which others were changed no API tells."""
        found = self._tenant.list_templates()
        own = [each for each in found if each.inputs.settings["template"] not in PROTECTED]
        protected = tuple(name for each in found if (name := each.inputs.settings["template"]) in PROTECTED)
        return Texts(own, protected, ("that can be changed (nothing tells which were)", "protected"))

    def judge_provider(self, provider: LiveProvider | None) -> Iterable[Finding]:
        """Says that nothing is configured, and which secret stops a promotion."""
        if provider is None:
            what = "there is no email configuration (external.email) at all: every mail fails"
            yield problem("provider", what, "Configure an EmailProvider.")
        elif provider.inputs.kind != BUILT_IN and provider.inputs.settings.get("promotable") is None:
            what = "its secret is a literal, which a promotion of this environment refuses"
            yield warning("provider", what, 'If it is promoted: set the secret to pingone_aic.esv("…").')

    def judge_templates(self, provider: LiveProvider | None, texts: Texts) -> Iterable[Finding]:
        """Says which texts are never sent."""
        shaped = {each.inputs.settings["template"] for each in (*texts.changed,)} | set(PROTECTED)
        for document in self._tenant.template_documents():
            name = document["_id"].partition("/")[2]
            if name not in shaped:
                what = f"template {redact_external(name)} does not have the shape of one: sending it fails"
                yield problem("templates", what, "Write it again.")
        for each in texts.changed:
            settings, raw = each.inputs.settings, each.raw
            name = f"template {redact_external(settings['template'])}"
            odd = sorted(locale for locale in settings.get("message", {}) if canonical(locale) != locale)
            if odd:
                what = f"{name} has texts that nobody is sent: {_listed(odd)} is no language code"
                yield warning("templates", what, "Write a locale as en or pt-BR.")
            program: Props = each.program_settings or {}
            if (
                (raw.get("html") or raw.get("styles"))
                and "html" not in program
                and raw.get("html") != raw.get("message")
            ):
                what = f"{name}: the console's source (html, styles) is not what is sent (message)"
                yield warning("templates", what, "Save one of them again: the console would bring its own text back.")
            if provider is not None and provider.inputs.kind == BUILT_IN and raw.get("from"):
                what = f"{name}: its own sender is of no use, the built-in sender has one for all"
                yield warning("templates", what, "Configure an EmailProvider.")
        absent = [name for name in SHIPPED if name not in shaped]
        if absent:
            what = f"templates that the platform ships are gone: {_listed(absent)}"
            yield warning("templates", what, "Create them where a journey sends them; nothing restores them.")

    def resolve(self, text: str) -> str:
        """Puts in the values of ESV variables, or the placeholder's default; a secret's stays a placeholder."""
        if "&{" not in text:
            return text

        def value(match: re.Match[str]) -> str:
            esv = self._read_esvs().get(match[1].replace(".", "-"))
            found = match[2] if esv is None else esv.text
            return match[0] if found is None else found

        return _ESV.sub(value, text)

    def _logs_in(self, scopes: frozenset[str]) -> bool:
        try:
            PingOneAic(self.connection, self._announce, self._timing, scopes).client.granted()
        except PlatformError:
            return False
        return True

    def _account(self) -> Iterable[Finding]:
        path = _ACCOUNT + quote(self.connection.plain["serviceAccountId"], safe="")
        found = self.client.call("GET", path, answers.ACCOUNT).body
        name, status = redact_external(found.get("name")), str(found.get("accountStatus"))
        if status.lower() != "active":
            yield problem(
                "account", f"service account {name} is {redact_external(status)}", "Activate it in the console."
            )
            return
        yield fine("account", f"service account {name} is active, with {_listed(sorted(found.get('scopes') or ['?']))}")

    def _tier(self) -> Iterable[Finding]:
        info = environment.read_info(self.client)
        if reason := environment.immutability(info):
            yield warning("tier", *reason)
        else:
            yield fine("tier", f"the {redact_external(info.get('tier'))} environment takes configuration")

    def _loaded(self) -> Iterable[Finding]:
        provider = self._tenant.read_provider()
        documents: list[Json] = [*self._tenant.template_documents(), provider.raw if provider else {}]
        used = {use.esv_id: use for use in uses(documents)}
        esvs = self._read_esvs()
        found = [finding for use in used.values() if (finding := _judge(use, esvs.get(use.esv_id)))]
        yield from found
        pending = [esv.id for esv in esvs.values() if esv.is_usable and not esv.is_loaded and esv.id not in used]
        if pending:
            yield warning("esvs", f"{len(pending)} more wait for a restart: {_listed(pending)}", _RESTART)
        if not found:
            count = f"all {len(used)} that mail uses are loaded" if used else "no mail depends on one"
            yield fine("esvs", f"ESVs: {count}")

    def _restart(self) -> Iterable[Finding]:
        status = self._tenant.esvs.restart_status()
        if status == "ready":
            yield fine("restart", "the tenant is not restarting")
        else:
            what = f"the tenant is {redact_external(status)}: for minutes calls may fail"
            yield warning("restart", what, "Run again when it is over.")

    def _read_esvs(self) -> Mapping[str, Esv]:
        if self._esvs is None:
            self._esvs = self._tenant.esvs.list_all()
        return self._esvs


def _judge(use: Use, esv: Esv | None) -> Finding | None:
    """Returns what is wrong with an ESV that mail uses."""
    if esv is None:
        if use.has_default:
            return unknown("esvs", f"there is no ESV {use.esv_id}: the placeholder's default is used")
        return problem("esvs", f"there is no ESV {use.esv_id}, which {use.path} uses", "Create it, and restart.")
    if not esv.is_usable:
        what = f"{use.esv_id} is a secret that cannot be used in placeholders, and {use.path} uses it"
        return problem("esvs", what, "Create another EsvSecret with use_in_placeholders=True.")
    if esv.is_loaded:
        return None
    if esv.is_secret and not esv.document["loadedVersion"]:
        return problem("esvs", f"{use.esv_id} was never loaded, and {use.path} uses it", _RESTART)
    return warning("esvs", f"{use.esv_id} is not loaded yet: mail still uses its old value", _RESTART)


def _listed(names: list[str]) -> str:
    shown = ", ".join(redact_external(name) for name in names[:_MOST])
    return f"{shown} and {len(names) - _MOST} more" if len(names) > _MOST else shown
