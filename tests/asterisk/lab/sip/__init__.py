"""A small SIP user agent over UDP: message.py (text), transport.py (transactions), call.py (dialogs), phone.py (a device)."""

from tests.asterisk.lab.sip.call import Call
from tests.asterisk.lab.sip.message import Request, Response, SipError
from tests.asterisk.lab.sip.phone import Phone

__all__ = ["Call", "Phone", "Request", "Response", "SipError"]
