"""Times as people say them."""

from datetime import UTC, datetime


def ago(when: str, at: datetime | None = None) -> str:
    """How long ago a time of the journal was, in words; "" for none."""
    if not when:
        return ""
    past = datetime.strptime(when, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    minutes = int(((at or datetime.now(UTC)) - past).total_seconds() // 60)
    if minutes < 2:
        return "just now"
    if minutes < 120:
        return f"{minutes} minutes ago"
    return f"{minutes // 60} hours ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"


def lasted(seconds: float) -> str:
    """How long something took."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
