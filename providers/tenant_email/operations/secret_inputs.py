"""Keeps out of messages and ids what the user marked secret; resources/secrecy.py says which inputs those are."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Final

from tenant_email.json_types import is_list
from tenant_email.redaction import secrets

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.json_types import Props, PropsView


SECRET_INPUTS: Final = "secret_inputs"  # noqa: S105 - an input's name
_TOKEN: Final = re.compile(r"secret-([0-9a-f]{16})(?![0-9a-f])")


def secret_paths(*props: PropsView | None) -> tuple[str, ...]:
    """Returns the paths of what is marked secret in any of these properties."""
    listed = (each.get(SECRET_INPUTS) for each in props if each)
    return tuple(dict.fromkeys(str(path) for paths in listed if is_list(paths) for path in paths))


def public_id(id_: str, props: Props, paths: tuple[str, ...]) -> str:
    """Returns an id with a digest in place of every secret in it: Pulumi prints ids and keeps them in clear."""
    for path in paths:
        for text in _spellings(props, path):
            id_ = re.sub(rf"(?<![a-zA-Z0-9]){re.escape(text)}(?![a-zA-Z0-9])", partial(_token, text), id_)
    return id_


def real_id(id_: str, recorded: Props) -> str:
    """Returns the id that `public_id` was given: what was secret is among the recorded inputs."""
    wanted, known = set(_TOKEN.findall(id_)), dict[str, str]()
    texts = {text for name in recorded for text in _spellings(recorded, name)} if wanted else ()
    # a digest takes ten milliseconds, and a connector has hundreds of texts; what stands in an id is a short one
    for text in sorted(texts, key=lambda each: (len(each), each)):
        if wanted <= known.keys():
            break
        known[_digest(text)] = text
    return _TOKEN.sub(lambda found: known.get(found[1], found[0]), id_)


def hides_secret(id_: str) -> bool:
    """Returns whether an id has a digest in place of a secret."""
    return _TOKEN.search(id_) is not None


def _spellings(props: PropsView, path: str) -> Iterator[str]:
    """Yields the texts at a path, also as they stand in ids, where a domain or a name is in lower case."""
    for text in secrets.texts_at(props, path):
        yield from dict.fromkeys(filter(None, (text, text.lower().rstrip("."))))


def _token(text: str, _: object) -> str:
    return f"secret-{_digest(text)}"


@lru_cache(maxsize=64)  # each step of a plug-in's run asks for the same ones
def _digest(text: str) -> str:
    return hashlib.scrypt(text.encode(), salt=b"pulumi-tenant-email/id", n=4096, r=8, p=1, dklen=8).hex()
