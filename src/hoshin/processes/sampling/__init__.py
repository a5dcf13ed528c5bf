"""Acceptance sampling: plans with their risks, decisions on lots, switching between normal, tightened and reduced."""
