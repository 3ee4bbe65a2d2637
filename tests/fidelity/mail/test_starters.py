"""Starters as their readers see them: axe-core in a headless Chromium and html-validate judge every mail."""

from __future__ import annotations

import json
import subprocess
from typing import Final

import pytest

from support import npm_packages
from support.frodo import ORACLE
from support.liquid_oracle import judged
from support.pages import AA, PageJudges, page_judges
from support.starters import ACME, FULL, HOSTILE, LINK, VARIABLES, Mail, mails, rendered, starters, texts
from tenant_email import Brand
from tenant_email.starters.literals import in_html

WIDTHS: Final = (320, 375, 600, 1200)
MODES: Final = ("light", "dark", "outlook")
NO_PAGE: Final = ("landmark-one-main", "region")
"""Rules of axe-core about a page with landmarks: a mail is shown as a part of someone else's page."""
FOR_OUTLOOK: Final = {"no-deprecated-attr": "off"}
"""Rules of html-validate, less one: Outlook lays tables out by attributes that HTML has given up."""
COLORS: Final = ("#ffffff", "#000000", "#1c2026", "#777777", "#e4572e")
ICON: Final = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@pytest.fixture(scope="module")
def judges() -> PageJudges:
    """The judges of this process."""
    return page_judges()


def one(name: str, brand: Brand = ACME) -> Mail:
    """Returns one mail."""
    return next(mail for mail in mails(brand) if mail.name == name)


def every() -> list[tuple[Mail, str, str]]:
    """Returns each text of each mail of hostile brands: the mail, the text as written, and as it is shown."""
    found = list[tuple[Mail, str, str]]()
    for name in HOSTILE:
        for (platform, which), settings in starters(Brand(name=name)).items():
            mail = rendered(platform, which, settings)
            found += [(mail, *pair) for pair in zip(texts(settings), (mail.subject, mail.html), strict=True)]
    return found


def faults(judges: PageJudges, html: str) -> list[str]:
    """Returns what is wrong with a mail: at each width, in each mode."""
    seen = judges.look(html, widths=WIDTHS, modes=MODES, axe=AA, off=NO_PAGE)
    found = [f"{wide} pixels at {width}" for width, wide in seen["wide"].items() if wide > int(width)]
    found += [f"{mode}: no contrast was judged" for mode in MODES if not seen["passed"][mode].get("color-contrast")]
    found += [f"it loads {address}" for address in seen["asked"] if address != FULL.logo_url]
    return [*found, *seen["violations"], *seen["undecided"]]


@pytest.mark.parametrize("mail", mails(FULL), ids=str)
def test_every_reader_can_read_it(judges: PageJudges, mail: Mail) -> None:
    """Enough contrast of every text in light, in dark, and in what Outlook makes dark; nothing to scroll sideways."""
    assert faults(judges, mail.html) == []


@pytest.mark.parametrize("mode", ["dark", "outlook"])
def test_dark_mode_is_dark(judges: PageJudges, mode: str) -> None:
    """Grounds and texts trade places; the button keeps the brand's color, and a logo has a plate."""
    look = "[each.backgroundColor, each.color]"
    names = "['.page', '.card', '.text', '.link', '.button', '.logo']"
    run = f"{names}.map((name) => getComputedStyle(document.querySelector(name))).map((each) => {look})"
    light, dark = (judges.look(one("reset_email", FULL).html, modes=[each], run=run)["ran"] for each in ("light", mode))
    assert (light[0][0], dark[0][0]) == ("rgb(243, 244, 246)", "rgb(17, 20, 24)")
    assert (light[1][0], dark[1][0]) == ("rgb(255, 255, 255)", "rgb(28, 32, 38)")
    assert (light[2][1], dark[2][1]) == ("rgb(28, 33, 40)", "rgb(240, 242, 245)")
    assert light[3] != dark[3]
    assert light[4] == dark[4] == ["rgb(255, 210, 0)", "rgb(0, 0, 0)"]
    assert dark[5] == ["rgb(255, 255, 255)", "rgb(28, 33, 40)"]


def test_outlook_on_windows_reads_html(judges: PageJudges) -> None:
    """What only it is shown is whole elements too, around what everybody is shown."""
    html = one("reset_email").html.replace("<!--[if mso]>", "").replace("<![endif]-->", "")
    body = html[: html.index("<noscript>")] + html[html.index("</noscript>") + len("</noscript>") :]
    assert judges.validate(body, FOR_OUTLOOK) == []
    assert html.count('width="560"') == 1


@pytest.mark.parametrize("mail", mails(), ids=str)
def test_it_is_html(judges: PageJudges, mail: Mail) -> None:
    """Valid, each element closed and where it may stand; Logto, which escapes nothing, leaves & in an attribute."""
    html = mail.html.replace(f'"{LINK}"', f'"{in_html(LINK)}"') if mail.platform == "logto" else mail.html
    assert judges.validate(html, FOR_OUTLOOK) == []


@pytest.mark.parametrize("color", COLORS)
def test_any_color_can_be_read(judges: PageJudges, color: str) -> None:
    """White, black, the cards' own, a gray that no text is read on."""
    brand = Brand(name="Acme", color=color, website="https://acme.example", support_email="help@acme.example")
    assert faults(judges, one("reset_email", brand).html) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_fits(judges: PageJudges, name: str) -> None:
    """Whatever it holds, and however long it is; so does a support address, and a footer."""
    address = f"{'x' * 60}@{'y' * 60}.example"
    brand = Brand(name=name, website="https://acme.example", support_email=address, footer=f"{name}\n{'z' * 300}")
    mail = one("welcome_email", brand)
    assert faults(judges, mail.html) == []
    assert judges.validate(mail.html, FOR_OUTLOOK) == []


@pytest.mark.parametrize("source", ["", ICON], ids=["blocked", "shown"])
def test_a_wide_logo_fits(judges: PageJudges, source: str) -> None:
    """An image as wide as the column is as wide as the screen, and so is a long text in its place."""
    brand = Brand(name="Acme", logo_url=str(FULL.logo_url), logo_width=520, logo_alt="W" * 200)
    html = one("SignIn", brand).html
    assert faults(judges, html.replace(in_html(str(brand.logo_url)), source) if source else html) == []


def test_without_its_style_sheet_it_is_a_mail_still(judges: PageJudges) -> None:
    """Where a mail program drops the sheet, and where it drops all styles, it fits and its texts are there in order."""
    mail = one("reset_email", FULL)
    bare = mail.html.replace("<style>", "<style media='none'>")
    words = "[...document.querySelectorAll('h1, p, a')].map((each) => [each.tagName, each.innerText.trim()])"
    seen = judges.look(bare, widths=WIDTHS, axe=AA, off=NO_PAGE, run=words)
    assert {int(width): wide for width, wide in seen["wide"].items()} == {width: width for width in WIDTHS}
    assert seen["violations"] == []
    plain = judges.look(bare.replace(" style=", " data-style="), run=words)["ran"]
    assert [tag for tag, _ in plain] == ["A", "H1", "P", "A", "P", "P", "P", "A", "P", "P", "A", "P"]
    assert plain == seen["ran"]


def test_a_code_is_taken_with_one_click(judges: PageJudges) -> None:
    """It is one piece without blanks, to be selected as a whole, and only in Logto's and Auth0's mails of codes."""
    chosen = "getComputedStyle(document.querySelector('.code')).userSelect + document.querySelector('.code').innerText"
    mail = one("SignIn")
    assert judges.look(mail.html, run=chosen)["ran"] == "all482913"


def test_an_inbox_shows_the_preheader_alone(judges: PageJudges) -> None:
    """Before the mail's first words come the preheader and nothing to see; the mail itself hides it."""
    mail = one("reset_email")
    first = "[document.body.firstElementChild.textContent, getComputedStyle(document.body.firstElementChild).display]"
    text, display = judges.look(mail.html, run=first)["ran"]
    assert (text.split("\n")[0], display) == ("Choose a new password for your account.", "none")
    assert set(text.partition("\n")[2]) == {"\u034f", "\u200c", "\xa0", "\n"}


def test_liquidjs_renders_them_so() -> None:
    """What Auth0 names as its engine makes of each, whatever the brand is called, is what the tests above look at."""
    cases = [each for each in every() if each[0].platform == "auth0"]
    said = judged((text for _, text, _ in cases), VARIABLES["auth0"])
    assert [each.get("shown") for each in said] == [shown for _, _, shown in cases]


def test_handlebars_renders_them_so() -> None:
    """And what AIC's language makes of its own."""
    cases = [each for each in every() if each[0].platform == "pingone_aic"]
    lines = [json.dumps({"template": text, "values": VARIABLES["pingone_aic"]}) for _, text, _ in cases]
    folder, lined = npm_packages.installed(ORACLE), "\n".join(lines)
    done = subprocess.run(
        ["node", "render.mjs"], cwd=folder, input=lined, capture_output=True, text=True, timeout=60, check=True
    )
    assert [json.loads(line) for line in done.stdout.splitlines()] == [shown for _, _, shown in cases]


def test_the_judges_judge(judges: PageJudges) -> None:
    """What they are asked for they find: too little contrast in one mode, too wide a word, a picture that is loaded."""
    mail = one("SignIn", ACME)
    gray = mail.html.replace(".quiet { color: #a8b0bb", ".quiet { color: #40474f")
    assert any(fault.startswith("dark: color-contrast") for fault in faults(judges, gray))
    wide = mail.html.replace("Sign in to", f"<img width='330' alt='' src='https://spy.example/x'> {'&nbsp;' * 80}")
    found = faults(judges, wide.replace("overflow-wrap: anywhere; word-break: break-word", ""))
    assert any("pixels at 320" in fault for fault in found)
    assert "it loads https://spy.example/x" in found
    assert judges.validate(mail.html.replace("</h1>", ""), FOR_OUTLOOK) != []
