"""Measurements, as ratios in one run against named alternatives: ``make bench``."""
