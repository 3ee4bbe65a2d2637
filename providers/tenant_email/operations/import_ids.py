"""The ids by which what exists is recorded and imported: the form of each resource's, and what is wrong with another.

To import, Pulumi hands over nothing but the id, so only it says which tenant, region or zone is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from tenant_email.errors import InvalidSettings, NotSupported, Problem, redact_external

if TYPE_CHECKING:
    from collections.abc import Sequence

_PATTERNS: Final = {
    "platform": "[a-z0-9_]+",
    "region": "[a-z0-9-]+",
    "domain": r"(?!\s)[^/]+\.[^/]+(?<!\s)",  # with a dot, so that no other part of a region is taken for one
    "key": ".+",
}
_ANY: Final = r"(?!\s)[^/]+(?<!\s)"  # no blank at its ends
_PLACE: Final = re.compile(r"\{(\w+)\}")


class IdForm(NamedTuple):
    """The id of a resource: its form with a name for each part, and an example."""

    resource: str
    form: str
    example: str

    def parts(self, id_: str) -> dict[str, str] | None:
        """Returns the parts of an id by their names; None for one of another form."""
        pattern = _PLACE.sub(lambda place: f"(?P<{place[1]}>{_PATTERNS.get(place[1], _ANY)})", self.form)
        match = re.fullmatch(pattern, id_)
        return match and match.groupdict()


FORMS: Final = {
    each.resource: each
    for each in (
        IdForm("EmailProvider", "{platform}/{host}/email-provider", "auth0/acme.eu.auth0.com/email-provider"),
        IdForm(
            "EmailTemplate",
            "{platform}/{host}/email-template/{key}",
            "auth0/acme.eu.auth0.com/email-template/welcome_email",
        ),
        IdForm(
            "EsvVariable",
            "pingone_aic/{host}/esv-variable/{esv}",
            "pingone_aic/openam-acme.forgeblocks.com/esv-variable/esv-smtp-host",
        ),
        IdForm(
            "EsvSecret",
            "pingone_aic/{host}/esv-secret/{esv}",
            "pingone_aic/openam-acme.forgeblocks.com/esv-secret/esv-smtp-password",
        ),
        IdForm("EsvRestart", "pingone_aic/{host}/esv-restart", "pingone_aic/openam-acme.forgeblocks.com/esv-restart"),
        IdForm("SesDomainIdentity", "aws-ses/{region}/{domain}", "aws-ses/eu-west-1/acme.com"),
        IdForm("SesDomainSettings", "aws-ses/{region}/{domain}/settings", "aws-ses/eu-west-1/acme.com/settings"),
        IdForm("SesDomainPreflight", "aws-ses/{region}/{domain}/preflight", "aws-ses/eu-west-1/acme.com/preflight"),
        IdForm(
            "SesDomainVerification", "aws-ses/{region}/{domain}/verification", "aws-ses/eu-west-1/acme.com/verification"
        ),
        IdForm("SesAccount", "aws-ses/{region}/account", "aws-ses/eu-west-1/account"),
        IdForm("SesDomainRecord", "route53/{zone}/{name}/{type}", "route53/Z123/_dmarc.acme.com/TXT"),
        IdForm("SesDkimKey", "dkim-key/{fingerprint}", "dkim-key/0123456789abcdef"),
        IdForm("AwsKeySlot", "aws-key-slot/{user}/{slot}", "aws-key-slot/acme-mail/a"),
        IdForm("AwsKeyReady", "aws-key/{key}", "aws-key/AKIA…"),
    )
}
"""Every resource's; none is of another's form."""


def parse_id(resource: str, id_: str) -> dict[str, str]:
    """Returns the parts of an id; raises InvalidSettings for one of another form, which says whose that is."""
    form = FORMS[resource]
    if (parts := form.parts(id_)) is not None:
        return parts
    raise wrong_id(id_, _whose(resource, id_), f"Write it as {form.form}, such as {form.example}.")


def require_recorded(resource: str, id_: str) -> None:
    """Raises InvalidSettings for a recorded id that no run can have recorded: of another object nothing is believed."""
    form = FORMS.get(resource)
    if form is None or form.parts(id_) is not None:
        return
    raise edited(id_, _whose(resource, id_), f"A run records {form.form}, such as {form.example}.")


def edited(id_: str, what: str, expected: str) -> InvalidSettings:
    """Returns the error for a recorded id that no run can have recorded, or not with what else is recorded."""
    remedy = (
        f"The state was edited. {expected} Put that back, or an earlier version of the state: `pulumi stack export "
        "--version`, then `pulumi stack import`."
    )
    return InvalidSettings(redact_external(id_), (Problem("id", what, remedy),))


def _whose(resource: str, id_: str) -> str:
    # A message shows no blank at the end of a line, nor of an id.
    if id_ != id_.strip() and FORMS[resource].parts(id_.strip()) is not None:
        return "begins or ends with a blank"
    other = next((each.resource for each in FORMS.values() if each.parts(id_) is not None), "")
    article = "an" if resource[0] in "AE" else "a"
    return f"is the id of {other}, not of {resource}" if other else f"is not the id of {article} {resource}"


def wrong_id(id_: str, what: str, remedy: str = "") -> InvalidSettings:
    """Returns the error for an id that names nothing that could be imported."""
    return refuse(id_, [Problem("id", what, remedy)])


def refuse(id_: str, problems: Sequence[Problem]) -> InvalidSettings:
    """Returns the error for an id with these problems."""
    return InvalidSettings(f"import of {redact_external(id_)}", tuple(problems))


def not_importable(id_: str, why: str, remedy: str) -> NotSupported:
    """Returns the error for what cannot be imported; `why` is what it is that it cannot."""
    return NotSupported(f"import of {redact_external(id_)}: cannot be imported: {why}", remedy=remedy)
