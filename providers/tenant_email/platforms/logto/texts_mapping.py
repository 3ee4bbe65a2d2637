"""Between our texts, a map by usage type, and each factory's own form of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.platforms.logto.texts import REQUIRED, STARTERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.json_types import Json, Props, PropsView
    from tenant_email.platforms.logto.kinds import Texts

_DELIVERY: Final = {"reply_to": "replyTo"}
_CONTENT_TYPE: Final[Mapping[Texts, str]] = {"contentType": "contentType", "type": "type"}


def setting_of(texts: Texts) -> str | None:
    """Returns the name of our setting that holds the texts."""
    return {"none": None, "deliveries": "deliveries"}.get(texts, "templates")


def required_usages(texts: Texts) -> tuple[str, ...]:
    """Returns the usage types that a connector must have: Logto asks for four, Mailgun's mails for one."""
    return {"none": (), "deliveries": ("Generic",)}.get(texts, REQUIRED)


def to_wire(texts: Texts, given: PropsView | None) -> Props:
    """Returns the config's part; starter texts where none are given. Postmark's texts are at Postmark."""
    match texts:
        case "none":
            return {}
        case "aliases":
            aliases = given or {}
            return {"templates": [{"usageType": usage, "templateAlias": alias} for usage, alias in aliases.items()]}
        case "deliveries":
            deliveries = given or {usage: {"subject": text[0], "html": text[1]} for usage, text in STARTERS.items()}
            return {"deliveries": {usage: _rename(delivery) for usage, delivery in deliveries.items()}}
        case _:
            mails = given or {usage: {"subject": text[0], "content": text[1]} for usage, text in STARTERS.items()}
            return {"templates": [_mail(texts, usage, mail) for usage, mail in mails.items()]}


def from_wire(texts: Texts, config: PropsView) -> Props | None:
    """Returns the stored texts by usage type, the first of each, as Logto looks them up; None where there are none."""
    if texts == "deliveries":
        deliveries: Mapping[str, PropsView] = config.get("deliveries") or {}
        back = {wire: ours for ours, wire in _DELIVERY.items()}
        return {
            usage: {back.get(key, key): value for key, value in delivery.items()}
            for usage, delivery in deliveries.items()
        } or None
    entries: list[PropsView] = config.get("templates") or []
    found: Props = {}
    for entry in entries if texts != "none" else []:
        found.setdefault(str(entry.get("usageType")), _text(texts, entry))
    return found or None


def _mail(texts: Texts, usage: str, mail: PropsView) -> Props:
    key = _CONTENT_TYPE.get(texts)
    kind = {key: mail.get("content_type", "text/html")} if key else {}
    return {"usageType": usage, "subject": mail.get("subject"), "content": mail.get("content"), **kind}


def _text(texts: Texts, entry: PropsView) -> Json:
    if texts == "aliases":
        return entry.get("templateAlias")
    kind = entry.get(_CONTENT_TYPE.get(texts, ""), "text/html")
    shown = {"subject": entry.get("subject"), "content": entry.get("content"), "content_type": kind}
    return {key: value for key, value in shown.items() if value is not None}


def _rename(delivery: PropsView) -> Props:
    return {_DELIVERY.get(ours, ours): value for ours, value in delivery.items()}
