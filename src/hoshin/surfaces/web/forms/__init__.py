"""Forms of records, made from their fields: what was typed, what the doors take, what the page shows."""
