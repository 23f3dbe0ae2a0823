"""The pleasant face at a pseudo-terminal, which the test reads and types in."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.terminal.scene import COMMAND, crossroads, environment

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|\][^\x07]*\x07|[()][0-9A-Z]|[=>])")
COLOURS = re.compile(r"\x1b\[[0-9;]*\b(3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)\b[0-9;]*m")
UP, DOWN, ENTER, ALT_ENTER, TAB = "\x1b[A", "\x1b[B", "\r", "\x1b\r", "\t"
SECONDS = 20
CTRL_C, CTRL_D = "\x03", "\x04"
RESUME = re.compile(r"crossroads resume ([0-9A-Z]{8})")


@dataclass
class Screen:
    """What the program has written, and a keyboard."""

    process: subprocess.Popen[bytes]
    end: int
    raw: str = ""
    read_to: int = 0

    def text(self) -> str:
        return ESCAPES.sub("", self.raw).replace("\r", "")

    def see(self, expected: str) -> str:
        """Wait until this has been written, after what was seen before; gives all up to it."""
        deadline = time.monotonic() + SECONDS
        while expected not in (text := self.text()[self.read_to :]):
            if not self._more(deadline):
                raise AssertionError(f"“{expected}” never came; there is:\n{text}")
        place = self.read_to + text.index(expected) + len(expected)
        seen, self.read_to = self.text()[self.read_to : place], place
        return seen

    def press(self, *keys: str) -> None:
        for key in keys:
            os.write(self.end, key.encode())

    def leave(self) -> int:
        """Wait until the program has ended by itself."""
        deadline = time.monotonic() + SECONDS
        while self._more(deadline):
            pass
        return self.process.wait(SECONDS)

    def _more(self, deadline: float) -> bool:
        ready, _, _ = select.select([self.end], [], [], max(0.0, deadline - time.monotonic()))
        if not ready:
            return False
        try:
            chunk = os.read(self.end, 65536)
        except OSError:  # the program has ended and closed the other side
            return False
        self.raw += chunk.decode("utf-8", "replace")
        return bool(chunk)


def _take_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@contextmanager
def terminal(*words: str, rows: int = 45, **changes: str) -> Iterator[Screen]:
    end, other = pty.openpty()
    fcntl.ioctl(other, termios.TIOCSWINSZ, struct.pack("HHHH", rows, 80, 0, 0))
    known = {"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "LINES": str(rows)}
    process = subprocess.Popen(
        [*COMMAND, *words],
        stdin=other,
        stdout=other,
        stderr=other,
        env=environment(**(known | changes)),
        start_new_session=True,
        preexec_fn=_take_terminal,  # noqa: PLW1509 - without it, Ctrl-C would reach nobody
    )
    os.close(other)
    try:
        yield Screen(process, end)
    finally:
        process.kill()
        process.wait(SECONDS)
        os.close(end)


def test_arrow_keys_choose_and_what_was_chosen_stays_to_be_read() -> None:
    with terminal("chat", "--flow", "intake") as screen:
        screen.see("What may we call you?")
        screen.see("›")
        screen.press("Bo", ENTER)
        screen.see("Question 2 of 8")
        screen.see("Sign language")
        screen.press(DOWN, DOWN, UP, DOWN, DOWN)
        screen.see("❯ 3  Sign language")
        screen.press(ENTER)
        screen.see("› Sign language")
        screen.see("How shall we reach you?")
        screen.press("2", ENTER)
        screen.see("› By e-mail")
        screen.see("How urgent is it?")


def test_ticks_are_set_with_the_space_bar() -> None:
    with terminal("chat", "--flow", "intake") as screen:
        for expected, answer in (("call you?", "Bo"), ("speak?", "1"), ("reach you?", "call")):
            screen.see(expected)
            screen.see("› ")
            screen.press(answer, ENTER)
        screen.see("4  [ ] At no fixed time")
        screen.press(DOWN, " ", DOWN, DOWN, " ")
        screen.see("[x] Evenings")
        screen.press(ENTER)
        screen.see("› Mornings, Evenings")
        screen.see("How urgent is it?")


def test_tab_completes_an_answer_and_a_word() -> None:
    with terminal("chat", "--flow", "intake") as screen:
        screen.see("call you?")
        screen.see("› ")
        screen.press("Bo", ENTER)
        screen.see("speak?")
        screen.see("› ")
        screen.press("pol", TAB)
        screen.see("Polish")
        screen.press(ENTER)
        screen.see("How shall we reach you?")
        screen.see("› ")
        screen.press("PAUS", TAB)
        screen.see("pause")
        screen.press(ENTER)
        screen.see("Paused.")
        assert screen.leave() == 0


@pytest.mark.parametrize("key", [CTRL_C, CTRL_D])
def test_leaving_says_that_all_is_saved_and_how_to_go_on(key: str) -> None:
    with terminal("chat", "--flow", "intake") as screen:
        screen.see("call you?")
        screen.see("› ")
        screen.press("Bo", ENTER)
        screen.see("speak?")
        screen.see("› ")
        screen.press(key)
        screen.see("Saved. Go on with: ")
        assert screen.leave() == 0
        assert "Traceback" not in screen.text()
    found = RESUME.search(screen.text())
    assert found is not None
    assert "Which language shall we speak?" in crossroads("resume", found[1])


def test_a_mistake_is_told_without_asking_all_over_again() -> None:
    with terminal("chat", "--flow", "intake") as screen:
        screen.see("call you?")
        screen.see("› ")
        screen.press("Bo", ENTER)
        screen.see("Which language shall we speak?")
        screen.see("› ")
        screen.press("Klingon", ENTER)
        screen.see("I could not match that")
        assert "Which language" not in screen.see("3  Sign language")


def test_an_answer_in_own_words_may_have_several_lines() -> None:
    with terminal("chat", "--flow", "intake") as screen:
        screen.see("call you?")
        screen.see("› ")
        screen.press("Bo", ALT_ENTER, "Peep", ENTER)
        screen.see("speak?")
        screen.see("› ")
        screen.press("review", ENTER)
        screen.see("Peep")
        screen.see("speak?")
        screen.see("› ")
        screen.press(CTRL_C)
        screen.leave()
    shown = crossroads("resume", "--jsonl", typed="")
    assert '"name":"Bo\\nPeep"' in shown


def test_an_earlier_answer_is_kept_by_enter_alone() -> None:
    with terminal("chat", "--flow", "intake") as screen:
        screen.see("call you?")
        screen.see("› ")
        screen.press("Bo", ENTER)
        screen.see("speak?")
        screen.see("› ")
        screen.press("back", ENTER)
        screen.see("Enter keeps: Bo")
        screen.see("› ")
        screen.press(ENTER)
        screen.see("› Bo")
        screen.see("speak?")


def test_a_long_list_on_a_small_screen_is_shown_whole_before_it_is_asked_about() -> None:
    with terminal("chat", "--flow", "intake", rows=6) as screen:
        screen.see("call you?")
        screen.see("› ")
        screen.press("Bo", ENTER)
        screen.see("1  English\n    2  Polish\n    3  Sign language")
        screen.see("› ")
        screen.press(UP)
        screen.see("❯ Sign language")


def test_the_look_does_without_colours_where_none_are_wanted() -> None:
    for setting, coloured in (("", True), ("1", False)):
        with terminal("chat", NO_COLOR=setting) as screen:
            screen.see("help")
            screen.see("› ")
            screen.press(DOWN)
            screen.see("❯ 1")
            assert bool(COLOURS.search(screen.raw)) == coloured


def test_a_simple_terminal_gets_plain_lines() -> None:
    with terminal("chat", "--flow", "intake", TERM="dumb") as screen:
        screen.see("call you?")
        screen.see("> ")
        screen.press("Bo\n")
        screen.see("2  Polish")
        screen.see("> ")
        screen.press(CTRL_C)
        screen.see("Saved. Go on with: ")
        assert screen.leave() == 0
        assert "\x1b" not in screen.raw


def test_nothing_that_was_typed_is_left_in_a_file(tmp_path: Path) -> None:
    with terminal("chat", "--flow", "intake", HOME=str(tmp_path)) as screen:
        screen.see("call you?")
        screen.see("› ")
        screen.press("Quokka7381", ENTER)
        screen.see("speak?")
        screen.see("› ")
        screen.press(UP, CTRL_C)
        screen.leave()
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or b"Quokka7381" not in file.read_bytes()
