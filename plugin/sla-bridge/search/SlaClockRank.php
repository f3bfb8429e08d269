<?php

// SPDX-License-Identifier: GPL-2.0-or-later

/** For sorting: by deadline what runs or is overdue, then what waits, then what is over; what has no row last, ties by number. */
class SlaClockRank extends TextboxField
{
    /** Behind all ranks. */
    private const LAST = 99_999_999_999;

    public function getSearchMethods()
    {
        return [];
    }

    public function getSearchQ($method, $value, $name = false)
    {
        return null;
    }

    public function applyOrderBy($query, $reverse = false, $name = false)
    {
        $path = (string) $name;
        $ofTicket = substr($path, 0, (int) strrpos($path, SlaBridge\Queues\Clocks::JOIN . '__'));
        $direction = $reverse ? QuerySet::DESC : QuerySet::ASC;
        $query->order_by(SqlFunction::COALESCE(new SqlField($path), self::LAST), $direction);
        return $query->order_by(($reverse ? '-' : '') . "{$ofTicket}number");
    }
}
