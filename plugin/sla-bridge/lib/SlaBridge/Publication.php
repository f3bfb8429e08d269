<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

use SlaBridge\Wording\KnownPhrases;

/**
 * What the bridge publishes once for all screens: working time of its calendars, titles, thresholds. The two latest digests are
 * kept, because tickets name the one that they were decided by, and a pass takes a while to reach them all.
 */
final class Publication
{
    private const KEPT = 2;

    /** @return ?array{digest: string, at: int, content: array<string, mixed>} */
    public static function latest(Db $db): ?array
    {
        return self::read($db->row('SELECT digest, at, content FROM ' . self::table() . ' ORDER BY at DESC LIMIT 1'));
    }

    /** @return ?array{digest: string, at: int, content: array<string, mixed>} null also for one that is not kept any more */
    public static function of(Db $db, ?string $digest): ?array
    {
        return $digest === null ? null
            : self::read($db->row('SELECT digest, at, content FROM ' . self::table() . ' WHERE digest = ?', $digest));
    }

    /** The latest without its content. @return ?array{digest: string, until: ?string} */
    public static function told(Db $db): ?array
    {
        $row = $db->row('SELECT digest, reaches FROM ' . self::table() . ' ORDER BY at DESC LIMIT 1');
        return $row ? ['digest' => (string) $row['digest'], 'until' => Instant::fromUnix($row['reaches'])] : null;
    }

    /** @param array<string, mixed> $content as `PublicationBody` checked it; the same digest replaces what it held */
    public static function keep(Db $db, array $content): void
    {
        $digest = (string) $content['digest'];
        $reaches = array_map(Instant::toUnix(...), array_column($content['calendars'], 'until'));
        $db->transaction(static function () use ($db, $content, $digest, $reaches): void {
            $table = self::table();
            $newest = (int) $db->value("SELECT MAX(at) FROM $table WHERE digest <> ? FOR UPDATE", $digest);
            $db->run(
                "REPLACE INTO $table (digest, at, reaches, content) VALUES (?, ?, ?, ?)",
                $digest,
                // What arrives last is the latest, also from a machine whose clock is behind.
                max((int) Instant::toUnix((string) $content['at']), $newest + 1),
                $reaches ? min($reaches) : null,
                // osTicket's connection knows three-byte UTF-8 only: what is not ASCII is escaped.
                (string) json_encode($content, JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION)
            );
            $old = array_slice(array_column($db->rows("SELECT digest FROM $table ORDER BY at DESC"), 'digest'), self::KEPT);
            if ($old) {
                $db->run("DELETE FROM $table WHERE digest IN (?)", $old);
            }
            KnownPhrases::keep($db, $content['phrases']);
        });
    }

    public static function any(Db $db): bool
    {
        return $db->row('SELECT 1 FROM ' . self::table() . ' LIMIT 1') !== null;
    }

    public static function forget(Db $db): void
    {
        $db->run('DELETE FROM ' . self::table());
        KnownPhrases::keep($db, []);
    }

    /**
     * @param ?array<string, ?string> $row
     * @return ?array{digest: string, at: int, content: array<string, mixed>}
     */
    private static function read(?array $row): ?array
    {
        $content = $row ? json_decode((string) $row['content'], true) : null;
        return is_array($content) ? ['digest' => (string) $row['digest'], 'at' => (int) $row['at'], 'content' => $content] : null;
    }

    private static function table(): string
    {
        return Schema::table('published');
    }
}
