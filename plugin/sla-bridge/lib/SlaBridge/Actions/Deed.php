<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

/** How one kind of action is carried out, by osTicket's own calls, in the transaction of its mark. */
interface Deed
{
    /**
     * @param \Ticket $ticket as it stands under the lock
     * @param array<string, mixed> $params of the contract
     */
    public function perform(\Ticket $ticket, \Staff $agent, array $params): Outcome;
}
