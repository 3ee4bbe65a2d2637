"""How a mail came: what the Received fields of several servers say, and whose is the border."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest

from tenant_email.mail_proof.messages import read_mail
from tenant_email.mail_proof.trace import Hop, arrival, border, hops

if TYPE_CHECKING:
    from tenant_email.mail_proof.messages import Mail

DATE = "Wed, 18 Nov 2026 11:06:41 +0000"
AT = datetime(2026, 11, 18, 11, 6, 41, tzinfo=UTC).timestamp()
V4, V6 = ip_address("54.240.8.1"), ip_address("2a01:4500::1")


def came(*received: str) -> Mail:
    """Returns a mail that came so, the last server first, below its sender."""
    return read_mail("\r\n".join(["From: a@b.example", *(f"Received: {each}" for each in received), "", "x"]).encode())


@pytest.mark.parametrize(
    ("received", "hop"),
    [
        (
            f"from A8.example (a8.example [54.240.8.1]) by MX.example (Postfix) with ESMTPS id X; {DATE}",
            Hop(1, "a8.example", V4, "mx.example", True, "", AT),
        ),
        (
            f"from [54.240.8.1] (helo=[10.0.0.1]) by mx.example with esmtp (Exim 4) id X; {DATE}",
            Hop(1, "54.240.8.1", V4, "mx.example", False, "", AT),
        ),
        (
            "from x (EHLO 192.0.2.9) ([IPv6:2a01:4500::1]) by mx.example with LMTP; soon",
            Hop(1, "x", V6, "mx.example", False),
        ),
        ("from x ([::ffff:54.240.8.1]) by y (version=TLS1_3 cipher=z); soon", Hop(1, "x", V4, "y", True, "1.3")),
        ("from x (using TLSv1 with z) by y; soon", Hop(1, "x", None, "y", True, "1.0")),
        ("from x (x [54.240.8.1] (may be forged)) by y with HTTP; soon", Hop(1, "x", V4, "y")),
        ("by y (54.240.8.1) with HTTP; soon", Hop(1, by="y")),
        ("from x (x [999.1.1.1]) by y; soon", Hop(1, "x", by="y")),
        (f"from x (x [54.240.8.1]; seen) by y; {DATE}", Hop(1, "x", V4, "y", None, "", AT)),
        ("by y with HTTP from x; soon", Hop(1, by="y", tls=None)),
        ("from x by y (y [54.240.8.1], taken by z) with SMTP; soon", Hop(1, "x", by="y", tls=False)),
        ("from x [54.240.8.1]; soon", Hop(1, "x", V4)),
        ("from x ([54.240.8.1]) [10.0.0.1] by y; soon", Hop(1, "x", V4, "y")),
        ("from x (x [54.240.8.1] (forged) by z) by y; soon", Hop(1, "x", V4, "y")),
        ("From X.example, ([54.240.8.1] [999.1.1.1]) BY y; soon", Hop(1, "x.example", V4, "y")),
        ("odd", Hop(1)),
    ],
)
def test_what_a_server_wrote(received: str, hop: Hop) -> None:
    """Who it was, from where it was reached, by what, and when; what a sender says of itself is no address."""
    assert list(hops(came(received))) == [hop]
    assert arrival(came(received)) == hop.at


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="this system has one time zone for all programs")
def test_a_time_without_a_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is UTC wherever this machine is (RFC 5322 section 3.3); qmail writes it so."""
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "America/Los_Angeles")
            time.tzset()
            assert arrival(came("(qmail 9 invoked by uid 0); 18 Nov 2026 11:06:41 -0000")) == AT
    finally:
        time.tzset()


def test_a_mail_that_never_travelled() -> None:
    """It says no time."""
    assert arrival(came()) is None


OUTSIDE = f"from a (a [54.240.8.1]) by out.example; {DATE}"
INSIDE = f"from b (b [10.0.0.7]) by in.example; {DATE}"
LOCAL = f"by local.example; {DATE}"


@pytest.mark.parametrize(
    ("received", "receiver", "place"),
    [
        ([LOCAL, INSIDE, OUTSIDE, OUTSIDE], "", 3),
        ([LOCAL, INSIDE, INSIDE], "", 2),
        ([LOCAL, LOCAL], "", None),
        ([], "", None),
        ([LOCAL, INSIDE, OUTSIDE], "IN.example", 2),
        ([LOCAL, INSIDE, OUTSIDE], "else.example", None),
    ],
)
def test_the_border_is_the_last_server_that_was_reached_from_outside(
    received: list[str], receiver: str, place: int | None
) -> None:
    """Or the one of a name; on one machine the last that says from where it was reached."""
    found = border(came(*received), receiver)
    assert (found.place if found else None) == place
    if not receiver:
        assert border(came(*received)) == found
