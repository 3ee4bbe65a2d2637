"""A domain of Amazon SES in a state of Terraform or Pulumi, with its DNS records and the IAM users that send for it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal

from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import Json, is_list, is_object
from tenant_email.migration.found import FoundDomain, FoundKey, FoundPolicy, FoundRecord, FoundUser, Note
from tenant_email.migration.resources import StateResource, block
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

IDENTITIES: Final = ("aws_sesv2_email_identity", "aws_ses_domain_identity")
_ARN_PARTS: Final = 6
_REJECTS: Final = ("REJECT_MESSAGE", "RejectMessage")
_OWN_ROUTING: Final = ("weighted", "latency", "geo", "failover", "cidr")


def read_domains(resources: Sequence[StateResource], notes: list[Note]) -> tuple[FoundDomain, ...]:
    """Returns the domains among these resources."""
    groups = defaultdict[tuple[str, str], list[StateResource]](list)
    for resource in resources:
        if resource.type.startswith(("aws_ses_domain", "aws_sesv2_email_identity")):
            groups[_domain_of(resource), _region_of(resource) or resource.provider].append(resource)
    # Parts of the first API have no region: they go to the identity of the same domain and provider.
    parts = [key for key, group in groups.items() if not any(each.type in IDENTITIES for each in group)]
    for key in parts:
        home = next(
            (other for other, group in groups.items() if other != key and _belongs(key, groups[key], other, group)),
            None,
        )
        if home is not None:
            groups[home] += groups.pop(key)
    found = [
        domain
        for (name, _), group in groups.items()
        if (domain := _read_domain(name, group, resources, notes)) is not None
    ]
    return tuple(found)


def _belongs(
    key: tuple[str, str], group: list[StateResource], other: tuple[str, str], home: list[StateResource]
) -> bool:
    same = key[0] == other[0] and any(each.type in IDENTITIES for each in home)
    return same and {each.provider for each in group} <= {each.provider for each in home}


def _read_domain(
    name: str, group: list[StateResource], resources: Sequence[StateResource], notes: list[Note]
) -> FoundDomain | None:
    identities = [each for each in group if each.type in IDENTITIES]
    if not identities:
        lone = "belongs to an identity that is not in this state"
        notes += [Note(each.address, lone, refused=True) for each in group]
        return None
    first = identities[0]
    if "@" in name or not name:
        notes.append(Note(first.address, "is the identity of an address, and not of a domain", refused=True))
        return None
    arn = first.text("arn").split(":")
    if len(arn) != _ARN_PARTS or not arn[3]:
        notes.append(Note(first.address, "has no ARN that says its region", "Export it again.", refused=True))
        return None
    region = arn[3]
    by_type = {each.type: each for each in group}
    mail_from = by_type.get("aws_sesv2_email_identity_mail_from_attributes") or by_type.get("aws_ses_domain_mail_from")
    feedback = by_type.get("aws_sesv2_email_identity_feedback_attributes")
    dkim, tokens, selector, key = _dkim(first, by_type.get("aws_ses_domain_dkim"))
    mail_from_domain = mail_from.text("mail_from_domain") if mail_from else ""
    records = tuple(_records(resources, _record_names(name, tokens, selector, mail_from_domain), notes))
    users = tuple(_users(resources))
    forwarding = feedback.attributes.get("email_forwarding_enabled") if feedback else None
    return FoundDomain(
        first.address,
        name,
        region,
        first.text("arn"),
        tuple(each.address for each in group),
        mail_from_domain,
        reject_on_mx_failure=mail_from is not None and mail_from.text("behavior_on_mx_failure") in _REJECTS,
        configuration_set=first.text("configuration_set_name"),
        dkim=dkim,
        dkim_tokens=tokens,
        dkim_selector=selector,
        dkim_private_key=key,
        feedback_forwarding=forwarding if isinstance(forwarding, bool) else None,
        records=records,
        users=users,
    )


def _domain_of(resource: StateResource) -> str:
    name = resource.text("email_identity") or resource.text("domain") or resource.text("id")
    return name.lower().rstrip(".")


def _region_of(resource: StateResource) -> str:
    arn = resource.text("arn").split(":")
    return resource.text("region") or (arn[3] if len(arn) >= _ARN_PARTS else "")


def _dkim(
    identity: StateResource, of_first_api: StateResource | None
) -> tuple[Literal["easy", "byo", "none"], tuple[str, ...], str, Secret | None]:
    """Returns (how the domain signs, the tokens of Easy DKIM, the selector and key of its own)."""
    if identity.type == "aws_ses_domain_identity":
        tokens = of_first_api.texts("dkim_tokens") if of_first_api else ()
        return ("easy" if of_first_api else "none"), tokens, "", None
    signing = block(identity.attributes.get("dkim_signing_attributes"))
    given = signing.get("tokens")
    tokens = tuple(token for token in given if isinstance(token, str)) if is_list(given) else ()
    if signing.get("signing_attributes_origin") != "EXTERNAL":
        return "easy", tokens, "", None
    key, selector = signing.get("domain_signing_private_key"), signing.get("domain_signing_selector")
    text = key.reveal() if isinstance(key, Secret) else key
    secret = Secret(text) if isinstance(text, str) and text else None
    return "byo", (), selector if isinstance(selector, str) else "", secret


def _record_names(domain: str, tokens: Iterable[str], selector: str, mail_from: str) -> dict[str, tuple[str, ...]]:
    """Returns the names of the records that belong to a domain, with their types."""
    names: dict[str, tuple[str, ...]] = {f"{token}._domainkey.{domain}": ("CNAME",) for token in tokens}
    if selector:
        names[f"{selector}._domainkey.{domain}"] = ("TXT",)
    if mail_from:
        names[mail_from] = ("MX", "TXT")
    return {**names, f"_dmarc.{domain}": ("TXT",)}


def _records(
    resources: Iterable[StateResource], wanted: Mapping[str, tuple[str, ...]], notes: list[Note]
) -> Iterator[FoundRecord]:
    for each in resources:
        if each.type != "aws_route53_record":
            continue
        name = (each.text("fqdn") or each.text("name")).lower().rstrip(".")
        if each.text("type") not in wanted.get(name, ()):
            continue
        if each.text("set_identifier") or any(each.attributes.get(f"{way}_routing_policy") for way in _OWN_ROUTING):
            notes.append(Note(each.address, "is one of several records with a routing policy", refused=True))
            continue
        ttl = each.attributes.get("ttl")
        values = each.texts("records")
        if isinstance(ttl, int | float) and values:
            yield FoundRecord(each.address, each.text("zone_id"), name, each.text("type"), int(ttl), values)


def _users(resources: Sequence[StateResource]) -> Iterator[FoundUser]:
    """Yields the IAM users with their policies."""
    policies = {each.text("arn"): each for each in resources if each.type == "aws_iam_policy"}
    attached = defaultdict[str, list[tuple[StateResource, str]]](list)
    for each in resources:
        users = {
            "aws_iam_policy_attachment": each.texts("users"),
            "aws_iam_user_policy_attachment": (each.text("user"),),
        }
        for user in users.get(each.type, ()):
            if (arn := each.text("policy_arn")) in policies:
                attached[user].append((policies[arn], each.address))
        if each.type == "aws_iam_user_policy":
            attached[each.text("user")].append((each, ""))
    for each in resources:
        if each.type == "aws_iam_user":
            name = each.text("name")
            own = [policy for part, by in attached[name] if (policy := _policy(part, by)) is not None]
            keys = tuple(_keys(resources, name))
            path, boundary = each.text("path") or "/", each.text("permissions_boundary")
            yield FoundUser(each.address, name, path, boundary, tuple(own), keys, each.tags())


def _policy(resource: StateResource, attachment: str) -> FoundPolicy | None:
    try:
        document: Json = read_json(resource.text("policy"))
    except ValueError:
        return None
    if not is_object(document):
        return None
    return FoundPolicy(
        resource.address,
        resource.text("name"),
        document,
        resource.text("arn") if resource.type == "aws_iam_policy" else "",
        resource.text("path") or "/",
        tuple(filter(None, (resource.address, attachment))),
        resource.text("description"),
        resource.tags(),
    )


def _keys(resources: Iterable[StateResource], user: str) -> Iterator[FoundKey]:
    for each in resources:
        if each.type == "aws_iam_access_key" and each.text("user") == user:
            yield FoundKey(each.address, each.text("id"))
