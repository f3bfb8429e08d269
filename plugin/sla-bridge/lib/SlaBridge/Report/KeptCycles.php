<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Db;
use SlaBridge\Schema;

/** What tickets keep of their cycles and clocks in whole, for the few that a report shows one by one. */
final class KeptCycles
{
    private const PORTION = 500;

    /**
     * @param list<int> $wanted as `CycleRow::mark` says them
     * @param 'cycles'|'detail' $column finished cycles, or the clocks of the detail
     * @return array<int, array<string, mixed>> by mark; what is gone meanwhile is absent
     */
    public static function of(Db $db, array $wanted, string $column): array
    {
        $found = $places = [];
        foreach ($wanted as $mark) {
            [$ticket, $no] = CycleRow::marked($mark);
            $places[$ticket][$no] = $mark;
        }
        foreach (array_chunk(array_keys($places), self::PORTION) as $tickets) {
            $result = $db->run("SELECT ticket_id, $column FROM " . Schema::table('ticket') . ' WHERE ticket_id IN (?)', $tickets);
            while ($row = $result->fetch_row()) {
                $kept = json_decode((string) $row[1], true);
                $list = $column === 'cycles' ? $kept : $kept['clocks'] ?? null;
                foreach ($places[(int) $row[0]] as $no => $mark) {
                    if (is_array($list) && is_array($list[$no] ?? null)) {
                        $found[$mark] = $list[$no];
                    }
                }
            }
        }
        return $found;
    }
}
