"""One file format a module; each has `read(path)`, which gives `Record`, `Place` and `Fault` one after the other."""
