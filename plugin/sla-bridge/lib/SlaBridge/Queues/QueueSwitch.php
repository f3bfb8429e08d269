<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\Schema;
use SlaBridge\Setup\Made;
use SlaBridge\StaffPages;

/**
 * A queue whose criterion osTicket does not know shows all tickets of its parent: our queues are disabled together with the
 * plugin, and come back with it. What somebody else disabled stays so.
 *
 * osTicket tells a plugin neither that it is disabled nor that an instance of it is; after what was sent to the page where
 * that is done, it is looked at.
 */
final class QueueSwitch
{
    private const DISABLED = 0x4;
    private const INSTANCE_ENABLED = 0x1;
    /** Before what a queue is noted as made under: noted for as long as it is disabled by this class. */
    private const OFF = 'off:';

    private readonly Made $made;

    public function __construct(private readonly Db $db)
    {
        $this->made = new Made($db);
    }

    /** To be called at the start of each request, also while the plugin is disabled. @param int $plugin its id in osTicket */
    public static function watch(int $plugin): void
    {
        static $watched = false;
        $isPage = basename((string) ($_SERVER['SCRIPT_NAME'] ?? '')) === 'plugins.php' && StaffPages::isOne();
        if ($watched || !$isPage || ($_SERVER['REQUEST_METHOD'] ?? '') !== 'POST') {
            return;
        }
        $watched = true;
        register_shutdown_function(static function () use ($plugin): void {
            try {
                (new self(Db::ofOsTicket()))->follow($plugin);
            } catch (\Throwable $error) {
                error_log('sla-bridge: queues of the plugin: ' . $error->getMessage());
            }
        });
    }

    private function follow(int $plugin): void
    {
        if ($this->db->row('SHOW TABLES LIKE ?', str_replace('_', '\\_', trim(Schema::table('made'), '`'))) === null) {
            return;
        }
        $runs = $this->db->value('SELECT p.id FROM ' . PLUGIN_TABLE . ' p JOIN ' . PLUGIN_INSTANCE_TABLE . ' i ON i.plugin_id = p.id
            AND (i.flags & ?) > 0 WHERE p.isactive = 1 AND p.id = ?', self::INSTANCE_ENABLED, $plugin) !== null;
        $runs ? $this->enable() : $this->disable();
        QueueCounters::forget();
    }

    /** Whether one of our queues is disabled because the plugin was. */
    public function isOff(): bool
    {
        foreach (AttentionQueues::MADE as $made) {
            if ($this->made->id(self::OFF . $made, QUEUE_TABLE)) {
                return true;
            }
        }
        return false;
    }

    public function enable(): void
    {
        foreach (AttentionQueues::MADE as $made) {
            if ($queue = $this->made->id(self::OFF . $made, QUEUE_TABLE)) {
                $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET flags = flags & ~? WHERE id = ?', self::DISABLED, $queue);
            }
            $this->made->forget(self::OFF . $made);
        }
    }

    private function disable(): void
    {
        foreach (AttentionQueues::MADE as $made) {
            $queue = $this->made->id($made, QUEUE_TABLE);
            $this->db->run('UPDATE ' . QUEUE_TABLE . ' SET flags = flags | ? WHERE id = ?', self::DISABLED, $queue ?? 0);
            if ($queue && $this->db->changedRows() === 1) {
                $this->made->note(self::OFF . $made, $queue);
            }
        }
    }
}
