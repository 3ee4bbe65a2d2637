"""Addresses as Logto's mail library, nodemailer, reads and writes them: nothing is refused, much is guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from email.header import Header
from typing import Final

_CLOSERS: Final = {'"': '"', "(": ")", "<": ">", ",": "", ":": ";", ";": ""}
_ADDRESS: Final = re.compile(r"[^@\s]+@[^@\s]+")
_WITHIN: Final = re.compile(r"\s*\b[^@\s]+@[^\s]+\b\s*")
_PLAIN: Final = re.compile(r'[^\s"(),:;<>@[\\\]]+@[^\s"(),:;<>@[\\\]]+')
_PLAIN_LOCAL: Final = re.compile(r'[^\s"(),:;<>@[\\\]]+|"(?:[^"\\]|\\.)*"', re.DOTALL)


@dataclass(frozen=True)
class Mailbox:
    """Who a mail is from or for, or a group of them."""

    name: str
    address: str = ""
    group: tuple[Mailbox, ...] | None = None

    def __str__(self) -> str:
        """Returns it as a header has it."""
        if self.group is not None:
            return f"{_name(self.name)}: {', '.join(map(str, self.group))};"
        if self.name:
            return f"{_name(self.name)} <{self.address}>"
        return self.address if _PLAIN.fullmatch(self.address) else f"<{self.address}>"

    @property
    def addresses(self) -> list[str]:
        """Its own address, or those of its members."""
        return [self.address] if self.group is None else [each for one in self.group for each in one.addresses]


@dataclass(frozen=True)
class _Token:
    """An operator or a text; what follows one that `joins` belongs to what is before it."""

    value: str
    operator: bool = False
    joins: bool = False


@dataclass
class _Parts:
    """What one address is read from."""

    address: list[str] = field(default_factory=list[str])
    comment: list[str] = field(default_factory=list[str])
    group: list[str] = field(default_factory=list[str])
    text: list[str] = field(default_factory=list[str])
    quoted: list[bool] = field(default_factory=list[bool])


def mailboxes(text: str) -> list[Mailbox]:
    """Returns those in a text that have an address; a name in front of a comma belongs to the next one."""
    read = [_read(tokens) for tokens in _split(_tokens(text))]
    for number in reversed(range(len(read) - 1)):
        lost, after = read[number], read[number + 1]
        if lost.group is None and lost.name and not lost.address and after.name and after.address:
            read[number : number + 2] = [Mailbox(f"{lost.name}, {after.name}", after.address)]
    return [
        replace(each, address=_normal(each.address)) if each.group is None else each
        for each in read
        if each.address or each.group is not None
    ]


def _tokens(text: str) -> list[_Token]:
    """Returns operators and the texts between them."""
    found: list[_Token] = []
    closer, between, escaped, literal = "", "", False, False
    for number, char in enumerate(text):
        if not escaped and not closer:
            literal = char == "[" or (literal and char not in "],;")
        closes = not escaped and closer != "" and char == closer
        if closes or (not escaped and not closer and not literal and char in _CLOSERS):
            joined = closes and text[number + 1 : number + 2].strip(" \t\r\n,;") != ""
            found += [_Token(between), _Token(char, operator=True, joins=joined)]
            closer, between = ("" if closes else _CLOSERS[char]), ""
        elif not escaped and closer == '"' and char == "\\":
            escaped = True
        else:
            shown = " " if char == "\n" else char
            between, escaped = between + (shown if shown >= " " or shown == "\t" else ""), False
    kept = [replace(token, value=token.value.strip()) for token in (*found, _Token(between))]
    return [token for token in kept if token.value]


def _split(tokens: list[_Token]) -> list[list[_Token]]:
    """Returns the tokens of each address."""
    found: list[list[_Token]] = [[]]
    for token in tokens:
        if token.operator and token.value in ",;":
            found.append([])
        else:
            found[-1].append(token)
    return [each for each in found if each]


def _sorted(tokens: list[_Token]) -> _Parts:
    """Returns the texts of one address by what they are."""
    parts, state, inside = _Parts(), "text", False
    states = {"<": "address", "(": "comment", ":": "group"}
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.operator:
            state, inside = states.get(token.value, "text"), token.value == '"' and not inside
            continue
        texts: list[str] = getattr(parts, state)
        value = re.sub(r"^[^<]*<\s*", "", token.value) if state == "address" else token.value
        if before and before.joins and texts:
            texts[-1] += value
        else:
            texts.append(value)
            parts.quoted += [inside] if state == "text" else []
    return parts


def _read(tokens: list[_Token]) -> Mailbox:
    """Returns one address, or a name alone, or a group."""
    parts = _sorted(tokens)
    parts.text, parts.comment = (parts.text, parts.comment) if parts.text else (parts.comment, [])
    if any(token.operator and token.value == ":" for token in tokens):
        return Mailbox(" ".join(parts.text), group=tuple(mailboxes(",".join(parts.group))))
    parts.quoted += [False] * (len(parts.text) - len(parts.quoted))
    quoted = any(parts.quoted)
    if not parts.address:
        _find(parts)
    text = " ".join([*(parts.text or parts.comment), *parts.address[1:]])
    if parts.address:
        return Mailbox("" if text == parts.address[0] else text, parts.address[0])
    if "@" in text:
        return Mailbox("", _with_quoted_local(text) if quoted else text)
    return Mailbox(text)


def _find(parts: _Parts) -> None:
    """Takes the last text that is an address for one, else what looks like one within a text."""
    free = [number for number in reversed(range(len(parts.text))) if not parts.quoted[number]]
    for number in free:
        if _ADDRESS.fullmatch(parts.text[number]):
            parts.address = [parts.text.pop(number)]
            return
    for number in free:
        if match := _WITHIN.search(parts.text[number]):
            parts.address = [match[0].strip()]
            before, after = parts.text[number][: match.start()], parts.text[number][match.end() :]
            parts.text[number] = f"{before} {after}".strip()
            return


def _with_quoted_local(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return address if _PLAIN_LOCAL.fullmatch(local) else f"{_quoted(local)}@{domain}"


def _normal(address: str) -> str:
    """Returns an address as it is sent: without control characters, with a small domain, in ASCII where it can be."""
    local, _, domain = re.sub(r"[\x00-\x1f\x7f<>]+", " ", address).strip().rpartition("@")
    local = local.strip()
    domain = domain.lower()
    if local.isascii() and not domain.isascii():
        domain = ".".join(label.encode("idna").decode() if label else "" for label in domain.split("."))
    return _with_quoted_local(f"{local}@{domain}")


def _name(text: str) -> str:
    """Returns a name as a header has it."""
    if re.fullmatch(r"[\w ]*", text, re.ASCII):
        return text
    return _quoted(text) if re.fullmatch(r"[\x20-\x7e]*", text) else Header(text, "utf-8", 998).encode(linesep="")


def _quoted(text: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
