<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Wording;

use SlaBridge\Db;
use SlaBridge\Tickets\FlatText;

/**
 * Looks through what agents have sent. Nothing of it can hold up a reply: it is done when the request is over, when the reply is
 * stored and its mail is out, and whatever fails is logged.
 */
final class ReplyWatch
{
    private const BYTES = 65536;
    private const PATIENCE_SECONDS = 1;

    /** @var list<array{entry: int, before: int, thread: int, agent: int, body: string, format: string}> */
    private array $replies = [];

    /** @param string $serviceAgent username; his letters are the bridge's own */
    public function __construct(private readonly string $serviceAgent)
    {
    }

    public function connect(): void
    {
        \Signal::connect('threadentry.created', function (mixed $entry): void {
            try {
                $this->onEntry($entry);
            } catch (\Throwable $error) {
                error_log('sla-bridge: wording: ' . $error->getMessage());
            }
        });
    }

    private function onEntry(mixed $entry): void
    {
        $agent = $entry instanceof \ThreadEntry && $entry->type === 'R' ? (int) $entry->staff_id : 0;
        // A filter's canned reply bears the name of whoever happened to open the ticket. What is too long for its table is a file.
        $isAutomatic = $agent === 0 || (string) $entry->poster === __('SYSTEM (Canned Reply)') || !is_string($entry->body);
        if ($isAutomatic || $this->isServiceAgent($agent)) {
            return;
        }
        if (!$this->replies) {
            register_shutdown_function($this->look(...));
        }
        $this->replies[] = [
            'entry' => (int) $entry->id, 'before' => (int) $entry->pid, 'thread' => (int) $entry->thread_id, 'agent' => $agent,
            'body' => $entry->body, 'format' => (string) $entry->format,
        ];
    }

    private function isServiceAgent(int $agent): bool
    {
        global $thisstaff;
        if ($this->serviceAgent === '') {
            return false;
        }
        $staff = $thisstaff instanceof \Staff && (int) $thisstaff->getId() === $agent ? $thisstaff : \Staff::lookup($agent);
        return $staff instanceof \Staff && $staff->getUserName() === $this->serviceAgent;
    }

    private function look(): void
    {
        $replies = $this->replies;
        $this->replies = [];
        try {
            $db = Db::ofOsTicket();
            // A backup may hold our tables for minutes.
            $db->run('SET SESSION lock_wait_timeout = ?, innodb_lock_wait_timeout = ?', self::PATIENCE_SECONDS, self::PATIENCE_SECONDS);
            try {
                self::note($db, $replies);
            } finally {
                $db->run('SET SESSION lock_wait_timeout = DEFAULT, innodb_lock_wait_timeout = DEFAULT');
            }
        } catch (\Throwable $error) {
            error_log('sla-bridge: wording: ' . $error->getMessage());
        }
    }

    /** @param list<array{entry: int, before: int, thread: int, agent: int, body: string, format: string}> $replies */
    private static function note(Db $db, array $replies): void
    {
        $hits = self::hits($replies, new PhraseMatcher(KnownPhrases::all($db)));
        if ($hits) {
            $rows = new WordingRows($db);
            $rows->add(self::placed($db, $hits));
            $rows->purge(time());
        }
    }

    /**
     * @param list<array{entry: int, before: int, thread: int, agent: int, body: string, format: string}> $replies
     * @return list<array{entry: int, before: int, thread: int, agent: int, phrase: string, excerpt: string}>
     */
    private static function hits(array $replies, PhraseMatcher $matcher): array
    {
        $hits = [];
        foreach ($replies as $reply) {
            foreach ($matcher->found(FlatText::of($reply['body'], $reply['format'], self::BYTES)) as $found) {
                $hits[] = $found + $reply;
            }
        }
        return $hits;
    }

    /**
     * With the ticket and its department, less those of threads that are no ticket's.
     *
     * @param list<array{entry: int, before: int, thread: int, agent: int, phrase: string, excerpt: string}> $hits
     * @return list<array{entry: int, before: int, ticket: int, department: int, agent: int, phrase: string, excerpt: string, at: int}>
     */
    private static function placed(Db $db, array $hits): array
    {
        $tickets = array_column($db->rows('SELECT e.id, t.ticket_id, t.dept_id, UNIX_TIMESTAMP(e.created) AS at FROM '
            . THREAD_ENTRY_TABLE . ' e JOIN ' . THREAD_TABLE . " h ON h.id = e.thread_id AND h.object_type IN ('T', 'C')
            JOIN " . TICKET_TABLE . ' t ON t.ticket_id = h.object_id WHERE e.id IN (?)', array_column($hits, 'entry')), null, 'id');
        $placed = [];
        foreach ($hits as $hit) {
            $ticket = $tickets[$hit['entry']] ?? null;
            if ($ticket !== null) {
                $placed[] = ['ticket' => (int) $ticket['ticket_id'], 'department' => (int) $ticket['dept_id'], 'at' => (int) $ticket['at']]
                    + $hit;
            }
        }
        return $placed;
    }
}
