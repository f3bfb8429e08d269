<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Tickets;

/** Who did what an event tells. */
final class Deed
{
    /**
     * @param string $actor `customer`, `agent` or `system`
     * @param bool $own the bridge's own service agent did it
     * @param ?array{id: int, name: string} $by the agent; null where none did it, and where nobody knows his name any more
     */
    public function __construct(
        public readonly string $actor,
        public readonly bool $own = false,
        public readonly ?array $by = null
    ) {
    }
}
