<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\Db;
use SlaBridge\OwnFields;
use SlaBridge\Schema;

/**
 * Keeps the bridge's outputs out of osTicket's forms by osTicket's own means: the list of fields that a help topic (for new
 * tickets and for what a ticket's page shows) or a ticket's own entry (for its edit form) disables. They stay fields: queues,
 * filters and variables go on finding them.
 *
 * The lists are the desk's own as well: ours are put in and taken out, whatever else stands there stays.
 */
final class HiddenOutputs
{
    /** Noted as made for as long as they are to be kept out: without a setup nothing of the desk's is touched. */
    private const MADE = 'screens:outputs';
    /** Entries that are rewritten at once: agents want to save theirs meanwhile. */
    private const PORTION = 5000;
    private const SHOWN = 10;

    private readonly OwnFields $own;
    private readonly Made $made;

    public function __construct(private readonly Db $db)
    {
        $this->own = new OwnFields($db);
        $this->made = new Made($db);
    }

    public function isOn(): bool
    {
        return $this->made->id(self::MADE, FORM_SEC_TABLE) !== null;
    }

    /**
     * @param bool $more whether setup is about to make an output field
     * @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable} id, title, state, detail, what to do
     */
    public function buildStep(Blueprint $blueprint, int $form, bool $more): array
    {
        $detail = [];
        $topics = array_column(array_filter($this->topics($form), fn (array $row): bool => $this->lacks($row['extra'])), 'topic');
        if ($topics) {
            $names = implode(', ', array_slice($topics, 0, self::SHOWN)) . (count($topics) > self::SHOWN ? ' …' : '');
            $detail[] = $blueprint->say("Help topics: $names.", "Темы: $names.");
        }
        $entries = $this->entriesThatLack($form);
        if ($entries) {
            $detail[] = $blueprint->say("Tickets: $entries.", "Заявок: $entries.");
        }
        $title = $blueprint->say('The bridge\'s outputs off the forms', 'Поля, которые заполняет мост, убраны из форм');
        return [self::MADE, $title, $more || $detail || !$this->isOn() ? 'todo' : 'done', implode(' ', $detail),
            fn () => $this->hide($form)];
    }

    /** @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable} */
    public function removeStep(Blueprint $blueprint, int $form): array
    {
        $title = $blueprint->say('The bridge\'s outputs back on the forms', 'Поля, которые заполняет мост, снова в формах');
        return [self::MADE, $title, $this->isOn() ? 'todo' : 'done', '', fn () => $this->show($form)];
    }

    /** Of a help topic that was just saved. @return ?string its list, where it lacked something */
    public function hideInTopic(int $row): ?string
    {
        $found = $this->isOn() ? $this->db->row('SELECT r.extra FROM ' . TOPIC_FORM_TABLE . ' r JOIN ' . Schema::table('made') . ' m
            ON m.object_id = r.form_id AND m.what = ? WHERE r.id = ?', self::MADE, $row) : null;
        $merged = $found ? self::merged($found['extra'], $this->ids()) : null;
        if ($merged !== null) {
            $this->db->run('UPDATE ' . TOPIC_FORM_TABLE . ' SET extra = ? WHERE id = ?', $merged, $row);
        }
        return $merged;
    }

    /** Of a ticket that was just made: osTicket copies its topic's list, and leaves it empty where there is no topic. */
    public function hideInTicket(int $ticket): void
    {
        if (!$this->isOn()) {
            return;
        }
        $entries = $this->db->rows('SELECT e.id, e.extra FROM ' . FORM_ENTRY_TABLE . ' e JOIN ' . Schema::table('made') . " m
            ON m.object_id = e.form_id AND m.what = ? WHERE e.object_type = 'T' AND e.object_id = ?", self::MADE, $ticket);
        foreach ($entries as $entry) {
            $merged = self::merged($entry['extra'], $this->ids());
            if ($merged !== null) {
                $this->db->run('UPDATE ' . FORM_ENTRY_TABLE . ' SET extra = ? WHERE id = ?', $merged, (int) $entry['id']);
            }
        }
    }

    private function hide(int $form): void
    {
        // First, so that whoever saves a topic or makes a ticket from now on is heard of.
        $this->made->note(self::MADE, $form);
        $this->rewrite($form, fn (?string $extra): ?string => self::merged($extra, $this->ids()));
    }

    private function show(int $form): void
    {
        $this->made->forget(self::MADE);
        $this->rewrite($form, fn (?string $extra): ?string => self::without($extra, $this->ids()));
    }

    /** @param callable(?string): ?string $change null: it stays as it is */
    private function rewrite(int $form, callable $change): void
    {
        foreach ($this->topics($form) as $row) {
            $extra = $change($row['extra']);
            if ($extra !== null) {
                $this->db->run('UPDATE ' . TOPIC_FORM_TABLE . ' SET extra = ? WHERE id = ?', $extra, (int) $row['id']);
            }
        }
        // Not from the first ticket on: other forms' entries share the numbers.
        $ends = $this->db->row('SELECT MIN(id) AS first, MAX(id) AS last FROM ' . FORM_ENTRY_TABLE . " WHERE object_type = 'T'");
        for ($from = (int) ($ends['first'] ?? 1); $from <= (int) ($ends['last'] ?? 0); $from += self::PORTION) {
            $this->rewriteEntries($form, $from, $from + self::PORTION - 1, $change);
        }
    }

    /** Thousands of tickets have few lists between them: each is rewritten by one statement. */
    private function rewriteEntries(int $form, int $from, int $to, callable $change): void
    {
        $where = " WHERE id BETWEEN ? AND ? AND object_type = 'T' AND form_id = ?";
        $lists = $this->db->rows('SELECT DISTINCT CAST(extra AS BINARY) AS extra FROM ' . FORM_ENTRY_TABLE . $where, $from, $to, $form);
        foreach ($lists as ['extra' => $extra]) {
            $changed = $change($extra);
            if ($changed !== null) {
                $this->db->run(
                    'UPDATE ' . FORM_ENTRY_TABLE . " SET extra = ?$where AND CAST(extra AS BINARY) <=> ?",
                    $changed,
                    $from,
                    $to,
                    $form,
                    $extra
                );
            }
        }
    }

    /** @return list<array{id: ?string, extra: ?string, topic: ?string}> */
    private function topics(int $form): array
    {
        return $this->db->rows('SELECT r.id, r.extra, t.topic FROM ' . TOPIC_FORM_TABLE . ' r JOIN ' . TOPIC_TABLE . ' t
            ON t.topic_id = r.topic_id WHERE r.form_id = ? ORDER BY t.topic, r.id', $form);
    }

    private function entriesThatLack(int $form): int
    {
        $lists = $this->db->rows('SELECT CAST(extra AS BINARY) AS extra, COUNT(*) AS tickets FROM ' . FORM_ENTRY_TABLE . "
            WHERE object_type = 'T' AND form_id = ? GROUP BY CAST(extra AS BINARY)", $form);
        return array_sum(array_column(array_filter($lists, fn (array $row): bool => $this->lacks($row['extra'])), 'tickets'));
    }

    private function lacks(?string $extra): bool
    {
        return self::merged($extra, $this->ids()) !== null;
    }

    /** @return list<int> */
    private function ids(): array
    {
        return array_keys($this->own->owners(), 'bridge', true);
    }

    /** `extra` with these fields disabled as well; null where they are already. @param list<int> $ids */
    public static function merged(?string $extra, array $ids): ?string
    {
        [$kept, $disabled] = self::read($extra);
        $missing = array_diff($ids, $disabled);
        $kept->disable = [...$disabled, ...$missing];
        return $missing ? (string) json_encode($kept) : null;
    }

    /** `extra` without these fields among the disabled ones; null where none is. @param list<int> $ids */
    public static function without(?string $extra, array $ids): ?string
    {
        [$kept, $disabled] = self::read($extra);
        $kept->disable = array_values(array_diff($disabled, $ids));
        return $kept->disable === $disabled ? null : (string) json_encode($kept);
    }

    /** What osTicket would read. @return array{0: \stdClass, 1: list<mixed>} */
    private static function read(?string $extra): array
    {
        $kept = json_decode((string) $extra);
        $kept = $kept instanceof \stdClass ? $kept : new \stdClass();
        $disabled = $kept->disable ?? [];
        // Where the desk's list has lost its order, PHP writes it as an object.
        $disabled = is_array($disabled) || $disabled instanceof \stdClass ? array_values((array) $disabled) : [];
        return [$kept, array_values(array_filter($disabled, is_scalar(...)))];
    }
}
