<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Replies;

use SlaBridge\Db;
use SlaBridge\Schema;

/**
 * Ready replies as rows of osTicket's canned responses. What was made is noted with the digest of what was written:
 * `reply:facts:ru:9f86…`; and each row bears our mark in its notes, by which it is known again when the plugin's tables went.
 *
 * @phpstan-type Row array{id: int, name: string, written: string, stands: ?string, title: string}
 */
final class ReplyRows
{
    private const NOTE = 'reply:';
    private const MARK = 'sla-bridge:';
    /** Instead of a digest: what was written is not known any more, but what stands is something else. */
    private const EDITED = 'edited';

    public function __construct(private readonly Db $db)
    {
    }

    /**
     * What was made, by `facts:ru`: the id, the digest of what was `written`, and of what `stands`, null where it was deleted.
     *
     * @return array<string, Row>
     */
    public function noted(): array
    {
        $sql = 'SELECT m.what, m.object_id, c.canned_id, c.title, c.response, c.dept_id, c.isenabled,
            (SELECT COUNT(*) FROM ' . ATTACHMENT_TABLE . " a WHERE a.type = 'C' AND a.object_id = c.canned_id AND a.inline = 0) AS files
            FROM " . Schema::table('made') . ' m LEFT JOIN ' . CANNED_TABLE . ' c ON c.canned_id = m.object_id
            WHERE m.what LIKE ? ORDER BY m.object_id';
        $noted = [];
        foreach ($this->db->rows($sql, self::NOTE . '%') as $row) {
            [$key, $language, $written] = explode(':', substr((string) $row['what'], strlen(self::NOTE))) + ['', '', ''];
            $noted["$key:$language"] = [
                'id' => (int) $row['object_id'], 'name' => "$key:$language", 'written' => $written,
                'stands' => $row['canned_id'] === null ? null : Reply::digestOf(
                    (string) $row['title'],
                    (string) $row['response'],
                    (int) $row['dept_id'],
                    (bool) $row['isenabled'],
                    (int) $row['files']
                ),
                'title' => (string) $row['title'],
            ];
        }
        return $noted;
    }

    /** The id of a reply of an earlier setup that no note tells of any more. */
    public function marked(Reply $reply): ?int
    {
        $sql = 'SELECT canned_id FROM ' . CANNED_TABLE . ' WHERE notes LIKE ? ORDER BY canned_id LIMIT 1';
        return $this->db->ids($sql, '%' . str_replace('_', '\\_', $this->mark($reply)) . ' %')[0] ?? null;
    }

    /** Notes a reply that stands already, with whether it stands as it would be made. */
    public function takeOver(Reply $reply, int $id): void
    {
        $this->forget($reply->name());
        $this->note($reply, $id);
        if ($this->noted()[$reply->name()]['stands'] !== $reply->digest()) {
            $this->forget($reply->name());
            $this->note($reply, $id, self::EDITED);
        }
    }

    /** Whether another canned response than `$but` has that title: osTicket has each only once, and takes no heed of case. */
    public function isTaken(string $title, int $but = 0): bool
    {
        return $this->db->value('SELECT canned_id FROM ' . CANNED_TABLE . ' WHERE title = ? AND canned_id <> ?', $title, $but) !== null;
    }

    public function add(Reply $reply, string $about): void
    {
        $this->db->run(
            'INSERT INTO ' . CANNED_TABLE . ' (dept_id, isenabled, title, response, lang, notes, created, updated)
                VALUES (0, 1, ?, ?, ?, ?, NOW(), NOW())',
            $reply->title,
            $reply->text,
            $reply->locale(),
            $this->notes($reply, $about)
        );
        $this->note($reply, $this->db->lastId());
    }

    public function replace(Reply $reply, int $id, string $about): void
    {
        $this->db->run(
            'UPDATE ' . CANNED_TABLE . ' SET title = ?, response = ?, lang = ?, notes = ?, updated = NOW() WHERE canned_id = ?',
            $reply->title,
            $reply->text,
            $reply->locale(),
            $this->notes($reply, $about),
            $id
        );
        $this->forget($reply->name());
        $this->note($reply, $id);
    }

    public function delete(int $id): void
    {
        $this->db->run('DELETE FROM ' . CANNED_TABLE . ' WHERE canned_id = ?', $id);
    }

    public function forget(string $name): void
    {
        $this->db->run('DELETE FROM ' . Schema::table('made') . ' WHERE what LIKE ?', self::NOTE . str_replace('_', '\\_', $name) . ':%');
    }

    /** Whether a removal takes it away: nobody edited it, and nothing needs it. @param Row $row */
    public function goes(array $row): bool
    {
        return $row['stands'] === $row['written'] && !$this->isInFilter($row['id']);
    }

    /** The canned responses that a removal takes away. @return list<int> */
    public function going(): array
    {
        return array_values(array_column(array_filter($this->noted(), $this->goes(...)), 'id'));
    }

    /** Whether a filter of the desk answers with it; osTicket does not let go of such a one either. */
    private function isInFilter(int $id): bool
    {
        $sql = 'SELECT id FROM ' . FILTER_ACTION_TABLE . " WHERE type = 'canned' AND configuration REGEXP ? LIMIT 1";
        return $this->db->value($sql, "\"canned_id\":[{\"]*{$id}[^0-9]") !== null;
    }

    private function note(Reply $reply, int $id, ?string $written = null): void
    {
        $what = self::NOTE . $reply->name() . ':' . ($written ?? $reply->digest());
        $this->db->run('INSERT INTO ' . Schema::table('made') . ' (what, object_id) VALUES (?, ?)', $what, $id);
    }

    private function mark(Reply $reply): string
    {
        return self::MARK . $reply->name();
    }

    private function notes(Reply $reply, string $about): string
    {
        return "<p>$about</p><p>{$this->mark($reply)} ($reply->version)</p>";
    }
}
