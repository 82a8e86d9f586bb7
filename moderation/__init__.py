"""The judges: pure functions from a draft to a verdict. No clock, no network, no database."""
