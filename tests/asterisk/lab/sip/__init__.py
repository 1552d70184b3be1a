"""A small SIP user agent over UDP: message (text), transport (transactions), call (dialogs), phone (a device)."""

from tests.asterisk.lab.sip.call import Call
from tests.asterisk.lab.sip.message import Request, Response, SipError
from tests.asterisk.lab.sip.phone import Phone

__all__ = ["Call", "Phone", "Request", "Response", "SipError"]
