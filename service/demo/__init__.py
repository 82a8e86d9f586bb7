"""The demo: a site with an article page and comments in every state, so that one look shows what the service does."""
