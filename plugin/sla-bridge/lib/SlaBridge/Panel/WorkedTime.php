<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** Working seconds, counted from published windows. Pure arithmetic: windows in order, none overlapping; those that touch stay two. */
final class WorkedTime
{
    /** The end of what lasts: later than any instant, and far from overflowing. */
    public const FOREVER = 1 << 60;

    /** @param list<array{int, int}>|list<array{string, string}> $windows instants as they travel are read where somebody looks */
    public function __construct(private array $windows)
    {
    }

    /** Of windows as they were published: years of them, of which a page needs a few. */
    public static function published(mixed $windows): self
    {
        if (is_array($windows) && self::isInOrder($windows)) {
            return new self($windows);
        }
        $spans = self::merged(Json::spans($windows) ?? []);
        return new self(array_values(array_filter($spans, static fn (array $one): bool => $one[1] < self::FOREVER)));
    }

    /** @param array<mixed> $windows */
    private static function isInOrder(array $windows): bool
    {
        $end = '';
        foreach ($windows as $one) {
            $from = $one[0] ?? null;
            $to = $one[1] ?? null;
            // Instants of one form compare as their texts do.
            if (!is_string($from) || !is_string($to) || strlen($from) !== 20 || strlen($to) !== 20 || $from < $end || $to <= $from) {
                return false;
            }
            $end = $to;
        }
        return array_is_list($windows);
    }

    public function isEmpty(): bool
    {
        return !$this->windows;
    }

    /** @return ?array{int, int} when the first window opens, and the last one closes */
    public function span(): ?array
    {
        return $this->windows ? [$this->window(0)[0], $this->window(count($this->windows) - 1)[1]] : null;
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
        for ($i = $this->firstAfter($from); $one = $this->window($i); $i++) {
            $begin = max($one[0], $from);
            if ($one[1] - $begin >= $seconds) {
                return $begin + $seconds;
            }
            $seconds -= $one[1] - $begin;
        }
        return null;
    }

    public function isOpen(int $at): bool
    {
        $next = $this->window($this->firstAfter($at));
        return $next !== null && $next[0] <= $at;
    }

    /** When it opens next, of an instant at which it is closed. */
    public function opens(int $at): ?int
    {
        return $this->window($this->firstAfter($at))[0] ?? null;
    }

    /** @return list<array{int, int}> the windows in [$from, $to), cut to it */
    public function within(int $from, int $to): array
    {
        $found = [];
        for ($i = $this->firstAfter($from); ($one = $this->window($i)) && $one[0] < $to; $i++) {
            $found[] = [max($from, $one[0]), min($to, $one[1])];
        }
        return $found;
    }

    /** @return iterable<array{int, int}> the windows from `$from` on, one after the other, the first of them cut */
    public function since(int $from): iterable
    {
        for ($i = $this->firstAfter($from); $one = $this->window($i); $i++) {
            yield [max($from, $one[0]), $one[1]];
        }
    }

    /** @return list<array{int, int}> the windows that open in [$from, $to), whole */
    public function opening(int $from, int $to): array
    {
        $found = [];
        for ($i = $this->firstAfter($from); ($one = $this->window($i)) && $one[0] < $to; $i++) {
            if ($one[0] >= $from) {
                $found[] = $one;
            }
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
        for ($i = $this->firstAfter($from); ($one = $this->window($i)) && $one[0] < $to; $i++) {
            $sum += min($to, $one[1]) - max($from, $one[0]);
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
            if ($this->window($middle)[1] > $at) {
                $high = $middle;
            } else {
                $low = $middle + 1;
            }
        }
        return $low;
    }

    /** @return ?array{int, int} */
    private function window(int $index): ?array
    {
        $one = $this->windows[$index] ?? null;
        if ($one !== null && is_string($one[0])) {
            $this->windows[$index] = $one = [(int) Json::seconds($one[0]), (int) Json::seconds($one[1])];
        }
        return $one;
    }
}
