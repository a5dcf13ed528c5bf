"""Statistics people use in quality work: arrays in, frozen results out. NumPy and SciPy alone."""
