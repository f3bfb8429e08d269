<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\Panel\Assets;
use SlaBridge\Schema;
use SlaBridge\Setup\BlueprintFile;
use SlaBridge\Viewer;

/**
 * The titles of our queues and the names of our sort orders in the language of the agent who looks. osTicket translates neither,
 * and builds them anew wherever it draws them: so a script of the page calls them so. What is stored is left alone, and nothing
 * at all is sent to whoever reads the language that is stored. A name that somebody gave is nobody's to translate.
 */
final class LocalNames
{
    private static bool $told = false;

    /** On the page of a queue: osTicket asks for the fields of a search before it prints the head of the page. */
    public static function inHead(): void
    {
        global $ost;
        $script = $ost ? self::once() : '';
        if ($script !== '') {
            $ost->addExtraHeader($script);
        }
    }

    /** Handler of `object.view`, on the page of a ticket, whose menu is out by then. */
    public static function onView(): void
    {
        echo self::once();
    }

    private static function once(): string
    {
        $isPage = basename((string) ($_SERVER['SCRIPT_NAME'] ?? '')) === 'tickets.php' && defined('OSTSCPINC') && !defined('APICALL');
        if (self::$told || !$isPage) {
            return '';
        }
        self::$told = true;
        $language = Viewer::spoken();
        if ($language === null) {
            return '';
        }
        try {
            $changes = self::changes(self::standing(Db::ofOsTicket()), $language);
            return $changes['queues'] || $changes['sorts'] ? self::script($changes + ['queue' => (int) ($_REQUEST['queue'] ?? 0)]) : '';
        } catch (\Throwable $error) {
            error_log('sla-bridge: names of the queues: ' . $error->getMessage());
            return '';
        }
    }

    /**
     * @param list<array<string, ?string>> $standing what each was made under, its id and its name
     * @param 'ru'|'en' $language
     * @return array{queues: array<int, array{0: string, 1: string}>, sorts: array<int, array{0: string, 1: string}>} by id, the
     *     stored name and the wanted one, where they differ
     */
    public static function changes(array $standing, string $language): array
    {
        $texts = BlueprintFile::shipped()->texts;
        $known = [];
        foreach (AttentionQueues::TEXTS as $state => $text) {
            $known[AttentionQueues::MADE[$state]] = ['queues', $texts[$text]];
        }
        foreach (QueueSorts::TEXTS as $sort => $text) {
            $known[QueueSorts::MADE . $sort] = ['sorts', $texts[$text]];
        }
        $changes = ['queues' => [], 'sorts' => []];
        foreach ($standing as $row) {
            [$kind, $titles] = $known[(string) $row['what']] ?? ['', []];
            $stored = (string) $row['name'];
            $tail = str_ends_with($stored, AttentionQueues::BESIDE) ? AttentionQueues::BESIDE : '';
            $isOurs = in_array(substr($stored, 0, strlen($stored) - strlen($tail)), $titles, true);
            if ($isOurs && $titles[$language] . $tail !== $stored) {
                $changes[$kind][(int) $row['id']] = [$stored, $titles[$language] . $tail];
            }
        }
        return $changes;
    }

    /** @param array<string, mixed> $changes */
    public static function script(array $changes): string
    {
        $flags = JSON_HEX_TAG | JSON_HEX_AMP | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR;
        // osTicket passes on, into pages fetched into the old one, only what begins like this, with a space.
        return '<script class="sla-names">' . rtrim(Assets::names()) . '(' . json_encode($changes, $flags) . ');</script>';
    }

    /** @return list<array<string, ?string>> */
    private static function standing(Db $db): array
    {
        $made = Schema::table('made');
        $sql = "SELECT m.what, q.id, q.title AS name FROM $made m JOIN " . QUEUE_TABLE . " q ON q.id = m.object_id WHERE m.what IN (?)
            UNION ALL
            SELECT m.what, s.id, s.name FROM $made m JOIN " . QUEUE_SORT_TABLE . ' s ON s.id = m.object_id WHERE m.what IN (?)';
        $sorts = array_map(static fn (string $sort): string => QueueSorts::MADE . $sort, QueueSorts::ALL);
        return $db->rows($sql, array_values(AttentionQueues::MADE), $sorts);
    }
}
