<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/** The custom fields that the bridge knows by name, and who owns them. */
final class Names
{
    /** Written by the bridge only. */
    public const OUTPUTS = [
        'sla_level', 'sla_state', 'sla_due', 'sla_response_due', 'sla_resolution_due',
        'sla_support', 'sla_reason', 'sla_customer', 'sla_certificate_until', 'sla_curator',
    ];
    /** Set by agents only. */
    public const INPUTS = [
        'sla_set_level', 'sla_set_critical', 'sla_set_deferral', 'sla_set_misuse', 'sla_set_abuse', 'sla_set_promise',
    ];

    public static function isOurs(string $name): bool
    {
        return strncasecmp($name, 'sla_', 4) === 0;
    }

    public static function isInput(string $name): bool
    {
        return strncasecmp($name, 'sla_set_', 8) === 0;
    }

    /** Everything of ours that is no agents' input: hidden from `fields`, ignored by the digest and by the feed. */
    public static function isOutput(string $name): bool
    {
        return self::isOurs($name) && !self::isInput($name);
    }

    public static function owner(string $name): ?string
    {
        return match (true) {
            self::isInput($name) => 'agent',
            self::isOurs($name) => 'bridge',
            default => null,
        };
    }
}
