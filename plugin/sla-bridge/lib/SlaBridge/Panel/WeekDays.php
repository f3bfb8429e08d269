<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** The days of a target in working days: which are counted, by their numbers. */
final class WeekDays
{
    private const DAYS = 800;

    private readonly Clock $clock;
    private readonly Calendar $calendar;

    /** @var list<array{int, int}> those that last end with now */
    private readonly array $pauses;

    /** @var array<string, int> the number of each working day after the start */
    public readonly array $numbers;
    public readonly string $start;
    public readonly string $today;
    public readonly ?string $due;

    public function __construct(public readonly Reckoning $reckoning)
    {
        $this->clock = $reckoning->clock;
        $this->calendar = $reckoning->calendar;
        $this->start = $this->calendar->workday($this->clock->startedAt);
        $this->today = $this->calendar->workday($reckoning->to);
        $due = $this->clock->isPaused() && $this->clock->state !== 'overdue' ? null : $this->clock->dueAt;
        $this->due = $due === null ? null : $this->calendar->workday($due - 1);
        $this->pauses = array_map(static fn (array $one): array => [$one[0], $one[1] ?? $reckoning->to], $this->clock->pauses ?? []);
        $this->numbers = $this->numbered();
    }

    /** Counted days that are over, at most as many as the target has. */
    public function passed(): int
    {
        $over = 0;
        foreach ($this->numbers as $date => $number) {
            $over = $this->isOver($date) ? $number : $over;
        }
        return $this->clock->target->days === null ? $over : min($over, $this->clock->target->days);
    }

    public function isOver(string $date): bool
    {
        $windows = $this->calendar->shiftOf($date);
        return $windows && $windows[count($windows) - 1][1] <= $this->reckoning->to;
    }

    /** Whether all of the day's working time lay in pauses: it moves the deadline and is no counted day. */
    public function isPaused(string $date): bool
    {
        $windows = $this->calendar->shiftOf($date);
        if (!$windows) {
            return false;
        }
        [$open, $close] = [$windows[0][0], $windows[count($windows) - 1][1]];
        $within = array_values(array_filter($this->pauses, static fn (array $one): bool => $one[0] < $close && $one[1] > $open));
        return $within && $this->calendar->time->between($open, $close, $within) === 0;
    }

    /** The last day that matters: of the end; of the deadline, of today, or of what is left after a pause. */
    public function last(): string
    {
        if (!$this->clock->isOpen()) {
            return $this->today;
        }
        $ends = [$this->today, $this->due ?? $this->start];
        if ($this->due === null && $this->numbers) {
            $ends[] = (string) array_key_last($this->numbers);
        }
        return max($ends);
    }

    /** @return array<string, int> */
    private function numbered(): array
    {
        $numbers = [];
        $until = min($this->calendar->until, $this->clock->startedAt + self::DAYS * 86400);
        $most = $this->clock->target->days ?? self::DAYS;
        foreach ($this->calendar->time->since($this->clock->startedAt) as [$open]) {
            if (count($numbers) >= $most || $open >= $until) {
                break;
            }
            $date = $open > $this->clock->startedAt ? $this->calendar->date($open) : $this->start;
            if ($date !== $this->start && !isset($numbers[$date]) && !$this->isPaused($date)) {
                $numbers[$date] = count($numbers) + 1;
            }
        }
        return $numbers;
    }
}
