"""Times as people say them."""

from datetime import UTC, datetime


def ago(when: str, at: datetime | None = None) -> str:
    """How long ago a time of the journal was, in words; "" for none. `at` is now, in a zone whose days count."""
    if not when:
        return ""
    past = datetime.strptime(when, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    at = at or datetime.now().astimezone()
    minutes = int((at - past).total_seconds() // 60)
    days = (at.date() - past.astimezone(at.tzinfo).date()).days
    if minutes < 2:
        return "just now"
    if minutes < 120:
        return f"{minutes} minutes ago"
    if minutes < 12 * 60 or days < 1:
        return f"{minutes // 60} hours ago"
    return "yesterday" if days == 1 else f"{days} days ago"


def lasted(seconds: float) -> str:
    """How long something took."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
