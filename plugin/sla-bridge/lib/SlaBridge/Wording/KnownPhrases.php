<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Db;
use SlaBridge\Schema;

/** The discouraged phrases of the latest publication, in a table of their own: a reply reads these few, and no calendars. */
final class KnownPhrases
{
    private const AT_MOST = 200;
    private const LONGEST = 100;

    public static function create(Db $db): void
    {
        $db->run('CREATE TABLE IF NOT EXISTS ' . self::table() . ' (
            id SMALLINT UNSIGNED NOT NULL PRIMARY KEY, phrase VARCHAR(' . self::LONGEST . ') NOT NULL
        ) ENGINE=InnoDB DEFAULT CHARSET=utf8');
    }

    /** Takes the place of those before. @param array<mixed> $published as publications name them; whatever else is none */
    public static function keep(Db $db, array $published): void
    {
        $phrases = self::read($published);
        $db->run('DELETE FROM ' . self::table());
        $rows = array_map(static fn (int $id, string $phrase): array => [$id + 1, $phrase], array_keys($phrases), $phrases);
        $db->insert('INSERT INTO ' . self::table() . ' (id, phrase)', $rows);
    }

    /** @return list<string> */
    public static function all(Db $db): array
    {
        return array_map(strval(...), array_column($db->rows('SELECT phrase FROM ' . self::table() . ' ORDER BY id'), 'phrase'));
    }

    public static function any(Db $db): bool
    {
        return $db->row('SELECT 1 FROM ' . self::table() . ' LIMIT 1') !== null;
    }

    /** @param array<mixed> $published @return list<string> */
    public static function read(array $published): array
    {
        $phrases = [];
        foreach ($published as $one) {
            $phrase = is_array($one) && is_string($one['phrase'] ?? null) ? WordingRows::storable(trim($one['phrase'])) : '';
            if ($phrase !== '' && mb_strlen($phrase, 'UTF-8') <= self::LONGEST) {
                $phrases[$phrase] ??= $phrase;
            }
        }
        return array_slice(array_values($phrases), 0, self::AT_MOST);
    }

    private static function table(): string
    {
        return Schema::table('phrase');
    }
}
