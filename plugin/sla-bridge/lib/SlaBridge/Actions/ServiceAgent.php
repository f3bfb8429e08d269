<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;

/** The agent as whom the bridge acts: osTicket asks this agent's rights, and writes this name into the log. */
final class ServiceAgent
{
    private \Staff|false|null $agent = null;

    public function __construct(private readonly Db $db)
    {
    }

    /** Null where none is configured, or the one that is does not work here any more. */
    public function find(): ?\Staff
    {
        if ($this->agent === null) {
            $id = MasterSwitch::serviceAgent() === '' ? null : $this->db->value(
                'SELECT staff_id FROM ' . STAFF_TABLE . ' WHERE username = ? AND isactive = 1',
                MasterSwitch::serviceAgent()
            );
            $this->agent = ($id === null ? null : \Staff::lookup((int) $id)) ?: false;
        }
        return $this->agent ?: null;
    }

    /**
     * @template T
     * @param callable(): T $work
     * @return T
     */
    public static function acting(\Staff $agent, callable $work): mixed
    {
        global $thisstaff;
        $before = $thisstaff;
        $thisstaff = $agent;
        try {
            return $work();
        } finally {
            $thisstaff = $before;
        }
    }
}
