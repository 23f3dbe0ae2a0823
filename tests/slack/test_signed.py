"""Signatures: only Slack's own requests are taken, each once, and nothing is parsed before."""

import hashlib
import hmac

import pytest
from slack_sdk.signature import SignatureVerifier

from adapters.slack.signed import Refusal, Signatures
from bot.errors import SetupError
from bot.ports import Received

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_795_000_000


class Clock:
    """Seconds since the epoch, as a test sets them."""

    def __init__(self) -> None:
        self.now = float(NOW)

    def __call__(self) -> float:
        return self.now


def signed(body: bytes = b"payload=%7B%7D", at: object = NOW, secret: str = SECRET) -> Received:
    base = b"v0:%s:%s" % (str(at).encode(), body)
    signature = "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": str(at), "x-slack-signature": signature}
    return Received("POST", "/slack/events", {}, headers, body)


def changed(received: Received, **headers: str) -> Received:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Received(
        received.method, received.path, {}, {**received.headers, **named}, received.body
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def signatures(clock: Clock) -> Signatures:
    return Signatures(SECRET, clock)


def test_what_slack_signed_is_taken(signatures: Signatures) -> None:
    assert signatures.check(signed()) is None


def test_we_and_the_sdk_agree_on_what_a_signature_is(signatures: Signatures) -> None:
    body = "text=caf\u00e9&x=%20".encode()
    made = SignatureVerifier(SECRET).generate_signature(timestamp=str(NOW), body=body)
    assert made == signed(body).headers["x-slack-signature"]
    assert signatures.check(signed(body)) is None


@pytest.mark.parametrize("missing", ["x-slack-signature", "x-slack-request-timestamp"])
def test_a_request_without_a_header_is_refused(signatures: Signatures, missing: str) -> None:
    received = signed()
    rest = {name: value for name, value in received.headers.items() if name != missing}
    bare = Received("POST", "/slack/events", {}, rest, received.body)
    assert signatures.check(bare) is Refusal.UNSIGNED


@pytest.mark.parametrize(
    "time", ["soon", "-5", "1.5e9", "٣", " 1", "9" * 5000, str(NOW) + "x", "0x10"]
)
def test_a_timestamp_that_is_no_number_is_refused(signatures: Signatures, time: str) -> None:
    assert signatures.check(signed(at=time)) is Refusal.UNTIMELY


@pytest.mark.parametrize(
    ("seconds", "refused"),
    [
        (-301, Refusal.UNTIMELY),
        (-300, None),
        (0, None),
        (300, None),
        (301, Refusal.UNTIMELY),
    ],
)
def test_a_timestamp_may_be_five_minutes_off(
    signatures: Signatures, seconds: int, refused: Refusal | None
) -> None:
    assert signatures.check(signed(at=NOW + seconds)) is refused


def test_a_body_that_was_changed_is_refused(signatures: Signatures) -> None:
    received = signed()
    other = Received("POST", "/slack/events", {}, received.headers, received.body + b" ")
    assert signatures.check(other) is Refusal.FORGED


def test_another_secret_is_refused(signatures: Signatures) -> None:
    assert signatures.check(signed(secret="another")) is Refusal.FORGED


@pytest.mark.parametrize("signature", ["v0=", "v1=abc", "é", "\udcff", "v0=" + "0" * 64])
def test_nonsense_for_a_signature_is_refused(signatures: Signatures, signature: str) -> None:
    assert signatures.check(changed(signed(), x_slack_signature=signature)) is Refusal.FORGED


def test_a_request_is_taken_once(signatures: Signatures, clock: Clock) -> None:
    assert signatures.check(signed()) is None
    assert signatures.check(signed()) is Refusal.REPLAYED
    clock.now += 299
    assert signatures.check(signed()) is Refusal.REPLAYED


def test_a_request_from_a_fast_clock_is_taken_once_for_all_its_time(
    signatures: Signatures, clock: Clock
) -> None:
    early = signed(at=NOW + 300)
    assert signatures.check(early) is None
    for minute in range(1, 20):
        clock.now = NOW + 60 * minute
        assert signatures.check(signed(b"other", at=int(clock.now))) is None
        assert signatures.check(early) in {Refusal.REPLAYED, Refusal.UNTIMELY}


def test_the_same_body_signed_later_is_another_request(
    signatures: Signatures, clock: Clock
) -> None:
    assert signatures.check(signed()) is None
    clock.now += 1
    assert signatures.check(signed(at=NOW + 1)) is None


def test_a_refused_request_is_not_remembered(signatures: Signatures) -> None:
    forged = changed(signed(), x_slack_signature="v0=" + "0" * 64)
    assert signatures.check(forged) is Refusal.FORGED
    assert signatures.check(signed()) is None


def test_a_request_that_failed_may_come_again(signatures: Signatures) -> None:
    assert signatures.check(signed()) is None
    signatures.release(signed())
    assert signatures.check(signed()) is None
    assert signatures.check(signed()) is Refusal.REPLAYED


def test_memory_is_bounded_and_the_newest_are_remembered(clock: Clock) -> None:
    signatures = Signatures(SECRET, clock, remember=100)
    for number in range(1_000):
        assert signatures.check(signed(b"%d" % number)) is None
    for number in range(950, 1_000):
        assert signatures.check(signed(b"%d" % number)) is Refusal.REPLAYED
    assert held(signatures) <= 100


def test_what_is_past_its_time_is_dropped(signatures: Signatures, clock: Clock) -> None:
    for number in range(10):
        assert signatures.check(signed(b"%d" % number)) is None
    clock.now += 1_200
    assert signatures.check(signed(at=int(clock.now))) is None
    assert held(signatures) == 1


def held(signatures: Signatures) -> int:
    """Count the marks that are kept, of eight bytes each."""
    return sum(map(len, signatures._accepted._seconds.values())) // 8


def test_no_secret_is_told_with_a_remedy(clock: Clock) -> None:
    with pytest.raises(SetupError, match="SLACK_SIGNING_SECRET"):
        Signatures("", clock)
