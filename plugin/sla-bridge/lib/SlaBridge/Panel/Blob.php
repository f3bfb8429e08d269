<?php

// SPDX-License-Identifier: GPL-2.0-or-later

declare(strict_types=1);

namespace SlaBridge\Panel;

/** What the page's script counts with, as JSON inside the panel. */
final class Blob
{
    private const BEHIND = 7 * 86400;
    private const AHEAD = 30 * 86400;
    private const WINDOWS = 2000;

    public function __construct(private readonly Situation $situation)
    {
    }

    public function html(): string
    {
        $json = json_encode(
            $this->content(),
            JSON_HEX_TAG | JSON_HEX_AMP | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR
        );
        return '<script type="application/json" class="sla-data">' . $json . '</script>';
    }

    /** @return array<string, mixed> */
    public function content(): array
    {
        $view = $this->situation->view;
        $clocks = $this->situation->clocks;
        $line = $this->situation->state() === 'none' ? false : array_search($this->situation->main, $clocks, true);
        return [
            'now' => $view->now,
            'zone' => Instants::zone($view->zone)->getName(),
            'language' => $this->situation->words->language,
            'stale_from' => $view->staleFrom(),
            'last_pass' => $view->lastPass,
            'words' => $this->situation->words->ofTheScript(),
            'line' => $line === false ? null : $line,
            'clocks' => array_map($this->clock(...), $clocks),
            'calendars' => (object) $this->calendars($clocks),
        ];
    }

    /** @return array<string, mixed> */
    private function clock(Clock $clock): array
    {
        $calendar = $this->situation->calendar($clock);
        return [
            'state' => $clock->state, 'started_at' => $clock->startedAt, 'due_at' => $clock->dueAt, 'risk_at' => $clock->riskAt,
            'breached_at' => $clock->breachedAt, 'stopped_at' => $clock->stoppedAt, 'provisional' => $clock->provisional,
            'target_seconds' => $clock->target->kind === 'days' ? null : $clock->target->seconds,
            'target_days' => $clock->target->days, 'end' => $clock->end(),
            'worked_to' => $clock->anchorAt === null || $clock->anchorSeconds === null ? null
                : ['at' => $clock->anchorAt, 'seconds' => $clock->anchorSeconds],
            'pauses' => $clock->pauses, 'calendar' => $calendar === null ? null : $calendar->id,
        ];
    }

    /**
     * @param list<Clock> $clocks
     * @return array<string, array{zone: string, from: int, until: int, windows: list<array{int, int}>}> windows trimmed to what these
     *     clocks need; from when on they are published, and until when they are here
     */
    private function calendars(array $clocks): array
    {
        $spans = [];
        foreach ($clocks as $clock) {
            $calendar = $this->situation->calendar($clock);
            if ($calendar === null || !$clock->isOpen()) {
                continue;
            }
            $from = ($clock->isPaused() ? $clock->startedAt : $clock->anchorAt ?? $clock->startedAt) - self::BEHIND;
            $from = min($from, $clock->dueAt ?? $from);
            $to = max($this->situation->view->now, $clock->dueAt ?? 0) + self::AHEAD + 86400 * (int) $clock->target->days * 2;
            [$known, $earliest, $latest] = $spans[$calendar->id] ?? [$calendar, $from, $to];
            $spans[$calendar->id] = [$known, min($earliest, $from), max($latest, $to)];
        }
        return array_map(static fn (array $one): array => self::trimmed(...$one), $spans);
    }

    /** @return array{zone: string, from: int, until: int, windows: list<array{int, int}>} */
    private static function trimmed(Calendar $calendar, int $from, int $to): array
    {
        $windows = $calendar->time->within($from, $to);
        $kept = array_slice($windows, 0, self::WINDOWS);
        return [
            'zone' => $calendar->zone->getName(),
            'from' => $calendar->from,
            'until' => count($kept) < count($windows) ? $kept[self::WINDOWS - 1][1] : min($to, $calendar->until),
            'windows' => $kept,
        ];
    }
}
