<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;

/** What a policy names, among what the desk has: by the very same name, and only where one alone has it. */
final class Named
{
    /** @param string $sql selects ids and names */
    public static function id(Db $db, string $sql, string $name): ?int
    {
        $found = [];
        foreach ($db->rows($sql) as $row) {
            [$id, $called] = array_values($row);
            if (trim((string) $called) === trim($name)) {
                $found[] = (int) $id;
            }
        }
        return count($found) === 1 ? $found[0] : null;
    }
}
