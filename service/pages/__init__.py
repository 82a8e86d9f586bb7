"""What readers can open without JavaScript."""
