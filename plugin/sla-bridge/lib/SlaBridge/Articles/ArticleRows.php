<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Articles;

use SlaBridge\Db;
use SlaBridge\Tickets\FlatText;

/** The articles of the desk's knowledge base, and what a ticket asks. */
final class ArticleRows
{
    private const AT_MOST = 2000;
    private const MESSAGE_BYTES = 4096;

    public function __construct(private readonly Db $db)
    {
    }

    /**
     * The published ones, of which those in private categories are `internal`.
     *
     * @return list<array{id: int, question: string, keywords: string, internal: bool}> the newest first
     */
    public function published(): array
    {
        return array_map(static fn (array $row): array => [
            'id' => (int) $row['faq_id'], 'question' => (string) $row['question'], 'keywords' => (string) $row['keywords'],
            'internal' => (int) $row['ispublic'] === 0,
        ], $this->db->rows('SELECT f.faq_id, f.question, f.keywords, c.ispublic FROM ' . FAQ_TABLE . ' f JOIN ' . FAQ_CATEGORY_TABLE
            . ' c ON c.category_id = f.category_id WHERE f.ispublished > 0 ORDER BY f.faq_id DESC LIMIT ' . self::AT_MOST));
    }

    /** What the customer wrote first. */
    public function firstMessage(int $ticket): string
    {
        $row = $this->db->row('SELECT e.body, e.format FROM ' . THREAD_ENTRY_TABLE . ' e JOIN ' . THREAD_TABLE
            . " h ON h.id = e.thread_id AND h.object_type IN ('T', 'C') WHERE h.object_id = ? AND e.type = 'M'
            ORDER BY e.id LIMIT 1", $ticket);
        return $row ? FlatText::of((string) $row['body'], (string) $row['format'], self::MESSAGE_BYTES) : '';
    }
}
