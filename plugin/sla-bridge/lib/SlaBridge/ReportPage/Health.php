<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\LastPass;
use SlaBridge\Queues\StaleNote;

/** How far what the page says can be trusted: when the bridge last passed, how old its registry is, what waits for a decision. */
final class Health
{
    private const REGISTRY_PATIENCE = 2 * 86400;

    /**
     * @param ?int $passed when the last whole pass ended
     * @param ?int $every seconds between the last two
     * @param ?int $registry as of when the registry's statements are; null without a registry, and for those who may not see it
     * @param bool $tellsRegistry whether the reader is told of it
     * @param ?array{held: int, refused: int, unknown: int} $actions that wait for a person; null for those who may not see them
     */
    public function __construct(
        public readonly ?int $passed,
        public readonly ?int $every,
        public readonly ?int $registry,
        public readonly bool $tellsRegistry,
        public readonly ?array $actions
    ) {
    }

    public function isStale(int $now): bool
    {
        return StaleNote::passedLongAgo($this->passed === null ? null : (string) $this->passed, (string) $this->every, $now) !== null;
    }

    public function hasOldRegistry(int $now): bool
    {
        return $this->registry !== null && $now - $this->registry > max(self::REGISTRY_PATIENCE, LastPass::patience($this->every));
    }
}
