"""What servers say of a mail, as the words of RFC 8601 have it, and whose word counts."""

from __future__ import annotations

import pytest

from tenant_email.mail_proof.messages import read_mail
from tenant_email.mail_proof.results import Result, Results, believed, read_results
from tenant_email.mail_proof.trace import Hop

SERVER = "mx.customer.example"


def said(*fields: str) -> list[Results]:
    """Returns what the Authentication-Results fields of a mail say, which has a sender above them."""
    lines = [f"Authentication-Results: {field}" for field in fields]
    return read_results(read_mail("\r\n".join(["From: a@b.example", *lines, "", "hello"]).encode()))


@pytest.mark.parametrize(
    ("field", "server", "results"),
    [
        ("mx.example; none", "mx.example", ()),
        ("XMX.Example 1; dkim=pass", "xmx.example", (Result("dkim", "pass", {}),)),
        ('"mx.example"; (a comment) SPF = Fail', "mx.example", (Result("spf", "fail", {}),)),
        ("; spf=pass", "", (Result("spf", "pass", {}),)),
        ("dkim=pass", "", (Result("dkim", "pass", {}),)),
        (
            'mx.example; dkim/1=pass header.d=a.example Header.B="X y"; spf=none (no record) smtp.mailfrom=b.example',
            "mx.example",
            (
                Result("dkim", "pass", {"header.d": "a.example", "header.b": "X y"}),
                Result("spf", "none", {"smtp.mailfrom": "b.example"}),
            ),
        ),
    ],
)
def test_what_a_field_says(field: str, server: str, results: tuple[Result, ...]) -> None:
    """The server's name, where it gives one, and each method's result and properties, in any letter case."""
    assert said(field) == [Results(1, server, results)]


def test_the_results_of_a_method() -> None:
    """All of them, of that method alone."""
    (found,) = said(f"{SERVER}; dkim=pass header.d=a; spf=pass; dkim=fail header.d=b; x-other=pass")
    assert [each.value for each in found.of("dkim")] == ["pass", "fail"]
    assert found.of("dmarc") == ()
    assert str(found) == "dkim=pass, spf=pass, dkim=fail"


@pytest.mark.parametrize(
    ("border", "receiver", "places"),
    [
        (None, "", []),
        (None, "MX.Customer.Example", [2]),
        (None, "mx.other.example", []),
        (Hop(0, by="Mx.Customer.Example"), "", [2]),
        (Hop(0, by="mx.other.example"), "", []),
        (Hop(2, by="mx.other.example"), "", [1]),
        (Hop(3), "", [1, 2]),
        (Hop(0, by="mx.other.example"), "third.example", [3]),
    ],
)
def test_who_is_believed(border: Hop | None, receiver: str, places: list[int]) -> None:
    """The server that took the mail, by its name or by where its field stands; never who gives no name below it."""
    found = said("spf=pass", f"{SERVER}; spf=pass", "third.example; spf=pass", "; spf=pass")
    assert [each.place for each in believed(found, border, receiver)] == places
