"""The management API: the PhoneCallEvents service over HTTP."""
