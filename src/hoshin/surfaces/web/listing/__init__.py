"""Lists of records: filters, columns, order and pages, from the fields of a kind."""
