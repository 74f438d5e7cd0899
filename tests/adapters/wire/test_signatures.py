"""The signature that stands in the body it signs: who passes, who does not (AMB-09, NR-W-07)."""

import hashlib
import hmac
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.wire import signatures
from adapters.wire.signatures import Reading, fields_of, sign, signed, verify

SECRET = b"the secret of the dashboard"
OLD = b"the secret of last month"
OTHER = b"the secret of somebody else"
FIELDS = {"event": "job.completed", "job_id": "job_1", "minutes_used": 30.73, "text": 'Grüße, "x"'}


def sha256(body, secret=SECRET):
    """The document's own sample, in our words."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


def added(body, secret=SECRET, before="", after=""):
    """Sign, then put the member at the end: reading A."""
    assert body.endswith(b"}")
    return body[:-1] + f',{before}"signature"{after}:{after}"{sha256(body, secret)}"}}'.encode()


def emptied(body, empty):
    """Sign with an empty value, then fill it in: reading C."""
    return body.replace(f'"signature":{empty}'.encode(), f'"signature":"{sha256(body)}"'.encode())


COMPACT = json.dumps(FIELDS, separators=(",", ":"), ensure_ascii=False).encode()
SPACED = json.dumps(FIELDS).encode()
PRETTY = json.dumps(FIELDS, indent=2).encode()


def test_the_sample_of_the_document_gives_the_same_signature():  # NR-W-05
    assert sign(b"raw body", SECRET) == sha256(b"raw body")
    assert verify(signed(FIELDS, SECRET), [SECRET]).reading is Reading.REMOVED


@pytest.mark.parametrize(
    ("body", "verified"),
    [
        pytest.param(added(COMPACT), COMPACT, id="compact"),
        pytest.param(added(SPACED, before=" ", after=" "), SPACED, id="spaced"),
        pytest.param(
            PRETTY[:-2] + f',\n  "signature": "{sha256(PRETTY)}"\n}}'.encode(), PRETTY, id="pretty"
        ),
        pytest.param(
            b'{"signature":"' + sha256(COMPACT).encode() + b'",' + COMPACT[1:],
            COMPACT,
            id="first member",
        ),
        pytest.param(
            b'{"a":1,"signature":"' + sha256(b'{"a":1,"b":2}').encode() + b'","b":2}',
            b'{"a":1,"b":2}',
            id="in the middle",
        ),
        pytest.param(
            b'{"signature":"' + sha256(b"{}").encode() + b'"}', b"{}", id="the only member"
        ),
        pytest.param(
            b' {"a":{"signature":1}, "signat\\u0075re":"'
            + sha256(b' {"a":{"signature":1}} ').encode()
            + b'"} ',
            b' {"a":{"signature":1}} ',
            id="written with an escape",
        ),
    ],
)
def test_reading_a_the_member_was_added_after_signing(body, verified):
    found = verify(body, [SECRET])
    assert (found.reading, found.body) == (Reading.REMOVED, verified)


def test_reading_b_the_signature_comes_in_a_header():
    found = verify(SPACED, [SECRET], sha256(SPACED))
    assert (found.reading, found.body) == (Reading.HEADER, SPACED)


@pytest.mark.parametrize("empty", ['""', "null"])
def test_reading_c_the_value_was_empty(empty):
    body = emptied(f'{{"job_id":"job_1","signature":{empty},"z":1}}'.encode(), empty)
    found = verify(body, [SECRET])
    assert found.reading is Reading.EMPTIED
    assert fields_of(found.body)["job_id"] == "job_1"


@pytest.mark.parametrize("written", [COMPACT, SPACED], ids=["compact", "spaced"])
def test_reading_d_the_rest_is_serialised_anew(written):
    body = PRETTY[:-2] + f',"signature":"{sha256(written)}"}}'.encode()
    found = verify(body, [SECRET])
    assert (found.reading, found.body) == (Reading.WRITTEN_ANEW, written)


def test_either_of_two_secrets_is_good_while_changing():  # F45
    assert verify(added(COMPACT, OLD), [SECRET, OLD]).body == COMPACT
    assert verify(added(COMPACT, SECRET), [SECRET, OLD]).body == COMPACT


GOOD = added(COMPACT)
HEX = sha256(COMPACT).removeprefix("sha256=")


def replaced(old, new):
    assert old in GOOD
    return GOOD.replace(old, new)


@pytest.mark.parametrize(
    ("body", "secrets"),
    [
        pytest.param(COMPACT, [SECRET], id="no signature"),
        pytest.param(GOOD, [], id="no secret"),
        pytest.param(GOOD, [OTHER], id="another secret"),
        pytest.param(replaced(b"job_1", b"job_2"), [SECRET], id="another job"),
        pytest.param(replaced(b"30.73", b"0.73"), [SECRET], id="another price"),
        pytest.param(replaced(b',"signature"', b',"a":1,"signature"'), [SECRET], id="one more"),
        pytest.param(replaced(b"sha256=", b"sha1="), [SECRET], id="G another prefix"),
        pytest.param(replaced(b"sha256=", b""), [SECRET], id="G no prefix"),
        pytest.param(replaced(HEX.encode(), HEX.upper().encode()), [SECRET], id="upper case"),
        pytest.param(replaced(HEX.encode(), HEX[:-1].encode()), [SECRET], id="cut"),
        pytest.param(replaced(HEX.encode(), b""), [SECRET], id="only the prefix"),
        pytest.param(replaced(HEX.encode(), "ä".encode()), [SECRET], id="not ASCII"),
        pytest.param(replaced(HEX.encode(), b"\\ud800"), [SECRET], id="half a character"),
        pytest.param(b'{"signature":null,"a":1}', [SECRET], id="null"),
        pytest.param(b'{"signature":["sha256="],"a":1}', [SECRET], id="a list"),
        pytest.param(
            b'{"a":1,"signature":"sha256='
            + hmac.new(SECRET, b'{"a":1}', hashlib.sha1).hexdigest().encode()
            + b'"}',
            [SECRET],
            id="G SHA-1",
        ),
        pytest.param(
            b'{"a":1,"signature":"sha256='
            + hashlib.sha256(b'{"a":1}').hexdigest().encode()
            + b'"}',
            [SECRET],
            id="G a bare hash",
        ),
        pytest.param(
            b'{"job_id":"job_1","a":1,"signature":"' + sha256(b"job_1").encode() + b'"}',
            [SECRET],
            id="F only the id",
        ),
        pytest.param(
            b'{"timestamp":"T","signature":"' + sha256(b'T.{"timestamp":"T"}').encode() + b'"}',
            [SECRET],
            id="E time and body",
        ),
        pytest.param(
            b'{"a":{"signature":"' + sha256(b'{"a":{}}').encode() + b'"}}',
            [SECRET],
            id="a member of a member",
        ),
    ],
)
def test_what_is_not_signed_does_not_pass(body, secrets):
    assert verify(body, secrets) is None


@pytest.mark.parametrize(
    "header", ["", HEX, f"sha1={HEX}", sha256(SPACED, OTHER), sha256(SPACED).upper(), "sha256=ä"]
)
def test_a_header_that_is_wrong_does_not_pass(header):
    assert verify(SPACED, [SECRET], header) is None


def test_a_signature_for_the_body_is_none_for_the_header_and_the_other_way_round():
    assert verify(SPACED[:-1] + f',"signature":"{sha256(SPACED)}x"}}'.encode(), [SECRET]) is None
    assert verify(GOOD, [SECRET], sha256(COMPACT), Reading.HEADER).reading is Reading.REMOVED


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"a":1,}',
        b"{'a':1}",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1}{"b":2}',
        b'{"a":1} trailing',
        b"\xff\xfe{}",
        b'\xef\xbb\xbf{"a":1}',
        b'{"a":"\xff"}',
        b'{"a":"\n"}',
        b'{"a":1,"a":2}',
        b'{"signature":"x","signature":"y"}',
        b'{"signature":"x","signatur\\u0065":"y"}',
        b'{"metadata":{"undertone":"mine","undertone":"yours"}}',
        b'{"a":' + b"[" * 60_000 + b"]" * 5 + b"}",
        b'{"a":"' + b"x" * 65_536 + b'"}',
    ],
)
def test_what_is_no_plain_object_is_refused(body):
    with pytest.raises(ValueError):  # noqa: PT011 – its many sentences are for nobody
        verify(body, [SECRET])


def test_a_forged_second_member_cannot_hide_behind_a_signed_one():
    forged = GOOD[:-1] + b',"job_id":"job_2"}'
    with pytest.raises(ValueError, match="twice"):
        verify(forged, [SECRET])


class Counting:
    """Counts signatures."""

    def __init__(self):
        self.count = 0

    def __call__(self, body, secret):
        self.count += 1
        return sha256(body, secret)


@pytest.mark.parametrize("secrets", [[SECRET], [SECRET, OLD]], ids=["one", "two"])
@pytest.mark.parametrize("body", [added(COMPACT, OTHER), added(PRETTY, OTHER)])
def test_a_forgery_costs_at_most_eight_hashes(monkeypatch, body, secrets):
    counting = Counting()
    monkeypatch.setattr(signatures, "sign", counting)
    assert verify(body, secrets, sha256(body, OTHER)) is None
    assert 0 < counting.count <= 8


def test_signatures_are_compared_in_constant_time(monkeypatch):  # NR-W-06
    compared = []

    def compare(a, b):
        compared.append((a, b))
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare)
    assert verify(GOOD, [SECRET]) is None
    assert all(isinstance(side, bytes) for pair in compared for side in pair)


@pytest.mark.parametrize("likely", list(Reading))
def test_the_reading_that_worked_is_tried_first_and_the_others_after_it(monkeypatch, likely):
    counting = Counting()
    monkeypatch.setattr(signatures, "sign", counting)
    body = emptied(b'{"job_id":"job_1","signature":"","z":1}', '""')
    assert verify(body, [SECRET, OLD], "", likely).reading is Reading.EMPTIED
    assert counting.count == 1 or likely is not Reading.EMPTIED


LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    LEAVES | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(
    st.text().filter(lambda name: name != "signature"), VALUES, min_size=1, max_size=5
)
STYLES = st.fixed_dictionaries(
    {
        "indent": st.sampled_from([None, 0, 2]),
        "separators": st.sampled_from([(",", ":"), (", ", ": "), (",", " : ")]),
        "ensure_ascii": st.booleans(),
    }
)


@given(OBJECTS, STYLES, st.integers(0, 5))
def test_whatever_was_signed_before_the_member_was_added_passes(fields, style, place):
    body = json.dumps(fields, **style).encode(errors="surrogatepass")
    members = list(fields.items())
    members.insert(min(place, len(members)), ("signature", sha256(body)))
    sent = json.dumps(dict(members), **style).encode(errors="surrogatepass")
    found = verify(sent, [SECRET])
    assert found is not None
    assert found.reading is Reading.REMOVED
    assert found.body == body


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_no_single_byte_can_be_changed(place, byte):
    changed = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    try:
        found = verify(changed, [SECRET])
    except ValueError:
        return
    assert found is None or fields_of(found.body) == FIELDS


@given(st.binary(max_size=300))
def test_no_bytes_break_it(body):
    try:
        assert verify(body, [SECRET], "sha256=") is None
    except ValueError:
        return
