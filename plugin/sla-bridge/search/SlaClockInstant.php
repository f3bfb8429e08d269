<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

use SlaBridge\Db;
use SlaBridge\OwnFields;

/**
 * What `%{ticket.sla_due}` expands to. osTicket takes a date field's value for one of the database's own columns, and letters tell
 * a deadline that is off by the offset of the database's zone. For the bridge's fields this takes that back; a desk's own
 * fields expand as they always did.
 */
final class SlaClockInstant extends DatetimeField
{
    /** As osTicket keeps its types; ours stands in the place of its own for as long as the plugin runs. */
    public const TYPE = ['datetime' => ['Date and Time', self::class]];

    /** @var ?array<int, string> */
    private static ?array $own = null;

    public function asVar($value, $id = false)
    {
        $variable = parent::asVar($value, $id);
        if ($variable instanceof FormattedDate && $variable->fromdb && $this->isOurs()) {
            $variable->date = self::beforeTheShift((int) $variable->date);
        }
        return $variable;
    }

    private function isOurs(): bool
    {
        try {
            self::$own ??= (new OwnFields(Db::ofOsTicket()))->owners();
        } catch (Throwable $error) {
            error_log('sla-bridge: variable of a date: ' . $error->getMessage());
            self::$own = [];
        }
        return isset(self::$own[(int) $this->get('id')]);
    }

    /** What osTicket will turn into this instant. */
    private static function beforeTheShift(int $instant): int
    {
        $shifted = $instant;
        // The offset is that of the shifted instant, which a change to summer time may have moved.
        for ($step = 0; $step < 2; $step++) {
            $shifted = $instant + $shifted - Misc::db2gmtime($shifted);
        }
        return $shifted;
    }
}
