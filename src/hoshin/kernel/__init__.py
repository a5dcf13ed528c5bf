"""What every record has, and is about."""
