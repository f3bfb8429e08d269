<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** The plugin's configuration, kept apart from osTicket's objects: those forget it right after the start of a request. */
final class Settings
{
    /** @param array<int, array{scopes: list<string>, departments: ?list<int>}> $grants */
    public function __construct(
        public readonly array $grants,
        public readonly string $serviceAgent,
        public readonly string $version,
        public readonly bool $easeQueries
    ) {
    }

    public function osTicketVersion(): string
    {
        return defined('THIS_VERSION') ? (string) THIS_VERSION : 'unknown';
    }

    public function defaultStatus(): int
    {
        global $cfg;
        return $cfg ? (int) $cfg->getDefaultTicketStatusId() : 0;
    }

    public function databaseZone(): string
    {
        global $cfg;
        return $cfg ? (string) $cfg->getDbTimezone() : '';
    }
}
