"""SQLite drops the triggers of a table that a migration remakes; they come back with the same `hoshin migrate`."""

GUARDS = ["trail_entry_no_delete", "trail_entry_no_replace", "trail_entry_no_update"]


def test_guards_come_back_after_a_migration_remade_their_table(house):
    assert house.call("remaking:remake") == {"gone": [GUARDS, GUARDS], "left": []}
    assert house.call("world:findings") == []
