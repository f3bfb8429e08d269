<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\Db;

/** This plugin as a row among osTicket's plugins. */
final class OwnPlugin
{
    /** As the row says now, not as it was when this request began. */
    public static function isOff(Db $db): bool
    {
        $id = self::id();
        return $id !== null && $db->value('SELECT isactive FROM ' . PLUGIN_TABLE . ' WHERE id = ?', $id) === '0';
    }

    public static function switchOff(Db $db): void
    {
        $db->run('UPDATE ' . PLUGIN_TABLE . ' SET isactive = 0 WHERE id = ?', self::id() ?? 0);
    }

    private static function id(): ?int
    {
        foreach (class_exists(\PluginManager::class, false) ? \PluginManager::allInstalled() : [] as $plugin) {
            if ($plugin instanceof \SlaBridgePlugin) {
                return (int) $plugin->getId();
            }
        }
        return null;
    }
}
