<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Portal;

use SlaBridge\Db;
use SlaBridge\OwnFields;

/** A customer calls the head of support: the ticket's tick of that name is set, as it is by an agent, and by him. */
final class Attention
{
    public const FIELD = 'sla_set_attention';
    /** The word of the publication's `portal.show` that offers it. */
    public const OFFERED = 'attention';

    private readonly ?int $field;

    public function __construct(private readonly Db $db)
    {
        $this->field = (new OwnFields($db))->id(self::FIELD);
    }

    /** Whether somebody has called and nobody has taken the tick away since; null where the helpdesk has no such field. */
    public function isCalled(int $ticket): ?bool
    {
        if ($this->field === null) {
            return null;
        }
        return (bool) $this->db->value('SELECT v.value FROM ' . FORM_ENTRY_TABLE . ' e JOIN ' . FORM_ANSWER_TABLE . " v
            ON v.entry_id = e.id AND v.field_id = ? WHERE e.object_type = 'T' AND e.object_id = ?", $this->field, $ticket);
    }

    /** Sets the tick by osTicket's own models: their signals write down who did it and bring the ticket into the feed. */
    public function call(\Ticket $ticket, string $reason): void
    {
        foreach (\DynamicFormEntry::forTicket((int) $ticket->getId()) as $entry) {
            $entry->addMissingFields();
            foreach ($entry->getAnswers() as $answer) {
                if ((int) $answer->getField()->get('id') === $this->field) {
                    $answer->setValue(true);
                    $answer->save();
                    PortalNote::leave($ticket, 'attention.note', [], $reason);
                    return;
                }
            }
        }
    }
}
