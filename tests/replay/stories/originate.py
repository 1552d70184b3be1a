"""Calls that the PBX begins: nothing is told while it rings the phone that clicked (rule 6)."""

STORIES = {
    # Dial-Out comes when 201, picked up, goes on to dial 202; the caller id is what the PBX was told to show.
    "click_to_dial": """
        A 201 dial-out   OUT CALLING 201 201 202 202 - name=Click
        A 202 dial-in    IN  CALLING 201 201 202 202 - name=Click
        A 202 answer-in  IN  ANSWER  201 201 202 202 - name=Click
        A 201 answer-out OUT ANSWER  201 201 202 202 - name=Click
        A 201 hangup     OUT ANSWER  201 201 202 202 - name=Click
        A 202 hangup     IN  ANSWER  201 201 202 202 - name=Click
    """,
    "click_to_dial_refused": "",
    "click_to_dial_not_answered": "",
    "click_to_dial_busy": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  BUSY    201 201 202 202 -
        A 201 hangup     OUT BUSY    201 201 202 202 -
    """,
    "click_to_dial_given_up": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  CANCEL  201 201 202 202 -
        A 201 hangup     OUT CANCEL  201 201 202 202 -
    """,
    "click_to_dial_local": """
        A 201 dial-out   OUT CALLING 201 201 202 202 - name=Anna Abel
        A 202 dial-in    IN  CALLING 201 201 202 202 - name=Anna Abel
        A 202 answer-in  IN  ANSWER  201 201 202 202 - name=Anna Abel
        A 201 answer-out OUT ANSWER  201 201 202 202 - name=Anna Abel
        A 202 hangup     IN  ANSWER  201 201 202 202 - name=Anna Abel
        A 201 hangup     OUT ANSWER  201 201 202 202 - name=Anna Abel
    """,
    "click_to_dial_local_kept": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    "click_to_dial_local_refused": "",
    "click_to_dial_local_busy": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 hangup     IN  BUSY    201 201 202 202 -
        A 201 hangup     OUT BUSY    201 201 202 202 -
    """,
    # By the time of the Dial event the dialplan has put the number of the house there.
    "click_to_dial_outside": """
        A 201 dial-out   OUT CALLING 4930123450 201 - 03055512345 -
        A 201 answer-out OUT ANSWER  4930123450 201 - 03055512345 -
        A 201 hangup     OUT ANSWER  4930123450 201 - 03055512345 -
    """,
    "click_to_dial_group": """
        A 201 dial-out   OUT CALLING 201 201 -   600 -
        A 202 dial-in    IN  CALLING 201 201 202 600 -
        A 203 dial-in    IN  CALLING 201 201 203 600 49301234503
        A 204 dial-in    IN  CALLING 201 201 204 600 -
        A 202 hangup     IN  CANCEL  201 201 202 600 -
        A 204 hangup     IN  CANCEL  201 201 204 600 -
        A 203 answer-in  IN  ANSWER  201 201 203 600 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 600 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 600 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 600 49301234503
    """,
    "click_to_application": "",
    # The root caller is outside; the number is the Exten that their channel dialled from. Nobody dialled a public one.
    "dialler_calls_outside_first": """
        A 202 dial-in    IN  CALLING 4930123450 - 202 202 -
        A 202 answer-in  IN  ANSWER  4930123450 - 202 202 -
        A 202 hangup     IN  ANSWER  4930123450 - 202 202 -
    """,
    # Connected without having dialled: the customer's channel, whose Uniqueid is the agent's Linkedid by then, is the
    # caller. What the agent was shown is not the customer's own caller id, which is empty.
    "dialler_calls_agent_to_customer": """
        A 202 dial-in    IN  CALLING - - 202 - -
        A 202 answer-in  IN  ANSWER  - - 202 - -
        A 202 hangup     IN  ANSWER  - - 202 - -
    """,
    # Paged phones learn of the call when they are connected.
    "page": """
        A 201 dial-out   OUT CALLING 201 201 -   620 -
        A 202 dial-in    IN  CALLING 201 201 202 620 -
        A 202 answer-in  IN  ANSWER  201 201 202 620 -
        A 201 answer-out OUT ANSWER  201 201 202 620 -
        A 203 dial-in    IN  CALLING 201 201 203 620 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 620 49301234503
        A 201 hangup     OUT ANSWER  201 201 202 620 -
        A 202 hangup     IN  ANSWER  201 201 202 620 -
        A 203 hangup     IN  ANSWER  201 201 203 620 49301234503
    """,
    "page_one_is_busy": """
        A 201 dial-out   OUT CALLING 201 201 -   620 -
        A 203 dial-in    IN  CALLING 201 201 203 620 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 620 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 620 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 620 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 620 49301234503
    """,
    "page_one_leaves": """
        A 201 dial-out   OUT CALLING 201 201 -   620 -
        A 202 dial-in    IN  CALLING 201 201 202 620 -
        A 202 answer-in  IN  ANSWER  201 201 202 620 -
        A 201 answer-out OUT ANSWER  201 201 202 620 -
        A 203 dial-in    IN  CALLING 201 201 203 620 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 620 49301234503
        A 202 hangup     IN  ANSWER  201 201 202 620 -
        A 201 hangup     OUT ANSWER  201 201 202 620 -
        A 203 hangup     IN  ANSWER  201 201 203 620 49301234503
    """,
    "click_to_itself": """
        A 201 dial-out   OUT CALLING 201 201 201 201 -
        A 201 dial-in    IN  CALLING 201 201 201 201 -
        A 201 answer-in  IN  ANSWER  201 201 201 201 -
        A 201 answer-out OUT ANSWER  201 201 201 201 -
        A 201 hangup     OUT ANSWER  201 201 201 201 -
        A 201 hangup     IN  ANSWER  201 201 201 201 -
    """,
    "click_into_queue": """
        A 201 dial-out   OUT CALLING 201 201 651 651 -
        A 651 dial-in    IN  CALLING 201 201 651 651 -
        A 202 dial-in    IN  CALLING 201 201 202 651 -
        A 202 answer-in  IN  ANSWER  201 201 202 651 -
        A 651 answer-in  IN  ANSWER  201 201 651 651 -
        A 201 answer-out OUT ANSWER  201 201 202 651 -
        A 202 hangup     IN  ANSWER  201 201 202 651 -
        A 651 hangup     IN  ANSWER  201 201 651 651 -
        A 201 hangup     OUT ANSWER  201 201 202 651 -
    """,
    "click_local_into_queue": """
        A 201 dial-out   OUT CALLING 201 201 651 651 -
        A 651 dial-in    IN  CALLING 201 201 651 651 -
        A 202 dial-in    IN  CALLING 201 201 202 651 -
        A 202 answer-in  IN  ANSWER  201 201 202 651 -
        A 651 answer-in  IN  ANSWER  201 201 651 651 -
        A 201 answer-out OUT ANSWER  201 201 202 651 -
        A 201 hangup     OUT ANSWER  201 201 202 651 -
        A 651 hangup     IN  ANSWER  201 201 651 651 -
        A 202 hangup     IN  ANSWER  201 201 202 651 -
    """,
    # The number is the one that was called for 201, not what it pressed.
    "click_into_menu": """
        A 201 dial-out   OUT CALLING 201 201 670 670 -
        A 670 dial-in    IN  CALLING 201 201 670 670 -
        A 670 answer-in  IN  ANSWER  201 201 670 670 -
        A 201 answer-out OUT ANSWER  201 201 670 670 -
        A 670 hangup     IN  ANSWER  201 201 670 670 -
        A 202 dial-in    IN  CALLING 201 201 202 670 -
        A 202 answer-in  IN  ANSWER  201 201 202 670 -
        A 201 hangup     OUT ANSWER  201 201 670 670 -
        A 202 hangup     IN  ANSWER  201 201 202 670 -
    """,
    "click_local_into_menu": """
        A 201 dial-out   OUT CALLING 201 201 670 670 -
        A 670 dial-in    IN  CALLING 201 201 670 670 -
        A 670 answer-in  IN  ANSWER  201 201 670 670 -
        A 201 answer-out OUT ANSWER  201 201 670 670 -
        A 670 hangup     IN  ANSWER  201 201 670 670 -
        A 202 dial-in    IN  CALLING 201 201 202 670 -
        A 202 answer-in  IN  ANSWER  201 201 202 670 -
        A 202 hangup     IN  ANSWER  201 201 202 670 -
        A 201 hangup     OUT ANSWER  201 201 670 670 -
    """,
    "click_redirected": """
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
    "click_sent_on": """
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
    "dial_application": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    # The dialler gave 202 the caller id that its channel has.
    "conference_application": """
        A 201 dial-out   OUT CALLING 201 201 660 660 -
        A 660 dial-in    IN  CALLING 201 201 660 660 -
        A 660 answer-in  IN  ANSWER  201 201 660 660 -
        A 201 answer-out OUT ANSWER  201 201 660 660 -
        B 202 dial-out   OUT CALLING 660 202 660 660 -
        B 660 dial-in    IN  CALLING 660 202 660 660 -
        B 660 answer-in  IN  ANSWER  660 202 660 660 -
        B 202 answer-out OUT ANSWER  660 202 660 660 -
        B 660 hangup     IN  ANSWER  660 202 660 660 -
        B 202 hangup     OUT ANSWER  660 202 660 660 -
        A 660 hangup     IN  ANSWER  201 201 660 660 -
        A 201 hangup     OUT ANSWER  201 201 660 660 -
    """,
    "dialler_with_two_locals": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
}
