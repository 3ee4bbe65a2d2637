"""What a starter mail says, before it has a brand and a layout."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Mail:
    """The words of one mail.

    They are in HTML, the subject in plain text; both hold a platform's variables as the platform writes them, and
    `$brand` where the brand's name comes.

    Args:
        subject: one line.
        preheader: what an inbox shows after the subject; the mail itself hides it.
        heading: the mail's one heading.
        lead: paragraphs before the code or the button.
        code: the variable that holds a code.
        button: what a button says.
        link: the variable that holds the button's address, or the address.
        shows_link: the address is in text under the button; False where a platform cannot escape it, because there
            `&region=` would show a registered sign.
        at_site: what one does next is at the brand's own site: a button leads there, if there is one.
        notes: paragraphs after the code or the button: how long it works, and what to do if it was not you.

    """

    subject: str
    preheader: str
    heading: str
    lead: tuple[str, ...]
    code: str = ""
    button: str = ""
    link: str = ""
    shows_link: bool = True
    at_site: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A mail as a platform takes it: a subject in plain text, and an HTML document."""

    subject: str
    body: str
