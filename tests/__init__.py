"""The tests, by layer: unit, replay, api, process, asterisk."""
