<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * Sets right what osTicket leaves in `__cdata`, its copy of the answers for queues. Whenever somebody adds or removes a
 * field it rebuilds the copy with `gold,Gold` for a choice, which no filter on `gold` finds any more; and an empty date is
 * '0' there, which counts as long past.
 */
final class CopyTidier
{
    public function __construct(private readonly Db $db)
    {
    }

    public function afterRebuild(): void
    {
        $columns = $this->columns();
        foreach ($this->ours() as $name => $type) {
            if ($type === 'choices' && isset($columns[$name])) {
                $this->db->run('UPDATE ' . TICKET_CDATA_TABLE . " SET `$name` = SUBSTRING_INDEX(`$name`, ',', 1) WHERE `$name` LIKE '%,%'");
            }
        }
        $this->emptyOutputs(null);
    }

    /** @param ?list<int> $tickets null: all */
    public function emptyOutputs(?array $tickets): void
    {
        if ($tickets === []) {
            return;
        }
        $columns = $this->columns();
        $sets = [];
        foreach ($this->ours() as $name => $type) {
            if (isset($columns[$name]) && $type !== 'bool') {
                $sets[$name] = "`$name` = IF(`$name` IN ('', '0'), NULL, `$name`)";
            }
        }
        if ($sets) {
            $this->db->run('UPDATE ' . TICKET_CDATA_TABLE . ' SET ' . implode(', ', $sets)
                . ($tickets === null ? '' : ' WHERE ticket_id IN (' . $this->db->quote($tickets) . ')'));
        }
    }

    /** @return array<string, string> name of the column => type */
    private function ours(): array
    {
        $fields = array_filter((new OwnFields($this->db))->all(), static fn (array $f): bool => preg_match('/^\w+$/D', $f['now']) === 1);
        return array_column($fields, 'type', 'now');
    }

    /** @return array<string, true> */
    private function columns(): array
    {
        return array_fill_keys(array_column($this->db->rows('SHOW COLUMNS FROM ' . TICKET_CDATA_TABLE), 'Field'), true);
    }
}
