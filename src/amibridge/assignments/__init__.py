"""Who wants which call event: the PhoneCallEvent resource, its validation and the index of matches. Pure."""
