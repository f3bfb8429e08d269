<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge;

use SlaBridge\Setup\BlueprintFile;

/** The names under which `setup` makes the bridge's fields. Which field of a desk is one of them, `OwnFields` knows. */
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

    /** Of two own fields, which is agents' to set: their names tell, so that no page of the helpdesk reads the blueprint. */
    public static function isInput(string $own): bool
    {
        return str_starts_with($own, 'sla_set_');
    }
}
