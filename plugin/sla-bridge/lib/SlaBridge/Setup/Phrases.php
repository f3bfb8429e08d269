<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\Db;
use SlaBridge\OwnFields;
use SlaBridge\Queues\OpenQueues;
use SlaBridge\Queues\QueueColumns;
use SlaBridge\Schema;

/**
 * The headings of our columns and the labels of our fields in the language that `setup` was not asked for, as osTicket's own
 * translations: agents read them in their language, and people change them where osTicket lets them. Never written for the
 * language in which the name itself stands, for there a translation would hide a later renaming.
 *
 * A name that somebody gave gets none; a translation that somebody changed or took away stays so.
 */
final class Phrases
{
    /** The language packs of osTicket that speak them. */
    private const LOCALES = ['en' => ['en_US', 'en_GB'], 'ru' => ['ru']];
    private const NOTE = 'phrase:';
    private const LABEL = 'field.label.';

    private readonly Made $made;
    private readonly QueueColumns $columns;

    public function __construct(private readonly Db $db, private readonly Blueprint $blueprint, private readonly OwnFields $own)
    {
        $this->made = new Made($db);
        $this->columns = new QueueColumns($db, $blueprint, $this->made);
    }

    /**
     * @param bool $isMore whether a step of the same plan makes fields or shows our column where neither stands yet
     * @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable} id, title, state, detail, what to do
     */
    public function buildStep(bool $isMore): array
    {
        [$lacking, $over] = $this->differences();
        return ['phrases', $this->title(), $isMore || $lacking || $over ? 'todo' : 'done', '', function () use ($lacking, $over): void {
            foreach ($over as $note => $isOurs) {
                $this->forget($note, $isOurs);
            }
            foreach ($lacking as $note => $text) {
                $this->add($note, $text);
            }
        }];
    }

    /**
     * Also those that somebody changed, for the columns that they name go; fields that stay keep the label of the last setup.
     *
     * @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable}
     */
    public function removeStep(): array
    {
        $notes = array_keys($this->noted());
        return ['phrases', $this->title(), $notes ? 'todo' : 'done', '', function () use ($notes): void {
            foreach ($notes as $note) {
                $this->forget($note, true);
            }
        }];
    }

    private function title(): string
    {
        return $this->blueprint->say('Headings and labels in the other language', 'Заголовки и названия на другом языке');
    }

    /** @return array{0: array<string, string>, 1: array<string, bool>} what is lacking, and what goes: whether its text is ours */
    private function differences(): array
    {
        $names = [...$this->labels(), ...$this->headings()];
        $wanted = self::wanted($names);
        $noted = $this->noted();
        $over = [];
        foreach ($noted as $note => $row) {
            $isOurs = in_array($row['text'], $this->ours(), true);
            // Where somebody took the column away nothing reads it: no reason to call a setup unfinished.
            $isNamedAnew = !isset($wanted[$note]) && isset($names[self::place($note)[1]]);
            if ($isNamedAnew || $isOurs && isset($wanted[$note]) && $row['text'] !== $wanted[$note]) {
                $over[$note] = $isOurs;
            }
        }
        $stays = array_diff_key($noted, $over);
        $lacking = array_filter(
            array_diff_key($wanted, $stays),
            fn (string $note): bool => isset($over[$note]) || !$this->isTaken($note),
            ARRAY_FILTER_USE_KEY
        );
        return [$lacking, $over];
    }

    /**
     * @param array<string, array{0: string, 1: array{en: string, ru: string}}> $names
     * @return array<string, string> what each is noted under => text
     */
    private static function wanted(array $names): array
    {
        $wanted = [];
        foreach ($names as $tag => [$name, $titles]) {
            foreach (in_array($name, $titles, true) ? self::LOCALES : [] as $language => $locales) {
                foreach ($titles[$language] === $name ? [] : $locales as $locale) {
                    $wanted[self::NOTE . "$locale:$tag"] = $titles[$language];
                }
            }
        }
        return $wanted;
    }

    /** @return array<string, array{0: string, 1: array{en: string, ru: string}}> osTicket's tag => label after this setup, and ours */
    private function labels(): array
    {
        $labels = [];
        foreach ($this->blueprint->ownTitles() as $field => $titles) {
            $id = $this->own->id($field);
            if ($id !== null) {
                $label = (string) $this->db->value('SELECT label FROM ' . FORM_FIELD_TABLE . ' WHERE id = ?', $id);
                $labels[self::LABEL . $id] = [in_array($label, $titles, true) ? $this->blueprint->label($field) : $label, $titles];
            }
        }
        return $labels;
    }

    /**
     * The same of our column, in the queues where setup put it: in a queue of their own people call it as they like.
     *
     * @return array<string, array{0: string, 1: array{en: string, ru: string}}>
     */
    private function headings(): array
    {
        $titles = $this->blueprint->title(QueueColumns::BADGE_TEXT);
        $rows = $this->db->rows(
            'SELECT u.queue_id, u.column_id, u.heading FROM ' . QUEUE_COLUMN_TABLE . ' u JOIN ' . Schema::table('made') . ' m
                ON m.what = CONCAT(?, u.queue_id) AND m.object_id = u.queue_id
                WHERE u.staff_id = 0 AND u.column_id = ? ORDER BY u.queue_id',
            OpenQueues::ARRANGED,
            (int) $this->columns->badge()
        );
        $ours = $this->blueprint->text(QueueColumns::BADGE_TEXT);
        $headings = [];
        foreach ($rows as $row) {
            $name = in_array($row['heading'], $titles, true) ? $ours : (string) $row['heading'];
            $headings["column.heading.$row[queue_id].$row[column_id]"] = [$name, $titles];
        }
        return $headings;
    }

    /** @return array<string, array<string, ?string>> by what each is noted under: id, and text where it still stands */
    private function noted(): array
    {
        $sql = 'SELECT m.what, m.object_id AS id, t.text FROM ' . Schema::table('made') . ' m
            LEFT JOIN ' . TRANSLATION_TABLE . ' t ON t.id = m.object_id WHERE m.what LIKE ?';
        return array_column($this->db->rows($sql, self::NOTE . '%'), null, 'what');
    }

    /** @return list<string> */
    private function ours(): array
    {
        $labels = array_map('array_values', array_values($this->blueprint->ownTitles()));
        return array_merge($this->blueprint->texts(QueueColumns::BADGE_TEXT), ...$labels);
    }

    private function isTaken(string $note): bool
    {
        [$locale, $tag] = self::place($note);
        $sql = 'SELECT id FROM ' . TRANSLATION_TABLE . " WHERE type = 'phrase' AND lang = ? AND object_hash = ? LIMIT 1";
        return $this->db->value($sql, $locale, self::hash($tag)) !== null;
    }

    private function add(string $note, string $text): void
    {
        [$locale, $tag] = self::place($note);
        $sql = 'INSERT INTO ' . TRANSLATION_TABLE . " (object_hash, type, flags, agent_id, lang, text, updated)
            VALUES (?, 'phrase', 0, 0, ?, ?, NOW())";
        $this->db->run($sql, self::hash($tag), $locale, $text);
        $this->made->note($note, $this->db->lastId());
    }

    private function forget(string $note, bool $deletes): void
    {
        if ($deletes) {
            $this->db->run('DELETE FROM ' . TRANSLATION_TABLE . ' WHERE id = ?', (int) $this->noted()[$note]['id']);
        }
        $this->made->forget($note);
    }

    /** As osTicket's own function for it does. */
    private static function hash(string $tag): string
    {
        return substr(md5($tag), -16);
    }

    /** @return array{0: string, 1: string} locale and osTicket's tag */
    private static function place(string $note): array
    {
        return explode(':', substr($note, strlen(self::NOTE)), 2);
    }
}
