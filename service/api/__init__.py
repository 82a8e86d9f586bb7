"""The public JSON API, version 1 (contract, section 3), and the moderators' (section 4)."""
