"""The organisation: people, units and sites as a tree, roles granted for a unit and a time, delegation."""
