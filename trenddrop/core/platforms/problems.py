"""What is said of a post before it is sent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Why a platform would refuse: field, stable code, a sentence for the user, and how much it is over."""

    field: str
    code: str
    message: str
    over: float = 0
