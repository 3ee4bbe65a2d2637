"""All starters of all platforms, and the mails that they make: rendered by the local tenants' own languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tenant_email import Brand, auth0, logto, pingone_aic
from tenant_email.platforms.auth0.templates import NAMES
from tenant_email_local.emulators.auth0 import liquid
from tenant_email_local.emulators.logto import composition
from tenant_email_local.emulators.pingone_aic import handlebars

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.platforms.settings import TemplateSettings

ACME: Final = Brand(name="Acme")
FULL: Final = Brand(
    name="Acme",
    color="#ffd200",
    logo_url="https://cdn.acme.example/logo.png?size=2&theme=x",
    logo_width=120,
    website="https://acme.example/start?a=1&b=2",
    support_email="help+mail@acme.example",
    footer="Acme Inc., 1 Market Street\nSan Francisco, CA 94105",
)
LINK: Final = "https://login.acme.example/u/verify?ticket=" + "a1B2c3D4" * 60 + "&lang=en&copy=1#"
HOSTILE: Final = (
    'A&B {{ "x" }} <i>',
    "{% if x %}{{{code}}}{{url}} {{/if}}",
    "\\{{object.userName}} \\\\{{ code }} \\",
    "&{esv.canary.name} $brand ${name} %s {0}",
    "</title></style><script>alert('x')</script><!--[if mso]>",
    "\u05d7\u05d1\u05e8\u05ea \u05d0\u05e7\u05de\u05d4 & Co.",
    "\U0001f469\u200d\U0001f680 Acme \U0001f680",
    "Pneumonoultramicroscopicsilicovolcanoconiosis" * 4 + "x" * 20,
    "W" * 200,
)
"""Names that HTML, a platform's language or a narrow screen would make something else of."""

_USER: Final = {
    "email": "jane.o'neil+x@customer.example",
    "source_ip": "203.0.113.7",
    "city": "Paris",
    "country": "France",
}
VARIABLES: Final[dict[str, dict[str, Any]]] = {
    "auth0": {
        "url": LINK,
        "link": LINK,
        "code": "482913",
        "user": _USER,
        "inviter": {"name": "Bob <b>B</b>"},
        "organization": {"name": "globex", "display_name": "Globex & Sons"},
        "binding_message": "21-49-38",
    },
    "logto": {"code": "482913", "link": LINK, "organization": {"name": "Globex & Sons"}},
    "pingone_aic": {"object": {"userName": "jane", "resumeURI": LINK}},
}
_LANGUAGES: Final[Mapping[str, Callable[[str, dict[str, Any]], str]]] = {
    "auth0": liquid.render,
    "logto": composition.render,
    "pingone_aic": handlebars.render,
}


@dataclass(frozen=True)
class Mail:
    """One starter as its recipient has it."""

    platform: str
    name: str
    subject: str
    html: str

    def __str__(self) -> str:
        return f"{self.platform}-{self.name}"


def starters(brand: Brand = ACME) -> dict[tuple[str, str], TemplateSettings]:
    """Returns every starter, by its platform and name."""
    return {
        **{("auth0", name): auth0.Template.starter(name, brand=brand) for name in NAMES},
        **{("logto", usage): each for usage, each in logto.Template.starters(brand=brand).items()},
        **{("pingone_aic", name): each for name, each in pingone_aic.Template.starters(brand=brand).items()},
    }


def mails(brand: Brand = ACME) -> list[Mail]:
    """Returns every starter rendered."""
    return [rendered(platform, name, settings) for (platform, name), settings in starters(brand).items()]


def rendered(platform: str, name: str, settings: TemplateSettings, variables: dict[str, Any] | None = None) -> Mail:
    """Returns one starter rendered, with variables of every kind or with others."""
    values = VARIABLES[platform] if variables is None else variables
    subject, html = (_LANGUAGES[platform](text, values) for text in texts(settings))
    return Mail(platform, name, subject, html)


def texts(settings: TemplateSettings) -> tuple[str, str]:
    """Returns the subject and the document as the platform holds them."""
    props = settings.to_props()
    subject, html = props["subject"], props.get("body") or props.get("content") or props["message"]
    return (subject, html) if isinstance(subject, str) else (subject["en"], html["en"])
