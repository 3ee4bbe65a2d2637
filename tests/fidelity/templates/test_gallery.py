"""The gallery in a real browser: every view of every mail, by keyboard too, whatever a template tries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from support.pages import AA, PageJudges, page_judges
from tenant_email.mail_templates.looking import Look, written_as

if TYPE_CHECKING:
    from pathlib import Path

DARK = "@media (prefers-color-scheme: dark) { body { background: rgb(1, 2, 3); color: #fff } }"
NICE = f"""<!doctype html><html lang="en"><head><meta name="color-scheme" content="light dark"><style>
body {{ background: rgb(250, 250, 250); color: #111 }} {DARK}
@media (max-width: 480px) {{ .wide {{ display: none }} }}</style></head><body><div style="display:none">One click.</div>
<h1>Hello {{{{ user.name | escape }}}}</h1><p class="wide">wide</p><a href="{{{{ url }}}}">Confirm</a>
<img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=" alt="a dot"></body></html>"""
LOADED = {"wait": "document.querySelectorAll('.screen.loaded').length >= 4"}  # on a screen that has room for them


@pytest.fixture(scope="module")
def browser() -> PageJudges:
    """The browser of this process."""
    return page_judges()


def gallery(folder: Path, templates: dict[str, Any], platform: str = "auth0") -> str:
    """Returns the address of a gallery of these templates."""
    for name, body in templates.items():
        settings = {"template": name, "subject": f"About {name}", "body": body} if isinstance(body, str) else body
        (folder / f"{name}.json").write_text(json.dumps(settings))
    page = folder / "gallery.html"
    page.write_text(written_as("html", Look(platform, (folder,)).report()[0]))
    return page.as_uri()


SAME = {"template": "verify_email", "subject": "Again"}
HOSTILE = """</iframe></script></template></noscript></article><script>OWN; alert(1)</script>
<base href="AT/base/"><meta http-equiv="refresh" content="0;url=AT/refresh"><link rel="stylesheet" href="AT/a.css">
<link rel="preconnect" href="AT"><link rel="prefetch" href="AT/p"><style>@import "AT/b.css"; @import url(AT/c.css);
@font-face { font-family: x; src: url(AT/font) } body { background: url(AT/bg.png); font-family: x }</style>
<form action="AT/form"><input name="a" autofocus><button>Go</button></form><img src="AT/img.png" srcset="AT/2x.png 2x"
onerror="OWN"><img src="x" onerror="OWN"><svg onload="OWN"><image href="AT/svg.png"/><script>OWN</script></svg>
<iframe src="AT/frame"></iframe><iframe srcdoc="<script>OWN</script>"></iframe><object data="AT/object"></object>
<embed src="AT/embed"><video src="AT/video" poster="AT/poster" autoplay></video><audio src="AT/audio" autoplay></audio>
<table background="AT/table.png"><tr><td style="background:url('AT/td.png')">x</td></tr></table>
<a href="AT/top" target="_top">top</a><a id="self" href="AT/self" ping="AT/ping">self</a><a href="javascript:OWN">js</a>
<a href="data:text/html,<script>OWN</script>">d</a><p style="position:fixed;inset:0;z-index:2147483647">cover</p>
\u202e\u2066 <!-- """


def test_a_hostile_template_does_nothing(browser: PageJudges, tmp_path: Path) -> None:
    """It reaches nobody, runs nothing, breaks nothing and covers nothing, clicked or not."""
    body = HOSTILE.replace("AT", "https://elsewhere.example").replace("OWN", "top.document.title='owned'")
    subject = '</script><script>top.document.title="owned"</script>\u202eevil'
    said = '</script><script>top.document.title="owned"</script> evil'
    hostile = {"template": "stolen_credentials", "subject": subject, "body": body}
    url = gallery(tmp_path, {"stolen_credentials": hostile, "welcome_email": NICE})
    each = "[...document.querySelectorAll('iframe')].forEach((f) => f.contentDocument.querySelectorAll"
    acts = [
        {"evaluate": f"{each}('a, button').forEach((e) => e.click()))"},
        {"evaluate": f"{each}('form').forEach((e) => e.submit()))"},
        {"evaluate": "new Promise((done) => setTimeout(done, 300))"},
        {"evaluate": f"{each}('#self').forEach((e) => {{ f.src = e.href; f.removeAttribute('srcdoc') }}))"},
        {"evaluate": "new Promise((done) => setTimeout(done, 300))"},
        {"evaluate": "[document.querySelectorAll('article').length, document.querySelector('.subject').textContent]"},
    ]
    seen = browser.visit(url, LOADED, *acts)
    assert (seen["title"], seen["url"], seen["errors"], seen["ran"]) == ("Mail templates of Auth0", url, [], [2, said])
    assert seen["refused"] == []


def test_each_view_is_what_its_name_says(browser: PageJudges, tmp_path: Path) -> None:
    """Its width, and the scheme that the mail's own styles see, whatever that of the page and of the browser."""
    url = gallery(tmp_path, {"verify_email": NICE})
    ask = (
        "[...document.querySelectorAll('.view')].map((v) => { const f = v.querySelector('iframe'), w = f.contentWindow;"
        "return [v.className.trim(), w.innerWidth, w.getComputedStyle(f.contentDocument.body).backgroundColor,"
        "w.getComputedStyle(f.contentDocument.querySelector('.wide')).display,"
        "f.contentDocument.images[0].naturalWidth,"
        "Math.round(f.parentElement.offsetHeight) - f.contentDocument.documentElement.scrollHeight] })"
    )
    light, dark = "rgb(250, 250, 250)", "rgb(1, 2, 3)"
    expected = [
        ["view desktop light", 680, light, "block", 1, 2],
        ["view phone light", 360, light, "none", 1, 2],
        ["view desktop dark", 680, dark, "block", 1, 2],
        ["view phone dark", 360, dark, "none", 1, 2],
    ]
    for scheme in (None, "light", "dark"):
        seen = browser.visit(url, LOADED, {"evaluate": ask}, width=1600, scheme=scheme)
        assert seen["ran"] == expected


@pytest.mark.parametrize("platform", ["auth0", "logto", "pingone_aic"])
def test_the_page_is_accessible_on_every_screen(platform: str, browser: PageJudges, tmp_path: Path) -> None:
    """Axe finds nothing, on a wide screen and on a phone, light and dark; and nothing is wider than the screen."""
    text = {"subject": "x" * 200, "content": "{{code}}", "content_type": "text/plain"}
    locales = {"subject": {"en": "A", "fr": "B"}, "html": {"en": "<h1>A</h1>", "fr": "b"}}
    templates: dict[str, dict[str, Any]] = {
        "auth0": {
            "verify_email": NICE,
            "again": {**SAME, "body": NICE},
            "mfa_oob_code": "{% if %}",
            "welcome_email": "{{ user.name }}<img src=//x>",
        },
        "logto": {"a": {"language": "de", "type": "SignIn", **text}},
        "pingone_aic": {"b": {"template": "welcome", **locales}},
    }
    (tmp_path / "cut.json").write_text('{"template": ')
    url = gallery(tmp_path, templates[platform], platform)
    opened = {"evaluate": "document.querySelectorAll('details').forEach((each) => { each.open = true })"}
    screens = [(1440, "light"), (320, "dark")] if platform == "logto" else [(1440, "dark"), (375, "light")]
    for width, scheme in screens:
        loaded = {"wait": "document.querySelector('.screen.loaded')"}
        seen = browser.visit(url, loaded, opened, width=width, scheme=scheme, axe=AA)
        assert (seen["violations"], seen["errors"], seen["beyond"]) == ([], [], 0)


def test_mails_are_found_by_keyboard(browser: PageJudges, tmp_path: Path) -> None:
    """A filter with what it left, a way past it, choices of what is shown, and no link of a mail in between."""
    url = gallery(tmp_path, {"verify_email": NICE, "welcome_email": "<p>Hi</p>", "reset_email": "{{ a }}"})
    names = "[...document.querySelectorAll('article:not([hidden])')].map((each) => each.id)"
    focus = "(document.activeElement.id || document.activeElement.textContent)"
    dark = "[...document.querySelectorAll('.view.dark')].filter((each) => each.offsetParent).length"
    steps: dict[int, tuple[list[dict[str, str]], str, Any]] = {
        2: ([{"type": "welcome"}], f"[{names}, {focus}, left.textContent]", [["mail-3"], "filter", "1 of 3 shown"]),
        6: ([{"press": "Space"}], f"[{dark}, {focus}]", [0, "show-dark"]),
        7: ([{"press": "Space"}], f"[{names}, {focus}]", [["mail-1"], "only-findings"]),
        10: (
            [{"press": "Enter"}, {"press": "Tab"}],
            f"[location.hash, {focus}]",
            ["#mail-2", "Source of verify_email"],
        ),
        12: ([], focus, "Source of reset_email"),
        13: ([], focus, "Source of verify_email"),
    }
    for tabs, (acts, ask, expected) in steps.items():
        seen = browser.visit(url, LOADED, *[{"press": "Tab"}] * tabs, *acts, {"evaluate": ask})
        assert seen["ran"] == expected


def test_hundreds_of_mails_are_one_quick_page(browser: PageJudges, tmp_path: Path) -> None:
    """Only what is near is loaded, and what is far is let go."""
    templates = {
        f"t{number}": {"template": "verify_email", "subject": f"Number {number}", "body": NICE} for number in range(300)
    }
    url = gallery(tmp_path, templates)
    frames = "document.querySelectorAll('iframe').length"
    far = {"evaluate": "document.querySelector('#mail-250').scrollIntoView()"}
    wait = {"wait": "document.querySelectorAll('#mail-250 .screen.loaded').length === 4"}
    ask = {"evaluate": f"[{frames}, document.querySelectorAll('#mail-1 iframe').length]"}
    seen = browser.visit(url, {"evaluate": frames}, far, wait, ask)
    assert seen["ran"][0] < 60
    assert seen["ran"][1] == 0


def test_a_large_mail_is_shown_when_somebody_asks(browser: PageJudges, tmp_path: Path) -> None:
    """A megabyte may take a browser minutes: the others are not kept waiting."""
    url = gallery(
        tmp_path, {"reset_email": "<table><tr><td>" * 60_000, "verify_email": NICE, "welcome_email": "x " * 300_000}
    )
    shown = "[...document.querySelectorAll('article')].map((each) => each.querySelectorAll('iframe').length)"
    ask = {"evaluate": "document.querySelector('#mail-3 .ask').click()"}
    wait = {"wait": "document.querySelectorAll('#mail-3 .screen.loaded').length >= 1"}
    seen = browser.visit(url, LOADED, {"evaluate": shown})
    assert seen["ran"] == [0, 4, 0]
    seen = browser.visit(url, LOADED, ask, {"evaluate": "document.querySelector('#mail-3').scrollIntoView()"}, wait)
    assert seen["errors"] == []


def test_it_prints_without_what_is_only_for_a_screen(browser: PageJudges, tmp_path: Path) -> None:
    """The mails and what is said of them, and no controls."""
    url = gallery(tmp_path, {"verify_email": NICE})
    names = "['.controls', 'nav', '.source', '.views', '.inbox']"
    ask = f"{names}.map((each) => getComputedStyle(document.querySelector(each)).display)"
    seen = browser.visit(url, {"media": "print"}, {"evaluate": ask})
    assert seen["ran"] == ["none", "none", "none", "grid", "grid"]
