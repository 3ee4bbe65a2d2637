"""Auth0's Liquid as data, and what it says of a template (docs/contracts/auth0.md#liquid)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.checks.liquid_words import Finding, Language, Words
from tenant_email.checks.templates import group_findings, lint, mentions
from tenant_email.errors import Problem
from tenant_email.findings import Findings, Spot, Warned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.json_types import PropsView


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LANGUAGE: Final = Language(
    tags=_set("for cycle tablerow if unless case assign increment decrement include layout raw comment debug"),
    filters=_set(
        """
        plus minus modulo times floor ceil round divided_by abs at_least at_most append prepend capitalize upcase
        downcase strip lstrip rstrip strip_newlines split replace replace_first remove remove_first truncate
        truncatewords escape escape_once url_encode url_decode strip_html newline_to_br slice map sort sort_natural
        first last join reverse size date default
        """
    ),
    own_tags=_set("debug"),
)

_GENERAL: Final = _set(
    """
    application.* client.* request_language connection.name tenant friendly_name support_email support_url
    user.email user.email_verified user.picture user.nickname user.given_name user.family_name user.name
    user.app_metadata.* user.user_metadata.* organization.id organization.name organization.display_name
    organization.metadata.* organization.branding.logo_url organization.branding.colors.primary
    organization.branding.colors.page_background custom_domain.domain custom_domain.domain_metadata.*
    """
)
_UNTRUSTED: Final = _set("user.picture user.nickname user.given_name user.family_name user.name user.user_metadata.*")
_OF_TEMPLATE: Final[Mapping[str, frozenset[str]]] = {
    "blocked_account": _set("url user.source_ip user.city user.country"),
    "user_invitation": _set("url inviter.name roles.*"),
    "async_approval": _set("url link binding_message"),
}
_REDIRECT: Final = Words(
    frozenset(f"{of}.{name}" for of in ("application", "client") for name in ("name", "clientID", "callback_domain"))
)
# without it the mail is of no use; those of the last three are inferred (docs/contracts/auth0.md#liquid)
REQUIRED: Final[Mapping[str, str]] = {
    "verify_email": "url",
    "verify_email_by_code": "code",
    "reset_email": "url",
    "reset_email_by_code": "code",
    "blocked_account": "url",
    "enrollment_email": "link",
    "auth_email_by_code": "code",
    "mfa_oob_code": "code",
    "user_invitation": "url",
}
_TEXTS: Final = ("subject", "body", "from_address", "result_url")


def check(settings: PropsView) -> Findings:
    """Returns broken Liquid as problems, and what Auth0 will not understand or should not show as warnings."""
    if settings.get("syntax") != "liquid":
        return Findings()
    found = list(_findings(settings))
    broken = (
        Problem(
            f"settings.{name}",
            f"broken Liquid at {each}",
            "Correct the template.",
            each.kind,
            each.line,
            each.column,
        )
        for name, each in found
        if each.broken
    )
    problems = tuple(broken)
    warnings = tuple(group_findings((f"settings.{name}", each) for name, each in found if not each.broken))
    return Findings(problems, warnings if problems else (*warnings, *_missing_variables(settings)))


def _findings(settings: PropsView) -> Iterator[tuple[str, Finding]]:
    template = str(settings.get("template"))
    known = _GENERAL | _OF_TEMPLATE.get(template, frozenset({REQUIRED[template]} if template in REQUIRED else ()))
    if template not in {*REQUIRED, *_PLAIN}:
        known |= {"url", "code", "link"}  # a name newer than this package
    for name, text in _texts(settings):
        words = _REDIRECT if name == "result_url" else Words(known, _UNTRUSTED if name == "body" else frozenset())
        yield from ((name, finding) for finding in lint(text, LANGUAGE, words))


_PLAIN: Final = ("welcome_email", "stolen_credentials", "async_approval")


def _missing_variables(settings: PropsView) -> Iterator[Warned]:
    name, body = REQUIRED.get(str(settings.get("template"))), settings.get("body")
    if name and isinstance(body, str) and not mentions(body, LANGUAGE, name):
        what = f"{{{{ {name} }}}} is missing, without which this email is useless."
        yield Warned(f"settings.body: {what}", "missing-variable", Spot("settings.body", what=what))


def _texts(settings: PropsView) -> list[tuple[str, str]]:
    return [(name, text) for name in _TEXTS if isinstance(text := settings.get(name), str)]
