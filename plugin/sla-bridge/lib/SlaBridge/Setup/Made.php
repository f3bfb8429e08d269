<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\Db;
use SlaBridge\Schema;

/** What `setup` made, noted in a table of the plugin, so that `remove` takes away that and nothing else. */
final class Made
{
    public function __construct(private readonly Db $db)
    {
    }

    /** The id of what an earlier setup made, if it still stands. */
    public function id(string $what, string $table): ?int
    {
        $id = (int) $this->db->value(
            'SELECT m.object_id FROM ' . Schema::table('made') . " m JOIN $table o ON o.id = m.object_id WHERE m.what = ?",
            $what
        );
        return $id ?: null;
    }

    public function note(string $what, int $id): void
    {
        $this->db->run('REPLACE INTO ' . Schema::table('made') . ' (what, object_id) VALUES (?, ?)', $what, $id);
    }

    public function forget(string $what): void
    {
        $this->db->run('DELETE FROM ' . Schema::table('made') . ' WHERE what = ?', $what);
    }
}
