<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Report\Question;

/** What the address of the page asks for. Pure: whatever stands there, it is either a question that can be answered or none. */
final class Asked
{
    /** In an address `-` stands for the key that is empty: nobody, a customer who is not known. */
    public const EMPTY_KEY = '-';
    public const LISTS = ['open', 'at_risk', 'overdue', 'paused', 'no_sla', 'unknown', 'missed', 'excluded', 'certificates',
        'entitlements', 'versions', 'exceptions', 'obligations'];
    private const LONGEST = 255;

    /** @var array<string, string> the filters that are set, by name, as they stand in an address */
    public readonly array $filters;
    public readonly ?string $from;
    public readonly ?string $until;
    public readonly ?string $list;
    public readonly int $page;
    /** `csv` or `json`, or null for a page */
    public readonly ?string $as;
    /** The dimension whose table is shown whole. */
    public readonly ?string $whole;

    /** @param array<mixed> $address */
    public function __construct(array $address)
    {
        $text = static function (string $name) use ($address): ?string {
            $value = $address[$name] ?? null;
            return is_string($value) && $value !== '' && strlen($value) <= self::LONGEST && mb_check_encoding($value, 'UTF-8') ? $value
                : null;
        };
        $this->filters = array_filter(array_combine(Question::FILTERS, array_map($text, Question::FILTERS)), is_string(...));
        [$from, $until] = [$text('from'), $text('until')];
        // One end alone is a day: a form with an empty field is no mistake worth a complaint.
        $this->from = $from ?? $until;
        $this->until = $until ?? $from;
        $this->list = in_array($text('list'), self::LISTS, true) ? $text('list') : null;
        $this->page = max(1, min(1000000, (int) $text('p')));
        $this->as = in_array($text('as'), ['csv', 'json'], true) ? $text('as') : null;
        $this->whole = in_array($text('whole'), Question::DIMENSIONS, true) ? $text('whole') : null;
    }

    /** @return array<string, string> the filters as figures are asked for them */
    public function keys(): array
    {
        return array_map(static fn (string $value): string => $value === self::EMPTY_KEY ? '' : $value, $this->filters);
    }

    /**
     * The query of an address that asks the same but for the changes; null takes one out. What asks for a part of the page does not go
     * along: list, its page, what to download, the table shown whole.
     *
     * @param array<string, string|int|null> $changes
     */
    public function query(array $changes = []): string
    {
        $same = ['from' => $this->from, 'until' => $this->until] + $this->filters;
        $asked = array_filter($changes + $same, static fn (string|int|null $value): bool => $value !== null && $value !== '');
        return $asked ? '?' . http_build_query($asked, '', '&', PHP_QUERY_RFC3986) : '';
    }
}
