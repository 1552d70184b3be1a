"""Calls from phone to phone, and to applications."""

STORIES = {
    "answered_caller_hangs_up": """
        A 201 dial-out   OUT CALLING 201 201 202 202 - name=Anna Abel
        A 202 dial-in    IN  CALLING 201 201 202 202 - name=Anna Abel
        A 202 answer-in  IN  ANSWER  201 201 202 202 - name=Anna Abel
        A 201 answer-out OUT ANSWER  201 201 202 202 - name=Anna Abel
        A 201 hangup     OUT ANSWER  201 201 202 202 - name=Anna Abel
        A 202 hangup     IN  ANSWER  201 201 202 202 - name=Anna Abel
    """,
    # CalledDID belongs to the called extension: the directory's, as nobody outside dialled a number; on both
    # sides, and at once, since the directory declares the number that was dialled.
    "answered_callee_hangs_up": """
        A 201 dial-out   OUT CALLING 201 201 203 203 49301234503
        A 203 dial-in    IN  CALLING 201 201 203 203 49301234503
        A 203 answer-in  IN  ANSWER  201 201 203 203 49301234503
        A 201 answer-out OUT ANSWER  201 201 203 203 49301234503
        A 203 hangup     IN  ANSWER  201 201 203 203 49301234503
        A 201 hangup     OUT ANSWER  201 201 203 203 49301234503
    """,
    "answered_without_ringing": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # At Dial-Out the called extension is known only from the directory, which does not have 206; once connected
    # it is the extension connected.
    "undeclared_extension": """
        A 201 dial-out   OUT CALLING 201 201 -   206 -
        A 206 dial-in    IN  CALLING 201 201 206 206 -
        A 206 answer-in  IN  ANSWER  201 201 206 206 -
        A 201 answer-out OUT ANSWER  201 201 206 206 -
        A 201 hangup     OUT ANSWER  201 201 206 206 -
        A 206 hangup     IN  ANSWER  201 201 206 206 -
    """,
    # 634 is no extension; at the Hangup of an unanswered call the one extension rung counts.
    "end_of_the_dialplan": """
        A 201 dial-out   OUT CALLING 201 201 -   634 -
        A 202 dial-in    IN  CALLING 201 201 202 634 -
        A 202 hangup     IN  BUSY    201 201 202 634 -
        A 201 hangup     OUT BUSY    201 201 202 634 -
    """,
    # Two calls of 202 at a time: two participations, told apart by the call id (rule 16).
    "two_calls_at_once": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 202 202 -
        B 202 dial-in    IN  CALLING 203 203 202 202 -
        B 202 answer-in  IN  ANSWER  203 203 202 202 -
        B 203 answer-out OUT ANSWER  203 203 202 202 -
        B 203 hangup     OUT ANSWER  203 203 202 202 -
        B 202 hangup     IN  ANSWER  203 203 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
    """,
    # 202 being in another call that is answered does not make this one answered.
    "call_waiting_refused": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        B 203 dial-out   OUT CALLING 203 203 202 202 -
        B 202 dial-in    IN  CALLING 203 203 202 202 -
        B 202 hangup     IN  BUSY    203 203 202 202 -
        B 203 hangup     OUT BUSY    203 203 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    # Hold and resume are no call events (rule 16).
    "hold_and_resume": """
        A 201 dial-out   OUT CALLING 201 201 202 202 -
        A 202 dial-in    IN  CALLING 201 201 202 202 -
        A 202 answer-in  IN  ANSWER  201 201 202 202 -
        A 201 answer-out OUT ANSWER  201 201 202 202 -
        A 201 hangup     OUT ANSWER  201 201 202 202 -
        A 202 hangup     IN  ANSWER  201 201 202 202 -
    """,
    # An application answers nobody (rule 15), yet the call was answered: its channel was Up and no dial failed.
    "voicemail_like": """
        A 201 dial-out   OUT CALLING 201 201 - 630 -
        A 201 hangup     OUT ANSWER  201 201 - 630 -
    """,
    # Here a dial did fail before the application answered.
    "voicemail_after_no_answer": """
        A 201 dial-out   OUT CALLING  201 201 -   631 -
        A 202 dial-in    IN  CALLING  201 201 202 631 -
        A 202 hangup     IN  NOANSWER 201 201 202 631 -
        A 201 hangup     OUT NOANSWER 201 201 202 631 -
    """,
    # Never dialled anybody, never Up, and its own cause is none of the table's: CANCEL.
    "announcement_abandoned": """
        A 201 dial-out   OUT CALLING 201 201 - 632 -
        A 201 hangup     OUT CANCEL  201 201 - 632 -
    """,
    "tenants": """
        A 0003*210 dial-out   OUT CALLING 0003*210 0003*210 0003*211 0003*211 -
        A 0003*211 dial-in    IN  CALLING 0003*210 0003*210 0003*211 0003*211 -
        A 0003*211 answer-in  IN  ANSWER  0003*210 0003*210 0003*211 0003*211 -
        A 0003*210 answer-out OUT ANSWER  0003*210 0003*210 0003*211 0003*211 -
        A 0003*210 hangup     OUT ANSWER  0003*210 0003*210 0003*211 0003*211 -
        A 0003*211 hangup     IN  ANSWER  0003*210 0003*210 0003*211 0003*211 -
    """,
    # 210 and 0003*210 are different extensions: the number dialled is not the one declared.
    "tenants_short_number": """
        A 0003*211 dial-out   OUT CALLING 0003*211 0003*211 -        210 -
        A 0003*210 dial-in    IN  CALLING 0003*211 0003*211 0003*210 210 -
        A 0003*210 answer-in  IN  ANSWER  0003*211 0003*211 0003*210 210 -
        A 0003*211 answer-out OUT ANSWER  0003*211 0003*211 0003*210 210 -
        A 0003*210 hangup     IN  ANSWER  0003*211 0003*211 0003*210 210 -
        A 0003*211 hangup     OUT ANSWER  0003*211 0003*211 0003*210 210 -
    """,
    # CallAPIID is the latest non-empty value on the root caller's channel: not there yet at Dial-Out.
    "call_api_id": """
        A 201 dial-out   OUT CALLING 201 201 -   640 - api=-
        A 202 dial-in    IN  CALLING 201 201 202 640 - api=order-4711
        A 202 answer-in  IN  ANSWER  201 201 202 640 - api=order-4711
        A 201 answer-out OUT ANSWER  201 201 202 640 - api=order-4711
        A 201 hangup     OUT ANSWER  201 201 202 640 - api=order-4711
        A 202 hangup     IN  ANSWER  201 201 202 640 - api=order-4711
    """,
    # The caller's name is that of the Dial event of each participation: for 201 before the dialplan changed it.
    "non_ascii_name": """
        A 201 dial-out   OUT CALLING 201 201 -   641 - name=Anna Abel
        A 202 dial-in    IN  CALLING 201 201 202 641 - name=Zoë "Z" Ö\\
        A 202 answer-in  IN  ANSWER  201 201 202 641 - name=Zoë "Z" Ö\\
        A 201 answer-out OUT ANSWER  201 201 202 641 - name=Anna Abel
        A 201 hangup     OUT ANSWER  201 201 202 641 - name=Anna Abel
        A 202 hangup     IN  ANSWER  201 201 202 641 - name=Zoë "Z" Ö\\
    """,
}
