"""What a mail is to those who receive it."""

from __future__ import annotations

import time

import pytest

from tenant_email.mail_templates.mail_text import PREHEADER, read_mail


@pytest.mark.parametrize(
    ("body", "preheader"),
    [
        ("<p>Hello</p><p>you</p>", "Hello you"),
        ("<html><head><title>No</title><style>p{}</style></head><body>Yes <b>bo</b>ld</body></html>", "Yes bold"),
        (
            '<div style="display:none">Hidden &amp; first&nbsp;&zwnj;&#847;&nbsp;</div><h1>Then</h1>',
            "Hidden & first Then",
        ),
        ("<script>no</script><!-- no --><svg><text>no</text></svg>a<br>b", "a b"),
        ("<style>p{}<body>what nobody closed", ""),
        ("<head><meta><title>x</title><body>a head without an end", "a head without an end"),
        ("", ""),
        ("<p>" + "word " * 100, ("word " * 28).strip() + "…"),
        ("<td>a</td><td>b</td>", "a b"),
        ("&lt;b&gt;", "<b>"),
        ("<p>1 < 2 &", "1 < 2 &"),
        ("<p>\u00dcber <b>\u00dc</b></\u00e9>uns</p> <\u00e9>", "\u00dcber \u00dcuns <\u00e9>"),
    ],
)
def test_the_first_words_are_what_a_list_shows(body: str, preheader: str) -> None:
    """Hidden ones too, and nothing that no reader sees as text."""
    assert read_mail(body, html=True).preheader == preheader


def test_a_plain_text_is_shown_as_it_is() -> None:
    """Tags are words there."""
    text = read_mail("<b>Hi</b>\n\n  you", html=False)
    assert (text.preheader, text.remote, text.active) == ("<b>Hi</b> you", (), ())


@pytest.mark.parametrize(
    ("body", "remote"),
    [
        ('<img src="https://a.example/x.png"><img src=HTTP://a.example/y>', 2),
        ('<img src="//a.example/x.png"><img src="//a.example/x.png">', 1),
        ('<img src="cid:1"><img src="data:image/png;base64,x"><a href="https://a.example">x</a>', 0),
        ('<td background="https://a.example/b.png" style="background:url( \'https://a.example/c.png\' )">', 2),
        ('<style>@import "https://a.example/a.css"; p { background: url(//a.example/d.png) }</style>', 2),
        ('<link rel="stylesheet" href="https://a.example/a.css"><video poster="https://a.example/p"></video>', 2),
    ],
)
def test_what_is_loaded_is_counted(body: str, remote: int) -> None:
    """Each address once; what is in the mail, or only behind a link, is not loaded."""
    assert len(read_mail(body, html=True).remote) == remote


@pytest.mark.parametrize(
    ("body", "active"),
    [
        ("<script>x</script>", ("<script>",)),
        ('<p \u00e9 onclick="x">', ("onclick=",)),
        ('<p onclick="x">', ("onclick=",)),
        ('<a href=" JavaScript:x">', ("javascript:",)),
        ('<meta http-equiv="Refresh" content="0">', ("<meta http-equiv=refresh>",)),
        ("<form><iframe></iframe></form>", ("<form>", "<iframe>")),
        ('<a href="https://a.example/javascript:x">on</a>', ()),
        ('<meta http-equiv="Content-Type" content="text/html">', ()),
        ("<!--[if mso]><xml><o:x></o:x></xml><![endif]-->", ()),
    ],
)
def test_what_runs_is_named(body: str, active: tuple[str, ...]) -> None:
    """And what only looks like it is not."""
    assert read_mail(body, html=True).active == active


def test_dark_styles_and_images_are_seen() -> None:
    """Styles for dark screens, and images with and without a text in their place."""
    assert read_mail("<style>@media ( prefers-color-scheme : dark ) {}</style>", html=True).dark
    assert not read_mail("<p>prefers-color-scheme</p>", html=True).dark
    text = read_mail('<img src=a><img src=b alt=""><img src=c alt=x>', html=True)
    assert (text.images, text.untold) == (3, 1)
    assert read_mail("""<img src='//a.example/"x"'>""", html=True).remote == ('//a.example/"x"',)


@pytest.mark.parametrize(
    "body",
    [
        "<" * 1_000_000,
        "<p " * 300_000,
        "&" * 1_000_000,
        "url(" * 250_000,
        "<style>" * 100_000,
        "\u00e9" * 2_000_000,
        f"<p title='&#{'1' * 5000};'>",
    ],
)
def test_what_nobody_wrote_is_read_at_once(body: str) -> None:
    """Within seconds, and shown in part."""
    started = time.process_time()
    assert len(read_mail(body, html=True).preheader) <= PREHEADER + 1
    assert time.process_time() - started < 5
