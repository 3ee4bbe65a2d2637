"""The answer of a token endpoint (RFC 6749 section 5.1), which all platforms share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field

from tenant_email.net.answers import Shape
from tenant_email.net.client import Token
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.json_types import PropsView
    from tenant_email.net.client import Client

_LEEWAY: Final = 60.0  # seconds before its end from which a token is not used any more
_MOST_OF_IT: Final = 0.25  # a part of its lifetime: one that lives for a minute would else be used for no call at all


class TokenAnswer(Shape):
    """A token that can stand in a header, its lifetime in seconds, and its scopes, parted by blanks."""

    access_token: Annotated[str, Field(pattern=r"^[\x21-\x7e]+$")]
    token_type: Annotated[str, Field(pattern=r"(?i)^bearer$")] = "Bearer"  # noqa: S105 - a kind
    expires_in: Annotated[float, Field(gt=0)] = 1.0
    scope: str = ""


def token_of(client: Client, document: PropsView, lifetime: float) -> Token:
    """Returns the token of an answer that is a TokenAnswer; `lifetime`, in seconds, is for one that names none."""
    scopes, seconds = document.get("scope"), document.get("expires_in", lifetime)
    return Token(
        Secret(document["access_token"]),
        client.clock() + seconds - min(_LEEWAY, seconds * _MOST_OF_IT),
        frozenset(scopes.split()) if scopes else None,
    )
