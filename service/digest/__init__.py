"""The digest of a discussion, for editors: counts, quotes without names, open points; as page, document, table."""
