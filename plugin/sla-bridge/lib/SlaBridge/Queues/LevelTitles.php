<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\OwnFields;
use SlaBridge\Publication;
use SlaBridge\Tickets\Catalog;

/**
 * How levels are called on agents' pages: as the bridge published it last, in the reader's language; a level that it did not
 * publish as the ticket form calls it.
 */
final class LevelTitles
{
    /** @var array<string, self> by language, for this request */
    private static array $read = [];

    /**
     * @param array<string, string> $full key => title
     * @param array<string, string> $short key => title for a narrow column
     */
    private function __construct(public readonly array $full, public readonly array $short)
    {
    }

    public static function read(string $language): self
    {
        if (!isset(self::$read[$language])) {
            $db = Db::ofOsTicket();
            self::$read[$language] = self::of(self::published($db), self::onTheForm($db), $language);
        }
        return self::$read[$language];
    }

    /**
     * @param mixed $levels `titles.levels` of a publication, whatever it is
     * @param array<string, string> $choices of the field on the ticket form
     */
    public static function of(mixed $levels, array $choices, string $language): self
    {
        $full = $short = $choices;
        foreach (is_array($levels) ? $levels : [] as $key => $level) {
            $title = self::text($level['title'] ?? null, $language);
            if ($title !== null) {
                $full[$key] = $title;
                $short[$key] = self::text($level['short'] ?? null, $language) ?? $title;
            }
        }
        return new self($full, $short);
    }

    private static function text(mixed $titles, string $language): ?string
    {
        $text = is_array($titles) ? $titles[$language] ?? null : null;
        return is_string($text) && trim($text) !== '' ? trim($text) : null;
    }

    private static function published(Db $db): mixed
    {
        // A database of the version before has no table for it.
        try {
            return class_exists(Publication::class) ? Publication::latest($db)['content']['titles']['levels'] ?? null : null;
        } catch (\mysqli_sql_exception) {
            return null;
        }
    }

    /** @return array<string, string> */
    private static function onTheForm(Db $db): array
    {
        $field = (new OwnFields($db))->id(Clocks::LEVEL) ?? 0;
        $configuration = $db->value('SELECT configuration FROM ' . FORM_FIELD_TABLE . ' WHERE id = ?', $field);
        $decoded = json_decode((string) $configuration, true) ?: [];
        return Catalog::choices((string) ($decoded['choices'] ?? ''));
    }
}
