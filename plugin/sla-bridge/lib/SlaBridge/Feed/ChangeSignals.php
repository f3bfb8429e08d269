<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Feed;

use SlaBridge\CopyTidier;
use SlaBridge\Db;
use SlaBridge\Guards;
use SlaBridge\OwnFields;
use SlaBridge\Schema;
use SlaBridge\Tickets\InputLog;
use SlaBridge\Tickets\NativeDates;

/**
 * Listens to osTicket's models and puts every ticket whose inputs may have moved into the change feed, once, at the end of
 * the request. Our own writes go by SQL and send no signals: they cannot wake the bridge.
 *
 * A handler must never break an agent's page: whatever fails here is logged, and the bridge's sweep repairs it.
 */
final class ChangeSignals
{
    /** What opening a ticket's page touches, and what osTicket derives by itself. */
    private const IDLE = ['lock_id', 'updated'];
    /** What wakes the bridge also where its own service agent changes it; his notes, letters and edits of fields do not. */
    private const CHANGES = ['status_id', 'dept_id', 'staff_id', 'team_id'];

    /** @var array<int, true> */
    private array $tickets = [];
    /** @var array<int, true> threads whose ticket is looked up at the end */
    private array $threads = [];
    /** @var array<int, true> */
    private array $users = [];
    /** @var array<int, true> */
    private array $organizations = [];
    /** @var array<int, int> ticket => department */
    private array $deleted = [];
    /** @var array<int, true> tickets whose own due date osTicket has just computed */
    private array $dated = [];
    /** @var array<int, true> tickets whose empty output fields may have got osTicket's '0' */
    private array $fresh = [];
    /** @var array<int, true> events whose status osTicket may not have logged */
    private array $logged = [];
    private bool $rebuilt = false;
    private bool $scheduled = false;
    /** @var ?array<int, string> own field => its owner; read when the first answer of a ticket is saved */
    private ?array $owners = null;
    private ?InputLog $inputs = null;

    /** @param string $serviceAgent username; what this agent writes wakes nobody */
    public function __construct(private readonly string $serviceAgent)
    {
    }

    public function connect(): void
    {
        foreach (['model.created', 'model.updated'] as $signal) {
            \Signal::connect($signal, $this->guarded($this->onTicket(...)), 'Ticket');
            \Signal::connect($signal, $this->guarded($this->onThreadRow(...)), 'ThreadEntry');
            \Signal::connect($signal, $this->guarded($this->onAnswer(...)), 'DynamicFormEntryAnswer');
        }
        \Signal::connect('model.created', $this->guarded($this->onEvent(...)), 'ThreadEvent');
        \Signal::connect('model.updated', $this->guarded($this->onUser(...)), 'UserModel');
        \Signal::connect('model.updated', $this->guarded($this->onAddress(...)), 'UserEmailModel');
        \Signal::connect('model.updated', $this->guarded($this->onOrganization(...)), 'OrganizationModel');
        \Signal::connect('model.deleted', $this->guarded($this->onDelete(...)), 'Ticket');
        foreach (['model.created', 'model.updated', 'model.deleted'] as $signal) {
            \Signal::connect($signal, $this->guarded($this->onField(...)), 'DynamicFormField');
        }
    }

    private function onTicket(object $ticket, mixed $data): void
    {
        $dirty = is_array($data) ? array_keys($data['dirty'] ?? []) : [];
        if ($dirty && !array_diff($dirty, self::IDLE)) {
            return;
        }
        if (!$this->isServiceAgent() || array_intersect($dirty, self::CHANGES)) {
            $this->tickets[(int) $ticket->ticket_id] = true;
        }
        if (in_array('est_duedate', $dirty, true)) {
            $this->dated[(int) $ticket->ticket_id] = true;
        }
    }

    private function onThreadRow(object $row): void
    {
        $this->about($this->threads, (int) $row->thread_id);
    }

    private function onEvent(object $event): void
    {
        $this->onThreadRow($event);
        $this->logged[(int) $event->id] = true;
        $this->inputLog()->event((int) $event->id, (string) $event->data);
    }

    private function onAnswer(object $answer, mixed $data): void
    {
        $entry = $answer->getEntry();
        if (!$entry) {
            return;
        }
        $id = (int) $entry->object_id;
        switch ($entry->object_type) {
            case 'T':
                $dirty = is_array($data) ? ($data['dirty'] ?? []) : [];
                $wakes = !$this->isServiceAgent() || $answer->getField()?->get('type') === 'priority';
                $this->onTicketAnswer($id, (int) $answer->field_id, $answer->value, $dirty, $wakes);
                break;
            case 'U':
                $this->about($this->users, $id);
                break;
            case 'O':
                $this->about($this->organizations, $id);
        }
    }

    /** @param array<string, mixed> $dirty columns that were changed, with what they held */
    private function onTicketAnswer(int $ticket, int $field, mixed $value, array $dirty, bool $wakes): void
    {
        $known = isset($this->tickets[$ticket]);
        $this->tickets[$ticket] = true;
        $this->owners ??= (new OwnFields(Db::ofOsTicket()))->owners();
        $owner = $this->owners[$field] ?? null;
        if ($owner !== null) {
            $this->fresh[$ticket] = true;
        }
        if (($owner === 'bridge' || !$wakes) && !$known) {
            // Its value is the bridge's own business and wakes nobody.
            unset($this->tickets[$ticket]);
        }
        if ($owner === 'agent') {
            [$before, $after] = array_map(self::text(...), [$dirty['value'] ?? null, $value]);
            $this->inputLog()->changed($ticket, $field, $before, $after, Guards::creating());
        }
    }

    private static function text(mixed $stored): ?string
    {
        return is_scalar($stored) ? (string) $stored : ($stored === null ? null : (string) json_encode($stored));
    }

    private function inputLog(): InputLog
    {
        if ($this->inputs === null) {
            (new Schema(Db::ofOsTicket()))->state();
            $this->inputs = new InputLog(Db::ofOsTicket());
        }
        return $this->inputs;
    }

    private function onUser(object $user): void
    {
        $this->about($this->users, (int) $user->id);
    }

    private function onAddress(object $email): void
    {
        $this->about($this->users, (int) $email->user_id);
    }

    private function onOrganization(object $organization): void
    {
        $this->about($this->organizations, (int) $organization->id);
    }

    /** What tickets are looked up by at the end. @param array<int, true> $changed */
    private function about(array &$changed, int $id): void
    {
        if (!$this->isServiceAgent()) {
            $changed[$id] = true;
        }
    }

    private function onDelete(object $ticket): void
    {
        $this->deleted[(int) $ticket->ticket_id] = (int) $ticket->dept_id;
    }

    private function onField(object $field): void
    {
        $this->rebuilt = true;
    }

    private function guarded(callable $handler): callable
    {
        return function (mixed $object, mixed $data = null) use ($handler): void {
            try {
                if (!$this->scheduled) {
                    $this->scheduled = true;
                    register_shutdown_function($this->flush(...));
                }
                $handler($object, $data);
            } catch (\Throwable $error) {
                error_log('sla-bridge: change signal: ' . $error->getMessage());
            }
        };
    }

    /**
     * The feed comes first, and each step by itself: what cannot be looked up or tidied up, because osTicket just rebuilds one of
     * its tables for instance, hides no change.
     */
    public function flush(): void
    {
        $this->scheduled = false;
        $db = null;
        $steps = [$this->tellFeed(...), $this->noteStatuses(...), $this->dropRecords(...), $this->keepDates(...), $this->tidyCopy(...)];
        foreach ($steps as $step) {
            try {
                $step($db ??= Db::ofOsTicket());
            } catch (\Throwable $error) {
                error_log('sla-bridge: change feed: ' . $error->getMessage());
            }
        }
        $this->tickets = $this->threads = $this->users = $this->organizations = $this->deleted = $this->fresh = $this->logged = [];
        $this->dated = [];
        $this->rebuilt = false;
    }

    private function tellFeed(Db $db): void
    {
        $outbox = new Outbox($db, new Schema($db));
        $changed = array_keys($this->tickets);
        $failed = null;
        try {
            array_push($changed, ...$this->ticketsOfThreads($db), ...$this->ticketsOfPeople($db));
        } catch (\Throwable $failed) {
            // What is known by its own id is told all the same.
        }
        $outbox->put(array_values(array_filter($changed)), $this->deleted);
        if ($failed) {
            throw $failed;
        }
    }

    /** @return list<int> */
    private function ticketsOfThreads(Db $db): array
    {
        return !$this->threads ? [] : $db->ids(
            'SELECT object_id FROM ' . THREAD_TABLE . " WHERE id IN (?) AND object_type IN ('T', 'C')",
            array_keys($this->threads)
        );
    }

    /** @return list<int> the open tickets of changed users and organisations */
    private function ticketsOfPeople(Db $db): array
    {
        return !$this->users && !$this->organizations ? [] : $db->ids(
            'SELECT t.ticket_id FROM ' . TICKET_TABLE . ' t JOIN ' . TICKET_STATUS_TABLE . " s ON s.id = t.status_id
                AND s.state = 'open' JOIN " . USER_TABLE . ' u ON u.id = t.user_id WHERE u.id IN (?) OR u.org_id IN (?)',
            array_keys($this->users) ?: [0],
            array_keys($this->organizations) ?: [-1]
        );
    }

    private function dropRecords(Db $db): void
    {
        if ($this->deleted) {
            Schema::drop($db, array_keys($this->deleted));
        }
    }

    private function keepDates(Db $db): void
    {
        if ($this->dated) {
            (new NativeDates($db))->keep(array_keys($this->dated));
        }
    }

    private function tidyCopy(Db $db): void
    {
        $tidy = new CopyTidier($db);
        if ($this->rebuilt) {
            $tidy->afterRebuild();
        }
        $tidy->emptyOutputs(array_keys($this->fresh));
    }

    /** Asked while something happens: the plugin acts as that agent in the midst of a request. */
    private function isServiceAgent(): bool
    {
        global $thisstaff;
        return $this->serviceAgent !== '' && $thisstaff instanceof \Staff && $thisstaff->getUserName() === $this->serviceAgent;
    }

    /**
     * A new ticket's first status and the status after a reopening stand nowhere later: keep them while they are known. Whoever
     * read the ticket before that was so knows less, and reads it again.
     */
    private function noteStatuses(Db $db): void
    {
        if (!$this->logged) {
            return;
        }
        $rows = $db->rows('SELECT e.id, t.status_id, t.ticket_id FROM ' . THREAD_EVENT_TABLE . ' e JOIN ' . EVENT_TABLE . " n
            ON n.id = e.event_id JOIN " . THREAD_TABLE . " h ON h.id = e.thread_id AND h.object_type IN ('T', 'C')
            JOIN " . TICKET_TABLE . " t ON t.ticket_id = h.object_id
            WHERE e.id IN (?) AND n.name IN ('created', 'reopened')", array_keys($this->logged));
        if ($rows) {
            (new Schema($db))->state();
            $notes = array_map(static fn (array $row): array => [(int) $row['id'], (int) $row['status_id']], $rows);
            $db->insert('INSERT IGNORE INTO ' . Schema::table('status') . ' (event_id, status_id)', $notes);
            $tickets = array_map('intval', array_column($rows, 'ticket_id'));
            (new Outbox($db, new Schema($db)))->put($tickets, []);
        }
    }
}
