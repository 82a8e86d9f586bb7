"""Import from other systems and export to them, one format a file.

What reads a stranger's file (`readers/`) runs in a process of its own with limits on memory and time, and knows
nothing but the standard library; what it says is filed by this process (`filing.py`).
"""
