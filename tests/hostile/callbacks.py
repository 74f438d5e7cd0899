"""Some 400 forged, altered and repeated callbacks, made by code, each with its expected answer.

They are written out as bytes on the wire, so that nothing on the way puts them right.
"""

import gzip
import json
import random
import string
import zlib
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import quote

from services.callbacks import GOOD_FOR, Callbacks, Named
from services.links import Signer
from services.machine import CANCELLED
from services.model import Heard, JobId, State, Track
from tests.fakes.caller import said, signed
from tests.fakes.jobs import CLIP, START, a_job

SIGNER = Signer("a secret of some length")
STRANGER = Signer("another secret, of a stranger")
CALLBACKS = Callbacks(SIGNER, "https://sound.example.org")
NAME, OTHER_NAME = "there", "far_away"
PATH = "/webhooks/there"
LIMIT = 64 * 1024
TRACK = Track("clean", "k/clean", "a.wav", "wav", "audio/wav", 9, 1.5)


def _at_work(number, ref, **changes):
    started = {"provider": NAME, "picked_at": START, "clip": CLIP, "state": State.RUNNING}
    later = START + timedelta(minutes=30)
    return a_job(number, ref=ref, due_at=later, **{**started, **changes})


A = _at_work(1, "ref-a")
B = _at_work(2, "ref-b")
EARLY = _at_work(3, "", state=State.SUBMITTING)
POKED = _at_work(4, "ref-p", heard=Heard("ref-p"))
SECOND = _at_work(5, "ref-second", attempt=1)
DONE = _at_work(6, "ref-d", state=State.DONE, outcome=(TRACK,), done_at=START)
CANCELLED_ONE = _at_work(7, "ref-c", state=State.DELIVERING, outcome=CANCELLED)
ELSEWHERE = _at_work(8, "ref-e", provider=OTHER_NAME)
WAITING = _at_work(9, "", state=State.QUEUED)
JOBS = (A, B, EARLY, POKED, SECOND, DONE, CANCELLED_ONE, ELSEWHERE, WAITING)


@dataclass(frozen=True, slots=True)
class Case:
    """One request. status: what it is answered; of several either will do."""

    name: str
    wire: bytes
    status: int | tuple[int, ...]

    @property
    def statuses(self):
        return self.status if isinstance(self.status, tuple) else (self.status,)


def request(path, body=b"", headers=None, method="POST", length=None):
    """The bytes of a request."""
    told: dict[str, str | None]
    told = {"Host": "here", "Connection": "close", "Content-Type": "application/json"}
    told |= {"Content-Length": str(len(body) if length is None else length)} | (headers or {})
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items() if value is not None)
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode("utf-8", "surrogateescape") + body


def to(job, body=None, headers=None, path=PATH, **more):
    """A request to the address of this job's attempt, signed by its provider if not told else."""
    body = said(job.ref) if body is None else body
    headers = signed(body) if headers is None else headers
    return request(f"{path}/{CALLBACKS.token(job)}", body, headers, **more)


def genuine():
    """Those that count: the job that each is about, and its request."""
    return {
        "its end": (A, to(A)),
        "its failure": (B, to(B, said("ref-b", "failed"))),
        "before the answer to our own": (EARLY, to(EARLY, said("ref-new"))),
    }


def cases():
    """All that must not count."""
    makers = (
        _altered_tokens, _odd_tokens, _foreign_tokens, _methods, _encodings, _sizes, _bodies,
        _altered_bodies, _two_jobs, _without_path, _too_late, _bad_http,
    )  # fmt: skip
    return [Case(*row) for make in makers for row in make()]


def _altered_tokens():
    token, dice = CALLBACKS.token(A), random.Random(20)
    body = said(A.ref)
    for n in dice.sample(range(len(token)), 60):
        letter = dice.choice([one for one in string.ascii_letters + "-_." if one != token[n]])
        altered = token[:n] + letter + token[n + 1 :]
        yield f"letter {n} altered", request(f"{PATH}/{altered}", body, signed(body)), 404
    for n in dice.sample(range(1, len(token)), 12):
        yield f"cut at {n}", request(f"{PATH}/{token[:n]}", body, signed(body)), 404


def _odd_tokens():
    token = CALLBACKS.token(A)
    payload, _, signature = token.rpartition(".")
    table = {
        "no signature": payload,
        "an empty signature": payload + ".",
        "a signature alone": signature,
        "no payload": "." + signature,
        "the signature of another": f"{payload}.{CALLBACKS.token(B).rpartition('.')[2]}",
        "twice": token + token,
        "in capitals": token.upper(),
        "turned round": token[::-1],
        "padded": token + "=",
        "with a mark that base64 skips": f"{token[:-2]}!{token[-2:]}",
        "with a space": quote(f" {token}"),
        "with a line break": f"{token}%0d%0aX-A:%20b",
        "with a zero": f"{token}%00",
        "with half a character": f"{token}%ed%a0%80",
        "with a byte that is no text": f"{token}%ff",
        "one percent sign": "%",
        "a full-width letter": quote("ｅ" + token[1:]),
        "letters of another alphabet": quote(token.replace("e", "е")),
        "emoji": quote("🔑"),
        "dots": "...",
        "a way up": "%2e%2e%2ftelegram",
        "a slash in it": token[:5] + "%2f" + token[5:],
        "long": "a" * 4_000,
        "many dots": "." * 4_000,
        "no algorithm": "eyJhbGciOiJub25lIn0.eyJqIjoiMSJ9.",
        "packed nonsense": ".eJw" + "A" * 60 + "." + signature,
        "a star": "*",
        "a brace": quote("{token}"),
        "SQL": quote("' OR 1=1 --"),
        "null": "null",
    }
    for name, odd in table.items():
        yield f"a token: {name}", request(f"{PATH}/{odd}", said(A.ref), signed(said(A.ref))), 404
    yield "a token and more", request(f"{PATH}/{token}/more", said(A.ref)), 404
    yield "a token and a slash", request(f"{PATH}/{token}/", said(A.ref)), 404
    yield "a token in a query", request(f"{PATH}?token={token}", said(A.ref)), 404
    yield "a token in a header", request(PATH, said(A.ref), {"Authorization": token}), 404


def _foreign_tokens():
    def by(signer=SIGNER, job=A.id, attempt="0", provider=NAME, purpose="callback", hours=1):
        payload = {"j": job, "a": attempt, "p": provider}
        return signer.sign(purpose, payload, START + timedelta(hours=hours))

    gone = CALLBACKS.sign(Named(JobId("f" * 20), 0, NAME), START + GOOD_FOR)
    table = {
        "by a stranger": by(STRANGER),
        "for files": by(purpose="file"),
        "for visitors": by(purpose="visitor"),
        "expired": by(hours=-1),
        "expiring now": by(hours=0),
        "of another provider": CALLBACKS.token(ELSEWHERE),
        "of no provider": by(provider=""),
        "of a provider as its address has it": by(provider=OTHER_NAME.replace("_", "-")),
        "of a job that does not exist": gone,
        "of no job": by(job=""),
        "of a job with a zero in its name": by(job="\0"),
        "of a job with a long name": by(job="1" * 2_000),
    }
    body = said(A.ref)
    for name, token in table.items():
        yield f"a token {name}", request(f"{PATH}/{token}", body, signed(body)), 404
    for path in ("/webhooks/far-away", "/webhooks/far_away", "/webhooks/There", "/webhooks/local"):
        token = CALLBACKS.token(A)
        yield f"its token at {path}", request(f"{path}/{token}", body, signed(body)), 404
    for attempt in ("1", "99"):
        late = by(attempt=attempt)
        yield f"attempt {attempt}", request(f"{PATH}/{late}", body, signed(body)), 200


def _methods():
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "M-X"):
        yield f"{method} with a token", to(A, method=method), (405, 400)
        yield f"{method} without", request(PATH, said(A.ref), method=method), (405, 400)
    yield "GET of a link preview", to(A, b"", {"User-Agent": "preview"}, method="GET"), 405
    yield "post in small letters", to(A, method="post"), (400, 405)


def _encodings():
    body = said(A.ref)
    table = {
        "gzip": gzip.compress(body),
        "GZIP": gzip.compress(body),
        "deflate": zlib.compress(body),
        "br": b"\x0b\x02\x80ab\x03",
        "zstd": b"\x28\xb5\x2f\xfd" + body,
        "gzip, gzip": gzip.compress(gzip.compress(body)),
        "identity, gzip": gzip.compress(body),
        "x-gzip": gzip.compress(body),
        "compress": body,
        "none": body,
        "utf-8": body,
        "*": body,
        "": body,
    }
    for how, packed in table.items():
        headers = signed(body) | {"Content-Encoding": how}
        yield f"packed as {how!r}", to(A, packed, headers), (415, 400)
    for how in ("gzip", "deflate", "br"):
        headers = {"Content-Encoding": how}
        yield f"broken {how}", to(A, b"not packed at all", headers), (415, 400)
        yield f"empty {how}", to(A, b"", headers), (415, 400)
        yield f"{how} without a token", request(PATH, b"nonsense", headers), (415, 400)
        yield f"{how} and a bad token", request(f"{PATH}/a.b", b"nonsense", headers), (415, 400)
    bomb = gzip.compress(bytes(50_000_000))
    yield "a bomb", to(A, bomb, {"Content-Encoding": "gzip"}), 415
    yield "a bomb that does not say so", to(A, bomb[:LIMIT]), 400


def _sizes():
    padded = said("ref-p").ljust(LIMIT)
    yield "exactly what is allowed", to(POKED, padded, {}), 200
    yield "one byte more", to(POKED, padded + b" "), 413
    yield "a megabyte", to(A, bytes(2**20)), 413
    yield "a length of gigabytes", to(A, b"{", length=10 * 2**30), 413
    yield "a megabyte without a token", request(PATH, bytes(2**20)), 413
    chunks = b"".join(b"1000\r\n" + bytes(4096) + b"\r\n" for _ in range(17)) + b"0\r\n\r\n"
    chunked = {"Content-Length": None, "Transfer-Encoding": "chunked"}
    yield "too much in chunks", to(A, chunks, chunked), 413
    yield "nothing", to(A, b""), 400
    yield "nothing, without a length", to(A, b"", {"Content-Length": None}), 400


def _bodies():
    mark = json.dumps
    table = {
        "null": b"null", "a number": b"1", "a list": b"[]", "a text": b'"ref-p"',
        "a list of it": b"[" + said("ref-p") + b"]", "an empty object": b"{}", "true": b"true",
        "no end": said("ref-p")[:-1], "no beginning": said("ref-p")[1:],
        "twice": said("ref-p") * 2, "a comma too much": b'{"id": "ref-p",}',
        "single quotes": b"{'id': 'ref-p'}", "no quotes": b"{id: ref-p}",
        "a comment": b'{"id": "ref-p" /* x */}', "a line comment": b'{"id": "ref-p"} // x',
        "one name twice": b'{"id": "ref-p", "id": "ref-a"}',
        "one name twice, alike": b'{"id": "ref-p", "id": "ref-p"}',
        "one name twice, spelled apart": b'{"id": "ref-p", "i\\u0064": "ref-p"}',
        "one name twice, deeper": b'{"id": "ref-p", "a": {"b": 1, "b": 2}}',
        "no name": b'{"state": "done"}', "a name of null": b'{"id": null}',
        "a name of a number": b'{"id": 7}', "a name of a list": b'{"id": ["ref-p"]}',
        "a name of an object": b'{"id": {"$ne": ""}}', "a name of true": b'{"id": true}',
        "its name in capitals": b'{"ID": "ref-p"}',
        "a token of a number": b'{"id": "ref-p", "token": 7}',
        "a token of a list": b'{"id": "ref-p", "token": []}',
        "a token of null": b'{"id": "ref-p", "token": null}',
        "a bomb of lists": b"[" * 60_000, "a bomb of objects": b'{"a":' * 12_000,
        "a bomb inside": b'{"id": "ref-p", "x": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
        "a number of 60 000 digits": b'{"id": "ref-p", "x": ' + b"9" * 60_000 + b"}",
        "no text": b"\xff\xfe\xfd",
        "latin-1": '{"id": "ü"}'.encode("latin-1"), "overlong": b'{"id": "\xc0\xaf"}',
        "a raw line break": b'{"id": "ref-p\n"}', "a raw zero": b'{"id": "ref-p\0"}',
        "a bad escape": b'{"id": "\\x41"}', "half an escape": b'{"id": "\\u00"}',
        "a form": b"id=ref-p&state=done", "a page": b"<html></html>",
        "XML": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>',
        "parts": b'--x\r\nContent-Disposition: form-data; name="id"\r\n\r\nref-p\r\n--x--',
        "a pickle": b"\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94.",
        "zeros": bytes(500), "spaces": b" " * 500, "YAML": b"id: !!python/object/apply:os.abort []",
    }  # fmt: skip
    for name, body in table.items():
        yield f"a body: {name}", to(POKED, body), 400
        if len(body) < 100:
            yield f"a body without a token: {name}", request(PATH, body, signed(body)), 400
    others = (
        "ref-P",
        "ref-p ",
        "ref-p\0",
        "ｒef-p",
        "ref-p\u200b",
        "\ud800",
        "r" * 9_000,
        "7",
        "ref-a",
    )
    for ref in others:
        yield f"the name {ref[:9]!r}", to(POKED, b'{"id": ' + mark(ref).encode() + b"}"), 409
    for name, body in {
        "no name to speak of": b'{"id": ""}',
        "in UTF-16": said("ref-p").decode().encode("utf-16"),
        "an odd state": said("ref-p", "exploded"),
        "a state of a list": b'{"id": "ref-p", "state": []}',
        "much more in it": said("ref-p", x=["y"] * 5_000),
        "not a number": b'{"id": "ref-p", "x": NaN}',
    }.items():
        yield f"nothing new: {name}", to(POKED, body, {}), 200


def _altered_bodies():
    """Of a job that was poked already; so another poke is nothing new."""
    right, dice = said("ref-p", url="https://there.example/x"), random.Random(21)
    for n in range(60):
        flipped, where = bytearray(right), dice.randrange(len(right))
        flipped[where] ^= 1 << dice.randrange(7)
        yield f"bit altered {n}", to(POKED, bytes(flipped), signed(right)), _worth(bytes(flipped))
    for n in range(15):
        body = right[: dice.randrange(len(right))]
        yield f"body cut {n}", to(POKED, body, signed(right)), 400


def _worth(body):
    try:
        told = json.loads(body)
        ref, token = told["id"], told.get("token")
    except (ValueError, KeyError):
        return 400
    return 200 if ref == "ref-p" and token is None else 409


def _two_jobs():
    yield "A's token, B's name", to(A, said("ref-b")), 409
    yield "B's token, A's name", to(B, said("ref-a")), 409
    yield "a poke with B's name", to(A, said("ref-b"), {}), 409
    yield "a failure with B's name", to(A, said("ref-b", "failed")), 409
    tokens = {
        "of B": CALLBACKS.token(B),
        "of the next attempt": CALLBACKS.sign(Named(A.id, 1, NAME), START + GOOD_FOR),
        "of another provider": CALLBACKS.sign(Named(A.id, 0, OTHER_NAME), START + GOOD_FOR),
        "altered": CALLBACKS.token(A)[:-1] + "~",
        "expired": CALLBACKS.sign(Named(A.id, 0, NAME), START),
        "by a stranger": Callbacks(STRANGER, None).token(A),
        "nonsense": "x",
    }
    for name, token in tokens.items():
        yield f"A's address, inside a token {name}", to(A, said("ref-a", token=token)), 409


def _without_path():
    tokens = {
        "none": "",
        "nonsense": "x",
        "altered": CALLBACKS.token(A)[:-1] + "~",
        "by a stranger": Callbacks(STRANGER, None).token(A),
        "expired": CALLBACKS.sign(Named(A.id, 0, NAME), START),
        "of another provider": CALLBACKS.token(ELSEWHERE),
        "of no job": CALLBACKS.sign(Named(JobId("f" * 20), 0, NAME), START + GOOD_FOR),
        "with half a character": "\ud800",
    }
    for name, token in tokens.items():
        body = said("ref-a", token=token)
        yield f"a token inside: {name}", request(PATH, body, signed(body)), 404
        yield f"a token inside, unsigned: {name}", request(PATH, body), 404
    body = said("ref-b", token=CALLBACKS.token(A))
    yield "A's token inside, B's name", request(PATH, body, signed(body)), 409
    for path in (
        "/webhooks",
        "/webhooks/",
        "/webhooks//",
        "/webhooks/nobody",
        "/webhooks/telegram",
    ):
        yield f"nobody at {path}", request(path, body, signed(body)), 404
    yield "its own address with a slash", request(f"{PATH}/", body, signed(body)), 404


def _too_late():
    for job in (DONE, CANCELLED_ONE):
        for state in ("done", "failed", "what"):
            yield f"{state} of job {job.id[-1]}", to(job, said(job.ref, state)), 200
        yield f"another name of job {job.id[-1]}", to(job, said("ref-x")), 409
    first = CALLBACKS.sign(Named(SECOND.id, 0, NAME), START + GOOD_FOR)
    for ref in ("ref-first", "ref-second", ""):
        body = said(ref, "failed")
        yield f"attempt 0 as {ref!r}", request(f"{PATH}/{first}", body, signed(body)), 200
    yield "a job that waits", to(WAITING, said("ref-w")), 200
    yield "a poke that is one already", to(POKED, headers={}), 200


def _bad_http():
    chunked = {"Content-Length": None, "Transfer-Encoding": "chunked"}
    body = said("ref-p")
    yield "a bad chunk", to(A, b"zz\r\nabc\r\n0\r\n\r\n", chunked), 400
    yield "a chunk that lies", to(A, b"2\r\nabcdef\r\n0\r\n\r\n", chunked), 400
    yield "a length and chunks", to(A, b"0\r\n\r\n", chunked | {"Content-Length": "5"}), 400
    yield "a negative length", to(A, body, length=-1), 400
    yield "a length of letters", to(A, body, length="ten"), 400
    yield "two lengths", to(A, body, {"Content-Length ": "3"}), 400
    yield "packed in transfer", to(A, body, chunked | {"Transfer-Encoding": "gzip"}), (400, 501)
    yield "a header of 20 kB", to(A, body, {"X-Long": "a" * 20_000}), 400
    yield "a zero in a header", to(A, body, {"X-Zero": "a\0b"}), 400
    yield "an address of 20 kB", request(f"{PATH}/{'a' * 20_000}", body), (400, 404, 414)
    yield "an expectation", to(A, body, {"Expect": "the worst"}), 417
    yield "another protocol", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(40), 400
