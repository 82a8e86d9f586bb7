"""Signed messages to other people's programs: where they may go, how they are signed and sent, and who carries them."""
