"""What is wrong with what a key may send, with the user who has it, and with tags, all at once; pure.

Each of these AWS would refuse, or apply to nothing, once half of the domain is made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.aws import tag_rules
from tenant_email.aws.dns_records import normalize_domain
from tenant_email.aws.senders import can_match, has_wildcards
from tenant_email.errors import Problem
from tenant_email.json_types import is_object
from tenant_email.resources.arguments import later_text_problems, settings_class_problems, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tenant_email.resources.ses_values import IamUser, SendingPolicy

_NAME: Final = "letters, digits and _+=,.@-."
_IAM: Final = {
    "user_name": (re.compile(r"[A-Za-z0-9_+=,.@-]{1,64}"), f"Use 1 to 64 {_NAME}"),
    "user_path": (re.compile(r"/|/[!-~]{1,510}/"), "Begin and end it with a slash, as in /email/."),
    "permissions_boundary": (
        re.compile(r"arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/[!-~]+"),
        "Pass the ARN of a policy, such as arn:aws:iam::123456789012:policy/mail.",
    ),
    "policy_name": (re.compile(r"[A-Za-z0-9_+=,.@-]{1,128}"), f"Use 1 to 128 {_NAME}"),
    "policy_path": (
        re.compile(r"(/[A-Za-z0-9.,+@=_-]+)*/"),
        "Begin and end it with a slash, as in /email/.",
    ),
}
"""What IAM takes (API references of CreateUser and CreatePolicy), and what to do about the rest."""
USER_PARTS: Final = {**{path: path for path in _IAM}, "user_name": "name", "user_path": "path"}
"""The parts of IamUser by their short forms."""

_LONGEST_SHOWN: Final = 80  # characters of what is wrong
_LOCAL_PART: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s@<>"(),:;\[\]\\]+')


def sending_problems(sending: SendingPolicy, domains: Sequence[str]) -> Iterator[Problem]:
    """Yields what is wrong with a policy; `domains` are those that it names."""
    address = "Write an address alone, such as no-reply@acme.com."
    identity = "Write an address or a domain that SES has verified, such as me@acme.com."
    yield from _unfit("from_addresses", sending.from_addresses, _is_address, "is not an address", address)
    yield from _unfit("recipients", sending.recipients, _is_address, "is not an address", address)
    for path in ("from_identities", "sandbox_recipients"):
        yield from _unfit(path, getattr(sending, path), _is_identity, "is neither an address nor a domain", identity)
    yield from _strangers(sending, domains)
    yield from settings_class_problems("sends_through", sending.sends_through)


def user_problems(user: IamUser) -> Iterator[Problem]:
    """Yields what IAM would refuse of a user, or of its policy; an Output passes."""
    for path, (pattern, remedy) in _IAM.items():
        if (given := getattr(user, USER_PARTS[path])) is not None:
            yield from later_text_problems(path, given, pattern, remedy)


def tags_problems(tags: object) -> Iterator[Problem]:
    """Yields what is wrong with the tags of an identity, a user and a policy."""
    if tags is None:
        return
    if not is_object(tags):
        yield Problem("tags", f"is a {type(tags).__name__}", "Pass a dict from names to values.")
        return
    yield from tag_rules.tags_problems(tags)
    known = dict[str, str]()
    for name in map(str, tags):
        if (earlier := known.setdefault(name.lower(), name)) != name:
            yield Problem(f"tags.{name}", f"is the same tag as {earlier} to IAM", "Keep one of the two.")


def _unfit(path: str, values: Sequence[str], fits: Callable[[str], bool], what: str, remedy: str) -> Iterator[Problem]:
    """Yields the values that are none of their kind; a pattern may be any."""
    for number, value in enumerate(texts_of(values)):
        if not (has_wildcards(value) or fits(value)):
            yield Problem(f"{path}.{number}", f"{value[:_LONGEST_SHOWN]!r} {what}", remedy)


def _strangers(sending: SendingPolicy, domains: Sequence[str]) -> Iterator[Problem]:
    """Yields the senders of identities that the policy does not name: the key would be refused when it is proven."""
    identities = texts_of(sending.from_identities)
    if any(map(has_wildcards, identities)):
        return
    known = [*domains, *(each.rpartition("@")[2] for each in identities)]
    remedy = "Correct it, or name its domain in further_domains, or an identity of one address in from_identities."
    for number, sender in enumerate(texts_of(sending.from_addresses)):
        if (has_wildcards(sender) or _is_address(sender)) and not can_match(sender, known):
            yield Problem(f"from_addresses.{number}", f"{sender} is in none of {', '.join(domains)}", remedy)


def _is_address(text: str) -> bool:
    local, _, domain = text.rpartition("@")
    return bool(_LOCAL_PART.fullmatch(local)) and _is_domain(domain)


def _is_identity(text: str) -> bool:
    return _is_address(text) if "@" in text else _is_domain(text)


def _is_domain(text: str) -> bool:
    try:
        return bool(normalize_domain(text)) and text == text.strip()
    except ValueError:
        return False
