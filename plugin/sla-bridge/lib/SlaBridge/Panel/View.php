<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

use SlaBridge\LastPass;

/** All that a panel is drawn from: what is stored with the ticket, what was published, and who looks when. */
final class View
{
    /**
     * @param array{id: int, number: string, created_at: int, state: string, merged_into: ?array{number: string, url: string}} $ticket
     * @param ?array<string, mixed> $detail as stored; null of a ticket that no pass has seen
     * @param list<array<string, mixed>> $cycles finished ones, as stored
     * @param ?array<string, mixed> $published the publication that the detail names; null where it is not (any more) kept
     * @param int $now seconds since 1970, by the server's clock
     * @param ?int $lastPass when the bridge's last whole pass ended, and `$every` how many seconds lay between the last two
     * @param string $language `ru` or `en`; whatever else is `en`
     * @param string $zone the viewer's, by its IANA name
     * @param ?array{plan: ?string, due_at: ?int, ours: bool, manual?: bool} $native osTicket's own SLA plan and due date
     * @param array<string, string> $links by `edit_` and the name of an agents' input, `assign`, `articles`, `sla_help`: addresses within
     *     the site
     * @param bool $customer whether it is drawn for the portal
     * @param list<array{id: int, key: string, language: string, title: string, states: list<string>}> $replies ready ones for the editor
     */
    public function __construct(
        public readonly array $ticket,
        public readonly ?array $detail,
        public readonly array $cycles,
        public readonly ?array $published,
        public readonly int $now,
        public readonly ?int $lastPass,
        public readonly ?int $every,
        public readonly string $language,
        public readonly string $zone,
        public readonly ?array $native = null,
        public readonly array $links = [],
        public readonly bool $customer = false,
        public readonly array $replies = []
    ) {
    }

    /** From when on what is stored is too old to count on: after an hour or three passes, whichever is longer. */
    public function staleFrom(): ?int
    {
        return $this->lastPass === null ? null : $this->lastPass + LastPass::patience($this->every);
    }

    public function isStale(): bool
    {
        return $this->lastPass !== null && $this->now >= $this->staleFrom();
    }

    /** The instant that the picture and the figures are true at: nothing is known of what came after the last pass. */
    public function asOf(): int
    {
        return $this->isStale() ? (int) $this->lastPass : $this->now;
    }
}
