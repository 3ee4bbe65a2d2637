"""A domain of Amazon SES in a state of Terraform or Pulumi, with its DNS records and the IAM users that send for it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, Literal

from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import Json, Props, is_list, is_object
from tenant_email.migration.found import FoundDomain, FoundKey, FoundPolicy, FoundRecord, FoundUser, Note
from tenant_email.migration.resources import ENCRYPTED, StateResource, block
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

IDENTITIES: Final = ("aws_sesv2_email_identity", "aws_ses_domain_identity")
_ARN_PARTS: Final = 6
_SENDS: Final = ("ses:*", "*", "ses:send*", "ses:sendemail", "ses:sendrawemail")
_REJECTS: Final = ("REJECT_MESSAGE", "RejectMessage")
_OWN_ROUTING: Final = ("weighted", "latency", "geo", "failover", "cidr")


def read_domains(resources: Sequence[StateResource], notes: list[Note], taken: list[str]) -> tuple[FoundDomain, ...]:
    """Returns the domains among these resources; `taken` is given the addresses of all that belongs to them."""
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
        if (domain := _read_domain(name, group, resources, notes, taken)) is not None
    ]
    return tuple(found)


def _belongs(
    key: tuple[str, str], group: list[StateResource], other: tuple[str, str], home: list[StateResource]
) -> bool:
    same = key[0] == other[0] and any(each.type in IDENTITIES for each in home)
    return same and {each.provider for each in group} <= {each.provider for each in home}


def _read_domain(
    name: str, group: list[StateResource], resources: Sequence[StateResource], notes: list[Note], taken: list[str]
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
    region, account = arn[3], arn[4]
    by_type = {each.type: each for each in group}
    mail_from = by_type.get("aws_sesv2_email_identity_mail_from_attributes") or by_type.get("aws_ses_domain_mail_from")
    feedback = by_type.get("aws_sesv2_email_identity_feedback_attributes")
    dkim, tokens, selector, key = _dkim(first, by_type.get("aws_ses_domain_dkim"))
    mail_from_domain = mail_from.text("mail_from_domain") if mail_from else ""
    records = tuple(_records(resources, _record_names(name, tokens, selector, mail_from_domain), notes))
    users = tuple(_users(resources, notes))
    forwarding = feedback.attributes.get("email_forwarding_enabled") if feedback else None
    taken += [each.address for each in group]
    taken += [each.address for each in records]
    return FoundDomain(
        first.address,
        name,
        region,
        account,
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
        tags=first.tags(),
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
    tokens = tuple(token for token in signing.get("tokens") or () if isinstance(token, str))
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


def _users(resources: Sequence[StateResource], notes: list[Note]) -> Iterator[FoundUser]:
    """Yields the IAM users that a policy in the state lets send."""
    policies = {each.text("arn"): each for each in resources if each.type == "aws_iam_policy"}
    attached = defaultdict[str, list[StateResource]](list)
    for each in resources:
        if each.type == "aws_iam_user_policy_attachment":
            attached[each.text("user")] += [policies[arn] for arn in [each.text("policy_arn")] if arn in policies]
        elif each.type == "aws_iam_policy_attachment":
            for user in each.texts("users"):
                attached[user] += [policies[arn] for arn in [each.text("policy_arn")] if arn in policies]
        elif each.type == "aws_iam_user_policy":
            attached[each.text("user")].append(each)
    for each in resources:
        if each.type != "aws_iam_user":
            continue
        name = each.text("name")
        own = [policy for part in attached[name] if (policy := _policy(part, name)) is not None]
        if any(_sends(policy.document) for policy in own):
            keys = tuple(_keys(resources, name, notes))
            yield FoundUser(
                each.address,
                name,
                each.text("path") or "/",
                each.text("permissions_boundary"),
                tuple(own),
                keys,
                each.tags(),
            )


def _policy(resource: StateResource, user: str) -> FoundPolicy | None:
    try:
        document: Json = read_json(resource.text("policy"))
    except ValueError:
        return None
    if not is_object(document):
        return None
    arn = resource.text("arn") if resource.type == "aws_iam_policy" else ""
    return FoundPolicy(resource.address, resource.text("name"), document, arn, resource.text("path") or "/", user)


def _sends(document: Props) -> bool:
    """Returns whether a policy allows to send mail."""
    statements = document.get("Statement")
    for each in statements if is_list(statements) else [statements]:
        actions = each.get("Action") if is_object(each) and each.get("Effect") == "Allow" else None
        if any(str(action).lower() in _SENDS for action in (actions if is_list(actions) else [actions])):
            return True
    return False


def _keys(resources: Iterable[StateResource], user: str, notes: list[Note]) -> Iterator[FoundKey]:
    for each in resources:
        if each.type != "aws_iam_access_key" or each.text("user") != user:
            continue
        if each.text("encrypted_secret"):
            what = "its secret is encrypted with PGP in the state"
            notes.append(Note(each.address, what, "Set it as a secret of the stack, or make a new key.", refused=True))
        secret, password = (_text(each.attributes.get(name)) for name in ("secret", "ses_smtp_password_v4"))
        yield FoundKey(each.address, each.text("id"), user, secret, password)


def _text(value: Json) -> Secret | None:
    if value is ENCRYPTED or not value:
        return None
    return value if isinstance(value, Secret) else Secret(value) if isinstance(value, str) else None
