"""The languages of Logto's sign-in pages (docs/contracts/logto.md#sign-in)."""

from __future__ import annotations

from typing import Any, Final

BUILT_IN: Final = (
    *("ar", "cs", "de", "en", "es", "fa-IR", "fr", "it", "ja", "ko", "pl-PL", "pt-PT", "pt-BR", "ru", "th", "tr-TR"),
    *("uk-UA", "zh-CN", "zh-HK", "zh-TW"),
)
"""The ones that Logto is translated into; another one needs own phrases first."""
_KNOWN: Final = frozenset(
    {
        "af-za", "am-et", "ar", "ar-ar", "as-in", "az-az", "be-by", "bg-bg", "bn-in", "br-fr", "bs-ba", "ca-es",
        "cb-iq", "co-fr", "cs", "cs-cz", "cx-ph", "cy-gb", "da-dk", "de", "de-de", "el-gr", "en", "en-gb", "en-us",
        "eo-eo", "es", "es-es", "es-419", "et-ee", "eu-es", "fa-ir", "ff-ng", "fi", "fi-fi", "fo-fo", "fr", "fr-ca",
        "fr-fr", "fy-nl", "ga-ie", "gl-es", "gn-py", "gu-in", "ha-ng", "he-il", "hi-in", "hr-hr", "ht-ht", "hu-hu",
        "hy-am", "id-id", "ik-us", "is-is", "it", "it-it", "iu-ca", "ja", "ja-jp", "ja-ks", "jv-id", "ka-ge",
        "kk-kz", "km-kh", "kn-in", "ko", "ko-kr", "ku-tr", "ky-kg", "lo-la", "lt-lt", "lv-lv", "mg-mg", "mk-mk",
        "ml-in", "mn-mn", "mr-in", "ms-my", "mt-mt", "my-mm", "nb-no", "ne-np", "nl", "nl-be", "nl-nl", "nn-no",
        "or-in", "pa-in", "pl-pl", "ps-af", "pt", "pt-br", "pt-pt", "ro-ro", "ru", "ru-ru", "rw-rw", "sc-it",
        "si-lk", "sk-sk", "sl-si", "sn-zw", "sq-al", "sr-rs", "sv", "sv-se", "sw-ke", "sy-sy", "sz-pl", "ta-in",
        "te-in", "tg-tj", "th", "th-th", "tl-ph", "tr", "tr-tr", "tt-ru", "tz-ma", "uk-ua", "ur-pk", "uz-uz",
        "vi-vn", "zh", "zh-cn", "zh-hk", "zh-mo", "zh-tw", "zz-tr",
    }
)  # fmt: skip


def is_language(value: Any) -> bool:
    """Returns whether a value is one of the tags that Logto knows, in any letter case."""
    return isinstance(value, str) and value.lower() in _KNOWN
