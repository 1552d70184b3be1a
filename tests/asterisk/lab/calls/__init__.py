"""The scripts, one module a group. A script's name is ``<module>/<function>``; its docstring tells the call."""
