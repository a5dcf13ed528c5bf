"""Assistants: from a question and data to a method that is explained, a conclusion in words, and a saved analysis."""
