<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What each stretch of a day was on a clock: counted, beyond the deadline, paused, still left, or nothing of it. */
final class DaySpans
{
    private readonly Clock $clock;

    /** @var list<array{int, int}> */
    private readonly array $pauses;

    public function __construct(private readonly Reckoning $reckoning)
    {
        $this->clock = $reckoning->clock;
        $this->pauses = WorkedTime::merged($this->clock->pauses ?? []);
    }

    /**
     * @return list<array{string, int, int}> kind (`counted`, `late`, `pause`, `left`, `free`), from, to; only time that is open
     */
    public function of(string $date): array
    {
        $spans = [];
        foreach ($this->reckoning->calendar->windowsOf($date) as [$open, $close]) {
            $cuts = $this->cuts($open, $close);
            foreach ($cuts as $i => $from) {
                $to = $cuts[$i + 1] ?? null;
                if ($to === null) {
                    break;
                }
                $kind = $this->kind($from);
                $last = count($spans) - 1;
                if ($last >= 0 && $spans[$last][0] === $kind && $spans[$last][2] === $from) {
                    $spans[$last][2] = $to;
                } else {
                    $spans[] = [$kind, $from, $to];
                }
            }
        }
        return $spans;
    }

    /**
     * @param list<array{string, int, int}> $spans
     */
    public static function sum(array $spans, string $kind): int
    {
        $sum = 0;
        foreach ($spans as [$found, $from, $to]) {
            $sum += $found === $kind ? $to - $from : 0;
        }
        return $sum;
    }

    /** @return list<int> the instants in [$open, $close] at which the kind may change */
    private function cuts(int $open, int $close): array
    {
        $cuts = [$open, $close, $this->clock->startedAt, $this->reckoning->to, $this->clock->dueAt ?? $open];
        foreach ($this->pauses as [$from, $to]) {
            array_push($cuts, $from, $to);
        }
        $cuts = array_unique(array_filter($cuts, static fn (int $at): bool => $at >= $open && $at <= $close));
        sort($cuts);
        return $cuts;
    }

    private function kind(int $at): string
    {
        $due = $this->clock->dueAt;
        if ($at < $this->clock->startedAt) {
            return 'free';
        }
        if ($at >= $this->reckoning->to) {
            $ahead = $this->clock->isOpen() && !$this->clock->isPaused() && $due !== null && $at < $due;
            return $ahead ? 'left' : 'free';
        }
        foreach ($this->pauses as [$from, $to]) {
            if ($at >= $from && $at < $to) {
                return 'pause';
            }
        }
        return $due !== null && $at >= $due ? 'late' : 'counted';
    }
}
