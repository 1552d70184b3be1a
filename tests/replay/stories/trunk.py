"""Calls from and to the outside."""

STORIES = {
    "in_answered": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567 name=Karl Kunde
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234567 49301234567 name=Karl Kunde
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234567 49301234567 name=Karl Kunde
    """,
    "in_cancelled": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567 name=
        A 202 hangup     IN  CANCEL  493055512345 - 202 49301234567 49301234567 name=
    """,
    "in_no_answer": """
        A 207 dial-in    IN  CALLING  493055512345 - 207 49301234507 49301234507
        A 207 hangup     IN  NOANSWER 493055512345 - 207 49301234507 49301234507
    """,
    "in_busy": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567
        A 202 hangup     IN  BUSY    493055512345 - 202 49301234567 49301234567
    """,
    "in_anonymous": """
        A 202 dial-in    IN  CALLING - - 202 49301234567 49301234567 name=
        A 202 answer-in  IN  ANSWER  - - 202 49301234567 49301234567 name=
        A 202 hangup     IN  ANSWER  - - 202 49301234567 49301234567 name=
    """,
    # Earlier headers showed number and name; the CID-CallingPres of NewCallerid empties both.
    "in_withheld": """
        A 202 dial-in    IN  CALLING - - 202 49301234568 49301234568 name=
        A 202 answer-in  IN  ANSWER  - - 202 49301234568 49301234568 name=
        A 202 hangup     IN  ANSWER  - - 202 49301234568 49301234568 name=
    """,
    # A wish for privacy that Asterisk keeps to itself: no event tells the presentation, so it cannot be honoured.
    "in_private": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567 name=Karl Kunde
        A 202 hangup     IN  CANCEL  493055512345 - 202 49301234567 49301234567 name=Karl Kunde
    """,
    # The recipe for administrators: what the dialplan emptied is empty.
    "in_private_emptied": """
        A 202 dial-in    IN  CALLING - - 202 49301234569 49301234569 name=
        A 202 hangup     IN  CANCEL  - - 202 49301234569 49301234569 name=
    """,
    "in_two_phones": """
        A 205 dial-in    IN  CALLING 493055512345 - 205 49301234505 49301234505
        A 205 answer-in  IN  ANSWER  493055512345 - 205 49301234505 49301234505
        A 205 hangup     IN  ANSWER  493055512345 - 205 49301234505 49301234505
    """,
    # The number that the outside caller dialled goes before the directory's (203 has one).
    "in_ring_group": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234600 49301234600
        A 203 dial-in    IN  CALLING 493055512345 - 203 49301234600 49301234600
        A 204 dial-in    IN  CALLING 493055512345 - 204 49301234600 49301234600
        A 202 hangup     IN  CANCEL  493055512345 - 202 49301234600 49301234600
        A 204 hangup     IN  CANCEL  493055512345 - 204 49301234600 49301234600
        A 203 answer-in  IN  ANSWER  493055512345 - 203 49301234600 49301234600
        A 203 hangup     IN  ANSWER  493055512345 - 203 49301234600 49301234600
    """,
    # The number shown outside is set after Dial-Out, whose caller fields all later events repeat.
    "out_answered": """
        A 201 dial-out   OUT CALLING 201 201 - 03055512345 -
        A 201 answer-out OUT ANSWER  201 201 - 03055512345 -
        A 201 hangup     OUT ANSWER  201 201 - 03055512345 -
    """,
    # The number as the caller dialled it, the 9 included.
    "out_answered_they_hang_up": """
        A 201 dial-out   OUT CALLING 201 201 - 903055512345 -
        A 201 answer-out OUT ANSWER  201 201 - 903055512345 -
        A 201 hangup     OUT ANSWER  201 201 - 903055512345 -
    """,
    "out_busy": """
        A 201 dial-out   OUT CALLING 201 201 - 903055512345 -
        A 201 hangup     OUT BUSY    201 201 - 903055512345 -
    """,
    "out_cancelled": """
        A 201 dial-out   OUT CALLING 201 201 - 03055512345 -
        A 201 hangup     OUT CANCEL  201 201 - 03055512345 -
    """,
    # Early media answers nobody (rule 4); it hung up while the dial was open.
    "out_early_media": """
        A 201 dial-out   OUT CALLING 201 201 - 03055512345 -
        A 201 hangup     OUT CANCEL  201 201 - 03055512345 -
    """,
    # The outside leg's cause is 1.
    "out_wrong_number": """
        A 201 dial-out   OUT CALLING    201 201 - 03055500000 -
        A 201 hangup     OUT CONGESTION 201 201 - 03055500000 -
    """,
    "out_provider_overloaded": """
        A 201 dial-out   OUT CALLING    201 201 - 03055512345 -
        A 201 hangup     OUT CONGESTION 201 201 - 03055512345 -
    """,
    # No leg could be made, cause 3.
    "out_no_route": """
        A 201 dial-out   OUT CALLING     201 201 - 803055512345 -
        A 201 hangup     OUT CHANUNAVAIL 201 201 - 803055512345 -
    """,
}
