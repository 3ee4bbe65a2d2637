"""Pydantic models made of the settings classes: what users write is described once, and validated by that description.

A class gives the names, the types and the defaults of its arguments; the rules next to it say what a type cannot, such
as that a string is a host. A host makes a model when it first validates settings of its kind, a program makes none.
"""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Literal, Optional, Union, cast, get_args, get_origin, get_type_hints

from pulumi import Output
from pydantic import Field, create_model

from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import Model
from tenant_email.json_types import Props, PropsView
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from dataclasses import Field as Argument

    from tenant_email.platforms.settings import Settings

Rules = PropsView
"""By argument: a type with validators that takes the place of its own, or (such a type, another default)."""

_LATER: Final = (Awaitable, Output)
_PLAIN: Final[Mapping[Any, Any]] = {str: Text, Mapping: Props}
_PULUMI: Final = {"Output": Output, "T": Any}  # pulumi.Input names its own types by text
_making: Final = threading.RLock()


@dataclass(frozen=True, slots=True)
class Derivation:
    """How the model of one kind is made.

    settings: the class that users write.
    rules: what its types do not say.
    kind: which kind, where a class stands for several; and the `only` arguments that it then takes.
    base: a model with validators across fields.
    """

    settings: type[Settings]
    rules: Rules = field(default_factory=Props)
    kind: str = ""
    only: Collection[str] | None = None
    base: type[Model] = Model

    @property
    def name(self) -> str:
        """Returns the kind."""
        return self.kind or self.settings.kind

    def model(self) -> type[Model]:
        """Makes the model."""
        return derived_model(self.settings, self.rules, kind=self.name, only=self.only, base=self.base)


class Models(Mapping[str, type[Model]]):
    """The models of a platform by kind, each made when it is first asked for."""

    def __init__(self, *derivations: Derivation) -> None:
        self._derivations = {each.name: each for each in derivations}
        self._made: dict[str, type[Model]] = {}

    def __getitem__(self, kind: str) -> type[Model]:
        with _making:
            if kind not in self._made:
                self._made[kind] = self._derivations[kind].model()
            return self._made[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._derivations)

    def __len__(self) -> int:
        return len(self._derivations)


def derived_model(
    source: type[Any],
    rules: Rules,
    *,
    kind: str = "",
    only: Collection[str] | None = None,
    base: type[Model] = Model,
) -> type[Model]:
    """Returns the model of a class of settings, or of a part of settings, which has no kind."""
    hints, secret = get_type_hints(source, localns=_PULUMI), getattr(source, "secret", ())
    made: Props = {"kind": (cast("Any", Literal)[kind], ...)} if kind else {}
    for argument in fields(source):
        name = argument.name
        if only is None or name in only:
            made[name] = _field(argument, rules.get(name) or (Secret if name in secret else _plain(hints[name])))
    return create_model(source.__name__, __base__=base, __doc__=source.__doc__, __module__=source.__module__, **made)


def _field(argument: Argument[Any], rule: Any) -> Any:
    """Returns (type, default) for pydantic; a default of None means that an argument may be omitted."""
    if isinstance(rule, tuple):
        return cast("Any", rule)
    if argument.default_factory is not MISSING:
        return rule, Field(default_factory=argument.default_factory)
    if argument.default is None:
        return cast("Any", Optional)[rule], None
    return rule, ... if argument.default is MISSING else argument.default


def _plain(hint: Any) -> Any:
    """Returns the type of an argument once it is known: without None, and without what makes it known later."""
    parts = get_args(hint) if get_origin(hint) is Union else (hint,)
    plain = [part for part in parts if part is not NoneType and get_origin(part) not in _LATER]
    if len(plain) != 1:
        msg = f"{hint} takes several types; only a rule can say what they mean"
        raise TypeError(msg)
    return _PLAIN.get(get_origin(plain[0]) or plain[0], plain[0])
