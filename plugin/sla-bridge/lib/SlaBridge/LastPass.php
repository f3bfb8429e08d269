<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** When the bridge's last whole pass ended, as it says itself by this helpdesk's clock: by that screens tell how old they are. */
final class LastPass
{
    private const DAY = 86400;
    private const SKEW = 60;
    private const HOUR = 3600;
    private const INTERVALS = 3;

    /** Seconds after which what screens show is old. @param ?int $every seconds between the last two passes */
    public static function patience(?int $every): int
    {
        return max(self::HOUR, self::INTERVALS * (int) $every);
    }

    /** @return array{at: ?int, every: ?int} `every`: seconds between the last two passes, at most a day */
    public static function of(Db $db): array
    {
        $row = $db->row('SELECT passed, `every` FROM ' . Schema::table('state') . ' WHERE id = 1');
        $number = static fn (?string $value): ?int => $value === null ? null : (int) $value;
        return ['at' => $number($row['passed'] ?? null), 'every' => $number($row['every'] ?? null)];
    }

    /** Written only when it moves: agents' requests queue up for this row. */
    public static function note(Db $db, int $passed, int $now): void
    {
        $before = self::of($db);
        $after = self::next($before, $passed, $now);
        if ($after !== $before) {
            $db->run(
                'UPDATE ' . Schema::table('state') . ' SET passed = ?, `every` = ? WHERE id = 1 AND passed <=> ?',
                $after['at'],
                $after['every'],
                $before['at']
            );
        }
    }

    public static function forget(Db $db): void
    {
        $db->run('UPDATE ' . Schema::table('state') . ' SET passed = NULL, `every` = NULL WHERE id = 1');
    }

    /**
     * No pass ends in the future. One that is told so is not believed, but for what the clocks of two web servers may differ by;
     * one that stands so was written before the helpdesk's clock was set back. Neither may keep screens from growing old.
     *
     * @param array{at: ?int, every: ?int} $before
     * @return array{at: ?int, every: ?int}
     */
    public static function next(array $before, int $passed, int $now): array
    {
        if ($passed > $now + self::SKEW) {
            return $before;
        }
        $passed = min($passed, $now);
        $last = $before['at'] !== null && $before['at'] <= $now ? $before['at'] : null;
        if ($last === null) {
            return ['at' => $passed, 'every' => $before['every']];
        }
        return $passed <= $last ? $before : ['at' => $passed, 'every' => min($passed - $last, self::DAY)];
    }
}
