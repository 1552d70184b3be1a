"""Where chan_sip tells another story than chan_pjsip: its DialEnd says BUSY for a 603, a 480 and a 486 alike."""

STORIES = {
    "failed/refused_at_once": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  BUSY    201 201 202 202 -
        A 201 hangup     OUT BUSY    201 201 202 202 -
    """,
    "failed/unavailable_by_phone": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  BUSY    201 201 202 202 -
        A 201 hangup     OUT BUSY    201 201 202 202 -
    """,
}
"""By the name of the scripted call."""
