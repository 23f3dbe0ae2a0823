"""The decision model once more: slow, written straight from the formulas, sharing no code.

Only the weights, the fit table and the start points are read from decision.yaml; gates, adjustments
and riders are written out here. Every re-run and every changed answer is worked out from nothing.
"""

from __future__ import annotations

from typing import Any

from tests.decision.table import WRITTEN

SCORED = ["KEEP", "RESET", "PAUSE", "LEAVE_EXPLAIN", "LEAVE_QUIET", "HANDOVER", "ESCALATE"]
EXITS = ["LEAVE_EXPLAIN", "LEAVE_QUIET", "HANDOVER"]
BASE = {c["id"]: c["start"] for c in WRITTEN["courses"] if "start" in c}
WEIGHTS = {f["id"]: f["weight"] for f in WRITTEN["factors"]}
FIT = {f["id"]: f["fit"] for f in WRITTEN["factors"]}
GROUPS = {
    "money": ["payment", "value", "share"],
    "people": ["conduct", "toll"],
    "repair": ["cause", "tried", "response"],
    "welfare": ["stakes", "successor"],
    "fit": ["fit", "retake"],
}
CARE = ["legal", "health", "therapy", "care", "vet"]
REGULATED = [*CARE, "finance", "property"]

Answers = dict[str, Any]


Ban = tuple[str, bool, list[str]]


def has(a: Answers, question: str, *values: str) -> bool:
    """Say whether a question was answered with one of the values."""
    return a.get(question) in values


def bans_on_whom(a: Answers) -> list[Ban]:
    """List G0 to G6: the gate, whether it applies, the courses it bans."""
    danger = has(a, "safety", "threat", "violence")
    complaint = has(a, "motive", "complaint") and not danger
    all_but_help = [course for course in SCORED if course != "ESCALATE"]
    return [
        ("G0", not danger, ["STOP_SAFETY"]),
        ("G1", danger, all_but_help),
        (
            "G2",
            has(a, "stakes", "crisis") and not danger,
            ["PAUSE", "LEAVE_EXPLAIN", "LEAVE_QUIET"],
        ),
        ("G3", has(a, "motive", "identity") and not danger, ["PAUSE", *EXITS]),
        ("G4", complaint, ["PAUSE", "LEAVE_QUIET"]),
        ("G4", complaint and has(a, "field", *REGULATED), ["LEAVE_EXPLAIN"]),
        ("G5", has(a, "integrity", "suspect"), all_but_help),
        ("G5", has(a, "integrity", "insists"), ["KEEP", "RESET", "HANDOVER"]),
        ("G6", has(a, "commitment", "permission"), ["PAUSE", *EXITS]),
    ]


def bans_on_what(a: Answers) -> list[Ban]:
    """List G7 to G15."""
    care = has(a, "field", *CARE)
    grave = has(a, "stakes", "deadline", "serious", "crisis")
    wrong = has(a, "integrity", "insists", "suspect")
    harassed = has(a, "conduct", "harassment")
    overdue = has(a, "payment", "overdue")
    asked = has(a, "tried", "clear_once", "repeated")
    breach = overdue or harassed or wrong or has(a, "response", "attacks")
    excused = has(a, "fit", "moved_on", "beyond", "no_capacity") or wrong or harassed
    unwarned = care and has(a, "tried", "not_raised", "hinted")
    alone = a.get("successor") in ("none", "unsure", None)
    small = has(a, "stakes", "none", "inconvenience")
    return [
        ("G7", has(a, "field", *REGULATED), ["LEAVE_QUIET"]),
        ("G7", grave or has(a, "stakes", "unsure"), ["LEAVE_QUIET"]),
        ("G7", grave or (has(a, "stakes", "unsure") and care), ["PAUSE"]),
        ("G7", has(a, "stakes", "deadline") and alone, ["LEAVE_EXPLAIN"]),
        ("G8", has(a, "commitment", "notice", "fixed", "unchecked"), ["LEAVE_QUIET"]),
        ("G8", has(a, "commitment", "fixed") and not breach, ["LEAVE_EXPLAIN"]),
        ("G8", has(a, "commitment", "nothing_open"), ["PAUSE"]),
        ("G9", has(a, "fit", "beyond"), ["KEEP", "RESET"]),
        ("G10", harassed, ["KEEP"]),
        ("G11", unwarned and not excused, ["LEAVE_EXPLAIN"]),
        ("G12", overdue and asked and small, ["KEEP"]),
        ("G13", has(a, "toll", "harm") and asked, ["KEEP"]),
        ("G14", has(a, "integrity", "grey") and not has(a, "tried", "improving"), ["KEEP"]),
        ("G15", has(a, "fit", "no_capacity") and grave, ["KEEP"]),
    ]


def gates(a: Answers) -> tuple[dict[str, list[str]], tuple[str, str] | None]:
    """Give the vetoes by course, and the forced course with its gate."""
    bans = [(gate, banned) for gate, holds, banned in bans_on_whom(a) + bans_on_what(a) if holds]
    vetoed: dict[str, list[str]] = {}
    for course in [*SCORED, "STOP_SAFETY"]:
        names = list(dict.fromkeys(gate for gate, courses in bans if course in courses))
        if names:
            vetoed[course] = names
    forced = None
    for fires, course, gate in (
        (has(a, "safety", "threat", "violence"), "STOP_SAFETY", "G1"),
        (has(a, "stakes", "crisis"), "ESCALATE", "G2"),
        (has(a, "motive", "identity"), "ESCALATE", "G3"),
        (has(a, "integrity", "suspect"), "ESCALATE", "G5"),
    ):
        if fires:
            forced = (course, gate)
            break
    return vetoed, forced


def adjustments(a: Answers) -> list[tuple[str, dict[str, int]]]:
    """List the adjustments that apply, in points."""
    found: list[tuple[str, dict[str, int]]] = []
    if a.get("payment") == "overdue" and a.get("tried") in ("clear_once", "repeated"):
        found.append(("A1", {"PAUSE": 8, "RESET": -4}))
    if a.get("commitment") == "permission" and a.get("retake") == "decline":
        found.append(("A2", {"ESCALATE": 8}))
    if a.get("fit") == "beyond":
        found.append(("A3", {"HANDOVER": 6}))
    if (
        a.get("fit") in ("moved_on", "no_capacity")
        and a.get("successor") == "ready"
        and a.get("commitment") in ("open_ended", "notice", "fixed", "unchecked")
    ):
        found.append(("A4", {"HANDOVER": 6}))
    return found


def weights_in_force(a: Answers) -> dict[str, int]:
    """Give the weights four-fold, six-fold in a chosen group: only their ratios matter."""
    heavy = {factor for group in a.get("values") or () for factor in GROUPS[group]}
    return {f: w * (6 if f in heavy else 4) for f, w in WEIGHTS.items()}


def scores(a: Answers, weights: dict[str, int]) -> dict[str, int]:
    """Score every course by the formula for any weights."""
    asked = sum(WEIGHTS[f] for f in WEIGHTS if a.get(f) is not None)
    total = sum(weights.values())
    known = [(w, FIT[f][a[f]]) for f, w in weights.items() if a.get(f) is not None]
    extra = adjustments(a)
    found = {}
    for column, course in enumerate(SCORED):
        fits = sum(w * row[column] for w, row in known)
        added = sum(points.get(course, 0) for _, points in extra)
        found[course] = 5000 + (BASE[course] - 50) * asked + 2500 * fits // total + 100 * added
    return found


def plain_scores(a: Answers) -> dict[str, int]:
    """Score every course by the simple formula, which holds without chosen values."""
    asked = sum(WEIGHTS[f] for f in WEIGHTS if a.get(f) is not None)
    return {
        course: 5000
        + (BASE[course] - 50) * asked
        + sum(25 * w * FIT[f][a[f]][column] for f, w in WEIGHTS.items() if a.get(f) is not None)
        + 100 * sum(points.get(course, 0) for _, points in adjustments(a))
        for column, course in enumerate(SCORED)
    }


def order(a: Answers, weights: dict[str, int]) -> list[str]:
    """Put the permitted courses in order, a forced one first."""
    vetoed, forced = gates(a)
    points = scores(a, weights)
    ranked = sorted(
        (c for c in SCORED if c not in vetoed), key=lambda c: (-points[c], SCORED.index(c))
    )
    return [forced[0], *(c for c in ranked if c != forced[0])] if forced else ranked


def stable(a: Answers) -> int:
    """Count the 49 re-runs that put the same course first."""
    base = weights_in_force(a)
    first = order(a, base)[0]
    trials = [
        {**base, factor: base[factor] * twice // 2} for factor in WEIGHTS for twice in (1, 3, 0)
    ]
    trials.append(dict.fromkeys(WEIGHTS, 1))
    return sum(order(a, trial)[0] == first for trial in trials)


def label(margin: int, agreeing: int, coverage: int) -> str:
    """Choose the word for how firmly the answers point."""
    if margin >= 800 and agreeing >= 47 and coverage >= 80:
        return "CLEAR"
    if margin >= 300 and agreeing >= 40 and coverage >= 50:
        return "LEANING"
    return "CLOSE"


def judge(answers: Answers) -> dict[str, Any]:
    """Give the whole result."""
    a = {q: v for q, v in answers.items() if v is not None}
    weights = weights_in_force(a)
    vetoed, forced = gates(a)
    ranked = order(a, weights)
    points = scores(a, weights)
    coverage = sum(w for f, w in WEIGHTS.items() if a.get(f) not in (None, "unsure"))
    ruled = forced is not None or len(ranked) == 1
    result: dict[str, Any] = {
        "order": ranked,
        "scores": points,
        "vetoed": vetoed,
        "forced": list(forced) if forced else None,
        "reasons": None,
        "against": None,
        "confidence": {"label": "RULE", "margin": None, "stable": None, "of": None},
        "changes": changes(a, weights, ranked[0]),
        "riders": riders(a),
        "coverage": coverage,
    }
    if not ruled:
        margin, agreeing = points[ranked[0]] - points[ranked[1]], stable(a)
        result["confidence"] = {
            "label": label(margin, agreeing, coverage),
            "margin": margin,
            "stable": agreeing,
            "of": 49,
        }
        result["reasons"], result["against"] = reasons(a, ranked[0])
    return result


def changes(a: Answers, weights: dict[str, int], first: str) -> list[list[str]]:
    """List every other answer to an answered question that would put another course first."""
    found = []
    for factor in WEIGHTS:
        for option in FIT[factor] if a.get(factor) is not None else ():
            new = order({**a, factor: option}, weights)[0]
            if option != a[factor] and new != first:
                found.append([factor, option, new])
    return found


def reasons(a: Answers, course: str) -> tuple[list[list[Any]], list[Any] | None]:
    """Give the three strongest reasons for a course, and the strongest against it."""
    column = SCORED.index(course)
    given = [
        [f, 25 * w * FIT[f][a[f]][column]] for f, w in WEIGHTS.items() if a.get(f) is not None
    ] + [[name, 100 * points[course]] for name, points in adjustments(a) if course in points]
    best = sorted([pair for pair in given if pair[1] > 0], key=lambda pair: -pair[1])[:3]
    worst = sorted([pair for pair in given if pair[1] < 0], key=lambda pair: pair[1])
    return best, worst[0] if worst else None


def riders(a: Answers) -> list[str]:
    """List the must-do lines that apply."""
    held = set(a.get("holding") or ())
    found = {
        "R-SAFE": has(a, "safety", "uneasy", "no_answer", "threat", "violence"),
        "R-COVER": has(a, "stakes", "deadline", "serious", "crisis"),
        "R-ADVICE": has(a, "integrity", "insists", "suspect")
        or has(a, "payment", "disputed")
        or has(a, "reaction", "legal")
        or has(a, "commitment", "permission"),
        "R-NOTICE": has(a, "commitment", "open_ended", "notice", "fixed", "unchecked"),
        "R-RECORDS": bool(held & {"deliverables", "data", "credentials", "property"}),
        "R-MONEY": "money" in held
        or has(a, "payment", "sometimes_late", "overdue", "disputed", "hardship"),
        "R-WARN": has(a, "tried", "not_raised", "hinted"),
        "R-PROTECT": has(a, "conduct", "harassment") or has(a, "toll", "harm"),
        "R-RUNWAY": has(a, "share", "from_25_to_40", "over_40"),
        "R-FAIR": has(a, "motive", "complaint"),
        "R-OWN": has(a, "cause", "mostly_us", "shared"),
        "R-SUPPORT": has(a, "comfort", "nervous", "rather_write", "someone_else"),
    }
    return [name for name, applies in found.items() if applies]
