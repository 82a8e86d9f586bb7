"""One format a module; each has `MEDIA` and a class that gives bytes for the beginning, each page and the end."""
