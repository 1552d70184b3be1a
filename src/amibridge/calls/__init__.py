"""From AMI events to call events: pure, no I/O, no clock."""
