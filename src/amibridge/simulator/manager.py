"""The manager's side of AMI: what Asterisk answers to each action of one session. Pure."""

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import Enum, auto

from amibridge.simulator.channels import ChannelList
from amibridge.simulator.recording import Message

SYSTEM_NAME = "office"
"""The recorded PBX's ``systemname``."""
ASTERISK_VERSION = "22.0.0"


class After(Enum):
    """What becomes of the session once the answers are sent."""

    GOES_ON = auto()
    LOGGED_IN = auto()
    REFUSED = auto()
    """Asterisk lets a refused login wait, then hangs up."""
    OVER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What Asterisk sends for one action, and what happens then."""

    messages: tuple[Message, ...]
    after: After = After.GOES_ON


@dataclass(slots=True, kw_only=True)
class Session:
    """One client's session: who may log in, and whether it has."""

    username: str
    secret: str = field(repr=False)
    challenge: str
    """What an MD5 login is hashed with."""
    version: str
    """The protocol version, as in the banner."""
    channels: ChannelList
    logged_in: bool = False

    def answer(self, action: Message, at: float) -> Answer:
        """Asterisk's answer to an action.

        Args:
            action: The client's message.
            at: Unix seconds now.
        """
        name = action.get("Action").lower()
        if name == "challenge":
            return self._challenge(action)
        if name == "login":
            return self._login(action)
        if name == "logoff":
            goodbye = _response(action, "Goodbye", Message="Thanks for all the fish.")
            return Answer(messages=(goodbye,), after=After.OVER)
        if not self.logged_in:
            return Answer(messages=(_response(action, "Error", Message="Permission denied"),))
        return Answer(messages=self._authenticated(name, action, at))

    def _challenge(self, action: Message) -> Answer:
        if action.get("AuthType").upper() != "MD5":
            return Answer(messages=(_response(action, "Error", Message="Must specify AuthType"),))
        return Answer(messages=(_response(action, "Success", Challenge=self.challenge),))

    def _login(self, action: Message) -> Answer:
        if action.get("AuthType").upper() == "MD5":
            # AMI defines the challenge's digest; nothing is kept by it.
            expected = hashlib.md5(f"{self.challenge}{self.secret}".encode(), usedforsecurity=False).hexdigest()
            given = action.get("Key")
        else:
            expected, given = self.secret, action.get("Secret")
        known = action.get("Username") == self.username
        if not (hmac.compare_digest(expected.encode(), given.encode(errors="surrogateescape")) and known):
            refusal = _response(action, "Error", Message="Authentication failed")
            return Answer(messages=(refusal,), after=After.REFUSED)
        self.logged_in = True
        booted = Message(
            headers=(
                ("Event", "FullyBooted"),
                ("Privilege", "system,all"),
                ("Uptime", "86400"),
                ("LastReload", "86400"),
                ("Status", "Fully Booted"),
            )
        )
        accepted = _response(action, "Success", Message="Authentication accepted")
        return Answer(messages=(accepted, booted), after=After.LOGGED_IN)

    def _authenticated(self, name: str, action: Message, at: float) -> tuple[Message, ...]:
        match name:
            case "ping":
                return (_response(action, "Success", Ping="Pong", Timestamp=f"{at:.6f}"),)
            case "coresettings":
                return (
                    _response(
                        action,
                        "Success",
                        AMIversion=self.version,
                        AsteriskVersion=ASTERISK_VERSION,
                        SystemName=SYSTEM_NAME,
                    ),
                )
            case "coreshowchannels":
                return self._channel_listing(action)
            case _:
                problem = (
                    f"Invalid/unknown command: {action.get('Action')}."
                    " Use Action: ListCommands to show available commands."
                )
                return (_response(action, "Error", Message=problem),)

    def _channel_listing(self, action: Message) -> tuple[Message, ...]:
        listed = self.channels.listed()
        return (
            _response(action, "Success", EventList="start", Message="Channels will follow"),
            *(_event(action, "CoreShowChannel", headers) for headers in listed),
            _event(action, "CoreShowChannelsComplete", (("EventList", "Complete"), ("ListItems", str(len(listed))))),
        )


def _response(action: Message, response: str, **headers: str) -> Message:
    return Message(headers=(("Response", response), *_action_id(action), *headers.items()))


def _event(action: Message, name: str, headers: tuple[tuple[str, str], ...]) -> Message:
    return Message(headers=(("Event", name), *_action_id(action), *headers))


def _action_id(action: Message) -> tuple[tuple[str, str], ...]:
    """Asterisk repeats a client's ActionID in everything that answers it."""
    action_id = action.get("ActionID")
    return (("ActionID", action_id),) if action_id else ()
