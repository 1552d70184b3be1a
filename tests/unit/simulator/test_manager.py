"""What the simulated PBX answers: Asterisk's own words."""

import hashlib

import pytest

from amibridge.simulator.channels import ChannelList
from amibridge.simulator.manager import After, Answer, Session
from amibridge.simulator.recording import Message


@pytest.fixture
def channels() -> ChannelList:
    """One channel is up."""
    channels = ChannelList()
    channels.apply(Message(headers=(("Event", "Newchannel"), ("Uniqueid", "1.0"), ("Channel", "PJSIP/201-00000001"))))
    return channels


@pytest.fixture
def session(channels: ChannelList) -> Session:
    """A new session."""
    return Session(username="demo", secret="s3cret", challenge="117", version="11.0.0", channels=channels)


def ask(session: Session, **headers: str) -> Answer:
    """What is answered to an action of these headers."""
    return session.answer(Message(headers=tuple(headers.items())), 1800000000.0)


def texts(answer: Answer) -> list[str]:
    """Response or event name and message of everything that was answered."""
    return [" ".join(filter(None, (m.get("Response") or m.get("Event"), m.get("Message")))) for m in answer.messages]


def test_login(session: Session) -> None:
    """The right secret is accepted, and FullyBooted follows."""
    answer = ask(session, Action="Login", Username="demo", Secret="s3cret", ActionID="7")
    assert texts(answer) == ["Success Authentication accepted", "FullyBooted"]
    assert answer.messages[0].get("ActionID") == "7"
    assert answer.after is After.LOGGED_IN


def test_md5_login(session: Session) -> None:
    """A login may prove the secret instead of telling it."""
    challenge = ask(session, Action="Challenge", AuthType="MD5").messages[0].get("Challenge")
    key = hashlib.md5(f"{challenge}s3cret".encode()).hexdigest()  # noqa: S324 - AMI's own digest
    answer = ask(session, Action="Login", AuthType="MD5", Username="demo", Key=key)
    assert texts(answer) == ["Success Authentication accepted", "FullyBooted"]


@pytest.mark.parametrize(
    "login",
    [
        {"Username": "demo", "Secret": "wrong"},
        {"Username": "somebody", "Secret": "s3cret"},
        {"Username": "demo", "AuthType": "MD5", "Key": "00"},
        {"Username": "demo", "AuthType": "MD5", "Secret": "s3cret"},
        {"Username": "demo", "Secret": "\udcff"},
        {},
    ],
)
def test_wrong_login(session: Session, login: dict[str, str]) -> None:
    """Whatever is wrong with a login, the answer is the same, and the session is not logged in."""
    answer = ask(session, Action="Login", **login)
    assert texts(answer) == ["Error Authentication failed"]
    assert answer.after is After.REFUSED
    assert texts(ask(session, Action="Ping")) == ["Error Permission denied"]


def test_challenge_of_another_kind(session: Session) -> None:
    """MD5 is the only challenge there is."""
    assert texts(ask(session, Action="Challenge", AuthType="SHA512")) == ["Error Must specify AuthType"]


def test_secret_is_not_shown(session: Session) -> None:
    """The secret is in no representation of a session."""
    assert "s3cret" not in repr(session)


@pytest.fixture
def logged_in(session: Session) -> Session:
    """A session that is logged in."""
    ask(session, Action="Login", Username="demo", Secret="s3cret")
    return session


def test_ping(logged_in: Session) -> None:
    """A ping is answered with the PBX's time."""
    [pong] = ask(logged_in, Action="Ping", ActionID="p-1").messages
    assert pong.headers == (
        ("Response", "Success"),
        ("ActionID", "p-1"),
        ("Ping", "Pong"),
        ("Timestamp", "1800000000.000000"),
    )


def test_settings(logged_in: Session) -> None:
    """CoreSettings says which Asterisk this is."""
    [settings] = ask(logged_in, action="coresettings").messages
    assert (settings.get("AsteriskVersion"), settings.get("SystemName")) == ("22.0.0", "office")


def test_listing(logged_in: Session) -> None:
    """CoreShowChannels lists the channels that are up, each message with the client's ActionID."""
    answer = ask(logged_in, Action="CoreShowChannels", ActionID="c-1")
    assert texts(answer) == ["Success Channels will follow", "CoreShowChannel", "CoreShowChannelsComplete"]
    assert {message.get("ActionID") for message in answer.messages} == {"c-1"}
    assert answer.messages[1].get("Channel") == "PJSIP/201-00000001"
    assert answer.messages[2].get("ListItems") == "1"


def test_unknown_action(logged_in: Session) -> None:
    """What it does not know is refused as Asterisk does."""
    assert texts(ask(logged_in, Action="Originate")) == [
        "Error Invalid/unknown command: Originate. Use Action: ListCommands to show available commands."
    ]


def test_logoff(session: Session) -> None:
    """Leaving is answered, logged in or not."""
    answer = ask(session, Action="Logoff")
    assert texts(answer) == ["Goodbye Thanks for all the fish."]
    assert answer.after is After.OVER
