#!/usr/bin/env python3
"""Assigns URLs to the call events of an extension, as any program of the UnifiedAPI does. Needs nothing but Python.

phone_call_events.py 210 create 0 https://crm.example/hook?tenant=7 --note "screen pop"
phone_call_events.py 210 list --filter url contains crm.example
phone_call_events.py 210 update 0 ID --status 0
phone_call_events.py 210 delete 0 ID

Where the API is, and as which App to use it, is said by the environment:

UNIFIEDAPI_URL                                      http://127.0.0.1:8480 unless told otherwise
UNIFIEDAPI_CLIENT_ID and UNIFIEDAPI_CLIENT_SECRET   of the App, or
UNIFIEDAPI_TOKEN                                    a token that you have already

What is there then, or is gone, is printed in JSON, an event a line.
Status 0: done; 1: refused, or no answer; 2: wrong use.
"""

import argparse
import json
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

TYPES = ("0", "1", "2", "3", "4")
"""Dial-In, Dial-Out, Hangup, Answer-In, Answer-Out."""
SECONDS = 30
LONGEST_WAIT_SECONDS = 60

Event = Mapping[str, Any]
"""A PhoneCallEvent; its numbers are strings."""


class ApiError(Exception):
    """The API refused: the HTTP status, and what the answer says."""

    def __init__(self, status: int, code: str, message: str, retry_after_seconds: int = 0) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.retry_after_seconds = status, code, retry_after_seconds


class Client:
    """One App's access to the API at a URL; gets its tokens by itself, and a new one when the old one has ended."""

    def __init__(self, url: str, client_id: str = "", client_secret: str = "", token: str = "") -> None:
        self._url = url.rstrip("/")
        self._client_id, self._client_secret, self._token = client_id, client_secret, token

    def create(self, extension: str, event_type: str, *, in_path: bool = False, **fields: str) -> Event | None:
        """Assign a URL to a type of event, which may stand in the body or in the path."""
        path = f"{_place(extension)}/{event_type if in_path else ''}"
        created: Event | None = self._ask("POST", path, fields if in_path else {"type": event_type, **fields})
        return created

    def events(self, extension: str, event_type: str = "", page: int = 20, **query: str) -> Iterator[Event]:
        """What is assigned, page by page."""
        path, start = f"{_place(extension)}/{event_type}", 0
        while True:
            answer = self._ask("GET", f"{path}?{urlencode({**query, 'count': page, 'startIndex': start})}")
            yield from answer["entry"]
            start += len(answer["entry"])
            if not answer["entry"] or start >= answer["totalResults"]:
                return

    def update(self, extension: str, event_type: str, event_id: str, **fields: str) -> Event | None:
        """Change what is named, and nothing else."""
        path = f"{_place(extension)}/{event_type}/{quote(event_id, safe='')}"
        changed: Event | None = self._ask("PUT", path, fields)
        return changed

    def delete(self, extension: str, event_type: str = "", event_id: str = "") -> list[Event]:
        """Delete one event, all of a type, or all of the extension; returns what is gone."""
        parts = [part for part in (_place(extension), event_type, quote(event_id, safe="")) if part]
        gone: list[Event] = self._ask("DELETE", "/".join(parts)) or []
        return gone

    def _ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        """Send a request; with a new token when this one is not good any more, and again when it came too early."""
        data = None if body is None else json.dumps(body).encode()
        for last in (False, True):
            headers = {"Authorization": f"Bearer {self._token or self._log_in()}", "Content-Type": "application/json"}
            try:
                return _send(Request(self._url + path, data, headers, method=method))  # noqa: S310 - the user's own URL
            except ApiError as error:
                renewable = error.status == HTTPStatus.UNAUTHORIZED and self._client_id
                if last or not (renewable or 0 < error.retry_after_seconds <= LONGEST_WAIT_SECONDS):
                    raise
                if renewable:
                    self._token = ""
                time.sleep(error.retry_after_seconds)
        raise AssertionError

    def _log_in(self) -> str:
        """Get a token by OAuth 2 client credentials."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._client_secret,
            "type": "unifiedapi",
            "redirect_uri": self._url,
            "state": secrets.token_hex(16),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{self._url}/oauth/token.php"
        answer = _send(Request(url, urlencode(form).encode(), headers, method="POST"))  # noqa: S310 - the user's own URL
        self._token = answer["access_token"]
        return self._token


def _place(extension: str) -> str:
    return f"/uapi/extensions/@me/{quote(extension, safe='*')}/phoneCallEvents"


def _send(request: Request) -> Any:
    """The JSON of a successful answer; None where there is none."""
    try:
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - the user's own URL
            text = answer.read()
    except HTTPError as error:
        raise _refused(error) from error
    return json.loads(text) if text else None


def _refused(answer: HTTPError) -> ApiError:
    """What an answer other than 2xx says; the token endpoint says it in the manner of OAuth 2."""
    try:
        said = json.loads(answer.read())
        error = said["error"]
        code, message = (
            (error["code"], error["message"]) if isinstance(error, dict) else (error, said["error_description"])
        )
    except (ValueError, KeyError, TypeError):
        code, message = "unknown", answer.reason
    retry_after = answer.headers.get("Retry-After", "")
    return ApiError(answer.code, code, message, int(retry_after) if retry_after.isdecimal() else 0)


def main(arguments: list[str]) -> int:
    """Do what the arguments say; returns the exit status."""
    command = parser()
    told = command.parse_args(arguments)
    given = {name: os.environ.get(f"UNIFIEDAPI_{name.upper()}", "") for name in ("client_id", "client_secret", "token")}
    url = os.environ.get("UNIFIEDAPI_URL", "http://127.0.0.1:8480")
    if not given["token"] and not (given["client_id"] and given["client_secret"]):
        command.error("set UNIFIEDAPI_CLIENT_ID and UNIFIEDAPI_CLIENT_SECRET, or UNIFIEDAPI_TOKEN")
    if told.do == "update" and not _fields(told):
        command.error("nothing to change: give --url, --method, --status or --note")
    try:
        events = list(done(Client(url, **given), told))
    except ApiError as error:
        print(error, file=sys.stderr)
        return 1
    except (OSError, HTTPException, ValueError, KeyError) as error:
        print(f"no answer of the API at {url}: {error}", file=sys.stderr)
        return 1
    for event in events:
        print(json.dumps(event, ensure_ascii=False))
    return 0


def done(client: Client, told: argparse.Namespace) -> Iterator[Event]:
    """Do it, and tell what is there now, or is gone."""
    match told.do:
        case "create":
            yield from filter(None, [client.create(told.extension, told.type, in_path=told.in_path, **_fields(told))])
        case "list":
            query = dict(zip(("filterBy", "filterOp", "filterValue"), told.filter or (), strict=False))
            yield from client.events(told.extension, told.type, told.page, **query)
        case "update":
            yield from filter(None, [client.update(told.extension, told.type, told.id, **_fields(told))])
        case "delete":
            yield from client.delete(told.extension, told.type, told.id)


def _fields(told: argparse.Namespace) -> dict[str, str]:
    names = ("url", "method", "status", "note")
    return {name: getattr(told, name) for name in names if getattr(told, name, None) is not None}


def parser() -> argparse.ArgumentParser:
    """What the command takes."""
    command = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    command.add_argument("extension", help="as in 210 or '0003*210'")
    commands = command.add_subparsers(dest="do", required=True)
    create = commands.add_parser("create", help="assign a URL to a type of event")
    create.add_argument("type", choices=TYPES)
    create.add_argument("url")
    create.add_argument("--in-path", action="store_true", help="send the type in the path, not in the body")
    shows = commands.add_parser("list", help="show what is assigned")
    shows.add_argument("--type", choices=TYPES, default="", help="of one type alone")
    shows.add_argument("--filter", nargs=3, metavar=("FIELD", "OP", "VALUE"), help="as in: url contains crm.example")
    shows.add_argument("--page", type=int, default=20, metavar="N", help="so many in one request")
    update = commands.add_parser("update", help="change an event")
    update.add_argument("type", choices=TYPES)
    update.add_argument("id")
    update.add_argument("--url")
    for fills in (create, update):
        fills.add_argument(
            "--method", choices=("0", "1"), default="1" if fills is create else None, help="0 GET, 1 POST"
        )
        fills.add_argument("--status", choices=("0", "1"), help="0 disabled, 1 enabled")
        fills.add_argument("--note")
    delete = commands.add_parser("delete", help="delete an event, or all of a type")
    delete.add_argument("type", choices=TYPES)
    delete.add_argument("id", nargs="?", default="")
    return command


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
