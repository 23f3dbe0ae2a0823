"""The pleasant face: rich for what is shown, prompt_toolkit for what is typed.

What a person types is kept in no history, neither in memory nor in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import DummyHistory
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.styles import Style
from rich.console import Console, RenderableType

from adapters.terminal import look
from adapters.terminal.menu import (
    Fragments,
    Menu,
    fits,
    list_fragments,
    menu_fragments,
    starting_menu,
)
from adapters.terminal.render import end_lines, printable
from adapters.terminal.sent import Left, Picked, Sent, Wrote
from bot.engine.model import Card, Prompt, Tell, View
from bot.engine.words import WORDS

_STYLE = Style.from_dict({"pointed": "ansimagenta bold", "hint": "dim", "mark": "ansimagenta bold"})
_MARK: Fragments = [("class:mark", "  › ")]


class FancyFace:
    """Talks to a person at a terminal."""

    lingers = True

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False)
        self._asked: tuple[str, int, str] | None = None

    def greet(self, title: str, about: str) -> None:
        self._print(look.greeting_look(title, about))

    def show_card(self, view: View, card: Card) -> None:
        self._print(look.card_look(card))
        self._asked = None

    def show_prompt(self, view: View) -> None:
        """State the question, unless it still stands right above."""
        if view.prompt is None:
            return
        asking = (view.case, view.turn, view.prompt.step)
        if asking != self._asked:
            self._print(look.question_look(view.prompt))
            self._print_long_list(view.prompt)
        self._asked = asking

    def _print_long_list(self, prompt: Prompt) -> None:
        """Print the answers once if there are too many for the list that arrow keys move in."""
        menu = Menu(prompt)
        if not fits(menu, self._columns(), self._console.height):
            answers = "".join(text for _, text in list_fragments(menu, self._columns()))
            self._console.print("\n" + answers.rstrip("\n"))

    def tell(self, case_id: str, turn: int, tell: Tell) -> None:
        self._print(look.tell_look(tell))
        if not tell.mistake:
            self._asked = None

    async def hear(self, view: View) -> Sent:
        self._console.print()
        asking = Asking(view.prompt)
        try:
            return await asking.answer(view.turn)
        except (KeyboardInterrupt, EOFError):
            return Left()

    def end(self, view: View, resume: str) -> None:
        for line in end_lines(view, resume):
            self._print(look.line_look(line))
        self._console.print()

    def _columns(self) -> int:
        return min(self._console.width, look.WIDEST)

    def _print(self, what: RenderableType) -> None:
        self._console.print(what, width=self._columns())


class Asking:
    """One prompt on the screen, from the moment it is drawn until Enter is pressed."""

    def __init__(self, prompt: Prompt | None) -> None:
        self._menu = starting_menu(prompt) if prompt else None
        self._picked = False
        self._kept = False

    async def answer(self, turn: int) -> Sent:
        """Wait for Enter; raises ``KeyboardInterrupt`` or ``EOFError`` on Ctrl-C and Ctrl-D."""
        session: PromptSession[str] = PromptSession(
            message=self._message,
            history=DummyHistory(),
            completer=_Answers(self._menu.prompt if self._menu else None),
            complete_while_typing=False,
            reserve_space_for_menu=4,
            key_bindings=self._keys(),
            style=_STYLE,
            enable_suspend=True,
            prompt_continuation="    ",
        )
        text = await session.prompt_async()
        if self._picked and self._menu:
            return Picked(turn, self._menu.value())
        return Wrote("" if self._kept else text)

    def _message(self) -> FormattedText:
        return FormattedText(self._fragments())

    def _fragments(self) -> Fragments:
        if self._menu is None or get_app().is_done:
            return _MARK
        size = get_app().output.get_size()
        columns = min(size.columns, look.WIDEST)
        return [*menu_fragments(self._menu, columns, size.rows), *_MARK]

    def _keys(self) -> KeyBindings:
        keys = KeyBindings()
        empty = Condition(lambda: not get_app().current_buffer.text)
        unlisted = Condition(lambda: get_app().current_buffer.complete_state is None)
        choosing = Condition(lambda: bool(self._menu and self._menu.prompt.choices))
        ticking = Condition(lambda: bool(self._menu and self._menu.many))
        pointing = Condition(lambda: bool(self._menu and self._menu.chosen()))
        numbered = Condition(lambda: bool(self._numbered(get_app().current_buffer.text)))
        offered = Condition(lambda: bool(self._menu and self._menu.prompt.offered))
        keys.add("up", filter=choosing & empty & unlisted)(self._change(lambda m: m.moved(-1)))
        keys.add("down", filter=choosing & empty & unlisted)(self._change(lambda m: m.moved(1)))
        keys.add(" ", filter=ticking & empty)(self._change(lambda m: m.ticked()))
        keys.add("enter", filter=choosing & empty & pointing)(self._pick)
        keys.add("enter", filter=numbered)(self._pick_numbered)
        keys.add("enter", filter=offered & empty & ~pointing)(self._keep)
        keys.add("escape", "enter", filter=~choosing)(_new_line)
        return keys

    def _change(self, change: Callable[[Menu], Menu]) -> Callable[[KeyPressEvent], None]:
        def on_key(event: KeyPressEvent) -> None:
            assert self._menu is not None
            self._menu = change(self._menu)

        return on_key

    def _pick(self, event: KeyPressEvent) -> None:
        """Answer with what is pointed at, and leave its label standing."""
        assert self._menu is not None
        self._picked = True
        event.current_buffer.text = self._menu.label()
        event.current_buffer.validate_and_handle()

    def _pick_numbered(self, event: KeyPressEvent) -> None:
        """Answer with the number that was typed, and leave the words standing instead."""
        self._menu = self._numbered(event.current_buffer.text)
        self._pick(event)

    def _numbered(self, text: str) -> Menu | None:
        return self._menu.numbered(text) if self._menu else None

    def _keep(self, event: KeyPressEvent) -> None:
        """Keep the earlier answer, and leave it standing."""
        assert self._menu is not None
        self._kept = True
        event.current_buffer.text = printable(self._menu.prompt.offered)
        event.current_buffer.validate_and_handle()


def _new_line(event: KeyPressEvent) -> None:
    event.current_buffer.insert_text("\n")


class _Answers(Completer):
    """Completes the labels of the answers and the universal words; of several, the last."""

    def __init__(self, prompt: Prompt | None) -> None:
        self._labels = [printable(choice.label) for choice in prompt.choices] if prompt else []
        self._many = bool(prompt and prompt.input == "many")

    def get_completions(
        self, document: Document, complete_event: CompleteEvent
    ) -> Iterable[Completion]:
        """Yield what begins with, or else contains, what has been typed."""
        typed = document.text_before_cursor
        said = typed.rpartition(",")[2].lstrip() if self._many else typed.lstrip()
        words = [*self._labels, *(WORDS if said == typed.lstrip() else ())]
        folded = said.casefold()
        begin = [word for word in words if word.casefold().startswith(folded)]
        inside = [word for word in self._labels if folded in word.casefold()]
        for word in begin or inside:
            yield Completion(word, start_position=-len(said))
