<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\Caller;
use SlaBridge\Db;
use SlaBridge\Request;

/** The contract's route about reports. */
final class ReportRoutes
{
    public function __construct(private readonly Db $db, private readonly Caller $caller)
    {
    }

    /** @return array<string, mixed> */
    public function report(Request $request): array
    {
        $this->caller->need('read');
        // A form sends what nobody filled in as an empty text.
        $asked = static fn (string $name): ?string => $request->text($name) === '' ? null : $request->text($name);
        $question = new Question(
            $asked('from'),
            $asked('until'),
            $asked('by') ?? 'level',
            array_combine(Question::FILTERS, array_map($asked, Question::FILTERS)),
            $this->caller->departments,
            $request->number('tickets', Question::LISTED, 0, Question::MOST_LISTED)
        );
        return Figures::of($this->db, $question, time());
    }
}
