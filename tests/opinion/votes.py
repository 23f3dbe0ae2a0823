"""Courses, standings and votes: written down, and drawn by Hypothesis."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from bot.opinion.model import SURENESS, Ballot, Course, Standing

KEEP = Course("KEEP", "Keep and watch", "stay")
RESET = Course("RESET", "Talk and reset terms", "stay")
PAUSE = Course("PAUSE", "Pause work", "stay")
LEAVE = Course("LEAVE", "Leave with notice", "leave")
QUIET = Course("QUIET", "Let it end", "leave")
ADVICE = Course("ADVICE", "Get advice")
SAFE = Course("SAFE", "Get safe")
COURSES = (KEEP, RESET, PAUSE, LEAVE, QUIET, ADVICE, SAFE)
IDS = tuple(course.id for course in COURSES)
UNSCORED = "SAFE"

STANDING = Standing(
    order=("RESET", "PAUSE", "LEAVE", "KEEP", "ADVICE"),
    scores={"KEEP": 5000, "RESET": 6000, "PAUSE": 5800, "LEAVE": 5500, "QUIET": 9000, "ADVICE": 10},
    vetoed={"QUIET": ("Notice is owed",), "SAFE": ("No danger",)},
)
FORCED = replace(STANDING, order=("ADVICE", "RESET", "PAUSE", "LEAVE", "KEEP"), forced="ADVICE")


def votes(*courses: str, sure: str = "very") -> list[Ballot]:
    """One ballot for each course named; “-” abstains."""
    return [Ballot("" if course == "-" else course, sure) for course in courses]


@st.composite
def standings(draw: st.DrawFn, forced: bool | None = None) -> Standing:
    """Draw what rules and answers may come to: vetoes, close scores with ties, maybe a force."""
    scored = [course for course in IDS if course != UNSCORED]
    near = st.builds(int.__mul__, st.integers(0, 12), st.sampled_from((1, 80)))
    scores = {course: draw(near) for course in scored}
    permitted = [course for course in scored if draw(st.booleans())]
    force = draw(st.sampled_from(IDS))
    if not (draw(st.booleans()) if forced is None else forced):
        permitted, force = permitted or [scored[0]], ""
    ranked = sorted(permitted, key=lambda course: -scores[course])
    order = tuple(dict.fromkeys([force, *ranked] if force else ranked))
    vetoed = {course: ("A rule",) for course in IDS if course not in order}
    return Standing(order, scores, vetoed, force)


ballots = st.lists(
    st.builds(Ballot, st.sampled_from(("", *IDS)), st.sampled_from(tuple(SURENESS))), max_size=30
)
