"""The bar chart: the same bytes each time, every text inside, no time and no version."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from hashlib import sha256
from io import BytesIO

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from adapters.pictures import draw
from adapters.pictures.chart import MARGIN, WIDTH, figure_of
from bot.opinion.chart import ALT_LENGTH, ASIDE, Bar, Chart, alt_text, chart_of
from bot.opinion.model import Course

LABELS = (
    "Keep and watch",
    "Leave with notice and a short reason that is seventy-five letters long, no",
    "Kündigungsfristüberschreitungsverhandlungsgesprächsvorbereitung führen",
    "Κράτα και παρακολούθησε, με ημερομηνία επανεξέτασης",
    "Поговорить и договориться о новых условиях",
    "W" * 75,
    "客户 and 🎉",
    "客户关系",
    "إنهاء العمل",
    "For $5 or $10, 100 % \\sure_",
    "Let it end, briefly",
    "Z",
)


def chart(courses: int, rounds: int = 1, votes: int = 5) -> Chart:
    names = ("First round", "Second round", "Third round")[:rounds]
    bars = [
        Bar(label, tuple(votes * place // (courses + n) for n in range(rounds)), place % 3 == 0)
        for place, label in enumerate(LABELS[:courses])
    ]
    return Chart(f"What {votes} colleagues would do about $Client “Alder”$", names, tuple(bars))


SIZES = [(1, 1, 1), (8, 1, 5), (12, 1, 1000), (12, 2, 1000), (3, 3, 99_999)]
CHARTS = [pytest.param(chart(*size), id="-".join(map(str, size))) for size in SIZES]


def written(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def blocks(figure: Figure) -> list[Rectangle]:
    return [block for block in figure.axes[0].patches if isinstance(block, Rectangle)]


def chunks(png: bytes) -> dict[bytes, bytes]:
    found, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        found[png[at + 4 : at + 8]] = png[at + 8 : at + 8 + length]
        at += 12 + length
    return found


@pytest.mark.parametrize("shown", CHARTS)
def test_every_text_lies_within_the_picture_and_on_nothing_else(shown: Chart) -> None:
    figure = figure_of(shown)
    renderer = FigureCanvasAgg(figure).get_renderer()
    drawn = [block.get_window_extent(renderer) for block in blocks(figure)]
    boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts]
    for number, box in enumerate(boxes):
        assert box.x0 >= MARGIN - 4
        assert box.x1 <= WIDTH - MARGIN + 4
        assert 0 < box.y0 < box.y1 < figure.bbox.height
        # Lines of one label may touch: the box reaches from the highest to the lowest letter.
        others = [*drawn, *(other.shrunk(1, 0.8) for other in boxes[:number])]
        assert not any(box.shrunk(1, 0.8).overlaps(other) for other in others)
    counts = [count for bar in shown.bars for count in bar.counts]
    swatches = len(shown.rounds) if len(shown.rounds) > 1 else 0
    assert len(drawn) == swatches + sum(count > 0 for count in counts)


def test_every_course_and_count_is_written_in_the_order_of_the_table() -> None:
    shown = chart(12, rounds=2, votes=1000)
    texts = written(figure_of(shown))
    whole = " ".join(texts)
    places = [whole.index(word) for word in ("Keep and", "Leave with", "Κράτα", "Let it end", "Z")]
    assert places == sorted(places)
    for bar in shown.bars:
        assert {str(count) for count in bar.counts} <= set(texts)
    assert texts.count(ASIDE) == sum(bar.aside for bar in shown.bars)


def test_rounds_are_named_where_there_are_several_and_differ_in_pattern() -> None:
    two = figure_of(Chart("Two", ("First", "Second"), (Bar("Talk", (3, 3)),)))
    assert {"First", "Second"} <= set(written(two))
    assert [block.get_hatch() or "" for block in blocks(two)] == ["", "//", "", "//"]
    assert "First" not in written(figure_of(Chart("One", ("First",), (Bar("Talk", (3,)),))))


@pytest.mark.parametrize("shown", CHARTS)
def test_the_same_chart_gives_the_same_bytes_without_time_or_version(shown: Chart) -> None:
    png = draw(shown)
    assert png == draw(shown)
    assert set(chunks(png)) == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


def test_another_process_draws_the_same_bytes_and_loads_the_library_only_to_draw() -> None:
    program = (
        "import sys; from hashlib import sha256; from adapters.pictures import draw, load\n"
        "from bot.opinion.chart import Bar, Chart\n"
        "assert 'matplotlib' not in sys.modules\n"
        "assert load() and 'matplotlib.pyplot' not in sys.modules\n"
        "bars = (Bar('Größe', (1, 2)), Bar('B', (0, 9), aside=True))\n"
        "print(sha256(draw(Chart('Votes', ('First', 'Second'), bars))).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True
    )
    bars = (Bar("Größe", (1, 2)), Bar("B", (0, 9), aside=True))
    here = draw(Chart("Votes", ("First", "Second"), bars))
    assert done.stdout.strip() == sha256(here).hexdigest()


def test_the_picture_is_wide_and_has_an_opaque_light_background() -> None:
    with Image.open(BytesIO(draw(chart(8)))) as image:
        assert image.width == WIDTH >= 1000
        assert 500 < image.height < 1200
        corners = [(x, y) for x in (0, image.width - 1) for y in (0, image.height - 1)]
        assert {image.convert("RGBA").getpixel(corner) for corner in corners} == {(255,) * 4}
        assert image.convert("RGBA").getchannel("A").getextrema() == (255, 255)


def test_a_longer_bar_is_for_more_votes_and_none_for_no_vote() -> None:
    figure = figure_of(Chart("", ("",), (Bar("a", (4,)), Bar("b", (1,)), Bar("c", (0,)))))
    long, short = blocks(figure)
    assert long.get_width() == pytest.approx(4 * short.get_width())


# ------------------------------------------------------------------ in words


@pytest.mark.parametrize("shown", CHARTS)
def test_the_alternative_text_says_every_count(shown: Chart) -> None:
    text = alt_text(shown)
    assert len(text) <= ALT_LENGTH
    at = 0
    for bar in shown.bars:
        said = f": {', then '.join(map(str, bar.counts))}{f', {ASIDE}' if bar.aside else ''}."
        at = text.index(said, at) + len(said)


def test_the_alternative_text_reads_like_a_sentence() -> None:
    courses = (Course("TALK", "Talk and reset terms", "stay"), Course("END", "Let it end", "leave"))
    rounds = {"First round": {"TALK": 3, "END": 1}, "Second round": {"TALK": 4}}
    assert alt_text(chart_of("What 4 colleagues would do", courses, rounds, {"END": ("G7",)})) == (
        "Bar chart of votes (first round, then second round): What 4 colleagues would do. "
        "Talk and reset terms: 3, then 4. Let it end: 1, then 0, set aside by a rule."
    )


def test_a_long_alternative_text_cuts_labels_and_no_count() -> None:
    bars = tuple(Bar("x" * 75, (number, 1000 - number)) for number in range(25))
    text = alt_text(Chart("t" * 200, ("First round", "Second round"), bars))
    assert len(text) <= ALT_LENGTH
    assert re.findall(r"(\d+), then (\d+)\.", text) == [(str(n), str(1000 - n)) for n in range(25)]
