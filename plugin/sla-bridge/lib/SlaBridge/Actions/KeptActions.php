<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\ApiError;
use SlaBridge\Db;
use SlaBridge\Schema;
use SlaBridge\Tickets\Catalog;
use SlaBridge\Tickets\TicketReader;

/** The actions that are kept, for whoever looks at them or decides on one: the contract's routes, and a page of agents. */
final class KeptActions
{
    private const RUN_AT_MOST = 500;
    /** What a person may decide on. */
    private const OPEN = [Outcome::HELD, Outcome::REFUSED, Outcome::UNKNOWN];

    private readonly ActionRows $rows;
    private readonly Schema $schema;

    public function __construct(private readonly Db $db, ?Schema $schema = null)
    {
        $this->rows = new ActionRows($db);
        $this->schema = $schema ?? new Schema($db);
    }

    /** Whether anything is carried out at all. */
    public function on(): bool
    {
        return MasterSwitch::on();
    }

    /** How many ran today, by the database's own day, letters on trial among them. */
    public function today(): int
    {
        $this->schema->state();
        return $this->rows->ranSince((new Acting($this->db))->today());
    }

    /**
     * What waits for a person, the oldest first.
     *
     * @param ?list<int> $departments null: all, and what belongs to no ticket
     * @return list<array{row: int, ticket: ?int, number: string, key: string, id: string, kind: string, state: string, reason: string,
     *     at: int, changed: int}>
     */
    public function awaiting(?array $departments, int $limit): array
    {
        return $this->listed(self::OPEN, $departments, 0, $limit);
    }

    /** How many wait for a person, by state. @param ?list<int> $departments @return array<string, int> */
    public function counted(?array $departments): array
    {
        $this->schema->state();
        return $this->rows->counted(self::OPEN, $departments);
    }

    /**
     * @param list<string> $states
     * @param ?list<int> $departments
     * @return list<array{row: int, ticket: ?int, number: string, key: string, id: string, kind: string, state: string, reason: string,
     *     at: int, changed: int}>
     */
    public function listed(array $states, ?array $departments, int $after, int $limit): array
    {
        $this->findAbandoned();
        return $this->rows->listed($states, $departments, $after, $limit);
    }

    /** Gives up letters of requests that died while they sent them. */
    public function findAbandoned(): void
    {
        $this->runner()->findAbandoned();
    }

    /**
     * Runs what was just kept.
     *
     * @param list<Intent> $intents
     * @return array<int, Outcome> by row
     */
    public function run(array $intents): array
    {
        return $this->runner()->run($intents);
    }

    /**
     * Runs what waits: what no request came to, and what was held while there is room.
     *
     * @param ?list<int> $departments
     * @return array{0: list<array{0: Intent, 1: Outcome}>, 1: int} what came into another state, and how many still wait
     */
    public function runDue(?array $departments): array
    {
        $runner = $this->runner();
        $runner->findAbandoned();
        // A full day holds back every one of them: no ticket need be locked to find that out.
        $hasRoom = $this->today() < (new Acting($this->db))->limits()['per_day'];
        $states = $hasRoom ? [Outcome::ACCEPTED, Outcome::HELD] : [Outcome::ACCEPTED];
        $due = MasterSwitch::on() ? $this->rows->due($states, $departments, time(), self::RUN_AT_MOST) : [];
        $outcomes = $runner->run($due);
        $moved = [];
        foreach ($due as $intent) {
            $outcome = $outcomes[$intent->row] ?? null;
            if ($outcome !== null && $outcome->state !== $intent->state && $outcome->state !== Outcome::ALREADY) {
                $moved[] = [$intent, $outcome];
            }
        }
        return [$moved, $this->rows->countDue($departments, time())];
    }

    /**
     * A person's decision on one that is held, refused or of unknown fate.
     *
     * @param ?int $ticket null: it belongs to none
     * @param ?list<int> $departments where the one who decides may see tickets
     */
    public function settle(?int $ticket, string $key, bool $send, ?array $departments): Outcome
    {
        $runner = $this->runner();
        $runner->findAbandoned();
        $intent = $this->sees($ticket, $departments) ? $this->rows->find($ticket ?? ActionRows::NO_TICKET, $key) : null;
        if ($intent === null) {
            throw ApiError::notFound('there is no such action');
        }
        if (!in_array($intent->state, self::OPEN, true)) {
            return new Outcome(Outcome::ALREADY, $intent->state);
        }
        return $send ? $runner->send($intent) : $this->drop($intent);
    }

    /** What belongs to no ticket lies in no department: only who sees all of them sees it. @param ?list<int> $departments */
    private function sees(?int $ticket, ?array $departments): bool
    {
        return $ticket === null ? $departments === null : $this->db->row('SELECT 1 FROM ' . TICKET_TABLE . ' WHERE ticket_id = ?'
            . ($departments === null ? '' : ' AND dept_id IN (' . $this->db->quote($departments) . ')'), $ticket) !== null;
    }

    private function drop(Intent $intent): Outcome
    {
        return $this->db->transaction(function () use ($intent): Outcome {
            $state = $this->rows->stateOf($intent->row);
            if (!in_array($state, self::OPEN, true)) {
                return new Outcome(Outcome::ALREADY, (string) $state);
            }
            $this->rows->mark($intent->row, new Outcome(Outcome::DROPPED), time());
            return new Outcome(Outcome::DROPPED);
        });
    }

    private function runner(): Runner
    {
        global $cfg;
        $this->schema->state();
        $catalog = new Catalog(
            $this->db,
            $cfg ? (int) $cfg->getDefaultTicketStatusId() : 0,
            $cfg ? (string) $cfg->getDbTimezone() : '',
            MasterSwitch::serviceAgent()
        );
        return new Runner($this->db, $this->schema, new TicketReader($this->db, $catalog));
    }
}
