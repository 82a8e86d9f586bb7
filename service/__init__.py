"""The voice: HTTP, pages, mail, commands, settings, and how the parts are wired."""
