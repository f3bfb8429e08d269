<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;
use SlaBridge\Feed\Outbox;
use SlaBridge\Letters\Letter;
use SlaBridge\Letters\Postman;
use SlaBridge\Letters\Writing;
use SlaBridge\Schema;
use SlaBridge\Tickets\TicketReader;

/**
 * Runs intents, one after the other: each in one transaction with its mark, which begins by locking the ticket and looking whether
 * it still is what the bridge decided on. A letter is marked as being sent and committed, then sent outside of every transaction.
 */
final class Runner
{
    private const SECONDS = 10;
    private const LETTERS = ['reply', 'email'];
    private const ABANDONED_AFTER = 60;
    /** MariaDB and MySQL alike: no such savepoint. */
    private const NO_SAVEPOINT = 1305;

    private readonly ActionRows $rows;
    private readonly Acting $acting;
    private readonly ServiceAgent $agents;
    private readonly float $until;
    /** @var ?array<string, int> since when, by action; read when the first one is run */
    private ?array $since = null;
    /** @var array<int, string> ticket => its revision before the first of its intents */
    private array $began = [];
    /** @var array<int, string> ticket => its revision after the last of them */
    private array $stands = [];

    public function __construct(private readonly Db $db, private readonly Schema $schema, private readonly TicketReader $reader)
    {
        $this->rows = new ActionRows($db);
        $this->acting = new Acting($db);
        $this->agents = new ServiceAgent($db);
        $this->until = microtime(true) + self::SECONDS;
    }

    /**
     * @param list<Intent> $intents
     * @return array<int, Outcome> by row; none for one that is gone, because somebody was quicker
     */
    public function run(array $intents): array
    {
        $outcomes = [];
        foreach ($intents as $intent) {
            $waits = microtime(true) >= $this->until || $intent->notBefore > time() || !MasterSwitch::on();
            $outcome = $waits ? new Outcome($intent->state) : $this->one($intent, false);
            if ($outcome !== null) {
                $outcomes[$intent->row] = $outcome;
            }
        }
        return $outcomes;
    }

    /** By a person's decision: neither the day's limits nor what has changed since keep it back. */
    public function send(Intent $intent): Outcome
    {
        if (!MasterSwitch::on()) {
            return Outcome::refused('switched_off');
        }
        return $this->one($intent, true) ?? new Outcome(Outcome::DROPPED);
    }

    /** Letters of requests that died while they sent them: nobody knows their fate. */
    public function findAbandoned(): void
    {
        foreach ($this->rows->sendingSince(time() - self::ABANDONED_AFTER) as $row) {
            if ($this->db->value('SELECT IS_FREE_LOCK(?)', $this->lockOf("send_$row"))) {
                $this->rows->giveUp($row, time());
            }
        }
    }

    private function one(Intent $intent, bool $decided): ?Outcome
    {
        $turn = $this->lockOf('turn');
        // One at a time counts and marks, so no two take the day's last place.
        if (!$this->db->value('SELECT GET_LOCK(?, ?)', $turn, (int) ceil(max(0, $this->until - microtime(true))))) {
            return new Outcome($intent->state);
        }
        try {
            $result = $this->db->transaction(function () use ($intent, $decided): Outcome|Letter|null {
                \ModelInstanceManager::flushCache();
                return $this->inTransaction($intent, $decided);
            });
        } catch (\Throwable $error) {
            if (Db::isPassing($error)) {
                return new Outcome($intent->state);
            }
            error_log(sprintf('sla-bridge: action %s of ticket %d: %s', $intent->key, $intent->ticketId, $error->getMessage()));
            $result = Outcome::refused('failed');
            $this->rows->mark($intent->row, $result, time());
        } finally {
            $this->db->run('DO RELEASE_LOCK(?)', $turn);
        }
        if ($result === null && $intent->hasTicket()) {
            (new Outbox($this->db, $this->schema))->put([$intent->ticketId], []);
        }
        return $result instanceof Letter ? $this->sendOut($intent, $result) : $result;
    }

    private function inTransaction(Intent $intent, bool $decided): Outcome|Letter|null
    {
        if ($intent->hasTicket()) {
            $this->db->run('SELECT ticket_id FROM ' . TICKET_TABLE . ' WHERE ticket_id = ? FOR UPDATE', $intent->ticketId);
        }
        $state = $this->rows->stateOf($intent->row);
        if ($state !== $intent->state) {
            // Another request was quicker with this very one.
            return $state === null ? null : new Outcome(Outcome::ALREADY, $state);
        }
        if (!$decided && !($this->isSwitchedOn($intent) && $this->isAsDecided($intent))) {
            $this->rows->delete($intent->row);
            return null;
        }
        $outcome = $this->hindrance($intent, $decided) ?? $this->carryOut($intent);
        if ($outcome instanceof Letter) {
            $this->rows->markSending($intent->row, $outcome->messageId, $outcome->entry, time());
        } else {
            $this->rows->mark($intent->row, $outcome, time());
        }
        return $outcome;
    }

    /** Whether it is still declared, and was not switched off and on again since it came. */
    private function isSwitchedOn(Intent $intent): bool
    {
        $this->since ??= $this->acting->since();
        return $intent->notBefore >= ($this->since[$intent->action] ?? PHP_INT_MAX);
    }

    /** Whether the ticket is what it was when the intent was stored, but for what this run itself did to it; no ticket ever is. */
    private function isAsDecided(Intent $intent): bool
    {
        if (!$intent->hasTicket()) {
            return true;
        }
        $ticket = $intent->ticketId;
        $now = $this->reader->revisions([$ticket], null)[$ticket] ?? '';
        $this->began[$ticket] ??= $now;
        $this->stands[$ticket] ??= $now;
        return $now === $this->stands[$ticket] && $intent->rev === $this->began[$ticket];
    }

    private function hindrance(Intent $intent, bool $decided): ?Outcome
    {
        if (!$decided && $intent->notAfter !== null && time() >= $intent->notAfter) {
            return Outcome::refused('too_late');
        }
        $needs = $intent->params['needs'] ?? null;
        if ($needs !== null && $this->rows->find($intent->ticketId, (string) $needs)?->state !== Outcome::DONE) {
            return Outcome::refused('needs_not_done');
        }
        // A letter that belongs to no ticket stands in no thread, so nobody is needed in whose name.
        if ($intent->hasTicket() && $this->agents->find() === null) {
            return Outcome::refused('no_service_agent');
        }
        return $decided ? null : $this->heldBy($intent);
    }

    private function heldBy(Intent $intent): ?Outcome
    {
        $limits = $this->acting->limits();
        $today = $this->acting->today();
        return match (true) {
            $intent->hasTicket() && $this->rows->ranSince($today, $intent->ticketId) >= $limits['per_ticket_per_day']
                => new Outcome(Outcome::HELD, 'per_ticket_per_day'),
            $this->rows->ranSince($today) >= $limits['per_day'] => new Outcome(Outcome::HELD, 'per_day'),
            default => null,
        };
    }

    private function carryOut(Intent $intent): Outcome|Letter
    {
        $agent = $this->agents->find();
        if (!$intent->hasTicket()) {
            return (new Writing($this->db))->ofNoTicket($intent, $agent);
        }
        $ticket = \Ticket::lookup($intent->ticketId);
        if (!$ticket || !$agent) {
            throw new \RuntimeException('there is no such ticket');
        }
        $this->db->run('SAVEPOINT sla_deed');
        $result = ServiceAgent::acting($agent, fn (): Outcome|Letter => in_array($intent->kind, self::LETTERS, true)
            ? (new Writing($this->db))->prepare($intent, $ticket, $agent)
            : $this->deed($intent->kind)->perform($ticket, $agent, $intent->params));
        $this->closeDeed($result instanceof Outcome && $result->state === Outcome::REFUSED);
        if ($result instanceof Outcome && $result->state === Outcome::DONE) {
            $this->stands[$intent->ticketId] = $this->reader->revisions([$intent->ticketId], null)[$intent->ticketId] ?? '';
        }
        return $result;
    }

    /**
     * What was refused leaves nothing. In either case the savepoint must still be there: osTicket tries a statement again after
     * a deadlock, by which the server has undone all that stood before it.
     */
    private function closeDeed(bool $refused): void
    {
        try {
            $this->db->run($refused ? 'ROLLBACK TO SAVEPOINT sla_deed' : 'RELEASE SAVEPOINT sla_deed');
        } catch (\mysqli_sql_exception $error) {
            throw $error->getCode() === self::NO_SAVEPOINT ? Db::deadlock() : $error;
        }
    }

    private function deed(string $kind): Deed
    {
        return match ($kind) {
            'note' => new NoteDeed(),
            'priority' => new PriorityDeed($this->db),
            'department' => new DepartmentDeed($this->db),
            'assign' => new AssignDeed($this->db),
            'status' => new StatusDeed($this->db, false),
            'close' => new StatusDeed($this->db, true),
        };
    }

    private function sendOut(Intent $intent, Letter $letter): Outcome
    {
        // As long as this connection lives, the letter is not given up.
        $mine = $this->lockOf("send_$intent->row");
        $this->db->value('SELECT GET_LOCK(?, 0)', $mine);
        try {
            $outcome = (new Postman($this->db))->send($letter);
        } catch (\Throwable $error) {
            error_log(sprintf('sla-bridge: letter %s of ticket %d: %s', $intent->key, $intent->ticketId, $error->getMessage()));
            $outcome = Outcome::unknown('mail_fate');
        }
        $this->rows->markSent($intent->row, $outcome, time());
        $this->db->run('DO RELEASE_LOCK(?)', $mine);
        return $outcome;
    }

    private function lockOf(string $what): string
    {
        return 'sla_' . substr($this->schema->state()['instance'], 0, 36) . "_$what";
    }
}
