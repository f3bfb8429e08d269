<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Letters;

use SlaBridge\Db;

/** By what a letter is known to belong to its ticket, in people's mail programs and when an answer comes. */
final class Thread
{
    private const LONGEST_CHAIN = 10;

    public function __construct(private readonly Db $db, private readonly int $thread)
    {
    }

    /** The entry that stands for the letter already, from an earlier attempt. */
    public function entryOf(string $messageId): ?int
    {
        $entry = $this->db->value('SELECT m.thread_entry_id FROM ' . THREAD_ENTRY_EMAIL_TABLE . ' m JOIN ' . THREAD_ENTRY_TABLE . ' e
            ON e.id = m.thread_entry_id WHERE m.mid = ? AND e.thread_id = ?', "<$messageId>", $this->thread);
        return $entry === null ? null : (int) $entry;
    }

    /** From now on osTicket finds the ticket of an answer to the letter. */
    public function know(int $entry, string $messageId): void
    {
        $this->db->run('INSERT INTO ' . THREAD_ENTRY_EMAIL_TABLE . ' (thread_entry_id, mid) VALUES (?, ?)', $entry, "<$messageId>");
    }

    /** @return list<string> Message-IDs of what customer and desk wrote to each other, the oldest first */
    public function correspondence(int $before): array
    {
        return $this->chain("e.type IN ('M', 'R')", $before);
    }

    /** @return list<string> those of letters of ours to staff, the oldest first */
    public function warnings(int $before): array
    {
        $mids = $this->chain("e.type = 'N' AND m.mid LIKE '<sla-%'", $before);
        return array_values(array_filter($mids, static fn (string $mid): bool => MessageId::ours("<$mid>") === $mid));
    }

    /** The customer's latest message that came by mail. */
    public function latestOf(int $user): ?string
    {
        $mid = $this->db->value('SELECT m.mid FROM ' . THREAD_ENTRY_EMAIL_TABLE . ' m JOIN ' . THREAD_ENTRY_TABLE . " e
            ON e.id = m.thread_entry_id WHERE e.thread_id = ? AND e.type = 'M' AND e.user_id = ?
            ORDER BY e.id DESC LIMIT 1", $this->thread, $user);
        return MessageId::wellFormed((string) $mid)[0] ?? null;
    }

    /** @return list<string> */
    private function chain(string $condition, int $before): array
    {
        $rows = $this->db->rows('SELECT m.mid FROM ' . THREAD_ENTRY_EMAIL_TABLE . ' m JOIN ' . THREAD_ENTRY_TABLE . " e
            ON e.id = m.thread_entry_id WHERE e.thread_id = ? AND e.id < ? AND $condition
            ORDER BY e.id DESC LIMIT ?", $this->thread, $before, self::LONGEST_CHAIN);
        return MessageId::wellFormed(implode(' ', array_reverse(array_column($rows, 'mid'))));
    }
}
