"""Nonconformity: what departs from a requirement, how it is contained and what becomes of it."""
