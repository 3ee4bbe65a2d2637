"""What a class takes stands in its docstring, argument by argument: it is what an editor shows."""

from __future__ import annotations

import inspect
import re
from typing import Any, Final

import pytest

import tenant_email

MODULES: Final = (tenant_email, tenant_email.auth0, tenant_email.logto, tenant_email.pingone_aic, tenant_email.ses)
CLASSES: Final = [
    each
    for module in MODULES
    for name in module.__all__
    if isinstance(each := getattr(module, name), type) and inspect.signature(each).parameters
]


def documented(cls: type[Any]) -> list[str]:
    """Returns the names in the section Args of a docstring."""
    _, found, section = inspect.cleandoc(cls.__doc__ or "").partition("\nArgs:\n")
    assert found, "has no section Args"
    section = re.split(r"^\w", section, maxsplit=1, flags=re.MULTILINE)[0]
    names = re.findall(r"^ {4}(\w+): \S", section, re.MULTILINE)
    return [name for name in names if name != "None"]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: f"{cls.__module__}.{cls.__name__}")
def test_every_argument_is_documented(cls: type[Any]) -> None:
    """Each once, none that is gone; of a component those that it passes on too."""
    _, *parameters = inspect.signature(cls.__init__).parameters.values()
    taken = {each.name for each in parameters if each.kind is not inspect.Parameter.VAR_KEYWORD}
    found = documented(cls)
    assert taken <= set(found)
    assert len(set(found)) == len(found)
    assert len(taken) < len(parameters) or taken == set(found)
