<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Setup;

use SlaBridge\Db;

/**
 * Keeps the bridge's outputs off the forms that come after setup. A topic that is made has nothing disabled, and saving one
 * writes its list anew, from what the boxes of its page say; osTicket tells of neither until the row itself is saved.
 *
 * A handler must never break a page: whatever fails here is logged, and the next setup sets it right.
 */
final class FormScreens
{
    public function connect(): void
    {
        foreach (['model.created', 'model.updated'] as $signal) {
            \Signal::connect($signal, $this->guarded($this->onTopic(...)), 'TopicFormModel');
        }
        \Signal::connect('ticket.created', $this->guarded($this->onTicket(...)), 'Ticket');
    }

    private function onTopic(object $row): void
    {
        // The page that shows the topic after it was saved reads the row that it has in hand.
        $row->ht['extra'] = (new HiddenOutputs(Db::ofOsTicket()))->hideInTopic((int) $row->ht['id']) ?? $row->ht['extra'];
    }

    private function onTicket(object $ticket): void
    {
        (new HiddenOutputs(Db::ofOsTicket()))->hideInTicket((int) $ticket->getId());
    }

    private function guarded(callable $handler): callable
    {
        return static function (object $object) use ($handler): void {
            try {
                $handler($object);
            } catch (\Throwable $error) {
                error_log('sla-bridge: outputs on forms: ' . $error->getMessage());
            }
        };
    }
}
