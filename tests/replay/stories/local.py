"""Groups and hunts through Local channels, and calls to oneself: the Local channels themselves are nobody."""

STORIES = {
    "ring_group_kept": """
        A 201 dial-out   OUT CALLING 201 201 -   602 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 answer-in  IN  ANSWER  201 201 203 602 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 602 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 602 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 602 49301234503
    """,
    "ring_group_optimized": """
        A 201 dial-out   OUT CALLING 201 201 -   603 -
        A 202 dial-in    IN  CALLING 201 201 202 603 -
        A 203 dial-in    IN  CALLING 201 201 203 603 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 603 -
        A 203 answer-in  IN  ANSWER  201 201 203 603 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 603 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 603 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 603 49301234503
    """,
    # The time of the group's own dial is up. The phones stand behind Local channels, whose end looks to them as if
    # the caller had gone (DialEnd CANCEL); nobody gave up, they rang until time was up.
    "ring_group_nobody": """
        A 201 dial-out   OUT CALLING  201 201 -   605 -
        A 202 dial-in    IN  CALLING  201 201 202 605 -
        A 203 dial-in    IN  CALLING  201 201 203 605 49301234503
        A 202 hangup     IN  NOANSWER 201 201 202 605 -
        A 203 hangup     IN  NOANSWER 201 201 203 605 49301234503
        A 201 hangup     OUT NOANSWER 201 201 -   605 -
    """,
    "ring_group_given_up": """
        A 201 dial-out   OUT CALLING 201 201 -   602 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 hangup     IN  CANCEL  201 201 203 602 49301234503
        A 201 hangup     OUT CANCEL  201 201 -   602 -
    """,
    "ring_group_of_outside_caller": """
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234602 49301234602
        A 203 dial-in    IN  CALLING 493055512345 - 203 49301234602 49301234602
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234602 49301234602
        A 203 hangup     IN  CANCEL  493055512345 - 203 49301234602 49301234602
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234602 49301234602
    """,
    "hunt": """
        A 201 dial-out   OUT CALLING  201 201 -   614 -
        A 202 dial-in    IN  CALLING  201 201 202 614 -
        A 202 hangup     IN  NOANSWER 201 201 202 614 -
        A 203 dial-in    IN  CALLING  201 201 203 614 49301234503
        A 203 answer-in  IN  ANSWER   201 201 203 614 49301234503
        A 201 answer-out OUT ANSWER   201 201 203 614 49301234503
        A 203 hangup     IN  ANSWER   201 201 203 614 49301234503
        A 201 hangup     OUT ANSWER   201 201 203 614 49301234503
    """,
    "trunk_through_local": """
        A 201 dial-out   OUT CALLING 201 201 - 616 -
        A 201 answer-out OUT ANSWER  201 201 - 616 -
        A 201 hangup     OUT ANSWER  201 201 - 616 -
    """,
    # Two participations in one call, told apart by the flow (rule 16).
    "calls_itself": """
        A 201 dial-out   OUT CALLING 201 201 201 201 -
        A 201 dial-in    IN  CALLING 201 201 201 201 -
        A 201 answer-in  IN  ANSWER  201 201 201 201 -
        A 201 answer-out OUT ANSWER  201 201 201 201 -
        A 201 hangup     OUT ANSWER  201 201 201 201 -
        A 201 hangup     IN  ANSWER  201 201 201 201 -
    """,
    "calls_itself_through_local": """
        A 201 dial-out   OUT CALLING 201 201 -   615 -
        A 201 dial-in    IN  CALLING 201 201 201 615 -
        A 201 answer-in  IN  ANSWER  201 201 201 615 -
        A 201 answer-out OUT ANSWER  201 201 201 615 -
        A 201 hangup     IN  ANSWER  201 201 201 615 -
        A 201 hangup     OUT ANSWER  201 201 201 615 -
    """,
    "calls_a_group_it_is_in": """
        A 201 dial-out   OUT CALLING 201 201 -   604 -
        A 201 dial-in    IN  CALLING 201 201 201 604 -
        A 202 dial-in    IN  CALLING 201 201 202 604 -
        A 201 hangup     IN  CANCEL  201 201 201 604 -
        A 202 answer-in  IN  ANSWER  201 201 202 604 -
        A 201 answer-out OUT ANSWER  201 201 202 604 -
        A 201 hangup     OUT ANSWER  201 201 202 604 -
        A 202 hangup     IN  ANSWER  201 201 202 604 -
    """,
    # Listening in is no call event of those listened to; the listener has dialled, and an application answered.
    "listens_in": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 204 dial-out   OUT CALLING 204 204 -   621 -
        B 204 hangup     OUT ANSWER  204 204 -   621 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
}
