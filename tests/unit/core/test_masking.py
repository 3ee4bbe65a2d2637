"""A secret is taken out of text in every form in which servers and libraries echo it."""

from __future__ import annotations

import html
import json
import quopri
import random
import textwrap
import time
from base64 import b64encode, urlsafe_b64encode
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import pytest

from tenant_email.redaction.masking import Masker

if TYPE_CHECKING:
    from collections.abc import Callable

PASSWORD = 'pä"s/w&rd <2> \\%+ñ😀'


def masked(secret: str, text: str) -> str:
    """Masks one secret, which makes no difference to it where it is one of many."""
    masker = Masker()
    masker.add(secret)
    alone = masker.mask(text)
    for number in range(50):
        masker.add(f"another-{number}")
    assert masker.mask(text) == alone
    return alone


def _hex_entities(text: str) -> str:
    return "".join(f"&#x{ord(each):X};" for each in text)


FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "json": lambda s: json.dumps(s)[1:-1],
    "json with slashes": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "json upper": lambda s: json.dumps(s)[1:-1].replace("\\u00e4", "\\u00E4"),
    "repr": lambda s: repr(s)[1:-1],
    "ascii": lambda s: ascii(s)[1:-1],
    "bytes repr": lambda s: repr(s.encode())[2:-1],
    "url": lambda s: quote(s, safe=""),
    "url path": quote,
    "url lower": lambda s: quote(s, safe="").lower() if s.isascii() else quote(s, safe="").replace("%C3", "%c3"),
    "form": quote_plus,
    "url all": lambda s: "".join(f"%{byte:02x}" for byte in s.encode()),
    "html": html.escape,
    "html decimal": lambda s: "".join(f"&#{ord(each)};" for each in s),
    "html hex": _hex_entities,
    "html named": lambda s: html.escape(s).replace("ä", "&auml;").replace("ñ", "&ntilde;"),
    "base64": lambda s: b64encode(s.encode()).decode(),
    "base64 url-safe": lambda s: urlsafe_b64encode(s.encode()).decode().rstrip("="),
    "json of url": lambda s: json.dumps(quote(s, safe="/"))[1:-1].replace("/", "\\/"),
    "html of json": lambda s: html.escape(json.dumps(s)[1:-1]),
    "json of json": lambda s: json.dumps(json.dumps(s)[1:-1])[1:-1],
    "octal": lambda s: "".join(
        f"\\{byte:03o}" if byte > 126 else chr(byte) for byte in s.replace("\\", "\\\\").encode()
    ),
    "quoted-printable": lambda s: quopri.encodestring(s.encode(), quotetabs=True).decode(),
    "mojibake": lambda s: s.encode().decode("latin-1"),
    "url of base64": lambda s: quote(b64encode(s.encode()).decode(), safe=""),
    "wrapped": lambda s: "\n".join(textwrap.wrap(s, 7, drop_whitespace=False)),
    "folded": lambda s: "\r\n\t".join(s[i : i + 5] for i in range(0, len(s), 5)),
    "soft breaks": lambda s: s[:9] + "=\n" + s[9:],
    "python lines": lambda s: s[:9] + "'\n '" + s[9:],
    "wrapped base64": lambda s: "\n".join(textwrap.wrap(b64encode(s.encode()).decode(), 10)),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_an_echo(form: str) -> None:
    """Escaped, encoded or broken over lines: nothing of the secret stays, and the words around it do."""
    text = masked(PASSWORD, f"535 refused: [{FORMS[form](PASSWORD)}] for you")
    assert text == "535 refused: [***] for you"


@pytest.mark.parametrize("user", ["a", "ab", "abc"])
@pytest.mark.parametrize("encode", [b64encode, urlsafe_b64encode])
def test_basic_authentication(user: str, encode: Callable[[bytes], bytes]) -> None:
    """In `user:password` the secret may begin at any of base64's three alignments."""
    header = encode(f"{user}:{PASSWORD}?x".encode()).decode()
    shown = masked(PASSWORD, f"Authorization: Basic {header};")
    assert "***" in shown
    assert header[4:-6] not in shown
    assert len(shown) < len("Authorization: Basic ;") + 3 + 8


@pytest.mark.parametrize("before", ["", "a", "ab"])
@pytest.mark.parametrize("after", ["", "y", "yz", "xyz"])
def test_nothing_of_a_secret_is_left_at_the_ends_of_base64(before: str, after: str) -> None:
    """The characters beside it hold some of its bits too: what is shown is the same whatever the secret is."""

    def shown(secret: str) -> str:
        return masked(secret, b64encode(f"{before}{secret}{after}".encode()).decode())

    assert shown("canary-\x7f\x01") == shown("\x01hidden-\x7f") == shown("~another~")
    assert shown("~another~").startswith("***") or before
    assert shown("~another~").endswith("***") or len(after) > 1


@pytest.mark.parametrize("at", [0, 16_380, 16_384, 32_760, 32_768, 49_150, 65_536])
@pytest.mark.parametrize(("form", "behind"), [("plain", 0), ("plain", 20_000), ("base64", 20_000), ("url", 0)])
def test_a_whole_text_is_masked_wherever_a_secret_stands(form: str, behind: int, at: int) -> None:
    """It is searched in parts that overlap, and nothing of it is cut."""
    masker, around = Masker(), " " * at
    text = f"{around}[{FORMS[form](PASSWORD)}]{' ' * behind}"
    assert masker.mask_whole(text) == text
    masker.add(PASSWORD)
    assert masker.mask_whole(text) == f"{around}[***]{' ' * behind}"
    assert masker.mask_whole("") == ""


@pytest.mark.parametrize("end", ["=\n", "=\r\n"])
def test_a_soft_line_break_within_an_escape_hides_nothing(end: str) -> None:
    """Quoted-printable may end a line anywhere but within three characters."""
    assert masked("känary-pass", f"<k=C3=A4nary{end}-pass>") == "<***>"


@pytest.mark.parametrize("outer", ["json", "url", "form", "html", "html hex"])
@pytest.mark.parametrize("inner", ["json", "url", "form", "html", "html hex"])
def test_two_forms_nested(inner: str, outer: str) -> None:
    """For any secret and any two forms, one inside the other, nothing of it can be read."""
    letters = random.Random(f"{inner} in {outer}")  # noqa: S311 - to choose examples
    alphabet = "abcXYZ089 äß€中😀\"'\\/&<>%+=;#?@:.-_~{}[]"
    for _ in range(20):
        secret = "".join(letters.choices(alphabet, k=letters.randint(8, 40))).strip()
        if len("".join(secret.split())) >= 8:
            echoed = FORMS[outer](FORMS[inner](secret))
            assert masked(secret, f"<<{echoed}>>") == "<<***>>", secret


def test_the_lines_of_a_key() -> None:
    """Of a key in PEM every line is a secret, the first and the last apart, which all keys have."""
    lines = [
        "-----BEGIN PRIVATE KEY-----",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
        "Vgx3Zt4Qw==",
        "-----END PRIVATE KEY-----",
    ]
    shown = masked("\n".join(lines), f"line 2 is {lines[1]}, line 3 {lines[2]}; give {lines[0]}")
    assert shown == "line 2 is ***, line 3 ***; give -----BEGIN PRIVATE KEY-----"


@pytest.mark.parametrize("end", ["", "... (cut)"])
def test_a_long_secret_that_is_cut_off(end: str) -> None:
    """A server that quotes the beginning of a long secret shows nothing of it, wherever the text ends."""
    text = f"bad token 0123456789abcdefghij{end}"
    assert masked("0123456789abcdefghijklmnopqrstuvwxyz", text) == f"bad token ***{end}"


@pytest.mark.parametrize("secret", ["abcd", PASSWORD, "0123456789abcdefghijklmnopqrstuvwxyz"])
@pytest.mark.parametrize("form", ["plain", "url", "base64"])
def test_a_secret_that_comes_again(secret: str, form: str) -> None:
    """Each of its places is masked, the first and the last, at the very ends of a text."""
    echo = FORMS[form](secret)
    assert masked(secret, f"{echo}; [{echo}], {echo}") == "***; [***], ***"
    assert masked(secret, f"this: {echo}") == "this: ***"


def test_what_is_no_text() -> None:
    """A secret, or an answer, of bytes and escapes that no character has is masked like any other."""
    assert masked("pass\udcffword", "it is pass\udcffword, and \\UFFFFFFFF") == "it is ***, and \\UFFFFFFFF"


def test_short_secrets() -> None:
    """One of less than four characters is masked where it stands alone; ordinary words stay readable."""
    masker = Masker()
    for secret in ("587", "x9!", "in"):
        masker.add(secret)
    for number in range(50):
        assert masker.mask("port 587 in 15870 of 'x9!' in max9!") == "port *** in 15870 of '***' in max9!"
        masker.add(f"another-{number}")


def test_many_secrets_and_a_long_text() -> None:
    """A thousand secrets in a text of a megabyte cost no more than a moment: what is that long is cut."""
    masker = Masker()
    for number in range(1000):
        masker.add(f"secret-number-{number:04}-of-many")
    begun = time.process_time()
    shown = masker.mask("noise \\u00e9 %41 &amp; + " * 50_000 + "secret-number-0007-of-many")
    assert time.process_time() - begun < 10
    assert len(shown) < 70_000
    assert shown.endswith("…")


def test_many_secrets_and_many_texts() -> None:
    """A warning costs no more where there are more tenants: it is searched for what it may hold alone."""
    masker = Masker()
    for number in range(1000):
        masker.add(f"{number:04}-is-the-secret-of-a-tenant")
    begun = time.process_time()
    for number in range(1000):
        assert (
            masker.mask(f"auth0 acme.example: {number:04}-is-the-secret-of-a-tenant: no")
            == "auth0 acme.example: ***: no"
        )
    assert time.process_time() - begun < 2
