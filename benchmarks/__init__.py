"""Measurements of what the documentation promises; figures are ratios or processor time, never timed tests."""
