<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

use SlaBridge\Db;
use SlaBridge\Request;

/** Which page of the list of tickets is asked for: those behind the id `after`; with `before` those below it, the newest first. */
final class ListPage
{
    private const MAX_ID = 0xFFFFFFFF;

    private function __construct(
        public readonly int $after,
        public readonly ?int $before,
        public readonly int $limit,
        public readonly bool $openOnly,
        public readonly ?string $number,
        public readonly bool $idsAlone
    ) {
    }

    public static function asked(Request $request): self
    {
        return new self(
            $request->number('after', 0, 0, self::MAX_ID),
            $request->text('before') === null ? null : $request->number('before', 0, 0, self::MAX_ID),
            $request->number('limit', 100, 1, 1000),
            $request->flag('open'),
            $request->text('number'),
            $request->flag('ids')
        );
    }

    /** Which rows of the table `t` are meant. @param list<int> $open ids of the open statuses */
    public function condition(Db $db, array $open): string
    {
        return "t.ticket_id > $this->after" . ($this->before === null ? '' : " AND t.ticket_id < $this->before")
            . ($this->number === null ? '' : ' AND t.number = ' . $db->quote($this->number))
            . ($this->openOnly ? ' AND t.status_id IN (' . $db->quote($open) . ')' : '');
    }
}
