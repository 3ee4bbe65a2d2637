"""What is masked on the page of the local machine, and what stays to be read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tenant_email_local.page.bodies import shown_body, shown_headers, shown_message, shown_query
from tenant_email_local.page.masking import MASK, Secrets

JSON = (("Content-Type", "application/json"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
HIDDEN: list[tuple[Any, Any]] = [
    ({"credentials": {"smtp_host": "h", "smtp_pass": "p"}}, {"credentials": {"smtp_host": "h", "smtp_pass": MASK}}),
    ({"credentials": {"unheard_of": "x", "region": "eu"}}, {"credentials": {"unheard_of": MASK, "region": "eu"}}),
    ({"credentials": {"deep": {"more": ["x"]}}}, {"credentials": {"deep": {"more": [MASK]}}}),
    ({"credentials": ["x", 12345678]}, {"credentials": [MASK, MASK]}),
    ({"tls": {"key": "x", "servername": "a"}}, {"tls": {"key": MASK, "servername": "a"}}),
    ({"privateKey": {"key": "x", "passphrase": "y"}}, {"privateKey": {"key": MASK, "passphrase": MASK}}),
    ({"customHeaders": {"X-A": ["x"]}}, {"customHeaders": {"X-A": [MASK]}}),
    ({"a": {"clientSecret": 123}}, {"a": {"clientSecret": MASK}}),
    (
        {"endpoint": "https://u:word@h.example/?token=t&a=1"},
        {"endpoint": f"https://u:{MASK}@h.example/?token={MASK}&a=1"},
    ),
    ({"note": '{"apiKey": "x"}'}, {"note": f'{{"apiKey": "{MASK}"}}'}),
    ({"smtpProperties": ["mail.smtp.password=x"]}, {"smtpProperties": [f"mail.smtp.password={MASK}"]}),
    (
        {"xml": "<SecretAccessKey>x</SecretAccessKey><Id>y</Id>"},
        {"xml": f"<SecretAccessKey>{MASK}</SecretAccessKey><Id>y</Id>"},
    ),
]
PLAIN: list[Any] = [
    {"access_token_lifetime": 1, "token_type": "Bearer", "token_endpoint": "https://a", "expires_in": 3},
    {"accessKeyId": "AKIA", "Tokens": ["abc"], "Tags": [{"Key": "a", "Value": "b"}], "scope": "read:x"},
    {"deliveries": {"ForgotPassword": {"subject": "Code"}}, "passwordExpiration": {"enabled": False}},
    {"password": None, "clientSecret": "", "apiKey": False},
    {"auth": {"type": "login", "user": "mailer", "password": "&{esv.smtp.password}"}},
    {"content": "<a href='https://a.example/?ticket=1&token={{code}}'>{{ url }}</a>"},
]


@pytest.mark.parametrize(("document", "expected"), HIDDEN, ids=range(len(HIDDEN)))
def test_a_secret_is_known_by_its_place(document: Any, expected: Any) -> None:
    """By its name, or because it is among logins and nobody knows it to be harmless."""
    assert Secrets().document(document) == expected


@pytest.mark.parametrize("document", PLAIN, ids=range(len(PLAIN)))
def test_what_is_no_secret_is_readable(document: Any) -> None:
    """Though it is called much like one."""
    assert Secrets().document(document) == document


def test_a_secret_is_masked_elsewhere_too() -> None:
    """Once it was seen; a mask is the same for all lengths, and a name of a field may be a secret."""
    secrets = Secrets()
    secrets.document({"password": "word-1/+ü"})
    found = secrets.document(
        {"message": "refused word-1/+ü and word-1%2F%2B%C3%BC", "word-1/+ü": [1], "n": "AAB3b3JkLTEvK8O8"}
    )
    assert found["message"] == f"refused {MASK} and {MASK}"
    assert list(found) == ["message", MASK, "n"]
    assert MASK in found["n"]
    assert "word-1" not in json.dumps(found)
    secrets.learn("123456789")
    assert secrets.document({"n": 123456789}) == {"n": MASK}


def test_a_token_of_one_login_is_not_remembered() -> None:
    """There are as many as logins, and they would push out what must be known."""
    secrets = Secrets()
    assert secrets.document({"access_token": "given-token"}) == {"access_token": MASK}
    assert secrets.text("given-token") == "given-token"


def test_only_secret_esvs_have_secret_values() -> None:
    """Both kinds come in a field of one name."""
    body = json.dumps({"valueBase64": "c2VjcmV0LXZhbHVl"}).encode()
    shown = {
        path: shown_body(Secrets(), body, JSON, path, sent=True)["text"]
        for path in ("/environment/secrets/esv-a", "/environment/variables/esv-a")
    }
    assert [MASK in text for text in shown.values()] == [True, False]


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (b'{"password": "x', JSON),
        (json.dumps({"password": "secret"}).encode("utf-16"), JSON),
        (b"password: secret", JSON),
        (b"[" * 100_000, JSON),
        (b"password%3Dsecret", FORM),
        (b"\xff\xfe", FORM),
    ],
    ids=range(6),
)
def test_what_cannot_be_read_is_not_shown(data: bytes, headers: tuple[tuple[str, str], ...]) -> None:
    """Of a request; an answer is the server's own."""
    shown = shown_body(Secrets(), data, headers, "/", sent=True)
    assert (shown["text"], shown["bytes"]) == ("", None)
    assert "nobody can tell" in shown["note"]
    assert shown_body(Secrets(), b"Not Found", (), "/", sent=False)["text"] == "Not Found"


def test_a_long_body_is_cut_after_it_was_masked() -> None:
    """And it is said."""
    body = json.dumps({"text": "a" * 300_000, "password": "x" * 300_000}).encode()
    shown = shown_body(Secrets(), body, JSON, "/", sent=True)
    assert len(shown["text"]) == 200_000
    assert shown["note"].startswith("Only the first 200,000 characters of 300,0")


def test_headers_are_masked_unless_they_are_known() -> None:
    """Of a login its scheme is left, of AWS's the id of the key too."""
    given = (
        ("Accept", "*/*"),
        ("Authorization", "Bearer abc"),
        ("authorization", "Basic dTpwYXNzd29yZA=="),
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/ses/aws4_request, SignedHeaders=a, Signature=f",
        ),
        ("X-Api-Key", "abc"),
        ("X-Anything", "abc"),
        ("Cookie", "abc"),
    )
    secrets = Secrets()
    values = [value for _, value in shown_headers(secrets, given)]
    aws = f"AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/ses/aws4_request, Signature={MASK}"
    assert values == ["*/*", f"Bearer {MASK}", f"Basic {MASK}", aws, MASK, MASK, MASK]
    assert secrets.text("password") == MASK
    assert shown_query(secrets, "fields=name&access_token=abc") == f"fields=name&access_token={MASK}"


def test_nothing_tells_how_long_a_secret_is() -> None:
    """Neither the mask, nor the size of the body, nor a header; without a secret the size is told."""

    def shown(word: str) -> dict[str, Any]:
        data = json.dumps({"password": word}).encode()
        headers = (*JSON, ("Content-Length", str(len(data))), ("Authorization", f"Bearer {word}"))
        return shown_message(Secrets(), data, headers, "/", sent=True)

    assert shown("a") == shown("a" * 500)
    assert ["Content-Length", MASK] in shown("a")["headers"]
    assert shown_body(Secrets(), b'{"name": "a"}', JSON, "/", sent=True)["bytes"] == 13
