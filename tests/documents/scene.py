"""A case with all that is kept beside it, told in many scripts, as its documents show it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache

from bot.chat.pages import Desk
from bot.dossier.documents import Dossier
from bot.dossier.history import history
from bot.dossier.letters import letters_of
from bot.dossier.standing import standing
from bot.drafting.compose import compose
from bot.drafting.versions import Version, Versions, versions_to_bytes
from bot.engine.advance import advance
from bot.engine.model import Answered, Card, Case, Event, Started, Typed
from bot.planning.days_off import days_off
from bot.planning.record import plan_to_bytes
from bot.planning.rule import planning_of
from bot.planning.schedule import add as add_item
from bot.planning.schedule import make_plan, tick
from bot.records.logbook import Entry, Log, add, log_to_bytes
from bot.sheets.shown import Shown, rows
from tests.dossier.test_rounds import OPEN
from tests.drafting.scene import DRAFTS, VALUES
from tests.flows.talks import MONDAY, TROUBLED_CLIENT, flow_in, read_talk

AT = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
REASON = "We never told them where the line is. Größe zählt – Ελλάδα, Москва."
SCRIPTS = {
    "Latin": "Grüße aus Łódź, naïve Façade, Nguyễn Đặng",
    "Greek": "Καλημέρα, η συμφωνία ισχύει",
    "Cyrillic": "Привет, договорённость в силе",
    "Arabic": "مرحبا بالعالم، نحتاج إلى موعد",
    "Hebrew": "שלום עולם, צריך מועד",
    "Chinese": "我们需要谈谈合同，谢谢。",
    "Japanese": "お客様との打ち合わせ、カタカナー「引用」",
    "Korean": "안녕하세요, 고객 계약",
    "Thai": "สวัสดีครับ ขอบคุณ",
    "Hindi": "नमस्ते क्षत्रिय, धन्यवाद",
    "emoji": "👍🏽 👩\u200d⚖\ufe0f 🙂 🫶 🇩🇪 ✅",
}
"""What has to come out of a document as it went in."""


@cache
def told() -> Dossier:
    """Play the case of a client whose extras never stop, up to its end, with a round beside it."""
    flow = flow_in(TROUBLED_CLIENT)
    talk = read_talk(TROUBLED_CLIENT / "talks" / "full_reset.yaml")
    case, at = Case("7Q2KD", "ann", flow.id, flow.version), MONDAY
    events: list[Event] = [
        Started("ann", at, {**flow.tracks.get(talk.track or "full", {})}, "", flow.version)
    ]
    case = advance(flow, case, events[0]).case
    for line in talk.lines:
        at += timedelta(seconds=40)
        event: Event | None = None
        if line.type is not None:
            typed = REASON if line.bot == "reason" else line.type
            event = Typed("ann", at, typed, case.turn)
        elif line.pick is not None:
            event = Answered("ann", case.turn, at, line.pick)
        if event:
            events.append(event)
            case = advance(flow, case, event).case
    return Dossier(flow, case, history({flow.version: flow}, case, events), (Shown(OPEN, 6, 4),))


@cache
def desk() -> Desk:
    """Put a plan, a log, two letters and a check-in beside it."""
    dossier = told()
    papers = {"plan": _plan(dossier), "log": _log(), "letters": _letters(dossier)}
    came = rows(("After 7 days", "Better: they sent a list of what is urgent."))
    checkins = Card("outcome", "outcome", "What came of it", (came,))
    return Desk(dossier, {**papers, "outcome": b"{}"}, checkins)


def _plan(dossier: Dossier) -> bytes:
    planning = planning_of(dossier.flow)
    assert planning
    stands = standing(dossier.flow, dossier.case, planning.of, planning.course)
    day = date(2026, 3, 9)
    plan = make_plan(planning.checklist, stands.course, stands.facts, {}, day, days_off("DE"))
    plan = add_item(plan, "Ask Frau Müller for the signed offer", date(2026, 3, 12))
    return plan_to_bytes(tick(plan, plan.items[0].id))


def _log() -> bytes:
    log = Log()
    for place, (script, said) in enumerate(SCRIPTS.items()):
        entry = Entry(
            f"2026-03-{place + 1:02}T10:00:00+01:00",
            "Europe/Berlin",
            channel="E-mail",
            who=f"The client, in {script}",
            quote=said,
            fact="They wrote outside of the agreed hours.",
            impression="In a hurry.",
        )
        log = add(log, entry, "2026-03-12T09:00:00+00:00")
    return log_to_bytes(log)


def _letters(dossier: Dossier) -> bytes:
    letters = letters_of(dossier.flow, dossier.case, DRAFTS)
    saved = []
    for medium, tone in (("email", "plain"), ("call", "warm")):
        tones = DRAFTS.media[medium].tones
        draft = compose(DRAFTS, letters.course, medium, _tone(tone, tones), letters.facts, VALUES)
        saved.append(Version(1, letters.course, medium, draft.tone, draft.text, "2026-03-10"))
    return versions_to_bytes(Versions(tuple(reversed(saved))))


def _tone(wanted: str, tones: tuple[str, ...]) -> str:
    return wanted if wanted in tones else tones[0]
