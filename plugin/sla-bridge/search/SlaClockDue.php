<?php

// SPDX-License-Identifier: GPL-2.0-or-later

/** The instant, stored in UTC. osTicket's own dates are compared with NOW(), which is the time of the database's zone. */
class SlaClockDue extends DatetimeField
{
    public function getSearchMethods()
    {
        return array_intersect_key(parent::getSearchMethods(), ['set' => 1, 'nset' => 1, 'past' => 1, 'future' => 1]);
    }

    public function getSearchQ($method, $value, $name = false)
    {
        $now = SqlFunction::UTC_TIMESTAMP();
        $criteria = SlaClock::tickets((string) $name, match ($method) {
            'past' => ['due__lte' => $now],
            'future' => ['due__gt' => $now],
            default => ['due__isnull' => false],
        });
        return $method === 'nset' ? Q::not($criteria) : new Q($criteria);
    }
}
