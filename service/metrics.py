"""What Prometheus may ask. Labels are few and known in advance: no page, no person."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

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
outbox_oldest = Gauge("wortmeldung_outbox_oldest_seconds", "Age of the oldest message not yet sent", registry=registry)
outbox_given_up = Gauge("wortmeldung_outbox_given_up", "Messages that nobody tries to send any more", registry=registry)
desks = Gauge("wortmeldung_desks_open", "Desks that hear what happens as it happens", registry=registry)
judges = Gauge(
    "wortmeldung_judge_ready", "1 while the judge works, 0 while it is left out", ["judge"], registry=registry
)
database_up = Gauge("wortmeldung_database_up", "1 while the database answers", registry=registry)
database_bytes = Gauge("wortmeldung_database_bytes", "Size of the database", ["part"], registry=registry)
lag = Histogram(
    "wortmeldung_event_loop_lag_seconds",
    "How much later than it should the process came to what was due",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
    registry=registry,
)
ProcessCollector(registry=registry)
