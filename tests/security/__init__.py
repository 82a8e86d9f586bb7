"""Attacks by many ways at once: what one area's own tests cannot see. `docs/asvs.md` names what each of them shows."""
