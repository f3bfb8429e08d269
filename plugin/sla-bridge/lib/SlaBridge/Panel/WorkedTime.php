<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** Working seconds, counted from published windows. Pure arithmetic: windows in order, none overlapping. */
final class WorkedTime
{
    /** The end of what lasts: later than any instant, and far from overflowing. */
    public const FOREVER = 1 << 60;

    /** @param list<array{int, int}> $windows */
    public function __construct(public readonly array $windows)
    {
    }

    /**
     * Seconds of the windows in [$from, $to) that lie outside the pauses.
     *
     * @param list<array{int, ?int}> $pauses in order
     */
    public function between(int $from, int $to, array $pauses = []): int
    {
        $sum = $this->open($from, $to);
        foreach (self::merged($pauses) as [$begin, $end]) {
            $sum -= $this->open(max($from, $begin), min($to, $end));
        }
        return $sum;
    }

    /** The instant at which `$seconds` of the windows have passed since `$from`; null where they do not reach so far. */
    public function reach(int $from, int $seconds): ?int
    {
        if ($seconds <= 0) {
            return $from;
        }
        foreach (array_slice($this->windows, $this->firstAfter($from)) as [$open, $close]) {
            $begin = max($open, $from);
            if ($close - $begin >= $seconds) {
                return $begin + $seconds;
            }
            $seconds -= $close - $begin;
        }
        return null;
    }

    public function isOpen(int $at): bool
    {
        $next = $this->windows[$this->firstAfter($at)] ?? null;
        return $next !== null && $next[0] <= $at;
    }

    /** When it opens next, of an instant at which it is closed. */
    public function opens(int $at): ?int
    {
        return $this->windows[$this->firstAfter($at)][0] ?? null;
    }

    /** @return list<array{int, int}> the windows in [$from, $to), cut to it */
    public function within(int $from, int $to): array
    {
        $found = [];
        for ($i = $this->firstAfter($from); isset($this->windows[$i]) && $this->windows[$i][0] < $to; $i++) {
            $found[] = [max($from, $this->windows[$i][0]), min($to, $this->windows[$i][1])];
        }
        return $found;
    }

    /**
     * @param list<array{int, ?int}> $spans
     * @return list<array{int, int}> the same time without overlaps; a span without an end lasts for ever
     */
    public static function merged(array $spans): array
    {
        $merged = [];
        foreach ($spans as [$from, $to]) {
            $to ??= self::FOREVER;
            $last = count($merged) - 1;
            if ($last >= 0 && $from < $merged[$last][1]) {
                $merged[$last][1] = max($merged[$last][1], $to);
            } else {
                $merged[] = [$from, $to];
            }
        }
        return $merged;
    }

    private function open(int $from, int $to): int
    {
        if ($to <= $from) {
            return 0;
        }
        $sum = 0;
        for ($i = $this->firstAfter($from); isset($this->windows[$i]) && $this->windows[$i][0] < $to; $i++) {
            $sum += min($to, $this->windows[$i][1]) - max($from, $this->windows[$i][0]);
        }
        return $sum;
    }

    /** The index of the first window that closes after `$at`. */
    private function firstAfter(int $at): int
    {
        $low = 0;
        $high = count($this->windows);
        while ($low < $high) {
            $middle = intdiv($low + $high, 2);
            if ($this->windows[$middle][1] > $at) {
                $high = $middle;
            } else {
                $low = $middle + 1;
            }
        }
        return $low;
    }
}
