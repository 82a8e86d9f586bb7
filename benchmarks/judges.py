"""What judging one comment costs, step by step, on the comments written for this project, without any server."""

import time
from collections.abc import Callable, Sequence

from benchmarks.tables import table
from moderation.classifier import load
from moderation.classifier.corpus import authored_paths, read_rows
from moderation.draft import Draft
from moderation.judge import shown_html
from moderation.netiquette import check, load_netiquette
from moderation.personal_data import mask_text, mask_url
from moderation.reading import Shown, Standing, read
from moderation.similarity import sketch
from moderation.tidy import tidy_traced

STANDING = Standing()
EVERY = 8  # of the rows; all of them would only take longer
STEPS = ("hide addresses", "render and sanitise", "classifier", "rules", "sketch")


def time_judges(rounds: int, say: Callable[[str], None]) -> str:
    """Milliseconds of processor time for a comment: seen for the first time, and seen again.

    First sight is measured once, on half of the comments, when the judges have seen the other half, as in a service
    that has run for a while. Seen again is the best of the rounds: nothing but the work that no cache spares.
    """
    drafts = _drafts()
    classifier, netiquette = load(), load_netiquette()

    def passing(part: Sequence[Draft]) -> list[float]:
        spent = [0.0] * len(STEPS)
        for draft in part:
            times = [time.process_time()]
            typed, _ = tidy_traced(draft.text)
            text, name, url = mask_text(typed, "de"), mask_text(draft.name, "de"), mask_url(draft.url)
            times.append(time.process_time())
            html = shown_html(text.text, "de")
            times.append(time.process_time())
            reading = read(Shown(text.text, html.text, name.text, url, text.count + name.count), STANDING)
            score = classifier.score(reading)
            times.append(time.process_time())
            check(reading, netiquette, score)
            times.append(time.process_time())
            sketch(reading.text)
            times.append(time.process_time())
            spent = [sum_ + times[step + 1] - times[step] for step, sum_ in enumerate(spent)]
        return [each / len(part) * 1000 for each in spent]

    half = len(drafts) // 2
    say("judges: first sight")
    passing(drafts[:half])
    first = passing(drafts[half:])
    say(f"judges: {rounds} times again")
    again = min((passing(drafts) for _ in range(rounds)), key=sum)
    lines = [(name, f"{one:.3f}", f"{other:.3f}") for name, one, other in zip(STEPS, first, again, strict=True)]
    lines.append(("all but rendering", f"{sum(first) - first[1]:.3f}", f"{sum(again) - again[1]:.3f}"))
    characters = sum(len(draft.text) for draft in drafts) // len(drafts)
    return (
        table(("Step, ms", "first sight", "seen again"), lines)
        + f"\n{len(drafts)} comments of {characters} characters on average, one thread.\n"
    )


def _drafts() -> list[Draft]:
    rows = [row.reading for row in read_rows(authored_paths()) if row.reading.text][::EVERY]
    return [Draft(page="/", text=each.text, name=each.name, email="", url=each.url or "") for each in rows]
