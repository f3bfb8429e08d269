<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

/**
 * Whose deeds the rows of one ticket's log are. Pure.
 *
 * An agent has the name that he bears today. Of one who was deleted osTicket's log keeps the name under which he logged in, of
 * his answers the name under which they were sent.
 */
final class Authors
{
    private const NOBODY = 'SYSTEM';

    /** @var array<int, string> the names that the log has, by agent */
    private readonly array $logged;

    /**
     * @param array<int, string> $staff names by id
     * @param ?int $service the bridge's own agent: what he does nobody did
     * @param list<array<string, mixed>> $events rows of thread_event
     */
    public function __construct(private readonly array $staff, private readonly ?int $service, array $events)
    {
        $logged = [];
        foreach ($events as $row) {
            if (($row['uid_type'] ?? '') === 'S' && !in_array($row['username'] ?? '', ['', self::NOBODY], true)) {
                $logged[(int) $row['uid']] = (string) $row['username'];
            }
        }
        $this->logged = $logged;
    }

    /** @param array<string, mixed> $row of thread_event, or of `InputLog` */
    public function ofRow(array $row): Deed
    {
        $uid = (int) ($row['uid'] ?? 0);
        if ($uid === 0) {
            return new Deed('system');
        }
        return $row['uid_type'] === 'U' ? new Deed('customer') : $this->agent($uid);
    }

    /** @param array<string, mixed> $row of thread_entry */
    public function ofEntry(array $row): Deed
    {
        $staff = (int) $row['staff_id'];
        if ($row['type'] === 'M') {
            return new Deed('customer', $staff > 0 && $staff === $this->service);
        }
        return $staff > 0 ? $this->agent($staff, (string) ($row['poster'] ?? '')) : new Deed('system');
    }

    private function agent(int $id, string $poster = ''): Deed
    {
        if ($id === $this->service) {
            return new Deed('system', true);
        }
        $name = $this->staff[$id] ?? ($poster !== '' ? $poster : $this->logged[$id] ?? null);
        return new Deed('agent', false, $name === null ? null : ['id' => $id, 'name' => $name]);
    }
}
