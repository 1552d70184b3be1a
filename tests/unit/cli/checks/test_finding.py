"""What a finding is."""

from amibridge.cli.checks.finding import Verdict, ok, problem, warning


def test_marks() -> None:
    """Each verdict has its mark; the worst one is seen from afar."""
    found = [ok("a", "x"), warning("b", "y"), problem("c", "z")]
    assert [(one.verdict.value, one.subject, one.text) for one in found] == [
        ("ok", "a", "x"),
        ("warning", "b", "y"),
        ("problem", "c", "z"),
    ]
    assert list(Verdict) == [one.verdict for one in found]
