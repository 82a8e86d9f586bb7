"""The memory: tables, and beside each the functions that speak of it."""
