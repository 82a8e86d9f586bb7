"""What the service costs, measured beside what it is compared with, in one run on one machine."""
