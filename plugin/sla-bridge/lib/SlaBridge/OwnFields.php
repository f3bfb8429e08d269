<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

use SlaBridge\Setup\Made;

/**
 * The bridge's own fields as `setup` made or took over them: known by id, so that a desk's own field is never touched,
 * whatever its name, and ours stays ours when somebody renames it. Reads no file: guards must work without the blueprint.
 */
final class OwnFields
{
    private const KEY = 'field:';
    /** osTicket's designer lets nobody change the name or the type, nor delete the field. */
    private const LOCKED = 0x40030;

    /** @var ?list<array{id: int, name: string, form: int, now: string, type: string}> */
    private ?array $fields = null;

    public function __construct(private readonly Db $db)
    {
    }

    /** @return list<array{id: int, name: string, form: int, now: string, type: string}> `now`: how the desk calls it today */
    public function all(): array
    {
        if ($this->fields === null) {
            (new Schema($this->db))->state();
            $this->fields = array_map(static fn (array $row): array => [
                'id' => (int) $row['id'], 'name' => substr((string) $row['what'], strlen(self::KEY)),
                'form' => (int) $row['form_id'], 'now' => (string) $row['name'], 'type' => (string) $row['type'],
            ], $this->db->rows('SELECT f.id, f.form_id, f.name, f.type, m.what FROM ' . Schema::table('made') . ' m
                JOIN ' . FORM_FIELD_TABLE . " f ON f.id = m.object_id WHERE m.what LIKE 'field:%' ORDER BY f.id"));
        }
        return $this->fields;
    }

    /** @return array<int, string> id => `bridge` or `agent` */
    public function owners(): array
    {
        return array_map(
            static fn (string $name): string => Names::isInput($name) ? 'agent' : 'bridge',
            array_column($this->all(), 'name', 'id')
        );
    }

    /** The field that the bridge knows by this name, whatever the desk calls it. */
    public function id(string $name): ?int
    {
        return (new Made($this->db))->id(self::KEY . $name, FORM_FIELD_TABLE);
    }

    public function note(string $name, int $id): void
    {
        $this->db->run('REPLACE INTO ' . Schema::table('made') . ' (what, object_id) VALUES (?, ?)', self::KEY . $name, $id);
        $this->fields = null;
    }

    public function forget(string $name): void
    {
        $this->db->run('DELETE FROM ' . Schema::table('made') . ' WHERE what = ?', self::KEY . $name);
        $this->fields = null;
    }

    /** Takes over what a setup before these notes made: nobody else makes fields whose name, type and deletion are locked. */
    public function takeOver(): void
    {
        $this->db->run('INSERT IGNORE INTO ' . Schema::table('made') . ' (what, object_id)
            SELECT CONCAT(?, f.name), f.id FROM ' . FORM_FIELD_TABLE . ' f JOIN ' . FORM_SEC_TABLE . " s ON s.id = f.form_id
            WHERE s.type = 'T' AND f.name LIKE 'sla\\_%' AND f.flags & ? = ? ORDER BY f.id", self::KEY, self::LOCKED, self::LOCKED);
        $this->fields = null;
    }
}
