"""Measurement system analysis: gauge studies from worksheet to verdict."""
