"""What a template is refused or fails with."""

from __future__ import annotations

from tenant_email_local.emulators.auth0.liquid.characters import to_characters


class LiquidError(Exception):
    """A template that is not read or not rendered, in LiquidJS's words, with line and column where they are known."""

    def __init__(self, words: str, text: str | None = None, at: int = 0) -> None:
        self.is_placed = text is not None
        if text is not None:
            before = text[:at]
            words += f", line:{before.count(chr(10)) + 1}, col:{at - before.rfind(chr(10))}"
        super().__init__(to_characters(words))

    def placed(self, text: str, at: int) -> LiquidError:
        """Returns it with the place in a text, unless it has one."""
        return self if self.is_placed else LiquidError(str(self), text, at)
