"""The life of one world: its time, what happens by itself, and what goes wrong with calls."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from wardian.base.identity import random_stream
from wardian.environments.clock import VirtualClock
from wardian.environments.life.event import Event, Mutation, News
from wardian.environments.life.fault import Fault
from wardian.environments.life.stricken import stricken
from wardian.environments.life.timeline import Past, Timeline
from wardian.environments.observation import Observation
from wardian.environments.state import State

__all__ = ["Life", "parted", "parted_behind", "with_news"]

_STAMP = re.compile(r"\[\w{3} \d{2}:\d{2}\] ")
SPEAKERS = {"notification": "Notification", "user_message": "The user writes", "policy_update": "Policy update"}


class Life:
    """What happens to a world beside what its agent does.

    Args:
        state: the world's.
        events: those of the scenario.
        faults: those of the scenario.
        seed: the episode's.
        past: what has become of the events so far.
    """

    def __init__(self, state: State, events: Sequence[Event], faults: Sequence[Fault], seed: int, past: Past) -> None:
        self._state = state
        self._clock = VirtualClock(state)
        self._faults = faults
        self._seed = seed
        self._timeline = Timeline(events, seed, past)
        self._events = bool(events)

    @property
    def past(self) -> Past:
        """What has become of the events so far."""
        return self._timeline.past

    def fault(self, tool: str, earlier: Sequence[str]) -> Fault | None:
        """What happens to the next call of `tool`, after calls of the tools `earlier`."""
        for place, fault in enumerate(self._faults):
            if fault.concerns(tool):
                number = 1 + sum(fault.concerns(each) for each in earlier)
                draw = 1.0 if fault.certain else random_stream(self._seed, "fault", place, number).random()
                if fault.strikes(number, self._elapsed_min, draw):
                    return fault
        return None

    def suffer(self, fault: Fault, seen: Observation | None) -> Observation:
        """The observation of a call that `fault` happens to; see `stricken`."""
        observation = stricken(fault, seen)
        if fault.kind == "latency":
            news = self.pass_time(timedelta(minutes=fault.delay_min))
            return observation.model_copy(update={"text": with_news(observation.text, news)})
        return observation

    def pass_time(self, span: timedelta, *, until_news: bool = False) -> list[str]:
        """Let `span` go by, with all that happens in it; what the agent hears of it.

        Args:
            span: of virtual time.
            until_news: stop as soon as there is something to hear.
        """
        news: list[str] = []
        with self._state.unattributed():
            end = self._clock.now() + span
            while (due := self._timeline.due(self._minutes(end))) is not None:
                moment = self._state.template.now + timedelta(minutes=due[0])
                self._clock.reach(moment)
                news += self._happen(due[1])
                if news and until_news:
                    return news
            self._clock.reach(end)
        return news

    def react(self) -> list[str]:
        """Let conditional events happen whose condition has come true; what the agent hears of them."""
        news: list[str] = []
        if self._events:
            now = self._elapsed_min
            while (event := self._timeline.fulfilled(self._state, now)) is not None:
                with self._state.unattributed():
                    news += self._happen(event)
        return news

    def _happen(self, event: Event) -> list[str]:
        news: list[str] = []
        if event.provided and self._state.named(event.provided, event.values) is None:
            return news
        for effect in event.effects:
            if isinstance(effect, Mutation):
                values = {**event.values, **effect.values}
                for statement in effect.sql:
                    self._state.named(statement, values)
            else:
                news.append(self._said(effect))
        return news

    def _said(self, news: News) -> str:
        return f"[{self._clock.now():%a %H:%M}] {SPEAKERS[news.kind]}: {news.text}"

    @property
    def _elapsed_min(self) -> float:
        return self._minutes(self._clock.now())

    def _minutes(self, moment: datetime) -> float:
        return (moment - self._state.template.now) / timedelta(minutes=1)


def with_news(text: str, news: Sequence[str]) -> str:
    """A text and behind it what else there is to hear."""
    return "\n\n".join([text, *news]) if news else text


def parted(text: str) -> tuple[str, str]:
    """What there is to hear before a user's words, and those: `simulated.py` puts them together."""
    paragraphs = text.split("\n\n")
    count = next((number for number, each in enumerate(paragraphs) if not _STAMP.match(each)), len(paragraphs))
    return "\n\n".join(paragraphs[:count]), "\n\n".join(paragraphs[count:])


def parted_behind(text: str) -> tuple[str, list[str]]:
    """An answer, and what there is to hear behind it; see `with_news`."""
    first, *rest = text.split("\n\n")
    count = next((number for number, each in enumerate(reversed(rest)) if not _STAMP.match(each)), len(rest))
    own = rest[: len(rest) - count]
    return "\n\n".join([first, *own]), rest[len(rest) - count :]
