<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Instant;

/** Rows of the table of cycles, from what stands in `cycles` and in the clocks of `detail`. Pure. */
final class CycleRow
{
    public const COLUMNS = ['stopped', 'ticket_id', 'no', 'state', 'metric', 'level', 'customer', 'department', 'agent', 'due', 'breached',
        'elapsed', 'opening', 'spent'];
    public const NUMBERS = ['stopped', 'ticket_id', 'no', 'department', 'agent', 'due', 'breached', 'elapsed', 'opening'];
    /** States of rows: those of finished cycles, and two of clocks that still run or wait. */
    public const FINISHED = ['met', 'missed', 'cancelled'];
    public const OPEN = 'open';
    public const OVERDUE = 'overdue';
    private const TEXT = 190;
    private const MOST = 4294967295;

    /**
     * @param array<mixed> $cycles as the ticket keeps them
     * @return list<array<string, int|string|null>> `no` is the place in that list; one that tells no end is none
     */
    public static function finished(int $ticket, array $cycles): array
    {
        $rows = [];
        foreach (array_values($cycles) as $no => $cycle) {
            $state = is_array($cycle) ? $cycle['state'] ?? null : null;
            $stopped = is_array($cycle) ? self::instant($cycle['stopped_at'] ?? null) : null;
            if ($stopped !== null && in_array($state, self::FINISHED, true)) {
                $rows[] = ['stopped' => $stopped, 'ticket_id' => $ticket, 'no' => $no, 'state' => $state] + self::shared($cycle) + [
                    'customer' => self::text($cycle['customer'] ?? null), 'department' => self::id($cycle['department'] ?? null),
                    'agent' => self::id($cycle['agent'] ?? null), 'elapsed' => self::number($cycle['elapsed_seconds'] ?? 0),
                    'opening' => is_int($cycle['opening'] ?? null) ? min(max($cycle['opening'], 0), 65535) : null,
                    'spent' => Spent::packed($cycle['spent'] ?? null),
                ];
            }
        }
        return $rows;
    }

    /**
     * Whose they are, an open clock's ticket tells when it is asked.
     *
     * @param array<mixed> $clocks those of the detail
     * @return list<array<string, int|string|null>> with 0 for the end
     */
    public static function open(int $ticket, array $clocks): array
    {
        $rows = [];
        foreach (array_values($clocks) as $no => $clock) {
            $state = is_array($clock) ? $clock['state'] ?? null : null;
            if (is_string($state) && !in_array($state, self::FINISHED, true)) {
                $rows[] = ['stopped' => 0, 'ticket_id' => $ticket, 'no' => $no,
                    'state' => $state === self::OVERDUE ? self::OVERDUE : self::OPEN] + self::shared($clock)
                    + ['customer' => '', 'department' => 0, 'agent' => 0, 'elapsed' => 0, 'opening' => null, 'spent' => ''];
            }
        }
        return $rows;
    }

    /** A row by one number: it is cheap to remember of many. */
    public static function mark(int $ticket, int $no): int
    {
        return $ticket << 16 | $no;
    }

    /** @return array{0: int, 1: int} ticket and place */
    public static function marked(int $mark): array
    {
        return [$mark >> 16, $mark & 0xFFFF];
    }

    /** A key as the table holds it: osTicket's connection knows three-byte UTF-8 only. */
    public static function text(mixed $value): string
    {
        $text = is_scalar($value) ? mb_substr((string) $value, 0, self::TEXT) : '';
        return preg_match('/[\xF0-\xF4]/', $text) ? (string) preg_replace('/[\x{10000}-\x{10FFFF}]/u', "\u{FFFD}", $text) : $text;
    }

    /** @param array<string, mixed> $clock @return array<string, int|string|null> */
    private static function shared(array $clock): array
    {
        return ['metric' => self::text($clock['metric'] ?? null), 'level' => self::text($clock['level'] ?? null),
            'due' => self::instant($clock['due_at'] ?? null), 'breached' => self::instant($clock['breached_at'] ?? null)];
    }

    private static function instant(mixed $wire): ?int
    {
        $at = is_string($wire) ? Instant::toUnix($wire) : null;
        return $at === null || $at < 1 ? null : min($at, self::MOST);
    }

    private static function id(mixed $reference): int
    {
        return self::number(is_array($reference) ? $reference['id'] ?? 0 : 0);
    }

    private static function number(mixed $value): int
    {
        return is_int($value) || is_float($value) ? (int) min(max($value, 0), self::MOST) : 0;
    }
}
