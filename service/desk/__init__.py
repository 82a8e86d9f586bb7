"""The desk: where moderators work."""
