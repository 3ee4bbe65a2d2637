"""Tries a transport as preflight="connect" of an `up` does, from this machine: what a tenant holds, or settings.

The server and how it is tried are the platform's own (`Platform.mail_server`), the same for a resource and for this. No
credential is sent: a check goes up to the login, and not further.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tenant_email import platforms
from tenant_email.checks.smtp import MailServer, SmtpFinding, probe
from tenant_email.diagnosis.looking import take
from tenant_email.errors import InvalidSettings, Problem, redact_external
from tenant_email.findings import Finding
from tenant_email.inputs.model import parse
from tenant_email.inputs.spelling import one_of
from tenant_email.inputs.tenant_objects import ProviderInputs
from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.inputs.unusable_values import drop_unusable
from tenant_email.json_types import is_object
from tenant_email.package_schema.spelling import from_plugin
from tenant_email.platforms.survey import fine, problem, unknown, warning
from tenant_email.tenants.tenant_url import reach_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tenant_email.json_types import Json, Props, PropsView
    from tenant_email.platforms.base import LiveProvider, Platform
    from tenant_email.tenants.authorities import Authorities
    from tenant_email.tenants.selection import NamedTenant

_CHECK: Final = "connect"
_PLACEHOLDER: Final = "&{"
_FLAGS: Final = {"true": True, "false": False}
LONGEST: Final = 900.0
"""Seconds: more than any platform's mail library waits, so that each try ends by its own patience."""
_SEND: Final = "To see whether mail goes out: tenant-email send-test"


@dataclass(frozen=True, slots=True)
class Transport:
    """What is to be tried: the platform, and inputs of an EmailProvider."""

    platform: Platform
    inputs: ProviderInputs


def read_settings(document: PropsView, who: str) -> Transport:
    """Returns what a document says, in either spelling: inputs of an EmailProvider, or its settings alone.

    A secret may be left out: nothing here needs one.

    Raises:
        InvalidSettings: with everything that a preview would say of it.
    """
    given = document if is_object(document.get("settings")) else {"settings": dict(document)}
    props: Props = from_plugin("EmailProvider", given)
    raw, problems = drop_unusable(props["settings"], "settings")
    platform, kind = _platform_of(raw.get("kind"), who)
    values, flaws = parse(platform.models[kind], raw, "settings")
    hidden = {f"settings.{name}" for name in platform.capabilities.transports[kind].write_only if name not in raw}
    sender, enabled = props.get("from_address"), props.get("enabled")
    inputs = ProviderInputs(
        values.to_props(),
        from_address=sender if isinstance(sender, str) else None,
        enabled=enabled if isinstance(enabled, bool) else None,
        on_existing="adopt",
        preflight="connect" if platform.capabilities.transports[kind].connects else None,
    )
    found = platform.check_provider(inputs)
    wrong = dict.fromkeys([*problems, *(each for each in flaws if each.path not in hidden), *found.problems])
    if wrong:
        raise InvalidSettings(who, tuple(wrong))
    known = {name: value for name, value in inputs.settings.items() if value is not UNKNOWN}
    return Transport(platform, replace(inputs, settings=known))


def of_live(platform: Platform, provider: LiveProvider | None, resolve: Callable[[str], str]) -> Transport | Finding:
    """Returns what a tenant holds, placeholders filled in as far as that can be read; or why it cannot be tried."""
    if provider is None or provider.is_built_in:
        return unknown(_CHECK, "the tenant has no transport of its own: there is no server to try", _SEND)
    settings = {name: _resolved(value, resolve) for name, value in provider.inputs.settings.items()}
    return Transport(platform, replace(provider.inputs, settings=settings))


def try_transport(
    transport: Transport, authorities: Authorities | None = None, announce: Callable[[str], None] | None = None
) -> Iterable[Finding]:
    """Yields whether its server can be used as the platform will use it, or why that cannot be tried."""
    platform, inputs = transport.platform, transport.inputs
    known = platform.capabilities.transports.get(inputs.kind)
    if known is None or not known.connects or platform.mail_server is None:
        yield unknown(_CHECK, f"{redact_external(inputs.kind)} has no server to test from here", _SEND)
        return
    if hidden := [name for name, value in inputs.settings.items() if isinstance(value, str) and _PLACEHOLDER in value]:
        what = f"only the tenant knows settings.{' and settings.'.join(hidden)}, which is a placeholder"
        yield unknown(_CHECK, what, _SEND)
        if {"host", "port", "ssl", "starttls"} & set(hidden):
            return
    server = platform.mail_server(inputs)
    if authorities is not None:
        server = replace(server, authorities=authorities)
    yield from try_server(server, announce)


def try_server(server: MailServer, announce: Callable[[str], None] | None = None) -> Iterable[Finding]:
    """Yields whether a server can be used so."""
    found = probe(server, announce)
    if found.problem:
        where = f"{redact_external(found.problem.path)}: " if found.problem.path else ""
        yield problem(_CHECK, f"{where}{found.problem.what}", found.problem.remedy)
        return
    yield fine(_CHECK, _describe(server, found))
    if found.warning:
        what, _, remedy = found.warning.partition(". ")
        yield warning(_CHECK, what, remedy)


def _describe(server: MailServer, found: SmtpFinding) -> str:
    """Returns what is said of a server that works."""
    if not found.is_encrypted:
        tls = "it accepts mail in clear text"
    else:
        tls = "its TLS is trusted" if server.trust.verify else "its certificate is not verified, as the settings say"
    login = f", and it offers AUTH {found.login}" if found.login else ""
    return f"{server.at} can be reached, {tls}{login}."


def try_tenant(
    tenant: NamedTenant, authorities: Authorities | None, announce: Callable[[str], None]
) -> Iterable[Finding]:
    """Yields whether what a tenant holds live can be used; it is only read."""
    about = str(tenant)

    def look() -> Iterable[Finding]:
        connection = tenant.connection()
        connection.require_credentials()
        platform = platforms.load(tenant.platform)
        resolve: Callable[[str], str] = str
        if platform.survey is None:
            provider = platform.open(connection, announce).read_provider()
        else:
            survey = platform.survey(connection, announce)
            provider, resolve = survey.read_provider(), survey.resolve
        held = of_live(platform, provider, resolve)
        if isinstance(held, Finding):
            yield held
        else:
            yield from try_transport(held, authorities or reach_of(connection.url).authorities, announce)

    yield from (replace(each, about=about) for each in take(_CHECK, look, seconds=LONGEST))


def _platform_of(kind: object, who: str) -> tuple[Platform, str]:
    """Returns the platform of a kind; raises InvalidSettings for what is none."""
    name = kind if isinstance(kind, str) else ""
    every = [each for platform in platforms.names() for each in platforms.load(platform).models]
    if name not in every:
        remedy = one_of(name, every)
        flaw = Problem("settings.kind", f"{name!r} is not a kind" if name else "is missing", remedy)
        raise InvalidSettings(who, (flaw,))
    return platforms.load(name.partition(".")[0]), name


def _resolved(value: Json, resolve: Callable[[str], str]) -> Json:
    """Returns a setting with its placeholder filled in, as the number or truth that it then is."""
    if not isinstance(value, str) or _PLACEHOLDER not in value:
        return value
    text = resolve(value)
    return int(text) if text.isdecimal() else _FLAGS.get(text, text)
