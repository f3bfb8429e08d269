<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

/** One thing that the bridge wants done for a ticket, or a letter that belongs to none, as it is kept: once and for ever under its key. */
final class Intent
{
    /**
     * @param int $ticketId ActionRows::NO_TICKET where it belongs to none
     * @param string $action the id of what declares it
     * @param array<string, mixed> $params by kind, as the contract says
     * @param string $rev the ticket's revision that it was decided on; empty where there is none
     * @param int $notBefore seconds since 1970, like $notAfter (null: nothing ends it)
     */
    public function __construct(
        public readonly int $row,
        public readonly int $ticketId,
        public readonly string $key,
        public readonly string $action,
        public readonly string $kind,
        public readonly array $params,
        public readonly string $rev,
        public readonly int $notBefore,
        public readonly ?int $notAfter,
        public readonly string $state,
        public readonly ?string $messageId = null
    ) {
    }

    /** Whether it belongs to a ticket. */
    public function hasTicket(): bool
    {
        return $this->ticketId !== ActionRows::NO_TICKET;
    }
}
