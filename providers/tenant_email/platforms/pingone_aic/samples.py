"""What a template is rendered with where nobody gives variables: a user, and what journeys put beside one, made up.

Source: docs/contracts/pingone_aic.md#handlebars.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView

_OBJECT: Final[PropsView] = {
    "_id": "5f1d7c9a-2b3e-4f60-8a71-9c0d1e2f3a4b",
    "userName": "ada",
    "givenName": "Ada",
    "sn": "Lovelace",
    "cn": "Ada Lovelace",
    "mail": "ada@example.com",
    "telephoneNumber": "+44 20 7946 0000",
    "city": "London",
    "country": "GB",
    "accountStatus": "active",
    "description": "481516",
    "code": "481516",
    "otp": "481516",
    "password": "",
    "resumeURI": "https://login.acme.example/am/XUI/?realm=/alpha&suspendedId=Qm3xV7tR",
    "url": "https://login.acme.example/enduser",
    "manager": {"givenName": "Grace", "sn": "Hopper", "mail": "grace@example.com"},
}


def variables(_settings: PropsView) -> Props:
    """Returns the variables of any template: which ones a journey gives is said nowhere."""
    return {"object": _OBJECT, "user": _OBJECT, **{name: value for name, value in _OBJECT.items() if name != "_id"}}
