"""The one layout of all starter mails: a column of 560 pixels at most, light and dark, in HTML that mail programs take.

Its parts are in the folder `html`, each with the places `$…` that are filled in here. Each element has its style with
it, because some programs drop a style sheet; what only the sheet can say (dark mode, narrow screens) changes nothing
that is needed. Tables are for layout alone, and say so.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.starters.brand import Brand
from tenant_email.starters.literals import in_html
from tenant_email.starters.mail import Mail, Written
from tenant_email.starters.palette import palette

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_HTML: Final = Path(__file__).with_name("html")
_FILLER: Final = ("\n" + "&#847;&zwnj;&nbsp;" * 10) * 6
"""Nothing to see: it keeps an inbox from showing the mail's text after the preheader."""
_SHEETS: Final = ("base", "dark", "outlook")
"""A sheet each, because a mail program that cannot read one drops the whole of it."""
_STYLE: Final = {
    "font": "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
    "monospaced": "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'Courier New', monospace",
    "breaks": "overflow-wrap: anywhere; word-break: break-word",
}


def write(mail: Mail, brand: Brand, literal: Callable[[str], str], language: str = "en") -> Written:
    """Returns a mail in the brand's layout; `literal` makes a platform's template of any text.

    Raises:
        InvalidSettings: the brand is none.

    """
    _require_brand(brand)
    if mail.at_site and brand.website:
        mail = replace(mail, button="Open $brand", link=in_html(brand.website))
    return Written(_put(mail.subject, literal(brand.name)), _Page(mail, brand).document(language))


def _require_brand(brand: object) -> None:
    if not isinstance(brand, Brand):
        what = f"is a {type(brand).__name__}, not a Brand"
        raise InvalidSettings("starter", (Problem("brand", what, "Pass tenant_email.Brand(name=…)."),))


class _Page:
    """One mail being laid out."""

    def __init__(self, mail: Mail, brand: Brand) -> None:
        self.mail, self.brand = mail, brand
        self.style = {**_STYLE, **palette(brand.color)}

    def document(self, language: str) -> str:
        """Returns the whole document."""
        name = in_html(self.brand.name)
        return self._part(
            "document.html",
            language=in_html(language),
            title=_put(self.mail.heading, name),
            preheader=_put(self.mail.preheader, name) + _FILLER,
            **{name: self._part(f"{name}.css") for name in _SHEETS},
            header=self._header().rstrip("\n"),
            content="".join(self._content()),
            footer="".join(self._part("footer.html", words=words) for words in self._footer()),
        )

    def _header(self) -> str:
        brand = self.brand
        if brand.logo_url:
            alt, source = in_html(brand.logo_alt or brand.name), in_html(brand.logo_url)
            shown = self._part("logo.html", source=source, alt=alt, width=str(brand.logo_width))
        else:
            shown = self._part("name.html", words=self._name())
        return self._part("site.html", link_to=in_html(brand.website), shown=shown.strip()) if brand.website else shown

    def _content(self) -> Iterator[str]:
        mail = self.mail
        yield self._part("heading.html", words=self._words(mail.heading))
        yield from (self._part("lead.html", words=self._words(text)) for text in mail.lead)
        if mail.code:
            yield self._part("code.html", code=mail.code)
        if mail.button:
            yield self._part("button.html", link_to=mail.link, words=self._words(mail.button))
        yield from (self._part("note.html", words=self._words(text)) for text in mail.notes)
        if mail.button:
            again = "address.html" if mail.shows_link else "again.html"
            yield self._part(again, link_to=mail.link, words=self._words(mail.button))

    def _footer(self) -> Iterator[str]:
        """Yields the paragraphs of the footer."""
        yield f"This email was sent by {self._name()}."
        if address := self.brand.support_email:
            link_to = in_html(quote(address, safe="@+"))
            yield self._part("support.html", link_to=link_to, shown=in_html(address)).strip()
        if self.brand.footer:
            yield "<br>".join(in_html(line) for line in self.brand.footer.strip().splitlines())

    def _part(self, name: str, **places: str) -> str:
        return _template(name).substitute({**self.style, **places})

    def _words(self, text: str) -> str:
        return _put(text, self._name())

    def _name(self) -> str:
        """Returns the brand's name, kept apart: it may be written in the other direction."""
        return f"<bdi>{in_html(self.brand.name)}</bdi>"


def _put(text: str, name: str) -> str:
    return Template(text).substitute(brand=name)


@cache
def _template(name: str) -> Template:
    return Template((_HTML / name).read_text(encoding="utf-8"))
