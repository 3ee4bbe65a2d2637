"""What a receiver minds in a header (RFC 5322 sections 2.1.1 and 3.6, and the guidelines of Google and Yahoo).

Google: support.google.com/a/answer/81126; Yahoo: senders.yahooinc.com/best-practices.
"""

from __future__ import annotations

import re
from email.utils import getaddresses
from typing import TYPE_CHECKING, Final

from tenant_email.errors import redact_external
from tenant_email.inputs.hosts import ascii_host
from tenant_email.net.clocks import moment_of
from tenant_email.platforms.survey import fine, problem, warning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.findings import Finding
    from tenant_email.mail_proof.messages import Mail

_ONCE: Final = ("date", "from", "sender", "reply-to", "to", "cc", "message-id", "subject", "mime-version")
_LONGEST_LINE: Final = 998
_DAY: Final = 86_400.0
_MESSAGE_ID: Final = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
_ADDRESS: Final = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
_TEMPLATE: Final = "Correct the template or the provider's settings."
_SERVICE: Final = "Have the mail service, or the server that sends, write it."


def from_domain(mail: Mail) -> str:
    """Returns the domain of the one author, as DNS has it; empty where there is not one."""
    authors = _mailboxes(mail, "from")
    return (
        ascii_host(authors[0][1].rpartition("@")[2].lower()) if len(authors) == 1 and len(mail.all("from")) == 1 else ""
    )


def from_address(mail: Mail) -> str:
    """Returns the address of the first author; empty without one."""
    return next((address for _, address in _mailboxes(mail, "from")), "")


def check_author(mail: Mail, expected: tuple[str, ...]) -> Iterator[Finding]:
    """Yields whether the mail has one author, and the one that is configured; nothing expected: any will do."""
    count, authors = len(mail.all("from")), _mailboxes(mail, "from")
    if count != 1:
        what = f"the mail has {count} From fields" if count else "the mail has no From field"
        remedy = "Mail programs show any of them, and receivers refuse it" if count else "Receivers refuse it"
        yield problem("from", what, f"{remedy}: find out what adds or takes them, and set the sender once.")
        return
    if len(authors) != 1 or not ascii_host(authors[0][1].rpartition("@")[2]):
        yield problem("from", f"From is not one address: {redact_external(mail.first('from'))}", _TEMPLATE)
        return
    name, address = authors[0]
    wanted = {each.lower() for each in expected}
    if wanted and address.lower() not in wanted:
        configured = " or ".join(map(redact_external, expected))
        what = f"From is {redact_external(address)}, and the tenant is configured with {configured}"
        yield problem("from", what, "Look at the template's own sender, and at what the mail service changes.")
    else:
        suffix = ", as configured" if wanted else ""
        yield fine("from", f"From is {redact_external(address)}{suffix}")
    yield from _check_name(name, address)


def check_fields(mail: Mail, arrived: float | None) -> Iterator[Finding]:
    """Yields what is wrong with the other fields; `arrived` is when it did, where the mail says so."""
    for name in _ONCE:
        if name != "from" and (count := len(mail.all(name))) > 1:
            yield problem("header", f"the mail has {count} {name.title()} fields, and one is allowed", _SERVICE)
    yield from _check_date(mail, arrived)
    if not _MESSAGE_ID.search(mail.first("message-id")):
        what = "a Message-ID that is none" if mail.all("message-id") else "no Message-ID"
        yield warning("header", f"the mail has {what}, which Gmail asks for", _SERVICE)
    if not mail.first("subject").strip():
        yield problem("subject", "the mail has no subject", "Give the template a subject.")
    if any(len(line) > _LONGEST_LINE for field in mail.fields for line in field.raw.split(b"\r\n")):
        yield warning("header", f"a header line is longer than {_LONGEST_LINE} characters", _TEMPLATE)
    raw = sorted({field.name for field in mail.fields if field.name in (*_ONCE,) and not field.raw.isascii()})
    if raw:
        what = f"{' and '.join(name.title() for name in raw)} holds letters beyond ASCII that are not encoded"
        yield warning("header", what, "Have the mail service encode them (RFC 2047): not every server takes them.")
    yield from _check_reply_to(mail)
    if mail.all("list-unsubscribe") and not mail.all("list-unsubscribe-post"):
        what = "List-Unsubscribe comes without List-Unsubscribe-Post, so that there is no unsubscribing by one click"
        yield warning("header", what, "Add it (RFC 8058), or take both out: a mail of a login needs neither.")


def check_filter(mail: Mail) -> Iterator[Finding]:
    """Yields what the receiver's own filter said, where it called the mail spam; a sender writes no such field."""
    says = next(
        (
            name
            for name, said in (
                ("X-Spam-Flag", mail.first("x-spam-flag").upper().startswith("YES")),
                ("X-Spam-Status", mail.first("x-spam-status").upper().startswith("YES")),
                ("X-Spam", mail.first("x-spam").upper().startswith("YES")),
                ("SCL", _spam_confidence(mail)),
            )
            if said
        ),
        "",
    )
    if says:
        remedy = "Read the reasons in the mail's source, next to it; the points here are the usual ones."
        yield problem("filter", f"the receiver's filter takes it for spam ({says})", remedy)


def _spam_confidence(mail: Mail) -> bool:
    """Returns whether Microsoft's level says spam: 5 or more (learn.microsoft.com, Spam confidence level)."""
    told = re.search(r"\bSCL:(-?\d+)", mail.first("x-forefront-antispam-report"))
    level = told[1] if told else mail.first("x-ms-exchange-organization-scl")
    return level.isdecimal() and int(level) >= 5  # noqa: PLR2004 - see above


def _check_name(name: str, address: str) -> Iterator[Finding]:
    """Yields what makes a sender look like another one."""
    domain = redact_external(address.rpartition("@")[2].lower())
    if (shown := _ADDRESS.search(name)) and shown[1].lower() != domain:
        what = f"the sender's name shows an address of {redact_external(shown[1])}, and the mail is from {domain}"
        yield problem("from", what, "Write a name without an address: filters take it for a forgery.")
    if any(not label.isascii() and _is_mixed(label) for label in _unicode(domain).split(".")):
        what = f"the sender's domain {domain} mixes alphabets, as look-alikes of others do"
        yield warning("from", what, "Send from a domain in one alphabet.")


def _check_date(mail: Mail, arrived: float | None) -> Iterator[Finding]:
    sent = moment_of(mail.first("date"))
    if sent is None:
        what = "a Date that is none" if mail.all("date") else "no Date"
        yield problem("header", f"the mail has {what}, which every mail must have", _SERVICE)
        return
    if arrived is not None and abs(sent - arrived) > _DAY:
        what = (
            f"its Date is {abs(sent - arrived) / 3600:.0f} hours {'after' if sent > arrived else 'before'} it arrived"
        )
        yield warning("header", what, "Correct the clock of the server that sends, or find out what held it up.")


def _check_reply_to(mail: Mail) -> Iterator[Finding]:
    author = from_domain(mail)
    domains = {ascii_host(address.rpartition("@")[2].lower()) for _, address in _mailboxes(mail, "reply-to")} - {""}
    if author and (others := sorted(each for each in domains if not _related(each, author))):
        what = f"answers go to {', '.join(map(redact_external, others))}, and the mail is from {author}"
        yield warning("header", what, "Use a Reply-To of the sender's domain: another is a sign of phishing.")


def _related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _mailboxes(mail: Mail, name: str) -> list[tuple[str, str]]:
    # what encoded words stand for is no syntax: a name may hold a comma, or another address (RFC 2047 section 6.2)
    return [(decoded(shown), address) for shown, address in addresses(mail.first(name)) if "@" in address]


def addresses(value: str) -> list[tuple[str, str]]:
    """Returns each (name, address) of a field; none of one that is nested deeper than anybody reads."""
    try:
        return getaddresses([value])
    except RecursionError:
        return []


def decoded(text: str) -> str:
    """Returns the value of a field with its encoded words as text."""
    from email.header import decode_header, make_header  # noqa: PLC0415 - slow to load

    try:
        return str(make_header(decode_header(text)))
    except (ValueError, LookupError, UnicodeError):
        return text


def _unicode(domain: str) -> str:
    if "xn--" not in domain:
        return domain
    import idna  # noqa: PLC0415 - its tables are large

    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain


def _is_mixed(label: str) -> bool:
    """Returns whether letters of several scripts are in one word, by the first word of their Unicode names."""
    import unicodedata  # noqa: PLC0415 - few domains need it

    scripts = {unicodedata.name(letter, "?").split()[0] for letter in label if letter.isalpha()}
    return len(scripts - {"CJK", "HIRAGANA", "KATAKANA"}) > 1
