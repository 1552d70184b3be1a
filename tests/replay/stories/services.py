"""Conferences (rule 13) and menus (rule 14): each caller is a participation of the service."""

STORIES = {
    "conference": """
        A 201 dial-out   OUT CALLING 201 201 660 660 -
        A 660 dial-in    IN  CALLING 201 201 660 660 -
        A 660 answer-in  IN  ANSWER  201 201 660 660 -
        A 201 answer-out OUT ANSWER  201 201 660 660 -
        B 202 dial-out   OUT CALLING 202 202 660 660 -
        B 660 dial-in    IN  CALLING 202 202 660 660 -
        B 660 answer-in  IN  ANSWER  202 202 660 660 -
        B 202 answer-out OUT ANSWER  202 202 660 660 -
        C 660 dial-in    IN  CALLING 493055512345 - 660 49301234660 49301234660
        C 660 answer-in  IN  ANSWER  493055512345 - 660 49301234660 49301234660
        A 660 hangup     IN  ANSWER  201 201 660 660 -
        A 201 hangup     OUT ANSWER  201 201 660 660 -
        B 660 hangup     IN  ANSWER  202 202 660 660 -
        B 202 hangup     OUT ANSWER  202 202 660 660 -
        C 660 hangup     IN  ANSWER  493055512345 - 660 49301234660 49301234660
    """,
    "conference_alone": """
        A 201 dial-out   OUT CALLING 201 201 660 660 -
        A 660 dial-in    IN  CALLING 201 201 660 660 -
        A 660 answer-in  IN  ANSWER  201 201 660 660 -
        A 201 answer-out OUT ANSWER  201 201 660 660 -
        A 660 hangup     IN  ANSWER  201 201 660 660 -
        A 201 hangup     OUT ANSWER  201 201 660 660 -
    """,
    # People who share its bridge are connected (rule 15).
    "conference_undeclared": """
        A 201 dial-out   OUT CALLING 201 201 -   661 -
        B 202 dial-out   OUT CALLING 202 202 -   661 -
        A 201 answer-out OUT ANSWER  201 201 202 661 -
        B 202 answer-out OUT ANSWER  202 202 201 661 -
        B 202 hangup     OUT ANSWER  202 202 201 661 -
        A 201 hangup     OUT ANSWER  201 201 202 661 -
    """,
    "conference_undeclared_alone": """
        A 201 dial-out   OUT CALLING 201 201 - 661 -
        A 201 hangup     OUT ANSWER  201 201 - 661 -
    """,
    "conference_entered_by_transfer": """
        A 201 dial-out   OUT CALLING 201 201 204 204 -
        A 204 dial-in    IN  CALLING 201 201 204 204 -
        A 204 answer-in  IN  ANSWER  201 201 204 204 -
        A 201 answer-out OUT ANSWER  201 201 204 204 -
        A 204 hangup     IN  ANSWER  201 201 204 204 -
        A 660 dial-in    IN  CALLING 201 201 660 660 -
        A 660 answer-in  IN  ANSWER  201 201 660 660 -
        A 660 hangup     IN  ANSWER  201 201 660 660 -
        A 201 hangup     OUT ANSWER  201 201 204 204 -
    """,
    "menu_left_by_hanging_up": """
        A 201 dial-out   OUT CALLING 201 201 670 670 -
        A 670 dial-in    IN  CALLING 201 201 670 670 -
        A 670 answer-in  IN  ANSWER  201 201 670 670 -
        A 201 answer-out OUT ANSWER  201 201 670 670 -
        A 201 hangup     OUT ANSWER  201 201 670 670 -
        A 670 hangup     IN  ANSWER  201 201 670 670 -
    """,
    "menu_to_extension": """
        A 670 dial-in    IN  CALLING 493055512345 - 670 49301234670 49301234670
        A 670 answer-in  IN  ANSWER  493055512345 - 670 49301234670 49301234670
        A 670 hangup     IN  ANSWER  493055512345 - 670 49301234670 49301234670
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234670 49301234670
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234670 49301234670
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234670 49301234670
    """,
    "menu_to_busy": """
        A 201 dial-out   OUT CALLING 201 201 670 670 -
        A 670 dial-in    IN  CALLING 201 201 670 670 -
        A 670 answer-in  IN  ANSWER  201 201 670 670 -
        A 201 answer-out OUT ANSWER  201 201 670 670 -
        A 670 hangup     IN  ANSWER  201 201 670 670 -
        A 202 dial-in    IN  CALLING 201 201 202 670 -
        A 202 hangup     IN  BUSY    201 201 202 670 -
        A 201 hangup     OUT ANSWER  201 201 670 670 -
    """,
    # 672 is declared too: the caller is in both until a context that is no menu.
    "menu_to_other_menu": """
        A 201 dial-out   OUT CALLING 201 201 670 670 -
        A 670 dial-in    IN  CALLING 201 201 670 670 -
        A 670 answer-in  IN  ANSWER  201 201 670 670 -
        A 201 answer-out OUT ANSWER  201 201 670 670 -
        A 672 dial-in    IN  CALLING 201 201 672 670 -
        A 672 answer-in  IN  ANSWER  201 201 672 670 -
        A 670 hangup     IN  ANSWER  201 201 670 670 -
        A 672 hangup     IN  ANSWER  201 201 672 670 -
        A 203 dial-in    IN  CALLING 201 201 203 670 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 670 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 670 49301234503
        A 201 hangup     OUT ANSWER  201 201 670 670 -
    """,
    "menu_to_queue": """
        A 670 dial-in    IN  CALLING 493055512345 - 670 49301234670 49301234670
        A 670 answer-in  IN  ANSWER  493055512345 - 670 49301234670 49301234670
        A 650 dial-in    IN  CALLING 493055512345 - 650 49301234670 49301234670
        A 202 dial-in    IN  CALLING 493055512345 - 202 49301234670 49301234670
        A 670 hangup     IN  ANSWER  493055512345 - 670 49301234670 49301234670
        A 203 dial-in    IN  CALLING 493055512345 - 203 49301234670 49301234670
        A 203 hangup     IN  CANCEL  493055512345 - 203 49301234670 49301234670
        A 202 answer-in  IN  ANSWER  493055512345 - 202 49301234670 49301234670
        A 650 answer-in  IN  ANSWER  493055512345 - 650 49301234670 49301234670
        A 650 hangup     IN  ANSWER  493055512345 - 650 49301234670 49301234670
        A 202 hangup     IN  ANSWER  493055512345 - 202 49301234670 49301234670
    """,
    "menu_undeclared": """
        A 201 dial-out   OUT CALLING 201 201 -   671 -
        A 202 dial-in    IN  CALLING 201 201 202 671 -
        A 202 answer-in  IN  ANSWER  201 201 202 671 -
        A 201 answer-out OUT ANSWER  201 201 202 671 -
        A 201 hangup     OUT ANSWER  201 201 202 671 -
        A 202 hangup     IN  ANSWER  201 201 202 671 -
    """,
    # Entering a declared service is going on to dial somebody (rule 6).
    "click_into_conference": """
        A 201 dial-out   OUT CALLING 201 201 660 660 -
        A 660 dial-in    IN  CALLING 201 201 660 660 -
        A 660 answer-in  IN  ANSWER  201 201 660 660 -
        A 201 answer-out OUT ANSWER  201 201 660 660 -
        A 660 hangup     IN  ANSWER  201 201 660 660 -
        A 201 hangup     OUT ANSWER  201 201 660 660 -
    """,
    # Within its context the menu may say what it likes: one visit.
    "menu_wrong_key": """
        A 201 dial-out   OUT CALLING 201 201 673 673 -
        A 673 dial-in    IN  CALLING 201 201 673 673 -
        A 673 answer-in  IN  ANSWER  201 201 673 673 -
        A 201 answer-out OUT ANSWER  201 201 673 673 -
        A 673 hangup     IN  ANSWER  201 201 673 673 -
        A 203 dial-in    IN  CALLING 201 201 203 673 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 673 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 673 49301234503
        A 201 hangup     OUT ANSWER  201 201 673 673 -
    """,
    "menu_dials_extension": """
        A 673 dial-in   IN  CALLING 493055512345 - 673 49301234673 49301234673
        A 673 answer-in IN  ANSWER  493055512345 - 673 49301234673 49301234673
        A 673 hangup    IN  ANSWER  493055512345 - 673 49301234673 49301234673
        A 204 dial-in   IN  CALLING 493055512345 - 204 49301234673 49301234673
        A 204 answer-in IN  ANSWER  493055512345 - 204 49301234673 49301234673
        A 204 hangup    IN  ANSWER  493055512345 - 204 49301234673 49301234673
    """,
    # Out of the menu's context and back: a second visit.
    "menu_queue_and_back": """
        A 201 dial-out   OUT CALLING  201 201 670 670 -
        A 670 dial-in    IN  CALLING  201 201 670 670 -
        A 670 answer-in  IN  ANSWER   201 201 670 670 -
        A 201 answer-out OUT ANSWER   201 201 670 670 -
        A 670 hangup     IN  ANSWER   201 201 670 670 -
        A 651 dial-in    IN  CALLING  201 201 651 670 -
        A 202 dial-in    IN  CALLING  201 201 202 670 -
        A 202 hangup     IN  NOANSWER 201 201 202 670 -
        A 651 hangup     IN  NOANSWER 201 201 651 670 -
        A 670 dial-in    IN  CALLING  201 201 670 670 -
        A 670 answer-in  IN  ANSWER   201 201 670 670 -
        A 670 hangup     IN  ANSWER   201 201 670 670 -
        A 201 hangup     OUT ANSWER   201 201 670 670 -
    """,
    "conference_kicked": """
        A 201 dial-out   OUT CALLING 201 201 660 660 -
        A 660 dial-in    IN  CALLING 201 201 660 660 -
        A 660 answer-in  IN  ANSWER  201 201 660 660 -
        A 201 answer-out OUT ANSWER  201 201 660 660 -
        B 202 dial-out   OUT CALLING 202 202 660 660 -
        B 660 dial-in    IN  CALLING 202 202 660 660 -
        B 660 answer-in  IN  ANSWER  202 202 660 660 -
        B 202 answer-out OUT ANSWER  202 202 660 660 -
        B 660 hangup     IN  ANSWER  202 202 660 660 -
        B 202 hangup     OUT ANSWER  202 202 660 660 -
        A 660 hangup     IN  ANSWER  201 201 660 660 -
        A 201 hangup     OUT ANSWER  201 201 660 660 -
    """,
    "conference_left_by_redirect": """
        A 201 dial-out   OUT CALLING 201 201 660 660 -
        A 660 dial-in    IN  CALLING 201 201 660 660 -
        A 660 answer-in  IN  ANSWER  201 201 660 660 -
        A 201 answer-out OUT ANSWER  201 201 660 660 -
        B 202 dial-out   OUT CALLING 202 202 660 660 -
        B 660 dial-in    IN  CALLING 202 202 660 660 -
        B 660 answer-in  IN  ANSWER  202 202 660 660 -
        B 202 answer-out OUT ANSWER  202 202 660 660 -
        A 660 hangup     IN  ANSWER  201 201 660 660 -
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 660 660 -
        B 660 hangup     IN  ANSWER  202 202 660 660 -
        B 202 hangup     OUT ANSWER  202 202 660 660 -
    """,
}
