"""Which URLs may be assigned."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amibridge.assignments.url import LENGTH_LIMIT, fault_of
from amibridge.delivery.request import origin


@pytest.mark.parametrize(
    "url",
    [
        "http://crm.example",
        "https://crm.example/",
        "HTTPS://CRM.Example:8443/a/b;c=1?tenant=7&x=%20&y=%c3%bc+z#"[:-1],
        "http://192.0.2.7:80/hook",
        "http://[2001:db8::7]:8080/hook",
        "http://[::ffff:192.0.2.7]/",
        "http://crm.example.:1/",
        "http://xn--mnchen-3ya.example/",
        "http://under_score.example/",
        "http://localhost:65535?x",
        "http://crm.example/a@b:c?u=me@home",
        "http://0x7f.1/",
        f"http://{'a' * 63}.example/",
        "http://crm.example/" + "a" * (LENGTH_LIMIT - 19),
    ],
)
def test_taken(url: str) -> None:
    """What RFC 3986 allows and a request can be made for."""
    assert fault_of(url) is None
    assert origin(url)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "begin with http"),
        ("crm.example/hook", "begin with http"),
        ("//crm.example/hook", "begin with http"),
        ("ftp://crm.example/", "begin with http"),
        ("javascript:alert(1)", "begin with http"),
        ("http:/crm.example", "begin with http"),
        (" http://crm.example", "begin with http"),
        ("http://", "no valid host"),
        ("http:///hook", "no valid host"),
        ("http://:80/", "no valid host"),
        ("http://crm..example/", "no valid host"),
        ("http://.example/", "no valid host"),
        ("http://-crm.example/", "no valid host"),
        ("http://crm example/", "no valid host"),
        ("http://crm.example\\evil/", "no valid host"),
        ("http://münchen.example/", "no valid host"),
        ("http://%63rm.example/", "no valid host"),
        ("http://[::1/", "no valid host"),
        ("http://[crm]/", "no valid host"),
        ("http://[fe80::1%25eth0]/", "no valid host"),
        (f"http://{'a' * 64}.example/", "no valid host"),
        (f"http://{'a.' * 127}example/", "no valid host"),
        ("http://crm.example\n", "no valid host"),
        ("http://crm.example:/", "no valid port"),
        ("http://crm.example:0/", "no valid port"),
        ("http://crm.example:65536/", "no valid port"),
        ("http://crm.example:8o/", "no valid port"),
        ("http://crm.example:٨٠/", "no valid port"),
        ("http://user@crm.example/", "user name"),
        ("http://user:secret@crm.example/", "user name"),
        ("http://crm.example#top", "fragment"),
        ("http://crm.example/#", "fragment"),
        ("http://crm.example/a b", "(' ')"),
        ("http://crm.example/a\tb", "(U+0009)"),
        ("http://crm.example/hook\r\nX: y", "(U+000D)"),
        ("http://crm.example/hook\n", "(U+000A)"),
        ("http://crm.example/ü", "(U+00FC)"),
        ("http://crm.example/\ud800", "(U+D800)"),
        ("http://crm.example/?a[]=1", "('[')"),
        ("http://crm.example/a\\b", "('\\')"),
        ("http://crm.example/%", "'%25'"),
        ("http://crm.example/%zz", "'%25'"),
        ("http://crm.example/" + "a" * (LENGTH_LIMIT - 18), "longer than 2048"),
    ],
)
def test_refused(url: str, told: str) -> None:
    """The fault says what to send instead, and never repeats a secret of the URL."""
    fault = fault_of(url)
    assert fault is not None
    assert told in fault
    assert "secret" not in fault


@given(st.text(alphabet=st.sampled_from("htps:/@#[].-_%a1Z?&=ü \\\n"), max_size=40).map(lambda rest: f"http://{rest}"))
def test_what_is_taken_can_be_sent(url: str) -> None:
    """Python's own parser finds the host and port of every URL that is taken, and delivery its origin."""
    if fault_of(url) is None:
        parts = urlsplit(url)
        assert parts.hostname
        assert (parts.username, parts.password, parts.fragment) == (None, None, "")
        assert parts.port is None or 1 <= parts.port <= 65535
        assert origin(url)
