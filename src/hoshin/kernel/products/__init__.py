"""Products and their characteristics: what is made, and what is measured of it."""
