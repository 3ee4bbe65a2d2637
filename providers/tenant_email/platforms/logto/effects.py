"""Which text Logto sends in the end, and which field of it has no effect: pure (docs/contracts/logto.md#templates).

An entry of /api/email-templates takes precedence over the connector's own texts: first (type, locale), then (type,
fallback language), then (Generic, fallback language).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.findings import Spot, Warned
from tenant_email.platforms.logto.texts import INVITATION, VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.json_types import PropsView

_MOST_NAMED: Final = 5  # braces of one text
_LONGEST_SHOWN: Final = 60  # characters of one

NO_EFFECT: Final[Mapping[str, Mapping[str, str]]] = {
    "logto.aws_ses": {
        "content_type": "SES always sends HTML",
        "reply_to": "the SES connector sends no reply-to",
        "from_address": "the SES connector sends from its own address",
    },
    "logto.mailgun": {"content_type": "Mailgun sends HTML, and text along with it"},
    "logto.sendgrid": {
        "reply_to": "the SendGrid connector sends no reply-to",
        "from_address": "the SendGrid connector uses it only as the sender's name",
    },
    "logto.aliyun_dm": {
        "content_type": "Direct Mail always sends HTML",
        "reply_to": "the Direct Mail connector sends no reply-to",
        "from_address": "the Direct Mail connector uses it as the sender's alias",
    },
    "logto.mailjunky": {"reply_to": "the MailJunky connector sends no reply-to"},
}
"""The table of docs/contracts/logto.md#templates, by the kind of the connector."""

UNUSED: Final = frozenset({"logto.postmark", "logto.http", "logto.logto_email"})
"""Connectors that never read /api/email-templates: they pass type and payload on."""


def without_effect(settings: PropsView, connector: str) -> list[str]:
    """Returns what of an email template the tenant's connector ignores."""
    if connector in UNUSED:
        return [f"a {connector} connector never uses email templates, so this one has no effect"]
    return [
        f"settings.{name} has no effect: {reason}"
        for name, reason in NO_EFFECT.get(connector, {}).items()
        if settings.get(name) not in (None, "text/html")
    ]


def find_shadowed(settings: PropsView, fallback: str) -> list[str]:
    """Returns what an entry of the fallback language takes the place of."""
    if settings.get("language") != fallback:
        return []
    if settings.get("type") == "Generic":
        what = (
            f"the Generic text in {fallback}, the fallback language, takes precedence over every text of the connector"
        )
        return [f"{what} whose type has no email template; an {INVITATION} then has no link"]
    return [f"the {settings['type']} text in {fallback}, the fallback language, takes precedence over the connector's"]


def find_gaps(texts: Mapping[str, tuple[object, ...]]) -> list[Warned]:
    """Returns what texts, by type, should hold and do not, and what Logto would send as it stands: each once."""
    found: dict[tuple[str, str], list[str]] = {}
    for usage, parts in texts.items():
        for what, rule in _findings(usage, [part for part in parts if isinstance(part, str)], len(parts)).items():
            found.setdefault((what, rule), []).append(usage)
    return [
        Warned(f"{name_texts(usages)} has {what}", rule, Spot("settings.content"))
        for (what, rule), usages in found.items()
    ]


def _findings(usage: str, known: list[str], parts: int) -> dict[str, str]:
    """Returns the findings of one text, in order, and the rule of each; none while a part of it is not known."""
    if len(known) < parts:
        return {}
    variables = {name for text in known for name in VARIABLE.findall(text)}
    wanted = "link" if usage == INVITATION else "code"
    found = {} if wanted in variables else {f"no {{{{{wanted}}}}}": "missing-variable"}
    if usage == INVITATION and "code" in variables:
        found["{{code}}, which is sent as is: an invitation has none"] = "foreign-variable"
    odd = list(
        dict.fromkeys(_shorten(each) for text in known for each in _braces(text) if not VARIABLE.fullmatch(each))
    )
    if len(odd) > _MOST_NAMED:
        odd[_MOST_NAMED:] = [f"{len(odd) - _MOST_NAMED} more such braces"]
    return found | dict.fromkeys((f"{braces}, which Logto does not render" for braces in odd), "unrendered-braces")


def _braces(text: str) -> Iterator[str]:
    """Yields what stands in double braces; an opening without an end ends the search, however many there are."""
    end = 0
    while (start := text.find("{{", end)) >= 0 and (closing := text.find("}}", start)) >= 0:
        end = closing + 2
        yield text[start:end]


def _shorten(braces: str) -> str:
    return braces if len(braces) <= _LONGEST_SHOWN else f"{braces[:_LONGEST_SHOWN]}…"


def name_texts(usages: list[str]) -> str:
    """Returns how a message names the texts of these types."""
    return f"the {usages[0]} text" if len(usages) == 1 else f"each of the texts {', '.join(usages)}"
