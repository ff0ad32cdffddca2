"""Join presence and choice: what one device's screen must show, image by image, without a clock."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import replace

from signage_catalogue import Catalogue
from signage_common.stamps import ns_to_seconds, seconds_to_ns

from ad_selector.choice import History, Play, choose_ad
from ad_selector.params import AdSelectorParams, OnStay
from ad_selector.presence import Episode, Presence, PresenceChange, PresenceEvent
from ad_selector.segment import Audience
from ad_selector.selection import Selection, chosen_selection, house_selection
from ad_selector.watchers import FaceObservations

Output = PresenceChange | Selection


class Selector:
    """One device's presence and advertisement; the same images and catalogue give the same outputs."""

    def __init__(self, device: str, params: AdSelectorParams, catalogue: Catalogue, now_ns: int) -> None:
        """Begin with the house playlist.

        Args:
            device: its name.
            params: its times and rules; the catalogue's paths do not count here.
            catalogue: what may be shown.
            now_ns: nanoseconds since the Unix epoch; becomes ``captured_ns`` of the first selection.
        """
        self.catalogue = catalogue
        self.shown = house_selection(catalogue, "start: house playlist until somebody is there", now_ns)
        self._device = device
        self._chosen_ns = self._since_ns = now_ns  # of the last choice; since when the same is shown
        self._is_pause = self._is_outdated = False
        self._history = History()
        self._presence = Presence(device, params)
        self._use(params)

    def set_params(self, params: AdSelectorParams) -> None:
        """Go on with other times and rules, in the running episode too.

        A decision that was made by other rules of who counts is made anew with the next image that shows somebody.
        """
        before = self._params
        self._is_outdated |= (params.policy, params.child_below_years) != (before.policy, before.child_below_years)
        self._presence.set_params(params)
        self._use(params)

    def _use(self, params: AdSelectorParams) -> None:
        self._params = params
        self._on_stay = OnStay(params.on_stay)
        self._settle_ns = seconds_to_ns(params.settle_s)
        self._longest_ns = seconds_to_ns(params.longest_showing_s)

    @property
    def episode(self) -> Episode | None:
        """Return the running episode; None when nobody is there."""
        return self._presence.episode

    def observe(self, observations: FaceObservations) -> list[Output]:
        """Take in one image; return what happened, in order."""
        if self._presence.last_ns is not None and observations.stamp_ns < self._presence.last_ns:
            self._history = self._history.until(observations.stamp_ns)
        return [*self._answer_changes(self._presence.observe(observations)), *self._decide(observations)]

    def observe_silence(self, now_ns: int) -> list[Output]:
        """Take in that no image has come until now, in the time of the stamps; return what happened."""
        return self._answer_changes(self._presence.observe_silence(now_ns))

    def replace_catalogue(self, catalogue: Catalogue, now_ns: int) -> list[Output]:
        """Go on with another catalogue.

        The running decision stays unless a creative of it is gone; one whose file changed is shown from its new
        address. When nobody is there, or nothing has been decided yet, the house playlist is shown anew.
        """
        self.catalogue = catalogue
        episode = self.episode
        if episode is None or self.shown.episode != episode.episode_id:
            return [
                self._show(house_selection(catalogue, "catalogue changed: house playlist, nobody is there", now_ns))
            ]
        if not all(creative.name in catalogue.creatives for creative in self.shown.playlist):
            return [self._choose(episode, self._presence.last_ns or now_ns)]
        playlist = tuple(catalogue.creatives[creative.name] for creative in self.shown.playlist)
        if playlist == self.shown.playlist:
            return []
        return [self._show(replace(self.shown, playlist=playlist, showing=self.shown.showing + 1))]

    def answer(self, audience: Audience, now_ns: int) -> Selection:
        """Return what would be chosen for an audience; changes nothing."""
        choice = choose_ad(audience, self.catalogue, self._history, now_ns)
        return chosen_selection(choice, audience, self.catalogue, 0, now_ns, 0)

    def _answer_changes(self, changes: Iterable[PresenceChange]) -> list[Output]:
        """Put the house playlist behind the end of an episode, if something else was shown."""
        outputs: list[Output] = []
        for change in changes:
            outputs.append(change)
            if change.event is PresenceEvent.ENDED and self.shown.episode:
                reason = f"{change.episode} ended: house playlist until somebody is there"
                outputs.append(self._show(house_selection(self.catalogue, reason, change.stamp_ns)))
        return outputs

    def _decide(self, observations: FaceObservations) -> list[Output]:
        """Decide once per episode: as soon as the estimation is known, at the latest when it should have settled."""
        episode = self.episode
        if episode is None or episode.announced_ns is None:
            return []
        if self.shown.episode == episode.episode_id:
            return self._go_on(episode, observations.stamp_ns)
        if episode.segment.is_known or observations.stamp_ns - episode.announced_ns >= self._settle_ns:
            return [self._choose(episode, observations.stamp_ns)]
        return []

    def _go_on(self, episode: Episode, now_ns: int) -> list[Output]:
        """Show what comes next when what is shown has had its time and somebody is still in sight."""
        if not episode.crowd.sees_anyone:
            return []
        before, history = self.shown, self._history
        is_long = self._longest_ns > 0 and not before.is_fallback and now_ns - self._since_ns >= self._showing_ns()
        if self._is_outdated or now_ns - self._chosen_ns >= self._turn_ns():
            chosen = self._choose(episode, now_ns)
            if not chosen.shows_same(before):
                return [chosen]
            self.shown = before
        if is_long:
            self._history = history  # a choice of the same was not shown
            return [self._pause(episode, now_ns)]
        return []

    def _turn_ns(self) -> float:
        """Return how long after the last choice the next one is made."""
        once_ns = seconds_to_ns(self.shown.duration_s)
        if self._is_pause:
            return min(once_ns, self._longest_ns) if self._longest_ns else once_ns
        if self._on_stay is OnStay.NEXT:
            return once_ns
        return self._longest_ns if self._longest_ns and self.shown.is_fallback else math.inf

    def _showing_ns(self) -> int:
        """Return how long the same is shown at most: as often as it takes, and each time whole."""
        once_ns = seconds_to_ns(self.shown.duration_s)
        return -(-self._longest_ns // once_ns) * once_ns

    def _pause(self, episode: Episode, now_ns: int) -> Selection:
        """Show the house playlist between two choices of an episode."""
        before = self.shown
        seconds = ns_to_seconds(now_ns - self._since_ns)
        reason = f"{before.campaign}, {before.creative.name} was shown for {seconds:.0f} s: house playlist once"
        house = house_selection(self.catalogue, reason, now_ns)
        self._chosen_ns = self._since_ns = now_ns
        self._is_pause = True
        return self._show(
            replace(
                house,
                episode=episode.episode_id,
                estimation=episode.segment.estimation,
                arrived_ns=episode.first_ns,
                showing=before.showing + 1,
            )
        )

    def _choose(self, episode: Episode, now_ns: int) -> Selection:
        audience = Audience(self._device, episode.segment, episode.crowd.now.watchers, episode.episode_id)
        choice = choose_ad(audience, self.catalogue, self._history, now_ns)
        is_first = self.shown.episode != episode.episode_id
        showing = 1 if is_first else self.shown.showing + 1
        if choice.campaign:
            play = Play(now_ns, choice.campaign, choice.creative, episode.episode_id)
            self._history = self._history.with_play(play)
        chosen = chosen_selection(choice, audience, self.catalogue, episode.first_ns, now_ns, showing)
        if is_first or not chosen.shows_same(self.shown):
            self._since_ns = now_ns
        self._chosen_ns = now_ns
        self._is_pause = self._is_outdated = False
        return self._show(chosen)

    def _show(self, selection: Selection) -> Selection:
        self.shown = selection
        return selection


def replay(
    images: Iterable[FaceObservations], device: str, params: AdSelectorParams, catalogue: Catalogue
) -> Iterator[Output]:
    """Yield every change of presence and every selection that recorded images lead to, as the running node would.

    The start is taken to be the first image, and silence of ``vanish_s`` is taken to follow the last one.
    """
    selector: Selector | None = None
    last_ns = 0
    for observations in images:
        if selector is None:
            selector = Selector(device, params, catalogue, observations.stamp_ns)
            yield selector.shown
        yield from selector.observe(observations)
        last_ns = observations.stamp_ns
    if selector is not None:
        yield from selector.observe_silence(last_ns + seconds_to_ns(params.vanish_s + 1))
