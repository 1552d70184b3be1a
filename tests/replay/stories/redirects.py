"""AMI Redirect: whoever is redirected is the caller of what follows, with the number that they were sent to."""

STORIES = {
    "one_side": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
    """,
    "called_side": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "both_sides": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "both_into_conference": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    # The first phone's call was taken away from it: CANCEL. To the caller only the second one counts.
    "while_ringing": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 202 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 202 49301234503
    """,
    # Sent away by the PBX: the queue is left unanswered, and nobody has given it up.
    "queue_caller_waiting": """
        A 201 dial-out   OUT CALLING  201 201 651 651 -
        A 651 dial-in    IN  CALLING  201 201 651 651 -
        A 202 dial-in    IN  CALLING  201 201 202 651 -
        A 202 hangup     IN  CANCEL   201 201 202 651 -
        A 651 hangup     IN  NOANSWER 201 201 651 651 -
        A 204 dial-in    IN  CALLING  201 201 204 204 -
        A 204 answer-in  IN  ANSWER   201 201 204 204 -
        A 201 answer-out OUT ANSWER   201 201 204 651 -
        A 201 hangup     OUT ANSWER   201 201 204 651 -
        A 204 hangup     IN  ANSWER   201 201 204 204 -
    """,
    "queue_caller_talking": """
        A 201 dial-out   OUT CALLING 201 201 651 651 -
        A 651 dial-in    IN  CALLING 201 201 651 651 -
        A 202 dial-in    IN  CALLING 201 201 202 651 -
        A 202 answer-in  IN  ANSWER  201 201 202 651 -
        A 651 answer-in  IN  ANSWER  201 201 651 651 -
        A 201 answer-out OUT ANSWER  201 201 202 651 -
        A 202 hangup     IN  ANSWER  201 201 202 651 -
        A 651 hangup     IN  ANSWER  201 201 651 651 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 201 hangup     OUT ANSWER  201 201 202 651 -
    """,
    "into_menu": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 670 dial-in    IN  CALLING 201 201 670 670 -
        A 670 answer-in  IN  ANSWER  201 201 670 670 -
        A 670 hangup     IN  ANSWER  201 201 670 670 -
        A 202 dial-in    IN  CALLING 201 201 202 670 -
        A 202 answer-in  IN  ANSWER  201 201 202 670 -
        A 202 hangup     IN  ANSWER  201 201 202 670 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "parked": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "behind_kept_local": """
        A 201 dial-out   OUT CALLING 201 201 -   602 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 answer-in  IN  ANSWER  201 201 203 602 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 602 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 602 49301234503
        A 204 dial-in    IN  CALLING 203 203 204 204 -
        A 204 answer-in  IN  ANSWER  203 203 204 204 -
        A 204 hangup     IN  ANSWER  203 203 204 204 -
        A 203 hangup     IN  ANSWER  201 201 203 602 49301234503
    """,
}
