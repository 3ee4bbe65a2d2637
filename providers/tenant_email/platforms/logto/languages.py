"""The language of an email template: Logto matches it exactly (docs/contracts/logto.md#email-templates)."""

from __future__ import annotations

from typing import Final

from tenant_email.inputs.language_tags import canonical

LANGUAGES: Final = frozenset(
    {
        "af-ZA", "am-ET", "ar", "ar-AR", "as-IN", "az-AZ", "be-BY", "bg-BG", "bn-IN", "br-FR", "bs-BA", "ca-ES",
        "cb-IQ", "co-FR", "cs", "cs-CZ", "cx-PH", "cy-GB", "da-DK", "de", "de-DE", "el-GR", "en", "en-GB", "en-US",
        "eo-EO", "es", "es-ES", "es-419", "es-MX", "et-EE", "eu-ES", "fa-IR", "ff-NG", "fi", "fi-FI", "fo-FO", "fr",
        "fr-CA", "fr-FR", "fy-NL", "ga-IE", "gl-ES", "gn-PY", "gu-IN", "ha-NG", "he-IL", "hi-IN", "hr-HR", "ht-HT",
        "hu-HU", "hy-AM", "id-ID", "ik-US", "is-IS", "it", "it-IT", "iu-CA", "ja", "ja-JP", "ja-KS", "jv-ID",
        "ka-GE", "kk-KZ", "km-KH", "kn-IN", "ko", "ko-KR", "ku-TR", "ky-KG", "lo-LA", "lt-LT", "lv-LV", "mg-MG",
        "mk-MK", "ml-IN", "mn-MN", "mr-IN", "ms-MY", "mt-MT", "my-MM", "nb-NO", "ne-NP", "nl", "nl-BE", "nl-NL",
        "nn-NO", "or-IN", "pa-IN", "pl-PL", "ps-AF", "pt", "pt-BR", "pt-PT", "ro-RO", "ru", "ru-RU", "rw-RW",
        "sc-IT", "si-LK", "sk-SK", "sl-SI", "sn-ZW", "sq-AL", "sr-RS", "sv", "sv-SE", "sw-KE", "sy-SY", "sz-PL",
        "ta-IN", "te-IN", "tg-TJ", "th", "th-TH", "tl-PH", "tr", "tr-TR", "tt-RU", "tz-MA", "uk-UA", "ur-PK",
        "uz-UZ", "vi-VN", "zh", "zh-CN", "zh-HK", "zh-MO", "zh-TW", "zz-TR",
    }
)  # fmt: skip
"""What Logto's sign-in pages can be in, own translations included: @logto/language-kit, whose guard they must pass."""

_SPELT: Final = {tag.lower(): tag for tag in LANGUAGES}


def fault_of(tag: str) -> str:
    """Returns why Logto would never match a tag, and in a second line the spelling that works; empty for a good one."""
    if tag in LANGUAGES:
        return ""
    spelled = _SPELT.get(tag.replace("_", "-").lower()) or canonical(tag)
    if spelled == tag:
        return ""
    if spelled is None:
        return "is not a language tag\nWrite it as fr or pt-BR."
    choices = [spelled] if spelled in LANGUAGES else find_languages(spelled) or [spelled]
    return f"is not spelled as Logto spells it, so it would never match\nWrite {' or '.join(choices)}."


def find_languages(tag: str) -> list[str]:
    """Returns the languages of the sign-in pages that begin like a tag."""
    language = tag.partition("-")[0]
    return sorted(known for known in LANGUAGES if known.partition("-")[0] == language)
