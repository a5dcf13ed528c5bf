"""Effectiveness: declared before the fix, decided by later data."""
