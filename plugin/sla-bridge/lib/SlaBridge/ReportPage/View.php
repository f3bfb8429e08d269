<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\ReportPage;

use SlaBridge\Panel\Amounts;
use SlaBridge\Panel\Instants;
use SlaBridge\Panel\Json;
use SlaBridge\Panel\Words;

/** All that the page is drawn from, and how its numbers and names are told. Pure. */
final class View
{
    public readonly Words $words;
    public readonly Instants $instants;
    public readonly Amounts $amounts;

    /**
     * @param array<string, mixed> $figures of `Figures::every`
     * @param array{levels: array<string, string>, metrics: array<string, string>} $titles in the reader's language
     * @param array<string, array<string, string>> $choices filter => key => name
     * @param Health $health what is asked before any figure is believed
     * @param bool $seesAll whether the reader sees every department: what the registry says belongs to no department
     * @param array{page: string, ticket: string, actions: ?string} $addresses of this page, of a ticket less its id, of the actions
     */
    public function __construct(
        public readonly string $language,
        public readonly int $now,
        public readonly Asked $asked,
        public readonly array $figures,
        public readonly array $titles,
        public readonly array $choices,
        public readonly Health $health,
        public readonly bool $seesAll,
        public readonly array $addresses
    ) {
        $this->words = Words::in($language);
        $this->instants = new Instants($this->words, $this->zone(), $now);
        $this->amounts = new Amounts($this->words);
    }

    public function zone(): string
    {
        return Json::text($this->figures, 'period', 'zone') ?? 'UTC';
    }

    /** „время московское“ */
    public function zoneName(): string
    {
        $zone = $this->zone();
        return $this->words->has("zones.$zone") ? $this->words->say("zones.$zone") : $this->words->say('report.zone', ['zone' => $zone]);
    }

    /** @return list<Tally> one a key */
    public function tallies(string $by): array
    {
        return Tally::of(array_values(Json::map($this->figures, 'every', $by)));
    }

    public function total(): Tally
    {
        return Tally::total(array_values(Json::map($this->figures, 'total')));
    }

    /** How the key of a dimension is called. */
    public function name(string $by, ?string $key, ?string $name): string
    {
        if ($key === null || $key === '') {
            return $this->words->say("report.nobody.$by");
        }
        return match ($by) {
            'level' => $this->titles['levels'][$key] ?? $key,
            'metric' => $this->titles['metrics'][$key] ?? $this->words->named('metrics', $key),
            default => $name !== null && $name !== '' ? $name : $key,
        };
    }

    public function count(int $number): string
    {
        return number_format($number, 0, '', $number < 10000 ? '' : "\u{a0}");
    }

    /** „94,6 %“. Never 100 while something was breached. */
    public function percent(float $share): string
    {
        return $this->words->say('report.percent', ['p' => $this->tenths($share)]);
    }

    public function tenths(float $share): string
    {
        $tenths = (int) round($share * 1000);
        $tenths = $share < 1.0 ? min($tenths, 999) : $tenths;
        return intdiv($tenths, 10) . ($this->language === 'ru' ? ',' : '.') . $tenths % 10;
    }

    /** „ноябрь 2026“, or both dates. */
    public function period(): string
    {
        [$from, $until] = [(string) Json::text($this->figures, 'period', 'from'), (string) Json::text($this->figures, 'period', 'until')];
        if (substr($from, 8) === '01' && $until === Periods::lastOf(substr($from, 0, 7))) {
            return $this->month(substr($from, 0, 7));
        }
        return $from === $until ? (string) $this->instants->date($from) : $this->words->say('report.period_of', [
            'from' => (string) $this->instants->date($from), 'until' => (string) $this->instants->date($until),
        ]);
    }

    /** @param string $month like 2026-11 */
    public function month(string $month): string
    {
        [$year, $number] = [substr($month, 0, 4), (int) substr($month, 5)];
        return $this->words->say('report.month_of', ['month' => $this->words->list('report.month_names')[$number - 1] ?? '',
            'yyyy' => $year]);
    }

    /** The address of this page that asks the same but for the changes. @param array<string, string|int|null> $changes */
    public function url(array $changes = []): string
    {
        return $this->addresses['page'] . $this->asked->query($changes);
    }

    public function ticketUrl(int $ticket, string $part = ''): string
    {
        return $this->addresses['ticket'] . $ticket . $part;
    }
}
