"""Parking (rule 11): a blind transfer; who fetches the parked party places a call of their own."""

STORIES = {
    "retrieved": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   701 -
        B 203 answer-out OUT ANSWER  203 203 201 701 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        B 203 hangup     OUT ANSWER  203 203 201 701 -
    """,
    "retrieved_by_parker": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 -   701 -
        B 202 answer-out OUT ANSWER  202 202 201 701 -
        B 202 hangup     OUT ANSWER  202 202 201 701 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "given_up": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # Rung by the parking place's own dial; the number is the one that 201 was transferred to.
    "timed_out": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 700 -
        A 202 answer-in  IN  ANSWER  201 201 202 700 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 700 -
    """,
    "timed_out_not_answered": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 700 -
        A 202 hangup     IN  BUSY    201 201 202 700 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "of_outside_caller": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234567 49301234567
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234567 49301234567
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234567 49301234567
        B 203 dial-out   OUT CALLING 203 203 - 701 -
        B 203 answer-out OUT ANSWER  203 203 - 701 -
        B 203 hangup     OUT ANSWER  203 203 - 701 -
    """,
    # An application tells 203 that nobody is there.
    "nothing_parked": """
        A 203 dial-out   OUT CALLING 203 203 - 701 -
        A 203 hangup     OUT ANSWER  203 203 - 701 -
    """,
    "called_party": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   701 -
        B 203 answer-out OUT ANSWER  203 203 202 701 -
        B 203 hangup     OUT ANSWER  203 203 202 701 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "with_feature_code": """
        A 201 dial-out   OUT CALLING 201 201 -   617 -
        A 202 dial-in    IN  CALLING 201 201 202 617 -
        A 202 answer-in  IN  ANSWER  201 201 202 617 -
        A 201 answer-out OUT ANSWER  201 201 202 617 -
        A 202 hangup     IN  ANSWER  201 201 202 617 -
        B 203 dial-out   OUT CALLING 203 203 -   701 -
        B 203 answer-out OUT ANSWER  203 203 201 701 -
        B 203 hangup     OUT ANSWER  203 203 201 701 -
        A 201 hangup     OUT ANSWER  201 201 202 617 -
    """,
    # Parked before anybody answered: whoever fetches the call answers it.
    "by_application": """
        A 201 dial-out   OUT CALLING 201 201 -   618 -
        B 203 dial-out   OUT CALLING 203 203 -   701 -
        A 201 answer-out OUT ANSWER  201 201 203 618 49301234503
        B 203 answer-out OUT ANSWER  203 203 201 701 -
        A 201 hangup     OUT ANSWER  201 201 203 618 49301234503
        B 203 hangup     OUT ANSWER  203 203 201 701 -
    """,
    "by_ami": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   701 -
        B 203 answer-out OUT ANSWER  203 203 201 701 -
        B 203 hangup     OUT ANSWER  203 203 201 701 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "twice": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   701 -
        B 203 answer-out OUT ANSWER  203 203 201 701 -
        B 203 hangup     OUT ANSWER  203 203 201 701 -
        C 204 dial-out   OUT CALLING 204 204 -   701 -
        C 204 answer-out OUT ANSWER  204 204 201 701 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        C 204 hangup     OUT ANSWER  204 204 201 701 -
    """,
    "retrieved_and_sent_on": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 -   701 -
        B 203 answer-out OUT ANSWER  203 203 201 701 -
        B 203 hangup     OUT ANSWER  203 203 201 701 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
}
