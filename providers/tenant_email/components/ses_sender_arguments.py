"""What is wrong with what a key may send, with the user who has it, and with tags, all at once; pure.

Each of these AWS would refuse, or apply to nothing, once half of the domain is made.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.aws import tag_rules
from tenant_email.aws.dns_records import normalize_domain
from tenant_email.aws.senders import can_match, has_wildcards, spellings
from tenant_email.errors import Problem
from tenant_email.json_types import is_object
from tenant_email.resources.arguments import later_text_problems, settings_class_problems, texts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tenant_email.resources.ses_values import IamUser, SendingPolicy

_NAME: Final = "letters, digits and _+=,.@-."
_NAMES: Final = re.compile(r"[A-Za-z0-9_+=,.@-]+")
OWN_NAME: Final = "name"
"""The path of what is wrong with the component's own name."""
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

_LONGEST_SUFFIX: Final = len("-0123456")  # what Pulumi puts after a name that it makes
_MADE_NAMES: Final = {"user_name": 64 - _LONGEST_SUFFIX, "policy_name": 128 - _LONGEST_SUFFIX}
_ASCII: Final = (
    "Use ASCII letters before the @; write a domain beside a wildcard in A-labels, as in *.xn--brd-sna.example."
)
_LONGEST_SHOWN: Final = 80  # characters of what is wrong
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_LOCAL_PART: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[^\s@<>"(),:;\[\]\\]+')


def sending_problems(sending: SendingPolicy, domains: Sequence[str]) -> Iterator[Problem]:
    """Yields what is wrong with a policy; `domains` are those that it names."""
    address = "Write an address alone, such as no-reply@acme.com."
    identity = "Write an address or a domain that SES has verified, such as me@acme.com."
    yield from _unfit("from_addresses", sending.from_addresses, _is_address, "is not an address", address)
    yield from _unfit("recipients", sending.recipients, _is_address, "is not an address", address)
    for path in ("from_identities", "sandbox_recipients"):
        yield from _unfit(path, getattr(sending, path), _is_identity, "is neither an address nor a domain", identity)
    for number, name in enumerate(texts_of(sending.from_display_names)):
        if _CONTROL.search(name):
            yield Problem(f"from_display_names.{number}", "has a line break or another control character", "Remove it.")
    yield from _strangers(sending, domains)
    yield from settings_class_problems("sends_through", sending.sends_through)


def user_problems(user: IamUser) -> Iterator[Problem]:
    """Yields what IAM would refuse of a user, or of its policy; an Output passes."""
    for path, (pattern, remedy) in _IAM.items():
        if (given := getattr(user, USER_PARTS[path])) is not None:
            yield from later_text_problems(path, given, pattern, remedy)


def name_problems(component: str, user: IamUser) -> Iterator[Problem]:
    """Yields what IAM would refuse of the names that Pulumi makes of the component's, where the program gives none."""
    made = [path for path in _MADE_NAMES if getattr(user, USER_PARTS[path]) is None]
    longest = min((_MADE_NAMES[path] for path in made), default=len(component))
    if not made or (_NAMES.fullmatch(component) and len(component) <= longest):
        return
    what = f"{component[:_LONGEST_SHOWN]!r} cannot begin names that IAM takes: 1 to {longest} {_NAME}"
    yield Problem(OWN_NAME, what[:-1], "Choose another name, or give the user and its policy names of their own.")


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
    """Yields the values that are none of their kind, and those that no mail of SES's can have; a pattern may be any."""
    for number, value in enumerate(texts_of(values)):
        at, shown = f"{path}.{number}", repr(value[:_LONGEST_SHOWN])
        if not (has_wildcards(value) or fits(value)):
            yield Problem(at, f"{shown} {what}", remedy)
        elif not spellings(value)[1].isascii():
            yield Problem(at, f"{shown} has non-ASCII characters, which Amazon SES does not accept there", _ASCII)


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
