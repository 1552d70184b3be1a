"""Tests of what those who follow are sent."""
