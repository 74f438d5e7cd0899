"""Who may talk to the page's server at all: the same origin, by a name that is ours."""

import ipaddress
import logging
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web

from adapters.remote import is_loopback
from adapters.web.languages import locale_of
from services import texts
from services.cards import problem_text
from services.problems import Code, Fault, Problem
from services.showing import Text

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Cache-Control": "no-store",
}
STATUS = {
    Code.TOO_LARGE: 413,
    Code.NO_SUCH_JOB: 404,
    Code.FILE_GONE: 404,
    Code.DISK_FULL: 507,
    Code.INTERNAL: 500,
}
DEFAULT_PORTS = {"http": 80, "https": 443}


class Guard:
    """Wraps every handler of the web chat."""

    def __init__(self, http_host: str, public_url: str | None) -> None:
        self._http_host = http_host.strip("[]").lower()
        self._is_local = is_loopback(http_host)
        self._public = urlsplit(public_url) if public_url else None

    def wrap(self, handler: Handler) -> Handler:
        """`handler`, reached by our own pages only; faults become sentences."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            response = self._refusal(request) or await _answer(handler, request)
            if not response.prepared:
                for name, value in HEADERS.items():
                    response.headers.setdefault(name, value)
            return response

        return guarded

    def _refusal(self, request: web.Request) -> web.Response | None:
        if not self.is_our_name(request.host):
            return refuse(request, 421, "web-wrong-host")
        if request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site") and (
            request.method == "POST" or request.path != "/"
        ):
            return refuse(request, 403, "web-wrong-origin")
        if request.method == "POST" and not self._is_our_page(request):
            return refuse(request, 403, "web-wrong-origin")
        return None

    def is_our_name(self, host: str) -> bool:
        """Against DNS rebinding: a stranger's name that points at us is not our name."""
        name = _name(host)
        if not name:
            return False
        if is_loopback(name) or (self._public and name == self._public.hostname):
            return True
        # An address typed as figures cannot be rebound; only names can.
        return not self._is_local and (name == self._http_host or _is_address(name))

    def _is_our_page(self, request: web.Request) -> bool:
        try:
            origin = urlsplit(request.headers.get("Origin", ""))
        except ValueError:
            return False
        if origin.scheme not in DEFAULT_PORTS or not origin.hostname:
            return False
        if self._public and _place(origin.netloc, origin.scheme) == _place(
            self._public.netloc, self._public.scheme
        ):
            return True
        return _place(origin.netloc, origin.scheme) == _place(request.host, origin.scheme)


def refuse(request: web.Request, status: int, key: str) -> web.Response:
    """An answer that says in the visitor's language why there is no better one."""
    message = texts.render(Text(key), locale_of(request))
    return web.json_response({"message": message}, status=status)


async def _answer(handler: Handler, request: web.Request) -> web.StreamResponse:
    try:
        return await handler(request)
    except Fault as caught:
        return _problem(request, caught.problem)
    except TimeoutError:
        return refuse(request, 408, "web-too-slow")
    except (web.HTTPException, ConnectionError):
        raise
    except Exception:
        log.exception("web chat request failed")
        return _problem(request, Problem(Code.INTERNAL))


def _problem(request: web.Request, problem: Problem) -> web.Response:
    message = texts.render(problem_text(problem), locale_of(request))
    status = STATUS.get(problem.code, 400)
    return web.json_response({"message": message, "code": problem.code}, status=status)


def _name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _place(netloc: str, scheme: str) -> tuple[str, int | None]:
    try:
        parts = urlsplit(f"//{netloc}")
        return (parts.hostname or "", parts.port or DEFAULT_PORTS.get(scheme))
    except ValueError:
        return ("", None)
