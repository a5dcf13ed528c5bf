"""Settings of the test suite: the product's own, with a throw-away home and fast password hashing."""
