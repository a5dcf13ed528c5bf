"""Quality methods that several processes use."""
