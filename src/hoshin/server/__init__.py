"""Where the house is put together: settings, addresses, commands."""
