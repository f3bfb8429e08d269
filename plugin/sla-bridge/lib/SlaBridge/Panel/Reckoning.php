<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What a clock's time comes to at one instant, by the published windows of its calendar. */
final class Reckoning
{
    /** The instant it counts to: the one asked for, or that of the end where the clock has stopped. */
    public readonly int $to;

    private ?WeekDays $weekDays = null;

    public function __construct(public readonly Clock $clock, public readonly Calendar $calendar, public readonly int $at)
    {
        $this->to = min($at, $clock->stoppedAt ?? $at);
    }

    /** Whether working days can be numbered: only from the first one on. */
    public function numbersDays(): bool
    {
        return $this->clock->target->kind === 'days' && $this->clock->startedAt >= $this->calendar->from;
    }

    /** The days of a target in working days, reckoned once. */
    public function weekDays(): WeekDays
    {
        return $this->weekDays ??= new WeekDays($this);
    }

    /** Seconds on the clock: what the bridge counted up to its last event, and what has passed since. Null where that was before
     * the published days, as with a ticket that nobody has touched for a year. */
    public function worked(): ?int
    {
        $clock = $this->clock;
        $isAnchored = $clock->anchorAt !== null && $clock->anchorSeconds !== null;
        $from = $isAnchored ? (int) $clock->anchorAt : $clock->startedAt;
        if ($from < $this->standsFrom() && ($from < $this->calendar->from || $this->to > $this->calendar->until)) {
            return null;
        }
        return ($isAnchored ? (int) $clock->anchorSeconds : 0) + $this->between($from, $this->to);
    }

    /** Seconds until the deadline; of a paused clock what there will be of them. Null where nobody can tell. */
    public function left(): ?int
    {
        $clock = $this->clock;
        if (!$clock->isOpen() || $clock->state === 'overdue') {
            return null;
        }
        if (!$clock->isPaused() && $clock->dueAt !== null) {
            return max($this->to, $clock->dueAt) > $this->calendar->until ? null
                : $this->calendar->time->between($this->to, max($this->to, $clock->dueAt));
        }
        $whole = $this->wholeTarget();
        $worked = $this->worked();
        return $whole === null || $worked === null ? null : max(0, $whole - $worked);
    }

    /** Seconds beyond the deadline, pauses not counted; null where nobody can tell. */
    public function late(): ?int
    {
        $due = $this->clock->dueAt;
        if ($due === null || $this->to > $this->calendar->until) {
            return null;
        }
        if ($due >= $this->calendar->from) {
            return $this->between($due, $this->to);
        }
        $worked = $this->worked();
        $whole = $this->clock->target->seconds;
        return $worked === null || $whole === null ? null : max(0, $worked - $whole);
    }

    /** Seconds of the pauses so far that would have been worked. */
    public function paused(): int
    {
        $clock = $this->clock;
        $from = max($clock->startedAt, $this->calendar->from);
        return $this->calendar->time->between($from, max($from, $this->to)) - $this->between($from, $this->to);
    }

    /**
     * Whole working days that are left and the seconds besides; null where the target is none in working days.
     *
     * @return ?array{int, int}
     */
    public function daysLeft(): ?array
    {
        $left = $this->left();
        if ($left === null || $this->clock->target->kind !== 'days') {
            return null;
        }
        $due = $this->clock->isPaused() ? $this->calendar->time->reach($this->to, $left) : $this->clock->dueAt;
        return $due === null ? null : $this->inDays($this->to, $due);
    }

    /** How late it is in words. */
    public function lateInWords(Amounts $amounts): ?string
    {
        $late = $this->late();
        return $late === null ? null : $this->inWords($amounts, $late, $this->clock->pauses ?? []);
    }

    /** So many seconds beyond the deadline in words: of a target in working days whole ones. @param list<array{int, ?int}> $pauses */
    public function inWords(Amounts $amounts, int $seconds, array $pauses): string
    {
        $due = $this->clock->dueAt;
        $isCounted = $this->clock->target->kind === 'days' && $due !== null && $due >= $this->calendar->from
            && $due < $this->to && $this->to <= $this->calendar->until;
        $days = $isCounted ? $this->inDays($due, $this->to, $pauses) : null;
        return $days !== null && $days[0] > 0 ? $amounts->days(...$days) : $amounts->of($seconds);
    }

    /** The amount that is left, in words. */
    public function leftInWords(Amounts $amounts): ?string
    {
        $left = $this->left();
        $days = $this->daysLeft();
        if ($days !== null && $days[0] > 0) {
            return $amounts->days(...$days);
        }
        return $left === null ? null : $amounts->of($left);
    }

    /**
     * Days that begin and end between the instants are whole; what is left of the others, less the pauses, makes whole ones as long
     * as the last. The page's script counts the same way.
     *
     * @param list<array{int, ?int}> $pauses
     * @return ?array{int, int} null where no day begins around them
     */
    private function inDays(int $from, int $to, array $pauses = []): ?array
    {
        $time = $this->calendar->time;
        $days = [];
        foreach ($time->opening($from - 2 * 86400, $to + 2 * 86400) as [$open, $close]) {
            $date = $this->calendar->date($open);
            $days[$date] = [$days[$date][0] ?? $open, $close];
        }
        $days = array_filter($days, static fn (array $day): bool => $day[0] < $to);
        if (!$days) {
            return null;
        }
        $rest = $time->between($from, $to, $pauses);
        $usual = 0;
        $begun = 0;
        foreach ($days as [$open, $close]) {
            $usual = $time->between($open, $close);
            if ($open >= $from) {
                $begun++;
                $rest -= $usual;
            }
        }
        // Negative by what pauses, or the end, take off the days that have begun.
        $whole = (int) floor($rest / $usual);
        return [$begun + $whole, $rest - $whole * $usual];
    }

    /** All seconds that the target gives; of working days those up to the close of the last one. */
    private function wholeTarget(): ?int
    {
        $target = $this->clock->target;
        if ($target->kind !== 'days') {
            return $target->seconds;
        }
        if (!$this->numbersDays()) {
            return null;
        }
        $days = 0;
        $start = $this->calendar->date($this->clock->startedAt);
        foreach ($this->calendar->time->within($this->clock->startedAt, $this->calendar->until) as [$open, $close]) {
            $date = $this->calendar->date($open);
            $days += $date !== $start && $date !== ($before ?? $start) ? 1 : 0;
            $before = $date;
            if ($days > (int) $target->days) {
                return $this->calendar->time->between($this->clock->startedAt, $this->calendar->midnight($date));
            }
        }
        return null;
    }

    /** Seconds counted between two instants, the later of which has come. */
    public function between(int $from, int $to): int
    {
        $to = min($to, $this->to);
        return $to <= $from ? 0 : $this->calendar->time->between($from, $to, $this->clock->pauses ?? []);
    }

    /** From when on the hands have not moved: what is paused needs no windows. */
    private function standsFrom(): int
    {
        return $this->clock->isPaused() ? (int) $this->clock->waitingSince() : $this->to;
    }
}
