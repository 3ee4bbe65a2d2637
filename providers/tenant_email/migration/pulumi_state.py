"""A state of Pulumi with pulumi_auth0 and pulumi_aws: what `pulumi stack export` prints.

Its resources are given Terraform's types and names, from which the bridged providers are made.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Final

from tenant_email.inputs.hosts import host_in
from tenant_email.inputs.text_files import unusable
from tenant_email.json_types import Json, Props, PropsView, is_list, is_object
from tenant_email.migration.found import Note
from tenant_email.migration.resources import ENCRYPTED, StateResource, as_secret

if TYPE_CHECKING:
    from pathlib import Path

_VERSIONS: Final = (3, 4)  # 4 only adds features that a deployment may demand
_EXPORT: Final = "Run: pulumi stack export --show-secrets, and name that file, or pass it on standard input with `-`."
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - says that what it marks is one
_TYPES: Final = {
    "auth0:index/emailProvider:EmailProvider": "auth0_email_provider",
    "auth0:index/email:Email": "auth0_email_provider",  # pulumi_auth0 2, of the same schema
    "auth0:index/emailTemplate:EmailTemplate": "auth0_email_template",
    "aws:iam/accessKey:AccessKey": "aws_iam_access_key",
    "aws:iam/policy:Policy": "aws_iam_policy",
    "aws:iam/policyAttachment:PolicyAttachment": "aws_iam_policy_attachment",
    "aws:iam/user:User": "aws_iam_user",
    "aws:iam/userPolicy:UserPolicy": "aws_iam_user_policy",
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": "aws_iam_user_policy_attachment",
    "aws:route53/record:Record": "aws_route53_record",
    "aws:ses/configurationSet:ConfigurationSet": "aws_ses_configuration_set",
    "aws:ses/domainDkim:DomainDkim": "aws_ses_domain_dkim",
    "aws:ses/domainIdentity:DomainIdentity": "aws_ses_domain_identity",
    "aws:ses/domainIdentityVerification:DomainIdentityVerification": "aws_ses_domain_identity_verification",
    "aws:ses/mailFrom:MailFrom": "aws_ses_domain_mail_from",
    "aws:sesv2/configurationSet:ConfigurationSet": "aws_sesv2_configuration_set",
    "aws:sesv2/emailIdentity:EmailIdentity": "aws_sesv2_email_identity",
    "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes": (
        "aws_sesv2_email_identity_feedback_attributes"
    ),
    "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": (
        "aws_sesv2_email_identity_mail_from_attributes"
    ),
}
_PROVIDERS: Final = "pulumi:providers:"
_INFRASTRUCTURE: Final = ("pulumi:pulumi:Stack", _PROVIDERS)
_KEPT_KEYS: Final = frozenset({"tags", "tagsAll"})  # their keys are the user's
_WORD: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def is_state(document: Json) -> bool:
    """Returns whether a document is an export of a stack, or the file of a stack in a local backend."""
    return is_object(document) and (is_object(document.get("deployment")) or is_object(document.get("checkpoint")))


def read_state(document: Props, file: Path) -> tuple[list[StateResource], list[Note], Counter[str]]:
    """Returns our resources, what is to be said of them, and how many there are of each other type.

    Raises:
        TenantEmailError: it is not an export of version 3 or 4.

    """
    rows = _rows(document, file)
    hosts = {f"{row.get('urn')}::{row.get('id')}": _host_of(row) for row in rows if _is_auth0(row)}
    found, notes, left = list[StateResource](), list[Note](), Counter[str]()
    for row in rows:
        kind, urn = str(row.get("type")), str(row.get("urn"))
        if kind.startswith(_INFRASTRUCTURE) or not row.get("custom"):
            continue
        if kind not in _TYPES:
            left[kind] += 1
        elif row.get("delete"):
            remedy = "Finish it with pulumi up, and export again."
            notes.append(Note(urn, "is about to be deleted by its stack", remedy, refused=True))
        elif row.get("external"):
            notes.append(Note(urn, "is only read by its stack, and not managed", refused=True))
        else:
            provider = str(row.get("provider") or "")
            attributes = _snake_case(_opened(row.get("outputs") or {}))
            attributes = {"id": row.get("id"), **attributes} if is_object(attributes) else {}
            short = _name_of(provider.rpartition("::")[0])
            found.append(StateResource(urn, _TYPES[kind], attributes, short, hosts.get(provider, "")))
    return found, notes, left


def _rows(document: PropsView, file: Path) -> list[Props]:
    version = document.get("version")
    if version not in _VERSIONS:
        shown = version if isinstance(version, int) else "unknown"
        what = f"is an export of version {shown}, and versions {' and '.join(map(str, _VERSIONS))} are what can be read"
        raise unusable(file, what, _EXPORT)
    deployment: Json = document.get("deployment")
    checkpoint = document.get("checkpoint")
    if is_object(checkpoint):
        deployment = checkpoint.get("latest")
    rows = deployment.get("resources") if is_object(deployment) else None
    if not is_list(rows):
        raise unusable(file, "is the state of a stack without resources", _EXPORT)
    return [row for row in rows if is_object(row)]


def _is_auth0(row: PropsView) -> bool:
    return row.get("type") == f"{_PROVIDERS}auth0"


def _host_of(row: PropsView) -> str:
    """Returns the tenant of a configured provider of Auth0; empty where the state does not have it."""
    inputs = row.get("inputs")
    domain = _opened(inputs.get("domain")) if is_object(inputs) else None
    return host_in(domain) if isinstance(domain, str) else ""


def _name_of(urn: str) -> str:
    return urn.rpartition("::")[2]


def _opened(value: Json) -> Json:
    """Returns a value with what is marked as a secret as one, and as ENCRYPTED where only its ciphertext is there."""
    if is_list(value):
        return [_opened(item) for item in value]
    if not is_object(value):
        return value
    if value.get(_SIGNATURE) == _SECRET:
        return as_secret(_plaintext(value.get("plaintext"))) if "plaintext" in value else ENCRYPTED
    return {key: _opened(item) for key, item in value.items()}


def _plaintext(text: Json) -> Json:
    """Returns what the plain text of a secret stands for: JSON."""
    try:
        return _opened(json.loads(text))
    except (TypeError, ValueError, RecursionError):
        return ENCRYPTED


def _snake_case(value: Json) -> Json:
    if is_list(value):
        return [_snake_case(item) for item in value]
    if not is_object(value):
        return value
    return {
        _WORD.sub("_", key).lower(): item if key in _KEPT_KEYS else _snake_case(item) for key, item in value.items()
    }
