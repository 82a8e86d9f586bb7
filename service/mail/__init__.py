"""Mail: what the outbox holds becomes letters, and a courier takes them to the SMTP server."""
