<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Report;

use SlaBridge\ApiError;

/** What somebody wants to know: a period, a dimension, filters, and which departments are his to see. Pure. */
final class Question
{
    public const DIMENSIONS = ['level', 'customer', 'department', 'agent', 'month'];
    public const FILTERS = ['metric', 'level', 'department', 'customer', 'agent'];
    public const LISTED = 200;
    public const MOST_LISTED = 1000;
    private const MOST_DAYS = 400;

    /** @var array{metric: ?string, level: ?string, department: ?string, customer: ?string, agent: ?string} exact keys */
    public readonly array $filters;

    /**
     * @param ?string $from a date like 2026-11-01 of the report's zone, the first of the period; null with `$until`: this month
     * @param ?string $until the period's last date
     * @param array<string, ?string> $filters by name; null does not filter
     * @param ?list<int> $departments whose tickets and cycles may be seen; null: all
     * @param ?int $limit of the lists `missed`, `excluded` and `unknown`; null: whole ones
     */
    public function __construct(
        public readonly ?string $from = null,
        public readonly ?string $until = null,
        public readonly string $by = 'level',
        array $filters = [],
        public readonly ?array $departments = null,
        public readonly ?int $limit = self::LISTED
    ) {
        if (!in_array($by, self::DIMENSIONS, true)) {
            throw ApiError::badRequest("there are no figures by \"$by\"", 'Ask by ' . implode(', ', self::DIMENSIONS) . '.');
        }
        $this->filters = array_replace(array_fill_keys(self::FILTERS, null), array_intersect_key($filters, array_flip(self::FILTERS)));
        if (($from === null) !== ($until === null)) {
            throw ApiError::badRequest('a period has two ends', 'Name `from` and `until`, or neither for the current month.');
        }
        if ($from !== null && $until !== null) {
            $days = intdiv(self::day($until, 'until') - self::day($from, 'from'), 86400) + 1;
            if ($days < 1 || $days > self::MOST_DAYS) {
                throw ApiError::badRequest('the period is none of 1 to ' . self::MOST_DAYS . ' days', 'Both dates belong to it.');
            }
        }
    }

    private static function day(string $date, string $name): int
    {
        $isDate = preg_match('/^([1-9]\d{3})-(\d\d)-(\d\d)$/D', $date, $part) && checkdate((int) $part[2], (int) $part[3], (int) $part[1]);
        return $isDate ? (int) gmmktime(0, 0, 0, (int) $part[2], (int) $part[3], (int) $part[1])
            : throw ApiError::badRequest("`$name` is no date like 2026-11-01");
    }
}
