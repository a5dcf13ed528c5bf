"""Columnar measurement history: segments, scan, aggregate. No Django."""
