"""Attended transfers (rule 7) of more than two phones: each question is a call of its own, unless the PBX asks (*2)."""

STORIES = {
    "asked_twice": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 203 203 49301234503
        B 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        B 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        B 202 answer-out OUT ANSWER  202 202 203 203 49301234503
        B 202 hangup     OUT ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        C 203 dial-out   OUT CALLING 203 203 204 204 -
        C 204 dial-in    IN  CALLING 203 203 204 204 -
        C 204 answer-in  IN  ANSWER  203 203 204 204 -
        C 203 answer-out OUT ANSWER  203 203 204 204 -
        C 203 hangup     OUT ANSWER  203 203 204 204 -
        B 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        C 204 hangup     IN  ANSWER  203 203 204 204 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "back_to_the_first": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 203 203 49301234503
        B 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        B 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        B 202 answer-out OUT ANSWER  202 202 203 203 49301234503
        B 202 hangup     OUT ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        C 203 dial-out   OUT CALLING 203 203 202 202 -
        C 202 dial-in    IN  CALLING 203 203 202 202 -
        C 202 answer-in  IN  ANSWER  203 203 202 202 -
        C 203 answer-out OUT ANSWER  203 203 202 202 -
        C 203 hangup     OUT ANSWER  203 203 202 202 -
        B 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        C 202 hangup     IN  ANSWER  203 203 202 202 -
    """,
    "asked_party_leaves": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 203 203 49301234503
        B 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        B 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        B 202 answer-out OUT ANSWER  202 202 203 203 49301234503
        B 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        B 202 hangup     OUT ANSWER  202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "held_party_leaves": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 203 203 49301234503
        B 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        B 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        B 202 answer-out OUT ANSWER  202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        B 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        B 202 hangup     OUT ANSWER  202 202 203 203 49301234503
    """,
    "two_callers_joined": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        B 203 dial-out   OUT CALLING 203 203 204 204 -
        B 204 dial-in    IN  CALLING 203 203 204 204 -
        B 204 answer-in  IN  ANSWER  203 203 204 204 -
        B 203 answer-out OUT ANSWER  203 203 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        B 204 hangup     IN  ANSWER  203 203 204 204 -
        A 201 hangup     OUT ANSWER  201 201 204 204 -
        B 203 hangup     OUT ANSWER  203 203 204 204 -
    """,
    "semi_to_group": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        B 204 dial-out   OUT CALLING 204 204 -   602 -
        B 202 dial-in    IN  CALLING 204 204 202 602 -
        B 203 dial-in    IN  CALLING 204 204 203 602 49301234503
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        B 204 hangup     OUT CANCEL  204 204 -   602 -
        B 202 hangup     IN  CANCEL  204 204 202 602 -
        B 203 answer-in  IN  ANSWER  204 204 203 602 49301234503
        A 201 hangup     OUT ANSWER  201 201 204 204 -
        B 203 hangup     IN  ANSWER  204 204 203 602 49301234503
    """,
    "to_group": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        B 204 dial-out   OUT CALLING 204 204 -   602 -
        B 202 dial-in    IN  CALLING 204 204 202 602 -
        B 203 dial-in    IN  CALLING 204 204 203 602 49301234503
        B 202 hangup     IN  CANCEL  204 204 202 602 -
        B 203 answer-in  IN  ANSWER  204 204 203 602 49301234503
        B 204 answer-out OUT ANSWER  204 204 203 602 49301234503
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        B 204 hangup     OUT ANSWER  204 204 203 602 49301234503
        B 203 hangup     IN  ANSWER  204 204 203 602 49301234503
        A 201 hangup     OUT ANSWER  201 201 204 204 -
    """,
    "of_group": """
        A 201 dial-out   OUT CALLING 201 201 -   602 -
        A 202 dial-in    IN  CALLING 201 201 202 602 -
        A 203 dial-in    IN  CALLING 201 201 203 602 49301234503
        A 202 hangup     IN  CANCEL  201 201 202 602 -
        A 203 answer-in  IN  ANSWER  201 201 203 602 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 602 49301234503
        B 203 dial-out   OUT CALLING 203 203 204 204 -
        B 204 dial-in    IN  CALLING 203 203 204 204 -
        B 204 answer-in  IN  ANSWER  203 203 204 204 -
        B 203 answer-out OUT ANSWER  203 203 204 204 -
        A 203 hangup     IN  ANSWER  201 201 203 602 49301234503
        B 203 hangup     OUT ANSWER  203 203 204 204 -
        A 201 hangup     OUT ANSWER  201 201 203 602 49301234503
        B 204 hangup     IN  ANSWER  203 203 204 204 -
    """,
    # 201 comes into the conference when 202 leaves it, with the number of its own call.
    "into_conference": """
        A 203 dial-out   OUT CALLING 203 203 660 660 -
        A 660 dial-in    IN  CALLING 203 203 660 660 -
        A 660 answer-in  IN  ANSWER  203 203 660 660 -
        A 203 answer-out OUT ANSWER  203 203 660 660 -
        B 201 dial-out   OUT CALLING 201 201 202 202 -
        B 202 dial-in    IN  CALLING 201 201 202 202 -
        B 202 answer-in  IN  ANSWER  201 201 202 202 -
        B 201 answer-out OUT ANSWER  201 201 202 202 -
        C 202 dial-out   OUT CALLING 202 202 660 660 -
        C 660 dial-in    IN  CALLING 202 202 660 660 -
        C 660 answer-in  IN  ANSWER  202 202 660 660 -
        C 202 answer-out OUT ANSWER  202 202 660 660 -
        C 202 hangup     OUT ANSWER  202 202 660 660 -
        B 202 hangup     IN  ANSWER  201 201 202 202 -
        C 660 hangup     IN  ANSWER  202 202 660 660 -
        B 660 dial-in    IN  CALLING 201 201 660 202 -
        B 660 answer-in  IN  ANSWER  201 201 660 202 -
        B 660 hangup     IN  ANSWER  201 201 660 202 -
        B 201 hangup     OUT ANSWER  201 201 202 202 -
        A 660 hangup     IN  ANSWER  203 203 660 660 -
        A 203 hangup     OUT ANSWER  203 203 660 660 -
    """,
    "into_undeclared_conference": """
        A 203 dial-out   OUT CALLING 203 203 -   661 -
        B 201 dial-out   OUT CALLING 201 201 202 202 -
        B 202 dial-in    IN  CALLING 201 201 202 202 -
        B 202 answer-in  IN  ANSWER  201 201 202 202 -
        B 201 answer-out OUT ANSWER  201 201 202 202 -
        C 202 dial-out   OUT CALLING 202 202 -   661 -
        A 203 answer-out OUT ANSWER  203 203 202 661 -
        C 202 answer-out OUT ANSWER  202 202 203 661 49301234503
        C 202 hangup     OUT ANSWER  202 202 203 661 49301234503
        B 202 hangup     IN  ANSWER  201 201 202 202 -
        B 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     OUT ANSWER  203 203 202 661 -
    """,
    # Nobody was in the conference when 202 asked there: an application answered it. 203 meets 201.
    "into_waiting_conference": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 -   661 -
        B 202 hangup     OUT ANSWER  202 202 -   661 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        C 203 dial-out   OUT CALLING 203 203 -   661 -
        C 203 answer-out OUT ANSWER  203 203 201 661 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        C 203 hangup     OUT ANSWER  203 203 201 661 -
    """,
    # An application answered the question, and nobody else will.
    "into_voicemail": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 202 dial-out   OUT CALLING 202 202 -   630 -
        B 202 hangup     OUT ANSWER  202 202 -   630 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # 204 has left the menu when it connects; 201 comes into it with its first key.
    "into_menu": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        B 204 dial-out   OUT CALLING 204 204 670 670 -
        B 670 dial-in    IN  CALLING 204 204 670 670 -
        B 670 answer-in  IN  ANSWER  204 204 670 670 -
        B 204 answer-out OUT ANSWER  204 204 670 670 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        B 204 hangup     OUT ANSWER  204 204 670 670 -
        B 670 hangup     IN  ANSWER  204 204 670 670 -
        A 670 dial-in    IN  CALLING 201 201 670 670 -
        A 670 answer-in  IN  ANSWER  201 201 670 670 -
        A 672 dial-in    IN  CALLING 201 201 672 670 -
        A 672 answer-in  IN  ANSWER  201 201 672 670 -
        A 670 hangup     IN  ANSWER  201 201 670 670 -
        A 672 hangup     IN  ANSWER  201 201 672 670 -
        A 203 dial-in    IN  CALLING 201 201 203 670 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 670 49301234503
        A 201 hangup     OUT ANSWER  201 201 204 204 -
        A 203 hangup     IN  ANSWER  201 201 203 670 49301234503
    """,
    "outside_to_outside": """
        A 202 dial-in    IN  CALLING 493055512345 -   202 49301234567 49301234567
        A 202 answer-in  IN  ANSWER  493055512345 -   202 49301234567 49301234567
        B 202 dial-out   OUT CALLING 202          202 -   03055500000 -
        B 202 answer-out OUT ANSWER  202          202 -   03055500000 -
        B 202 hangup     OUT ANSWER  202          202 -   03055500000 -
        A 202 hangup     IN  ANSWER  493055512345 -   202 49301234567 49301234567
    """,
    "key_taken_back": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "key_swapped": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
    """,
    "key_asked_party_leaves": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    "key_held_party_leaves": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 203 dial-in    IN  CALLING 202 202 203 203 49301234503
        A 203 answer-in  IN  ANSWER  202 202 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 203 hangup     IN  ANSWER  202 202 203 203 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "key_to_group": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        A 202 dial-in    IN  CALLING 204 204 202 602 -
        A 203 dial-in    IN  CALLING 204 204 203 602 49301234503
        A 202 hangup     IN  CANCEL  204 204 202 602 -
        A 203 answer-in  IN  ANSWER  204 204 203 602 49301234503
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 203 hangup     IN  ANSWER  204 204 203 602 49301234503
        A 201 hangup     OUT ANSWER  201 201 204 204 -
    """,
}
