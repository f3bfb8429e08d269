<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

/**
 * The custom fields that the bridge knows by name, and who owns them. Guards and signals run on every page of the helpdesk:
 * they go by the prefix alone and read no file.
 */
final class Names
{
    /** Written by the bridge only. @return list<string> */
    public static function outputs(): array
    {
        return BlueprintFile::shipped()->names('bridge');
    }

    /** Set by agents only. @return list<string> */
    public static function inputs(): array
    {
        return BlueprintFile::shipped()->names('agent');
    }

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
