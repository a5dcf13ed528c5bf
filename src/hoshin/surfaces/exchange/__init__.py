"""Exchange: a kind's records out to CSV, JSON lines and Excel, and in again, by what their fields say."""
