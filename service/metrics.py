"""What Prometheus may ask. Labels are few and known in advance: no page, no person."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

registry = CollectorRegistry()
requests = Counter("wortmeldung_requests", "Requests answered", ["route", "status"], registry=registry)
latency = Histogram("wortmeldung_request_seconds", "Time to answer", ["route"], registry=registry)
comments = Counter("wortmeldung_comments", "Comments filed, by the lane they wait in", ["lane"], registry=registry)
decisions = Counter("wortmeldung_decisions", "Decisions by moderators", ["action"], registry=registry)
notices = Counter("wortmeldung_notices", "Messages by what became of them", ["outcome"], registry=registry)
cached = Counter("wortmeldung_thread_answers", "Thread answers by where they came from", ["source"], registry=registry)
waiting = Gauge("wortmeldung_queue_waiting", "Comments that wait for a person", ["lane"], registry=registry)
oldest = Gauge("wortmeldung_queue_oldest_seconds", "Age of the oldest waiting comment", registry=registry)
outbox = Gauge("wortmeldung_outbox_open", "Messages not yet sent", registry=registry)
