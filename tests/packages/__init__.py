"""What is handed out, installed as people install it: the wheel in a virtual environment, the package on a Debian."""
