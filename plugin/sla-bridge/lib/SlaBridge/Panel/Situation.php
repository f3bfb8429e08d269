<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** A ticket as the panel tells it: its clocks in order, which of them the line is about, and the words and formats of the viewer. */
final class Situation
{
    public readonly Words $words;
    public readonly Amounts $amounts;
    public readonly Instants $instants;

    /** @var list<Clock> the newest cycle of each metric, worst first */
    public readonly array $clocks;

    /** @var list<Clock> all other cycles, the latest first */
    public readonly array $earlier;

    /** The clock that the line is about: the worst of all, by which the queue places the ticket too. */
    public readonly ?Clock $main;

    /** @var array<string, ?Calendar> */
    private array $calendars = [];

    public function __construct(public readonly View $view)
    {
        $this->words = Words::in($view->language);
        $this->amounts = new Amounts($this->words);
        $this->instants = new Instants($this->words, $view->zone, $view->now);
        [$this->clocks, $this->earlier] = self::parted(self::read($view));
        $worst = array_filter([...$this->clocks, ...$this->earlier], static fn (Clock $one): bool => !$one->isCancelled());
        usort($worst, Clock::compare(...));
        $this->main = $worst[0] ?? null;
    }

    /** The ticket's state: one of Clock::ORDER, or `pending` of a ticket that no pass has seen. */
    public function state(): string
    {
        if ($this->view->ticket['merged_into'] ?? null) {
            return 'none';
        }
        return $this->view->detail === null ? 'pending' : $this->main->state ?? 'none';
    }

    /** The verdict that is worth a word on the line, null of full support. */
    public function verdict(): ?string
    {
        $verdict = Json::text($this->view->detail, 'verdict');
        if ($verdict === 'refusable' || $verdict === 'limited') {
            return $verdict;
        }
        $unregistered = Json::text($this->view->detail, 'customer', 'category') === 'unregistered';
        return $unregistered ? 'unregistered' : ($verdict === 'unknown' ? 'unknown' : null);
    }

    public function levelTitle(?string $level, bool $short = false): ?string
    {
        if ($level === null) {
            return null;
        }
        $language = $this->view->language;
        $titles = Json::map($this->view->published, 'titles', 'levels', $level);
        return ($short ? Json::title($titles, $language, 'short') : null) ?? Json::title($titles, $language, 'title') ?? $level;
    }

    public function metricTitle(string $metric): string
    {
        return Json::title($this->view->published, $this->view->language, 'titles', 'metrics', $metric)
            ?? $this->words->named('metrics', $metric);
    }

    /** The published calendar of a clock, null where it is not published. */
    public function calendar(Clock $clock): ?Calendar
    {
        if ($this->view->published === null) {
            return null;
        }
        $always = $clock->target->kind === 'calendar';
        return $this->calendars[($always ? '*' : '=') . $clock->calendar] ??= $this->found($clock, $always);
    }

    public function reckoning(Clock $clock): ?Reckoning
    {
        $calendar = $this->calendar($clock);
        return $calendar === null ? null : new Reckoning($clock, $calendar, $this->view->asOf());
    }

    /**
     * How many seconds beyond its deadline a clock was when it ended; null where that is not recorded. By the clock's own hands, as
     * an open one counts: an answer changes no amount. The bridge's `late_seconds`, which also holds what pauses gave back, stands
     * where the pauses or the windows are not known.
     */
    public function over(Clock $clock): ?int
    {
        if ($clock->lateSeconds === null) {
            return null;
        }
        return $clock->beyond() ?? ($clock->pauses === null ? null : $this->reckoning($clock)?->late()) ?? $clock->lateSeconds;
    }

    /** The same in words; in working days where its target is, and its calendar is published. */
    public function overInWords(Clock $clock): ?string
    {
        $over = $this->over($clock);
        $reckoning = $over !== null && $clock->target->kind === 'days' ? $this->reckoning($clock) : null;
        return $over === null ? null : $reckoning?->inWords($this->amounts, $over, $clock->pauses ?? []) ?? $this->amounts->of($over);
    }

    private function found(Clock $clock, bool $always): ?Calendar
    {
        $published = Calendar::of((array) $this->view->published, $clock->calendar, $this->view->language);
        if (!$always) {
            return $published;
        }
        $span = 400 * 86400;
        return Calendar::always($published->zoneName ?? $this->view->zone, $clock->startedAt - $span, $this->view->now + $span);
    }

    /** @return list<Clock> those of the detail, and the kept cycles that it does not have */
    private static function read(View $view): array
    {
        $found = [];
        foreach ([...Json::map($view->detail, 'clocks'), ...$view->cycles] as $raw) {
            $clock = Clock::read($raw);
            if ($clock !== null) {
                $found["$clock->metric $clock->cycle"] ??= $clock;
            }
        }
        return array_values($found);
    }

    /**
     * @param list<Clock> $all
     * @return array{list<Clock>, list<Clock>}
     */
    private static function parted(array $all): array
    {
        usort($all, static fn (Clock $a, Clock $b): int => [$b->startedAt, $b->cycle] <=> [$a->startedAt, $a->cycle]);
        $newest = [];
        $earlier = [];
        foreach ($all as $clock) {
            $shown = $newest[$clock->metric] ?? null;
            if ($shown === null) {
                $newest[$clock->metric] = $clock;
            } elseif ($clock->isOpen() && !$shown->isOpen()) {
                $earlier[] = $shown;
                $newest[$clock->metric] = $clock;
            } else {
                $earlier[] = $clock;
            }
        }
        $newest = array_values($newest);
        usort($newest, Clock::compare(...));
        return [$newest, $earlier];
    }
}
