"""Join presence and choice: what one device's screen must show, image by image, without a clock."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from signage_catalogue import Catalogue
from signage_common.stamps import seconds_to_ns

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
        self._on_stay = OnStay(params.on_stay)
        self._settle_ns = seconds_to_ns(params.settle_s)
        self._shown_ns = now_ns
        self._history = History()
        self._presence = Presence(device, params)

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
            return self._go_on(episode, observations)
        if episode.segment.is_known or observations.stamp_ns - episode.announced_ns >= self._settle_ns:
            return [self._choose(episode, observations.stamp_ns)]
        return []

    def _go_on(self, episode: Episode, observations: FaceObservations) -> list[Output]:
        """Choose what comes next when the playlist has been shown once and somebody still watches."""
        over_ns = self._shown_ns + seconds_to_ns(self.shown.duration_s)
        if self._on_stay is OnStay.ONCE or not observations.faces or observations.stamp_ns < over_ns:
            return []
        before = self.shown
        chosen = self._choose(episode, observations.stamp_ns)
        if chosen.shows_same(before):
            self.shown = before
            return []
        return [chosen]

    def _choose(self, episode: Episode, now_ns: int) -> Selection:
        audience = Audience(self._device, episode.segment, episode.watchers, episode.episode_id)
        choice = choose_ad(audience, self.catalogue, self._history, now_ns)
        showing = self.shown.showing + 1 if self.shown.episode == episode.episode_id else 1
        if choice.campaign:
            play = Play(now_ns, choice.campaign, choice.creative, episode.episode_id)
            self._history = self._history.with_play(play)
        self._shown_ns = now_ns
        return self._show(chosen_selection(choice, audience, self.catalogue, episode.first_ns, now_ns, showing))

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
