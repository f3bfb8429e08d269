<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Actions;

use SlaBridge\Db;
use SlaBridge\Lease\Lease;

/**
 * Letters that belong to no ticket: the bridge offers all that are due, each time. What is not among them and still waits was
 * decided on what holds no longer, and is withdrawn.
 */
final class Offering
{
    public function __construct(private readonly Db $db, private readonly KeptActions $kept)
    {
    }

    /**
     * @param list<Offer> $letters
     * @param ?array{holder: string, epoch: int} $under the lease by which they are offered
     * @return list<array{key: string, state: string, reason: string}> what became of each, in their order
     */
    public function take(array $letters, ?array $under): array
    {
        $this->kept->findAbandoned();
        $acceptance = new Acceptance($this->db, true);
        $taken = $this->db->transaction(function () use ($letters, $under, $acceptance): array {
            (new Lease($this->db))->check($under);
            // No ticket is there to be locked: of two lists at once the later one has to see what the first one kept.
            (new Acting($this->db))->hold();
            (new ActionRows($this->db))->withdraw(array_map(static fn (Offer $letter): string => $letter->key, $letters));
            $acceptance->begin([ActionRows::NO_TICKET]);
            return $acceptance->take(ActionRows::NO_TICKET, '', $letters);
        });
        $accepted = $acceptance->accepted();
        // What is gone before it ran is declared no more, or somebody else has offered another list.
        $gone = array_fill_keys(array_map(static fn (Intent $one): int => $one->row, $accepted), Outcome::refused('withdrawn'));
        $ran = $this->kept->run($accepted) + $gone;
        return $acceptance->withOutcomes([['id' => ActionRows::NO_TICKET, 'actions' => $taken]], $ran)[0]['actions'];
    }
}
