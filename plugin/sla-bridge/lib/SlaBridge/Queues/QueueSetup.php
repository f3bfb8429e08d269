<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Queues;

use SlaBridge\Db;
use SlaBridge\Setup\Blueprint;
use SlaBridge\Setup\Made;

/** The queue part of `setup`: columns and sort orders, where the open queues show them, and the queues of what needs attention. */
final class QueueSetup
{
    private readonly QueueColumns $columns;
    private readonly QueueSorts $sorts;
    private readonly OpenQueues $open;
    private readonly AttentionQueues $attention;

    public function __construct(Db $db, Blueprint $blueprint)
    {
        $made = new Made($db);
        $this->columns = new QueueColumns($db, $blueprint, $made);
        $this->sorts = new QueueSorts($db, $blueprint, $made);
        $this->open = new OpenQueues($db, $blueprint, $made, $this->columns, $this->sorts);
        $this->attention = new AttentionQueues($db, $blueprint, $made, $this->sorts);
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> id, title, state, detail, what to do */
    public function buildSteps(): array
    {
        return [
            ...$this->columns->buildSteps(), ...$this->sorts->buildSteps(), ...$this->open->buildSteps(), ...$this->attention->buildSteps(),
        ];
    }

    /** @return list<array{0: string, 1: string, 2: string, 3: string, 4: ?callable}> */
    public function removeSteps(): array
    {
        return [
            ...$this->attention->removeSteps(), ...$this->open->removeSteps(),
            ...$this->columns->removeSteps(), ...$this->sorts->removeSteps(),
        ];
    }
}
