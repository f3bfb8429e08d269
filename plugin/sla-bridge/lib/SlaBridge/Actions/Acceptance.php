<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;

/** What becomes of the actions that writes carry: refused at once, known already, or kept as intents of the write's transaction. */
final class Acceptance
{
    private readonly ActionRows $rows;
    /** @var array<string, int> */
    private array $since = [];
    /** @var array<int, array<string, string>> */
    private array $standing = [];
    /** @var array<string, Intent> by ticket and key */
    private array $accepted = [];
    private int $now = 0;

    /** @param bool $mayAct whether the key has the scope `act` */
    public function __construct(private readonly Db $db, private readonly bool $mayAct)
    {
        $this->rows = new ActionRows($db);
    }

    /** At the beginning of a transaction, also of one that is tried again. @param list<int> $tickets those with actions */
    public function begin(array $tickets): void
    {
        $this->accepted = [];
        $this->standing = $this->rows->standing($tickets);
        $this->since = (new Acting($this->db))->since();
        $this->now = time();
    }

    /**
     * @param list<Offer> $offers
     * @return list<array{key: string, state: string, reason: string}>
     */
    public function take(int $ticket, string $rev, array $offers): array
    {
        return array_map(function (Offer $offer) use ($ticket, $rev): array {
            $outcome = $this->outcome($ticket, $offer);
            if ($outcome->state === Outcome::ACCEPTED) {
                $this->accepted[self::place($ticket, $offer->key)] = $this->rows->add($ticket, $rev, $offer, $this->now);
                $this->standing[$ticket][$offer->key] = Outcome::ACCEPTED;
            }
            return self::told($offer->key, $outcome);
        }, $offers);
    }

    /** @return list<Intent> what was kept and waits to be run */
    public function accepted(): array
    {
        return array_values($this->accepted);
    }

    /**
     * @param list<array<string, mixed>> $results of the write
     * @param array<int, Outcome> $outcomes by row; an intent without one is gone: its ticket has moved, and nothing is told of it
     * @return list<array<string, mixed>>
     */
    public function withOutcomes(array $results, array $outcomes): array
    {
        foreach ($results as $index => $result) {
            $told = [];
            foreach ($result['actions'] ?? [] as $action) {
                $intent = $action['state'] === Outcome::ACCEPTED
                    ? ($this->accepted[self::place($result['id'], $action['key'])] ?? null) : null;
                if ($intent === null) {
                    $told[] = $action;
                } elseif (isset($outcomes[$intent->row])) {
                    $told[] = self::told($action['key'], $outcomes[$intent->row]);
                }
            }
            if (isset($result['actions'])) {
                $results[$index]['actions'] = $told;
            }
        }
        return $results;
    }

    /** @return array{key: string, state: string, reason: string} */
    public static function told(string $key, Outcome $outcome): array
    {
        return ['key' => $key, 'state' => $outcome->state, 'reason' => $outcome->reason];
    }

    private function outcome(int $ticket, Offer $offer): Outcome
    {
        $stands = $this->standing[$ticket][$offer->key] ?? null;
        return match (true) {
            $stands !== null => new Outcome(Outcome::ALREADY, $stands),
            !$this->mayAct => Outcome::refused('scope'),
            !MasterSwitch::on() => Outcome::refused('switched_off'),
            !isset($this->since[$offer->id]) => Outcome::refused('not_declared'),
            $offer->notBefore < $this->since[$offer->id] => Outcome::refused('past'),
            default => new Outcome(Outcome::ACCEPTED),
        };
    }

    private static function place(int $ticket, string $key): string
    {
        return "$ticket $key";
    }
}
