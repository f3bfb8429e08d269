<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\Schema;
use SlaBridge\Setup\Blueprint;
use SlaBridge\Setup\Made;

/**
 * The columns that `setup` puts into the library of queue columns: one of each field that has one, for whoever has room for it, and
 * the one of ours that the queues show. Its first path is ours and sorts, its second shows the date while the plugin is off.
 */
final class QueueColumns
{
    public const BADGE = 'column:badge';
    public const BADGE_TEXT = 'due_column';
    private const FIELD = 'column:';
    private const PRIMARY = Clocks::JOIN . '__rank';
    private const SECONDARY = 'cdata__' . Clocks::DUE;

    public function __construct(private readonly Db $db, private readonly Blueprint $blueprint, private readonly Made $made)
    {
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> id, title, state, detail, what to do */
    public function buildSteps(): array
    {
        $steps = [];
        foreach (array_keys($this->blueprint->columns()) as $name) {
            $ours = $this->blueprint->labels($name);
            $steps[] = $this->step(self::FIELD . $name, $this->blueprint->label($name), $ours, $this->ofField($name), fn () => [
                "cdata__$name", null, null, (string) json_encode($name === Clocks::STATE ? $this->blueprint->stateColours() : []),
            ]);
        }
        $title = $this->blueprint->text(self::BADGE_TEXT);
        $steps[] = $this->step(self::BADGE, $title, $this->blueprint->texts(self::BADGE_TEXT), $this->badge(), static fn () => [
            self::PRIMARY, self::SECONDARY, Badge::FILTER, '[]',
        ]);
        return $steps;
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> */
    public function removeSteps(): array
    {
        $names = [self::BADGE => $this->blueprint->text(self::BADGE_TEXT)];
        foreach (array_keys($this->blueprint->columns()) as $name) {
            $names[self::FIELD . $name] = $this->blueprint->label($name);
        }
        $steps = [];
        foreach ($names as $made => $label) {
            $id = $this->made->id($made, COLUMN_TABLE);
            $steps[] = [$made, $this->title($label), $id ? 'todo' : 'done', '', function () use ($id, $made): void {
                $this->db->run('DELETE FROM ' . QUEUE_COLUMN_TABLE . ' WHERE column_id = ?', (int) $id);
                $this->db->run('DELETE FROM ' . COLUMN_TABLE . ' WHERE id = ?', (int) $id);
                $this->made->forget($made);
            }];
        }
        return $steps;
    }

    public function badge(): ?int
    {
        return $this->made->id(self::BADGE, COLUMN_TABLE);
    }

    /** The column of a field that an earlier setup made, or that the desk has of its own. */
    public function ofField(string $name): ?int
    {
        return $this->made->id(self::FIELD . $name, COLUMN_TABLE)
            ?? $this->db->ids('SELECT id FROM ' . COLUMN_TABLE . ' WHERE `primary` = ? ORDER BY id LIMIT 1', "cdata__$name")[0]
            ?? null;
    }

    /** Whether no setup, of whatever version, has ever put a column of ours into this desk. */
    public function areNew(): bool
    {
        $ofFields = array_keys($this->blueprint->columns());
        $names = [self::BADGE, ...array_map(static fn (string $name): string => self::FIELD . $name, $ofFields)];
        return $this->db->value('SELECT COUNT(*) FROM ' . Schema::table('made') . ' WHERE what IN (?)', $names) === '0';
    }

    /**
     * @param list<string> $ours its names in all languages
     * @param callable(): array{0: string, 1: ?string, 2: ?string, 3: string} $content primary, secondary, filter, conditions
     * @return array{0: string, 1: string, 2: string, 3: string, 4: ?callable}
     */
    private function step(string $made, string $name, array $ours, ?int $there, callable $content): array
    {
        $now = $there === null ? null : (string) $this->db->value('SELECT name FROM ' . COLUMN_TABLE . ' WHERE id = ?', $there);
        $isForeign = $now !== null && $now !== $name && in_array($now, $ours, true) && $this->made->id($made, COLUMN_TABLE) === $there;
        return [$made, $this->title($name), $there === null || $isForeign ? 'todo' : 'done', '',
            function () use ($made, $name, $there, $content): void {
                if ($there !== null) {
                    $this->db->run('UPDATE ' . COLUMN_TABLE . ' SET name = ? WHERE id = ?', $name, $there);
                    return;
                }
                $this->db->run(
                    'INSERT INTO ' . COLUMN_TABLE . " (flags, name, `primary`, secondary, filter, conditions, `truncate`, annotations)
                        VALUES (0, ?, ?, ?, ?, ?, 'wrap', '[]')",
                    $name,
                    ...$content()
                );
                $this->made->note($made, $this->db->lastId());
            }];
    }

    private function title(string $label): string
    {
        return $this->blueprint->say("Queue column \"$label\"", "Колонка очередей «{$label}»");
    }
}
