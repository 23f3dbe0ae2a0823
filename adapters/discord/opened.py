"""The forms that are open, or were given back to be mended: Discord tells only what was entered."""

from __future__ import annotations

from collections import OrderedDict

from bot.sheets.model import Form


class Opened:
    """Remembers forms by what tells them apart, each for its owner alone; at most ``remember``.

    After a restart there are none: then people are told which button to press.
    """

    def __init__(self, remember: int = 1024) -> None:
        self._remember = remember
        self._forms: OrderedDict[str, tuple[str, Form]] = OrderedDict()

    def keep(self, name: str, owner: str, form: Form) -> None:
        """Keep a form in mind."""
        self._forms[name] = owner, form
        self._forms.move_to_end(name)
        if len(self._forms) > self._remember:
            self._forms.popitem(last=False)

    def find(self, name: str, owner: str) -> Form | None:
        """Find a form; None if it is not there, or somebody else's."""
        whose, form = self._forms.get(name, ("", None))
        return form if whose == owner else None

    def forget(self, name: str) -> None:
        """Keep nothing of a form."""
        self._forms.pop(name, None)

    def forget_all_of(self, owner: str) -> None:
        """Keep no form of somebody."""
        for name in [name for name, (whose, _) in self._forms.items() if whose == owner]:
            del self._forms[name]
