"""Sentences of processes and systems that have no catalogue are read in the reader's language all the same."""

import pytest

from service.webhooks.problems import in_language


@pytest.mark.parametrize(
    "said, german",
    [
        ("status 503", "Status 503"),
        ("status 302: redirects are not followed", "Status 302: Weiterleitungen wird nicht gefolgt"),
        ("no answer within 5 seconds", "keine Antwort innerhalb von 5 Sekunden"),
        ("www.musterstadt.example cannot be found", "www.musterstadt.example ist nicht zu finden"),
        ("a.example leads to 10.0.0.1, which is no public address",
         "a.example führt zu 10.0.0.1, und das ist keine öffentliche Adresse"),
        ("Connection refused", "Verbindung abgelehnt"),
        ("TLS: CERTIFICATE_VERIFY_FAILED", "TLS: CERTIFICATE_VERIFY_FAILED"),
        ("100 % (unforeseen)s", "100 % (unforeseen)s"),
    ],
)  # fmt: skip
def test_what_is_foreseen_is_translated_and_all_else_stays(said, german):
    assert in_language(said, "de") == german
    assert in_language(said, "en") == said
