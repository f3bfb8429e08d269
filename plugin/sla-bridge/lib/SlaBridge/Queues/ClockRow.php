<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Instant;
use SlaBridge\Tickets\FieldValue;

/**
 * A ticket's row in the narrow table, from what is stored of it. `rank` is the whole order of the queues in one number, so that
 * the database sorts by one column: a group, and within it the instant that the row shows. `since` is that instant where a row
 * has no deadline: since when it waits, when it was answered, and for an overdue one that is paused, when it was due.
 */
final class ClockRow
{
    /** What is urgent first. Overdue and running alike, for a deadline that is near is as urgent as one that has just passed. */
    public const GROUPS = ['overdue' => 1, 'at_risk' => 1, 'running' => 1, 'paused' => 2, 'missed' => 3, 'met' => 4, 'none' => 5];
    /** A word that is none of these. */
    private const OTHERS = 6;
    /** Of eleven digits, all of them: osTicket's sort by two columns compares texts. */
    private const GROUP = 10_000_000_000;
    /** Whose latest end was an answer to the customer. */
    private const ANSWERS = ['first_response', 'next_response'];

    /**
     * @param array<string, ?string> $stored name => what form_entry_values holds
     * @param ?string $detail as the plugin stores it; read only where the fields tell no instant
     * @param ?list<array<string, mixed>> $clocks those of that detail, where somebody has read it already
     * @return ?array{state: ?string, level: ?string, due: ?string, rank: string, since: ?string} null where nothing is said
     */
    public static function of(array $stored, ?string $detail = null, ?array $clocks = null): ?array
    {
        $state = self::key($stored[Clocks::STATE] ?? null);
        $level = self::key($stored[Clocks::LEVEL] ?? null);
        $due = self::stored(Instant::fromStored($stored[Clocks::DUE] ?? null));
        if ($state === null && $level === null && $due === null) {
            return null;
        }
        $since = $due === null && self::needsDetail($state) ? self::since($state, $clocks ?? self::clocks($detail)) : null;
        $at = $due ?? $since;
        $seconds = $at === null ? self::GROUP - 1 : max(0, (int) strtotime("$at UTC"));
        $rank = (self::GROUPS[$state] ?? self::OTHERS) * self::GROUP + min($seconds, self::GROUP - 1);
        return ['state' => $state, 'level' => $level, 'due' => $due, 'rank' => (string) $rank, 'since' => $since];
    }

    /** Whether a row without a deadline has an instant of another kind. */
    public static function needsDetail(?string $state): bool
    {
        return in_array($state, ['overdue', 'paused', 'missed', 'met'], true);
    }

    /** The key of a stored choice; where osTicket made its copy anew, it stands before the title. */
    public static function key(?string $value): ?string
    {
        return is_string($key = FieldValue::decode('choices', $value)) ? strtok($key, ',') ?: null : null;
    }

    /** @return list<array<string, mixed>> */
    private static function clocks(?string $detail): array
    {
        $clocks = json_decode((string) $detail, true)['clocks'] ?? null;
        return is_array($clocks) ? array_values(array_filter($clocks, 'is_array')) : [];
    }

    /** @param list<array<string, mixed>> $clocks @return ?string in the stored form */
    private static function since(string $state, array $clocks): ?string
    {
        $instants = [];
        foreach ($clocks as $clock) {
            if (($clock['state'] ?? null) === $state) {
                $instants[] = match ($state) {
                    'overdue' => self::instant($clock['due_at'] ?? $clock['breached_at'] ?? null),
                    'paused' => self::waitsSince($clock['pauses'] ?? null),
                    default => in_array($clock['metric'] ?? null, self::ANSWERS, true) ? self::instant($clock['stopped_at'] ?? null) : null,
                };
            }
        }
        $known = array_filter($instants, 'is_string');
        if (!$known) {
            return null;
        }
        return in_array($state, ['overdue', 'paused'], true) ? min($known) : max($known);
    }

    /** The start of the pause that lasts. */
    private static function waitsSince(mixed $pauses): ?string
    {
        foreach (is_array($pauses) ? $pauses : [] as $pause) {
            if (is_array($pause) && array_key_exists(1, $pause) && $pause[1] === null) {
                return self::instant($pause[0] ?? null);
            }
        }
        return null;
    }

    private static function instant(mixed $wire): ?string
    {
        return is_string($wire) ? self::stored($wire) : null;
    }

    private static function stored(?string $wire): ?string
    {
        return $wire === null ? null : Instant::toStored($wire);
    }
}
