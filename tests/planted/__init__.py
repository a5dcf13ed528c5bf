"""A process that only the tests have, to hold that one short file is enough."""
