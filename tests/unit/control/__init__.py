"""The control socket: operations, the daemon's end and the commands' end."""
