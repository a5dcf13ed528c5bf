"""How people and machines reach a record: they read a kind and know no process."""
