"""The demonstration: Meridian Instruments, an invented maker of flow meters and pressure transmitters."""
